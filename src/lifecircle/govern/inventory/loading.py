"""Fills the platform from the folder of a city: its areas and all records of its inventory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import shapely
from django.db import connection, transaction
from django.db.models import CharField, Model
from django.utils import timezone

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.models import Area, Outline
from lifecircle.govern.areas.services import found
from lifecircle.govern.audit.chain import canonical, root
from lifecircle.govern.audit.services import append
from lifecircle.govern.identity import IDENTITY, LEAST, has_number
from lifecircle.govern.inventory.city_files import keep_city_files
from lifecircle.govern.inventory.models import Facility, Listed, Register
from lifecircle.govern.inventory.reading import Reader, Told
from lifecircle.govern.inventory.tables import MODELS, fields_of, has_area
from lifecircle.govern.records.models import Change, Record, Version
from lifecircle.govern.records.services import begin
from lifecircle.place.city import is_osm, read_city
from lifecircle.place.facilities import read_facilities
from lifecircle.place.formats.workbook import read_workbook
from lifecircle.place.forms.headers import read_headers
from lifecircle.place.forms.own_kinds import read_kinds
from lifecircle.place.layers import Kept, VectorLayer
from lifecircle.place.residents.people import people_layers
from lifecircle.place.sources import CitySources, read_sources
from lifecircle.place.tables import City, Communities
from lifecircle.terms.collecting import uncollected
from lifecircle.terms.errors import Fault, raise_all

AT_ONCE = 500
SIDES = ("west", "south", "east", "north")
CODE_LENGTH = 12
Layers = list[tuple[str, Path, VectorLayer]]


@dataclass(frozen=True)
class Loaded:
    """What was loaded: the city's area and how many records of each form."""

    city: Area
    records: Mapping[str, int]


@uncollected()
def load_city(
    folder: Path, actor: Actor, founded_on: date | None = None, keep_at: Path | None = None
) -> Loaded:
    """Make areas and records of the files in a folder, all or nothing; keep the files where asked.

    The areas are founded on ``founded_on``, the records true from the city's ``as_of``; both today
    where nothing says. Raises InputError with every fault of the files, Refused without the right.
    """
    sources = read_sources(folder)
    layers = layers_of(sources)
    kept = {(path, form): layer for form, path, layer in layers}
    city = read_city(sources, kept=Kept(kept))
    day = sources.as_of or timezone.localdate()
    reader = _reader(sources, city)
    rows = [(form, path, layer, reader.rows(form, layer)) for form, path, layer in layers]
    raise_all(_no_codes(sources, city.communities.id))
    raise_all(fault for form, _, layer, own in rows for fault in _too_long(form, layer, own))
    raise_all(fault for _, _, layer in layers for fault in _numbers(layer))
    with transaction.atomic():
        areas = _areas(city, actor, founded_on or day)
        _outlines(city, sources.communities.file.name, areas, founded_on or day)
        change = begin(actor, day, "载入资料文件夹")
        writer = _Writer(areas, change)
        for form, path, layer, own in rows:
            writer.write(form, path.relative_to(folder).as_posix(), layer, own)
        after = {"rows": writer.counts, "root": root(writer.texts)}
        top = areas[""]
        append(actor, "inventory.load", "change", change.pk, area_path=top.path, after=after)
        if keep_at is not None:
            keep_city_files(folder, keep_at)
    _analyse()
    return Loaded(top, writer.counts)


def _reader(sources: CitySources, city: City) -> Reader:
    kinds = read_kinds(sources.kinds) if sources.kinds else {}
    return Reader(city.communities, city.plane, read_headers(sources.headers), kinds)


def layers_of(sources: CitySources) -> Layers:
    """Return the layers of the files that become records, estates before their gates."""
    headers = read_headers(sources.headers)
    layers: Layers = []
    people = sources.people
    if people is not None and people.file is not None:
        read = people_layers(people, headers)[0]
        layers.append(("estates", people.file, read.people))
        if read.gates is not None and people.gates is not None:
            layers.append(("gates", people.gates, read.gates))
    for source in sources.facilities:
        if not is_osm(source.file):
            layers.append(("facilities", source.file, read_facilities(source, headers)))
    for book in sources.workbooks:
        sheets = read_workbook(book.file, book.datum, headers, book.crs)
        layers += [(form, book.file, sheets[form]) for form in MODELS if form in sheets]
    return sorted(layers, key=lambda one: list(MODELS).index(one[0]))


def _no_codes(sources: CitySources, ids: Iterable[str]) -> Iterator[Fault]:
    for own_id in ids:
        if len(own_id) > CODE_LENGTH:
            reason = f"社区编号 {own_id} 超过{CODE_LENGTH}位"
            yield Fault(reason, str(sources.communities.file), "", "改用统计用区划代码")


def _too_long(form: str, layer: VectorLayer, rows: list[Told]) -> Iterator[Fault]:
    """Yield a fault for each text that a field cannot keep."""
    fields = [field for field in fields_of(MODELS[form]) if isinstance(field, CharField)]
    longest = {field.name: field.max_length or 0 for field in fields}
    called = {field.name: field.verbose_name for field in fields}
    for row in rows:
        for name, most in longest.items():
            if len(row.values.get(name) or "") > most:
                reason = f"“{called[name]}”超过{most}个字"
                yield Fault(reason, str(layer.path), row.place, "写短些", "too-long")


def _numbers(layer: VectorLayer) -> Iterator[Fault]:
    """Yield a fault for each cell that holds a number of identity, whether a form reads it."""
    for header, cells in layer.columns.items():
        for at, text in enumerate(cells.tolist()):
            if isinstance(text, str) and len(text) >= LEAST and has_number(text):
                reason = f"“{header}”里有身份证号，本平台不收集"
                yield Fault(reason, str(layer.path), layer.places[at], "把它删去", IDENTITY)


def _areas(city: City, actor: Actor, on: date) -> dict[str, Area]:
    """Found the tree of areas; by the id of the community, the city under an empty word."""
    table = city.communities
    top = found(actor, city.title, Level.CITY, None, on=on)
    codes = _upper_codes(table)
    counties: dict[str, Area] = {}
    townships: dict[tuple[str, str], Area] = {}
    zones: dict[str, Area] = {}
    areas = {"": top}
    for row, own_id in enumerate(table.id):
        county, township, manager = table.county[row], table.township[row], table.managed_by[row]
        above = top
        if county:
            if county not in counties:
                code = codes.get(county, "")
                counties[county] = found(actor, county, Level.COUNTY, top, on=on, code=code)
            above = counties[county]
        if township:
            key = (county, township)
            if key not in townships:
                code = codes.get(f"{county}·{township}", "")
                townships[key] = found(actor, township, Level.TOWNSHIP, above, on=on, code=code)
            above = townships[key]
        zone = None
        if manager not in ("", county):
            zone = zones.get(manager) or counties.get(manager)
            if zone is None:
                zone = zones[manager] = found(actor, manager, Level.COUNTY, top, on=on)
        areas[own_id] = found(
            actor, table.name[row], Level.COMMUNITY, above,
            on=on, code=own_id, managed_by=zone, state=_state(table, row),
        )  # fmt: skip
    return areas


def _state(table: Communities, row: int) -> dict[str, Any]:
    """Return how a community is classed and counted, as its area keeps it."""
    said = {name: words[row] for name, words in table.attributes.items() if words[row]}
    zone = said.pop("zone", "")
    counts = {name: int(values[row]) for name, values in table.counts.items() if values[row] >= 0}
    return {"attributes": said, "zones": [zone] if zone else [], "counts": counts}


def _outlines(city: City, source: str, areas: Mapping[str, Area], on: date) -> None:
    """Keep the outlines of the communities, in degrees."""
    shapes = city.plane.to_degrees(city.communities.shape)
    bounds = shapely.bounds(shapes).tolist()
    Outline.objects.bulk_create(
        (
            Outline(
                area=areas[own_id],
                from_on=on,
                shape=shape,
                source=source,
                **dict(zip(SIDES, box, strict=True)),
            )
            for own_id, shape, box in zip(
                city.communities.id, shapely.to_geojson(shapes).tolist(), bounds, strict=True
            )
        ),
        batch_size=AT_ONCE,
    )


def _upper_codes(table: Communities) -> dict[str, str]:
    """Return the 12-digit codes of counties and townships, where their communities share one."""
    found_codes: dict[str, set[str]] = {}
    for own_id, county, township in zip(table.id, table.county, table.township, strict=True):
        if len(own_id) == 12 and own_id.isdigit():
            found_codes.setdefault(county, set()).add(own_id[:6].ljust(12, "0"))
            town = found_codes.setdefault(f"{county}·{township}", set())
            town.add(own_id[:9].ljust(12, "0"))
    single = {name: next(iter(codes)) for name, codes in found_codes.items() if len(codes) == 1}
    times = list(single.values())
    return {name: code for name, code in single.items() if times.count(code) == 1}


class _Writer:
    """Writes records in bulk, all by one change."""

    def __init__(self, areas: Mapping[str, Area], change: Change) -> None:
        self._areas = areas
        self._change = change
        self._estates: dict[str, Record] = {}
        self.counts: dict[str, int] = {}
        self.texts: list[str] = []

    def write(self, form: str, file: str, layer: VectorLayer, rows: list[Told]) -> None:
        """Write the rows of a layer, and where each stood."""
        model = MODELS[form]
        register = Register.objects.create(
            file=file,
            form=form,
            sheet=layer.sheet,
            headers=[[name, layer.at_column.get(name, 0)] for name in layer.columns],
            doubts=[_plain_fault(doubt) for doubt in layer.doubts],
            remarks=list(layer.remarks),
            datum=layer.datum or "",
            change=self._change,
        )
        records = Record.objects.bulk_create(
            (self._record(model, row) for row in rows), batch_size=AT_ONCE
        )
        if form == "estates":
            self._estates |= {record.own_id: record for record in records}
        pairs = list(zip(records, rows, strict=True))
        versions = [self._version(model, record, row) for record, row in pairs]
        model.versions.bulk_create(versions, batch_size=AT_ONCE)
        Listed.objects.bulk_create(
            (
                Listed(
                    record=record, register=register, row=row.row, place=row.place, cells=row.cells
                )
                for record, row in pairs
            ),
            batch_size=AT_ONCE,
        )
        self.counts[form] = self.counts.get(form, 0) + len(rows)
        self.texts += [
            canonical({"kind": model.kind(), "id": record.own_id, **version.data()})
            for record, version in zip(records, versions, strict=True)
        ]

    def _record(self, model: type[Version], row: Told) -> Record:
        parent = self._estates[row.parent] if row.parent else None
        area = parent.area if parent else self._areas[row.community]
        return Record(kind=model.kind(), own_id=row.own_id, area=area, parent=parent)

    def _version(self, model: type[Version], record: Record, row: Told) -> Version:
        change, values = self._change, dict(row.values)
        if has_area(model):
            values["area"] = record.area
        version = model(record=record, since=change, since_on=change.effective_on, **values)
        if isinstance(version, Facility):
            version.derive()
        return version


def _plain_fault(fault: Fault) -> dict[str, Any]:
    spot = vars(fault.spot) if fault.spot else None
    return {**vars(fault), "spot": spot}


def _analyse() -> None:
    """Let the database count its rows anew: plans made for empty tables are slow."""
    kinds: tuple[type[Model], ...] = (*MODELS.values(), Record, Listed)
    with connection.cursor() as cursor:
        for kind in kinds:
            cursor.execute(f'ANALYZE "{kind._meta.db_table}"')
