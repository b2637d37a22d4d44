"""Makes a `City` of the records of the inventory and of the office's other files."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely
from django.utils import timezone

from lifecircle.govern.areas.models import Area
from lifecircle.govern.audit.chain import canonical, root
from lifecircle.govern.inventory.communities import CommunitiesOnRecord
from lifecircle.govern.inventory.declared import OWN_BOOK, with_answered, with_declared
from lifecircle.govern.inventory.homes import NOWHERE, Home, Homes
from lifecircle.govern.inventory.models import Listed, Register
from lifecircle.govern.inventory.models.places import drawn
from lifecircle.govern.inventory.reading import cell_of
from lifecircle.govern.inventory.standing import Standing
from lifecircle.govern.inventory.tables import MODELS, has_area, row_of
from lifecircle.govern.records.models import Version
from lifecircle.place.city import is_osm, read_city
from lifecircle.place.formats.blanks import shown
from lifecircle.place.forms.columns import Columns, Headers
from lifecircle.place.forms.forms import Column, forms
from lifecircle.place.forms.headers import read_headers
from lifecircle.place.layers import Kept, VectorLayer
from lifecircle.place.sources import CitySources, FacilitySource, WorkbookSource, read_sources
from lifecircle.place.tables import City
from lifecircle.terms.collecting import uncollected
from lifecircle.terms.errors import Fault, Spot, raise_all
from lifecircle.terms.memory import Memory, forgetful
from lifecircle.terms.progress import Progress, silent


class _Listed(NamedTuple):
    """The row of a record in its register, and the cells that say it in other words."""

    register: Register
    row: int
    place: str
    cells: Mapping[str, Any]


@dataclass(frozen=True)
class _Row:
    """A version and where its record was first listed, and the whole that it is part of."""

    version: Any
    listed: _Listed | None
    whole: _Listed | None
    home: Home = NOWHERE

    @cached_property
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
        same = len(self.rows) == self.listed and all(
            row.as_listed and not row.home.moved for row in self.rows
        )
        return self.register is not None and same


@uncollected()
def city_of_records(
    folder: Path,
    as_of: date | None = None,
    progress: Progress = silent,
    memory: Memory = forgetful,
) -> City:
    """Return the city of the records that hold on a day, or now; the rest from the folder's files.

    Facilities, estates with gates, permits and spaces are records; of communities it is on record
    what was changed of them since the files were loaded; streets and the other forms are files.
    Where nothing was changed, it is the city that `read_city` makes of the files. ``memory`` knows
    what was read of equal files before. Raises InputError with every fault, of records too.
    """
    sources = read_sources(folder)
    headers = read_headers(sources.headers)
    kept: dict[tuple[Path, str], _Kept] = {}
    registers = Register.objects.in_bulk()
    listed = _listed(registers)
    counts = Counter(one.register.pk for one in listed.values())
    standing = Standing.on(as_of or timezone.localdate())
    homes = Homes(standing)
    for form, model in MODELS.items():
        for pk, register in registers.items():
            if register.form == form:
                kept[folder / register.file, form] = _Kept(register, counts[pk], [])
        for row in _rows(model, as_of, listed, homes):
            place = _place(sources, folder, form, row, kept)
            kept.setdefault((place, form), _Kept(None, 0, [])).rows.append(row)
    raise_all(homes.faults())
    layers = {(path, form): _layer(form, path, one, headers) for (path, form), one in kept.items()}
    hashes: dict[Path, str] = {}
    for (path, _), one in kept.items():
        if not one.as_listed:
            hashes[path] = _hash(one.rows, hashes.get(path, ""))
    sources = _with_own_book(
        sources, folder, [form for path, form in kept if path.name == OWN_BOOK]
    )
    sources = with_answered(sources, (path.name for path, _ in kept))
    areas = CommunitiesOnRecord(standing, sources.communities.file, hashes)
    city = read_city(sources, progress, Kept(layers, hashes, memory, areas))
    city = replace(city, notices=(*city.notices, *homes.notices(), *areas.notices))
    return with_declared(city, as_of)


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
        if people is not None and people.file is not None:
            return people.gates or folder / OWN_BOOK
        if row.whole is not None:
            return folder / row.whole.register.file
    if form in ("estates", "gates"):
        return next((path for path, own in kept if own == "estates"), folder / OWN_BOOK)
    return folder / OWN_BOOK


def _listed(registers: Mapping[int, Register]) -> dict[int, _Listed]:
    """Return where each record was first listed, by its key."""
    told = Listed.objects.order_by().values_list("record", "register", "row", "place", "cells")
    return {
        record: _Listed(registers[register], row, place, cells)
        for record, register, row, place, cells in told
    }


def _rows(
    model: type[Version], as_of: date | None, listed: Mapping[int, _Listed], homes: Homes
) -> Iterator[_Row]:
    """Yield the versions of a kind; areas are few, and joined here in less time than by a query."""
    held = model.versions.current() if as_of is None else model.versions.as_of(as_of)
    related = "record" if has_area(model) else "record__parent"
    areas = Area.objects.in_bulk() if has_area(model) else {}
    for version in held.filter(removed=False).select_related(related).order_by("record_id"):
        if areas:
            version.area = areas[version.area_id]
        record = version.record
        home = homes.of(version) if areas else NOWHERE
        yield _Row(version, listed.get(record.pk), listed.get(record.parent_id), home)


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
    said = [_said(form, one) for one in rows]
    return VectorLayer(
        path=path,
        geometry=_shapes([one.version for one in rows]),
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
        if not one.as_listed or one.home.moved:
            new = {code for code in row if row[code] not in (None, "", []) and _is_anew(code, one)}
            header_of |= {code: forms()[form].columns[code].zh for code in new - header_of.keys()}
    code_of = {name: code for code, name in header_of.items()}
    named = [*known, *(name for name in header_of.values() if name not in known)]
    return {
        name: _array(
            _cells(name, forms()[form].columns.get(code_of.get(name, "")), rows, said)
            if name in known
            else _cells_anew(forms()[form].columns[code_of[name]], rows, said)
        )
        for name in named
    }


def _cells(
    name: str, column: Column | None, rows: Sequence[_Row], said: Sequence[Mapping[str, Any]]
) -> list[Any]:
    """Return the cells under a header of the register."""
    return [
        cell_of(one.listed.cells[name])
        if one.listed
        and name in one.listed.cells
        and not _is_anew(column.code if column else "", one)
        else shown(column, row[column.code])
        if column and column.code in row
        else None
        for one, row in zip(rows, said, strict=True)
    ]


def _said(form: str, one: _Row) -> dict[str, Any]:
    """Return what a record says, with the community that it lay in on the day."""
    said = row_of(form, one.version)
    return said if one.home.cell is None else {**said, "community": one.home.cell}


def _is_anew(code: str, one: _Row) -> bool:
    """Say whether the cell of a column is no longer what the office wrote."""
    return not one.as_listed or (code == "community" and one.home.moved)


def _cells_anew(
    column: Column, rows: Sequence[_Row], said: Sequence[Mapping[str, Any]]
) -> list[Any]:
    """Return the cells of a column that the register does not have: of what was changed since."""
    return [
        shown(column, row[column.code])
        if column.code in row and _is_anew(column.code, one)
        else None
        for one, row in zip(rows, said, strict=True)
    ]


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
    texts = [
        canonical(
            {"id": one.version.record.own_id, **one.version.data()}
            | ({"home": one.home.cell} if one.home.moved else {})
        )
        for one in rows
    ]
    return hashlib.sha256(f"{before}{root(texts)}".encode()).hexdigest()


def _shapes(versions: Sequence[Any]) -> Any:
    """Return the geometries of versions; most are points, which are made at once."""
    told = [(getattr(one, "lon", None), getattr(one, "lat", None)) for one in versions]
    outlines = [getattr(one, "shape", "") for one in versions]
    are_points = [
        not (outline or lon is None or lat is None)
        for (lon, lat), outline in zip(told, outlines, strict=True)
    ]
    shapes = _array(
        [
            None if is_point else drawn(lon, lat, outline)
            for (lon, lat), outline, is_point in zip(told, outlines, are_points, strict=True)
        ]
    )
    points = [at for at, is_point in zip(told, are_points, strict=True) if is_point]
    shapes[are_points] = shapely.points(np.array(points, dtype=np.float64).reshape(-1, 2))
    return shapes


def _array(values: list[Any]) -> Any:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _fault(plain: Mapping[str, Any]) -> Fault:
    spot = Spot(**plain["spot"]) if plain["spot"] else None
    return Fault(**{**plain, "spot": spot})
