"""Reads all files of a city into one `City`, telling of every fault at once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numpy as np

from lifecircle.place.alignment import Alignment
from lifecircle.place.checks import doubts_of
from lifecircle.place.columns import Headers
from lifecircle.place.communities import read_communities
from lifecircle.place.facilities import (
    Kinds,
    Row,
    facility_table,
    layer_from_file,
    layer_from_osm,
    layer_from_table,
)
from lifecircle.place.layers import VectorLayer
from lifecircle.place.notices import far_notices, shape_notices
from lifecircle.place.osm import Extract, read_extract
from lifecircle.place.own_kinds import read_kinds
from lifecircle.place.people import PeopleLayer, origins_of, people_layers
from lifecircle.place.plane import Plane
from lifecircle.place.registers import Registers
from lifecircle.place.roads import Roads, roads_of_extract, roads_of_lines
from lifecircle.place.sources import (
    CitySources,
    FacilitySource,
    WorkbookSource,
    read_headers,
)
from lifecircle.place.tables import (
    AcceptedFault,
    City,
    Communities,
    Doubt,
    InputFile,
    Layer,
    RecordedWaiver,
)
from lifecircle.place.vector import read_vector
from lifecircle.place.workbook import read_workbook
from lifecircle.terms.errors import Fault, InputError, raise_all, stop
from lifecircle.terms.progress import Progress, silent
from lifecircle.terms.taxonomy import categories

OSM_SUFFIXES = (".pbf", ".osm", ".osm.gz", ".osm.bz2")
OSM_ATTRIBUTION = "© OpenStreetMap contributors（ODbL 1.0）"
P = ParamSpec("P")
T = TypeVar("T")
Books = dict[str, list[tuple[WorkbookSource, VectorLayer]]]


@dataclass
class Inspection:
    """What reading a city found: the city where nothing stops it, every fault, every doubt."""

    city: City | None = None
    faults: list[Fault] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    accepted: list[AcceptedFault] = field(default_factory=list)

    def attempt(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Return what ``read`` returns, or None after taking down its faults."""
        try:
            return read(*args, **kwargs)
        except InputError as error:
            self.faults += [fault for fault in error.faults if fault not in self.faults]
            return None


def read_city(sources: CitySources, progress: Progress = silent) -> City:
    """Read and validate every file; each OpenStreetMap file is passed over once.

    Raises InputError with the faults found, each naming file, place and remedy.
    """
    inspection = inspect_city(sources, progress)
    raise_all(inspection.faults)
    assert inspection.city is not None
    return inspection.city


def inspect_city(sources: CitySources, progress: Progress = silent) -> Inspection:
    """Read every file as far as it can be read; one file's faults do not hide another's."""
    found = Inspection()
    headers = found.attempt(read_headers, sources.headers) or {}
    kinds = (found.attempt(read_kinds, sources.kinds) if sources.kinds else None) or {}
    progress("读取社区边界")
    source = sources.communities
    vector = found.attempt(
        read_vector, source.file, source.layer, source.datum, source.crs, form="communities"
    )
    progress("读取工作簿")
    books = _books(sources, headers, found)
    communities, plane = None, None
    if vector is not None:
        plane = Plane.around(vector.geometry)
        sheets = [layer for _, layer in books.get("communities", [])]
        read = found.attempt(read_communities, vector, source, plane, sheets, headers)
        if read is not None:
            communities = read[0]
            found.doubts += read[1]
    progress("读取路网和设施")
    extracts = {
        path: extract
        for path in _osm_files(sources)
        if (extract := found.attempt(read_extract, path)) is not None
    }
    layers, rows = _facilities(sources, extracts, books, (headers, kinds), found)
    people = found.attempt(_people, sources, books, headers) or []
    roads = None if plane is None else found.attempt(_roads, sources, extracts, plane)
    if vector is None or communities is None or plane is None or roads is None:
        return found
    progress("读取人口")
    parts = _Parts(sources, communities, plane, extracts, roads, layers, rows)
    _assemble(parts, people, books, headers, found)
    if found.city is not None:
        found.city = replace(
            found.city,
            notices=(*shape_notices(communities, vector.geometry), *found.city.notices),
        )
    return found


@dataclass(frozen=True)
class _Parts:
    sources: CitySources
    communities: Communities
    plane: Plane
    extracts: Mapping[Path, Extract]
    roads: Roads
    layers: list[Layer]
    rows: list[Row]


def _assemble(
    parts: _Parts,
    people: list[PeopleLayer],
    books: Books,
    headers: Headers,
    found: Inspection,
) -> None:
    """Put the parts together as a `City` where nothing stops it."""
    sources, communities, plane = parts.sources, parts.communities, parts.plane
    street_file = parts.extracts.get(sources.network.file)
    dwellings = street_file.dwellings if street_file else []
    streets = parts.roads.streets
    found.attempt(_check_datums, sources, parts.rows, Alignment(plane, streets))
    facilities = found.attempt(facility_table, parts.rows, plane, communities)
    origins = found.attempt(origins_of, communities, plane, people, dwellings, headers)
    waivers = found.attempt(_waivers, sources, communities)
    kept = found.attempt(_registers, communities, plane, books, headers) or {}
    if found.faults or facilities is None or origins is None:
        return
    found.doubts += [*origins[2], *kept.pop("doubts", ())]
    city = City(
        title=sources.title or sources.communities.file.stem,
        simulated=sources.simulated,
        plane=plane,
        communities=communities,
        origins=origins[0],
        layers=tuple(parts.layers),
        facilities=facilities,
        streets=streets,
        files=_input_files(sources),
        notices=(
            *parts.roads.notices,
            *origins[1],
            *far_notices(communities, facilities),
        ),
        attributions=() if sources.simulated else _attributions(sources, parts.extracts),
        waivers=waivers or (),
        **kept,
    )
    found.doubts += doubts_of(city)
    found.doubts, found.accepted = _accepted(sources, found.doubts)
    found.city = replace(
        city,
        doubts=tuple(found.doubts),
        accepted=tuple(found.accepted),
        notices=(*city.notices, *[_declaration(layer) for layer in parts.layers]),
    )


def _registers(
    communities: Communities, plane: Plane, books: Books, headers: Headers
) -> dict[str, Any]:
    """Read sites, surveys and records; raises InputError with the faults of all of them."""
    registers = Registers(communities, plane, headers)
    sheets = {form: [layer for _, layer in read] for form, read in books.items()}
    found = Inspection()
    kept = {
        "spaces": found.attempt(registers.spaces, sheets.get("spaces", [])),
        "surveys": found.attempt(registers.surveys, sheets.get("survey", [])),
        "records": found.attempt(registers.records, sheets.get("records", [])),
    }
    raise_all(found.faults)
    return {**kept, "doubts": registers.doubts}


def _roads(sources: CitySources, extracts: Mapping[Path, Extract], plane: Plane) -> Roads | None:
    """Return the streets, of OpenStreetMap or of a layer of lines; None of an unreadable file."""
    if not is_osm(sources.network.file):
        return roads_of_lines(sources.network, plane)
    extract = extracts.get(sources.network.file)
    return None if extract is None else roads_of_extract(extract, plane)


def _books(sources: CitySources, headers: Headers, found: Inspection) -> Books:
    """Read every sheet of every workbook, by form."""
    books: Books = {}
    for source in sources.workbooks:
        sheets = found.attempt(read_workbook, source.file, source.datum, headers) or {}
        for form, layer in sheets.items():
            books.setdefault(form, []).append((source, layer))
    return books


def _people(sources: CitySources, books: Books, headers: Headers) -> list[PeopleLayer]:
    """Return who lives where, from a layer or from workbooks, never from both."""
    estates = books.get("estates", [])
    if sources.people is not None and estates:
        where = f"{sources.people.file.name} 和 {estates[0][1].path.name}"
        raise stop(f"人口在 {where} 里都有，会算两遍", remedy="去掉 people 或“小区”表")
    if sources.people is not None:
        return people_layers(sources.people, headers)
    gates = {layer.path: layer for _, layer in books.get("gates", [])}
    return [PeopleLayer(layer, gates.get(layer.path)) for _, layer in estates]


def _accepted(sources: CitySources, doubts: list[Doubt]) -> tuple[list[Doubt], list[AcceptedFault]]:
    """Take out the doubts that a named person took upon themselves."""
    taken: list[AcceptedFault] = []
    for one in sources.accepted:
        fits = [
            doubt
            for doubt in doubts
            if doubt.code == one.code
            and (not one.file or Path(doubt.fault.file).name == one.file)
            and (not one.row or (doubt.fault.spot is not None and doubt.fault.spot.row == one.row))
        ]
        doubts = [doubt for doubt in doubts if doubt not in fits]
        taken.append(AcceptedFault(one.code, one.by, one.as_of, one.reason, len(fits)))
    return doubts, taken


def _attributions(sources: CitySources, extracts: Mapping[Path, Extract]) -> tuple[str, ...]:
    """Name those whose data stand in the results."""
    named = [OSM_ATTRIBUTION] if extracts else []
    named += [sources.network.source] if sources.network.source else []
    return tuple(named)


def _waivers(sources: CitySources, communities: Communities) -> tuple[RecordedWaiver, ...]:
    known = set(communities.id)
    raise_all(
        Fault(f"没有编号为 {waiver.community} 的社区", "lifecircle.toml", "waivers", "改正")
        for waiver in sources.waivers
        if waiver.community not in known
    )
    return tuple(
        RecordedWaiver(w.community, w.rule, w.by, w.as_of, w.reason) for w in sources.waivers
    )


def _check_datums(sources: CitySources, rows: list[Row], alignment: Alignment) -> None:
    """Stop at layers of unknown datum that fit the streets better under another one."""
    layers = [(number, s) for number, s in enumerate(sources.facilities) if not is_osm(s.file)]
    found = [
        alignment.fault(
            source.file,
            np.array([row.shape for row in rows if row.layer == number], dtype=object),
            source.datum,
        )
        for number, source in layers
    ]
    raise_all(fault for fault in found if fault is not None)


def is_osm(path: Path) -> bool:
    """Say whether a file is read as OpenStreetMap data."""
    return path.name.lower().endswith(OSM_SUFFIXES)


def _osm_files(sources: CitySources) -> list[Path]:
    layers = (sources.network, *sources.facilities)
    return sorted({source.file for source in layers if is_osm(source.file)})


def _facilities(
    sources: CitySources,
    extracts: Mapping[Path, Extract],
    books: Books,
    words: tuple[Headers, Kinds],
    found: Inspection,
) -> tuple[list[Layer], list[Row]]:
    """Read every layer of facilities; the sheets of workbooks are layers like the others."""
    layers: list[Layer] = []
    rows: list[Row] = []

    def add(read: tuple[Layer, list[Row], list[Doubt]] | None) -> None:
        if read is not None:
            layers.append(read[0])
            rows.extend(read[1])
            found.doubts.extend(read[2])

    for source in sources.facilities:
        if not is_osm(source.file):
            add(found.attempt(layer_from_file, source, len(layers), *words))
        elif source.file in extracts:
            add(found.attempt(layer_from_osm, source, extracts[source.file], len(layers)))
    for book, layer in books.get("facilities", []):
        said = book.model_dump(include={"file", "datum", "census", "census_on", "declared_by"})
        add(found.attempt(layer_from_table, layer, FacilitySource(**said), len(layers), *words))
    return layers, rows


def _declaration(layer: Layer) -> str:
    """Say in a sentence what a layer of facilities claims."""
    declared = layer.census | layer.counted
    if not declared:
        return (
            f"{layer.name} 是不完整名录（按{layer.looked_for}识别）：找到的算有，没找到的不算没有。"
        )
    whole = len(declared) == len(categories())
    complete = "全部类别" if whole else f"{len(declared)}个类别"
    said = f"{layer.name} 的{complete}由{layer.declared_by}声明为{layer.census_on}的普查"
    if layer.counted:
        said += f"，其中{len(layer.counted)}个类别有设施没有坐标：按社区计数时算查全，步行时不算"
    return f"{said}。"


def _input_files(sources: CitySources) -> tuple[InputFile, ...]:
    named = [("network", sources.network.file), ("communities", sources.communities.file)]
    named += [("facilities", source.file) for source in sources.facilities]
    if sources.people is not None:
        named.append(("people", sources.people.file))
        if sources.people.gates is not None:
            named.append(("gates", sources.people.gates))
    named += [("workbook", source.file) for source in sources.workbooks]
    named += [("headers", sources.headers)] if sources.headers else []
    named += [("kinds", sources.kinds)] if sources.kinds else []
    return tuple(InputFile(role, path.name, _sha256(path)) for role, path in named)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
