"""Makes a `City` of the records of the inventory and of the office's other files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from lifecircle.govern.audit.chain import canonical, root
from lifecircle.govern.inventory.models import Census, Listed, Register
from lifecircle.govern.inventory.models.places import drawn
from lifecircle.govern.inventory.reading import cell_of
from lifecircle.govern.inventory.tables import MODELS, has_area, row_of
from lifecircle.govern.records.models import Version
from lifecircle.place.censuses import AreaCensus, with_censuses
from lifecircle.place.city import is_osm, read_city
from lifecircle.place.formats.blanks import shown
from lifecircle.place.forms.columns import Columns, Headers
from lifecircle.place.forms.forms import forms
from lifecircle.place.forms.headers import read_headers
from lifecircle.place.layers import Kept, VectorLayer
from lifecircle.place.sources import CitySources, FacilitySource, WorkbookSource, read_sources
from lifecircle.place.tables import City, InputFile, Survey
from lifecircle.terms.codes import code_sets
from lifecircle.terms.errors import Fault, Spot
from lifecircle.terms.progress import Progress, silent

OWN_BOOK = "平台档案.xlsx"
"""Stands for a file where records are shown that no file of the office ever held."""


OWN_CENSUS = "平台普查声明"
"""Stands for a file where what was declared complete by community is shown."""


@dataclass(frozen=True)
class _Row:
    """A version and where its record was first listed."""

    version: Any
    listed: Listed | None

    @property
    def as_listed(self) -> bool:
        """Say whether nobody changed it since the office's list was loaded."""
        return self.listed is not None and (self.listed.register.change_id == self.version.since_id)


@dataclass(frozen=True)
class _Kept:
    """The records of one list: its register, how many rows that had, and the rows now."""

    register: Register | None
    listed: int
    rows: list[_Row]

    @property
    def as_listed(self) -> bool:
        """Say whether the list is still what the office's file says."""
        same = len(self.rows) == self.listed and all(row.as_listed for row in self.rows)
        return self.register is not None and same


def city_of_records(folder: Path, as_of: date | None = None, progress: Progress = silent) -> City:
    """Return the city of the records that hold on a day, or now; the rest from the folder's files.

    Facilities, estates with gates, permits and spaces are records; streets, boundaries and the
    other forms are files. Where no record was changed since the files were loaded, it is the city
    that `read_city` makes of them. Raises InputError with every fault, of records too.
    """
    sources = read_sources(folder)
    headers = read_headers(sources.headers)
    kept: dict[tuple[Path, str], _Kept] = {}
    for form, model in MODELS.items():
        for register in Register.objects.filter(form=form):
            count = register.rows.count()
            kept[folder / register.file, form] = _Kept(register, count, [])
        for row in _rows(model, as_of):
            place = _place(sources, folder, form, row, kept)
            kept.setdefault((place, form), _Kept(None, 0, [])).rows.append(row)
    layers = {(path, form): _layer(form, path, one, headers) for (path, form), one in kept.items()}
    hashes: dict[Path, str] = {}
    for (path, _), one in kept.items():
        if not one.as_listed:
            hashes[path] = _hash(one.rows, hashes.get(path, ""))
    sources = _with_own_book(
        sources, folder, [form for path, form in kept if path.name == OWN_BOOK]
    )
    return _with_censuses(read_city(sources, progress, Kept(layers, hashes)), as_of)


def _with_censuses(city: City, as_of: date | None) -> City:
    """Add what was surveyed and declared complete, by community, until a day; it is like a file."""
    rows = Census.objects.select_related("area").order_by("on", "area_id", "pk")
    if as_of is not None:
        rows = rows.filter(on__lte=as_of)
    at = {own: row for row, own in enumerate(city.communities.id)}
    known = [(at[own], one) for one in rows if (own := one.area.code or one.area.name) in at]
    if not known:
        return city
    texts = [
        canonical({
            "community": city.communities.id[row], "categories": sorted(one.categories),
            "states": one.states, "on": str(one.on), "by": one.declared_by,
        })
        for row, one in known
    ]  # fmt: skip
    kept = InputFile("census", OWN_CENSUS, hashlib.sha256(root(texts).encode()).hexdigest())
    surveyed = replace(city, files=(*city.files, kept), surveys=_surveys(city, known))
    censuses = [
        AreaCensus(row, frozenset(one.categories), one.on, one.declared_by) for row, one in known
    ]
    return with_censuses(surveyed, censuses, OWN_BOOK)


def _surveys(city: City, known: Sequence[tuple[int, Census]]) -> tuple[Survey, ...]:
    """Return the surveys of functions, of each community the newest."""
    newest = {one.community: one for one in city.surveys}
    for row, census in known:
        before = newest.get(row)
        if census.states and (
            before is None or before.surveyed_on is None or before.surveyed_on <= census.on
        ):
            unknown = dict.fromkeys(code_sets()["function"], "not_surveyed")
            states = {**unknown, **census.states}
            newest[row] = Survey(row, states, census.on, census.declared_by)
    return tuple(newest[row] for row in sorted(newest))


def _place(
    sources: CitySources,
    folder: Path,
    form: str,
    row: _Row,
    kept: Mapping[tuple[Path, str], _Kept],
) -> Path:
    """Return the file that a record is listed in; new estates go where the others are."""
    if row.listed:
        return folder / row.listed.register.file
    people = sources.people
    if form == "gates":
        listed = getattr(row.version.record.parent, "listed", None)
        if people is not None and people.file is not None:
            return people.gates or folder / OWN_BOOK
        if listed is not None:
            return folder / str(listed.register.file)
    if form in ("estates", "gates"):
        return next((path for path, own in kept if own == "estates"), folder / OWN_BOOK)
    return folder / OWN_BOOK


def _rows(model: type[Version], as_of: date | None) -> list[_Row]:
    held = model.versions.current() if as_of is None else model.versions.as_of(as_of)
    related = ["record__parent__listed__register", "record__listed__register"]
    related += ["area"] if has_area(model) else []
    found = held.filter(removed=False).select_related(*related).order_by("record_id")
    return [_Row(version, getattr(version.record, "listed", None)) for version in found]


def _layer(form: str, path: Path, kept: _Kept, headers: Headers) -> VectorLayer:
    """Return records as the rows of a layer, under the headers of their register."""
    register = kept.register
    rows = sorted(
        kept.rows, key=lambda one: (one.listed is None, one.listed.row if one.listed else 0)
    )
    places = tuple(
        one.listed.place if one.listed else f"档案 {one.version.record.own_id}" for one in rows
    )
    numbers = tuple(one.listed.row if one.listed else 0 for one in rows)
    known = dict(register.headers) if register else {}
    is_table = register is None or bool(register.sheet) or any(known.values())
    said = [row_of(form, one.version) for one in rows]
    return VectorLayer(
        path=path,
        geometry=_array([_shape(one.version) for one in rows]),
        columns=_columns(form, known, rows, said, headers),
        places=places,
        sheet=register.sheet if register else forms()[form].zh,
        rows=numbers if is_table else (),
        at_column={name: at for name, at in known.items() if at},
        doubts=tuple(_fault(one) for one in register.doubts) if register else (),
        remarks=tuple(register.remarks) if register else (),
        datum=(register.datum or None) if register else "wgs84",  # type: ignore[arg-type]
    )


def _columns(
    form: str,
    known: Mapping[str, int],
    rows: Sequence[_Row],
    said: Sequence[Mapping[str, Any]],
    headers: Headers,
) -> dict[str, Any]:
    """Return the cells by header: as the office wrote them, or as the record says it now."""
    bare = {name: _array([]) for name in known}
    reads = Columns(VectorLayer(Path(), _array([]), bare, ()), form, headers)
    header_of = {
        code: reads.header(code) for code in forms()[form].columns if not known or reads.has(code)
    }
    for one, row in zip(rows, said, strict=True):
        if not one.as_listed:
            new = {code for code, value in row.items() if value not in (None, "", [])}
            header_of |= {code: forms()[form].columns[code].zh for code in new - header_of.keys()}
    code_of = {name: code for code, name in header_of.items()}
    named = [*known, *(name for name in header_of.values() if name not in known)]
    return {
        name: _array(
            [
                _cell(form, (code_of.get(name, ""), name), one, row, is_known=name in known)
                for one, row in zip(rows, said, strict=True)
            ]
        )
        for name in named
    }


def _cell(
    form: str, meant: tuple[str, str], one: _Row, row: Mapping[str, Any], *, is_known: bool
) -> Any:
    """Return the cell of a column and header of one row."""
    code, name = meant
    if one.as_listed and one.listed:
        if name in one.listed.cells:
            return cell_of(one.listed.cells[name])
        if not is_known:
            return None
    if code not in row:
        return None
    return shown(forms()[form].columns[code], row[code])


def _with_own_book(sources: CitySources, folder: Path, in_it: Sequence[str]) -> CitySources:
    """Add the book of the records that no file ever held, where there are any.

    What it lists is as complete as what the office declared of its own lists: the platform goes
    on with these.
    """
    book, people = folder / OWN_BOOK, sources.people
    if "gates" in in_it and people is not None and people.file is not None:
        people = people.model_copy(update={"gates": book})
        sources = sources.model_copy(update={"people": people})
        in_it = [form for form in in_it if form != "gates"]
    if not in_it:
        return sources
    return sources.model_copy(update={"workbooks": (*sources.workbooks, _declared(sources, book))})


def _declared(sources: CitySources, book: Path) -> WorkbookSource:
    """Return the source of the platform's own records, a census of what the lists are one of."""
    lists: list[FacilitySource | WorkbookSource] = [
        *(one for one in sources.facilities if not is_osm(one.file)),
        *sources.workbooks,
    ]
    declared = [one for one in lists if one.census]
    days = [one.census_on for one in declared if one.census_on]
    return WorkbookSource(
        file=book,
        datum="wgs84",
        census=tuple(sorted({code for one in declared for code in one.census})),
        census_on=max(days, default=None),
        declared_by="、".join(dict.fromkeys(one.declared_by for one in declared)),
    )


def _hash(rows: Iterable[_Row], before: str) -> str:
    """Return the hash that stands for records in place of that of a file."""
    texts = [canonical({"id": one.version.record.own_id, **one.version.data()}) for one in rows]
    return hashlib.sha256(f"{before}{root(texts)}".encode()).hexdigest()


def _shape(version: Any) -> Any:
    return (
        drawn(version.lon, version.lat, version.shape)
        if hasattr(version, "lon")
        else drawn(None, None, "")
    )


def _array(values: list[Any]) -> Any:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _fault(plain: Mapping[str, Any]) -> Fault:
    spot = Spot(**plain["spot"]) if plain["spot"] else None
    return Fault(**{**plain, "spot": spot})
