"""Reads all files of a city into one `City`, telling of every fault at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lifecircle.place.areas.change_register import read_changes
from lifecircle.place.areas.communities import read_communities
from lifecircle.place.audit.areas import area_doubts, outline_doubts
from lifecircle.place.audit.datums import Bounded, datum_findings
from lifecircle.place.audit.places import place_doubts
from lifecircle.place.audit.streets import street_doubts
from lifecircle.place.books import Books, read_books, sha256_of, sheets_of
from lifecircle.place.facilities import (
    facility_table,
    layer_from_osm,
    layer_from_table,
    read_facilities,
)
from lifecircle.place.facility_parts import Row
from lifecircle.place.formats.vector import read_vector
from lifecircle.place.forms.category_cells import Kinds
from lifecircle.place.forms.columns import Headers
from lifecircle.place.forms.headers import read_headers
from lifecircle.place.forms.own_kinds import read_kinds
from lifecircle.place.inspection import (
    Inspection,
    accepted_doubts,
    accepted_faults,
    unknown_accepted,
)
from lifecircle.place.layers import NOTHING_KEPT, Kept, VectorLayer
from lifecircle.place.main_streets import main_streets_of
from lifecircle.place.notices import declarations, doubt_notices
from lifecircle.place.plane import Plane
from lifecircle.place.planning_forms import PlanningForms
from lifecircle.place.registers import Registers
from lifecircle.place.residents.people import PeopleLayer, origins_of, people_layers
from lifecircle.place.sources import CitySources, FacilitySource
from lifecircle.place.streets.barriers import barriers_of
from lifecircle.place.streets.osm import Extract, read_extract
from lifecircle.place.streets.roads import Roads, roads_of_extract, roads_of_lines
from lifecircle.place.tables import (
    City,
    Communities,
    Doubt,
    Facilities,
    InputFile,
    Layer,
    RecordedWaiver,
    Streets,
)
from lifecircle.terms.collecting import uncollected
from lifecircle.terms.errors import Fault, raise_all, stop
from lifecircle.terms.progress import Progress, silent

OSM_SUFFIXES = (".pbf", ".osm", ".osm.gz", ".osm.bz2")
OSM_ATTRIBUTION = "© OpenStreetMap contributors（ODbL 1.0）"


def read_city(sources: CitySources, progress: Progress = silent, kept: Kept = NOTHING_KEPT) -> City:
    """Read and validate every file; each OpenStreetMap file is passed over once.

    Layers that are ``kept`` as records are taken from there.

    Raises InputError with the faults found, each naming file, place and remedy.
    """
    inspection = inspect_city(sources, progress, kept)
    raise_all(inspection.faults)
    assert inspection.city is not None
    return inspection.city


@uncollected()
def inspect_city(
    sources: CitySources, progress: Progress = silent, kept: Kept = NOTHING_KEPT
) -> Inspection:
    """Read every file as far as it can be read; one file's faults do not hide another's."""
    found = Inspection(faults=unknown_accepted(sources))
    headers = found.attempt(read_headers, sources.headers) or {}
    kinds = (found.attempt(read_kinds, sources.kinds) if sources.kinds else None) or {}
    progress("读取社区边界")
    source = sources.communities
    vector = found.attempt(
        read_vector, source.file, source.layer, source.datum, source.crs, form="communities"
    )
    progress("读取工作簿")
    books = read_books(sources, headers, found, kept)
    where = None if vector is None else _where(sources, vector, books, headers, found, kept)
    progress("读取路网和设施")
    extracts = {
        path: extract
        for path in _osm_files(sources)
        if (extract := found.attempt(read_extract, path)) is not None
    }
    read_layers: list[Bounded] = [] if vector is None else [(vector, True)]
    layers, rows = _facilities(
        sources, extracts, books, (headers, kinds), found, read_layers, where, kept
    )
    people = found.attempt(_people, sources, books, headers, kept) or []
    read_layers += [(one.people, True) for one in people]
    read_layers += [(one.gates, False) for one in people if one.gates is not None]
    roads = None if where is None else found.attempt(_roads, sources, extracts, where[1])
    if where is None or roads is None:
        return found
    progress("读取人口")
    communities, plane = where
    parts = _Parts(
        sources, communities, plane, extracts, roads, layers, rows, read_layers, kinds, kept
    )
    _assemble(parts, people, books, headers, found)
    return found


def _where(
    sources: CitySources,
    vector: VectorLayer,
    books: Books,
    headers: Headers,
    found: Inspection,
    kept: Kept,
) -> tuple[Communities, Plane] | None:
    """Return the communities and their plane; bad registers do not take the outlines away."""
    plane = Plane.around(vector.geometry)
    sheets = [layer for _, layer in books.get("communities", [])]
    source = sources.communities
    read = found.attempt(read_communities, vector, source, plane, sheets, headers)
    if read is None and sheets:
        # without the registers the outlines may still do to look at everything else
        read = Inspection().attempt(read_communities, vector, source, plane, [], headers)
    if read is None:
        return None
    communities = kept.areas.communities(read[0], plane)
    found.doubts += [*read[1], *outline_doubts(communities, vector.geometry)]
    return communities, plane


@dataclass(frozen=True)
class _Parts:
    sources: CitySources
    communities: Communities
    plane: Plane
    extracts: Mapping[Path, Extract]
    roads: Roads
    layers: list[Layer]
    rows: list[Row]
    read: list[Bounded]
    kinds: Kinds
    kept: Kept


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
    errors, mixed = datum_findings(parts.read, parts.rows, plane, streets, parts.kept.memory)
    found.faults += errors
    found.doubts += mixed
    found.faults, found.accepted = accepted_faults(sources, found.faults)
    facilities = found.attempt(facility_table, parts.rows, plane, communities)
    at = sources.people.at if sources.people else None
    origins = found.attempt(
        origins_of, communities, plane, people, sources.rasters, dwellings, headers, at
    )
    waivers = found.attempt(_waivers, sources, communities)
    kept = found.attempt(_registers, parts, books, headers, facilities) or {}
    if facilities is None or origins is None:
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
        files=() if found.faults else _input_files(sources, parts.kept),
        notices=(
            *(remark for layer, _ in parts.read for remark in layer.remarks),
            *parts.roads.notices,
            *origins[1],
        ),
        estimates=origins[3],
        attributions=() if sources.simulated else _attributions(sources, parts.extracts),
        waivers=waivers or (),
        **(_drawn(street_file, plane) if street_file else {}),
        **kept,
    )
    _look_over(sources, city, found)


def _drawn(extract: Extract, plane: Plane) -> dict[str, Any]:
    """Return what is drawn on maps beside the network."""
    streets = main_streets_of(extract.main_streets, plane)
    return {"barriers": barriers_of(extract.barriers, plane), "main_streets": streets}


def _look_over(sources: CitySources, city: City, found: Inspection) -> None:
    """Audit the whole city and keep it with every doubt that nobody took upon themselves."""
    found.doubts += [*area_doubts(city), *place_doubts(city), *street_doubts(city)]
    found.doubts, taken = accepted_doubts(sources, found.doubts)
    found.accepted += taken
    if found.faults:
        return
    found.city = replace(
        city,
        doubts=tuple(found.doubts),
        accepted=tuple(found.accepted),
        notices=(
            *doubt_notices(found.doubts, found.accepted),
            *city.notices,
            *declarations(city.layers),
        ),
    )


def _registers(
    parts: _Parts, books: Books, headers: Headers, facilities: Facilities | None
) -> dict[str, Any]:
    """Read changes, areas, surveys, records and what the office plans with.

    Raises InputError with the faults of all of them.
    """
    communities, as_of = parts.communities, parts.sources.as_of
    registers = Registers(communities, headers)
    sheets = sheets_of(books)
    found = Inspection()
    changes = found.attempt(
        read_changes,
        sheets.get("area_changes", []),
        communities,
        headers,
        as_of,
        parts.kept.areas,
    )
    registers.take_changes(*(changes or ((), [])))
    kept = {
        "changes": registers.changes,
        "areas": found.attempt(registers.areas, sheets.get("areas", [])),
        "surveys": found.attempt(registers.surveys, sheets.get("survey", [])),
        "records": found.attempt(registers.records, sheets.get("records", [])),
    }
    forms = PlanningForms(communities, parts.plane, headers, parts.kinds)
    planned = found.attempt(forms.all, sheets, facilities) or {}
    raise_all(found.faults, (doubt.fault for doubt in found.doubts))
    return {**kept, **planned, "doubts": [*registers.doubts, *forms.doubts]}


def read_streets(sources: CitySources) -> tuple[Plane, Streets]:
    """Read only the streets, level, and the plane around the communities that they lie in.

    Raises InputError with the faults of the two files.
    """
    own = sources.communities
    vector = read_vector(own.file, own.layer, own.datum, own.crs, form="communities")
    plane, file = Plane.around(vector.geometry), sources.network.file
    extracts = {file: read_extract(file)} if is_osm(file) else {}
    roads = _roads(sources.model_copy(update={"elevation": None}), extracts, plane)
    assert roads is not None
    return plane, roads.streets


def _roads(sources: CitySources, extracts: Mapping[Path, Extract], plane: Plane) -> Roads | None:
    """Return the streets, of OpenStreetMap or of a layer of lines; None of an unreadable file."""
    if not is_osm(sources.network.file):
        roads = roads_of_lines(sources.network, plane)
    elif (extract := extracts.get(sources.network.file)) is not None:
        roads = roads_of_extract(extract, plane)
    else:
        return None
    if not sources.elevation:
        return roads
    # rasterio is slow to import, and few cities bring a raster
    from lifecircle.place.streets.heights import with_heights  # noqa: PLC0415

    return with_heights(roads, plane, sources.elevation)


def _people(sources: CitySources, books: Books, headers: Headers, kept: Kept) -> list[PeopleLayer]:
    """Return who lives where, from a layer or from workbooks, never from both."""
    estates = books.get("estates", [])
    named = sources.people
    if named is not None and named.file is not None:
        if estates:
            where = f"{named.file.name} 和 {estates[0][1].path.name}"
            raise stop(f"人口在 {where} 里都有，会算两遍", remedy="去掉 people 或“小区”表")
        return people_layers(named, headers, kept)
    gates = {layer.path: layer for _, layer in books.get("gates", [])}
    return [PeopleLayer(layer, gates.get(layer.path)) for _, layer in estates]


def _attributions(sources: CitySources, extracts: Mapping[Path, Extract]) -> tuple[str, ...]:
    """Name those whose data stand in the results."""
    named = [OSM_ATTRIBUTION] if extracts else []
    named += [sources.network.source] if sources.network.source else []
    named += [f"人口栅格：{sources.rasters.source}"] if sources.rasters else []
    named += [f"高程：{sources.elevation.source}"] if sources.elevation else []
    return tuple(named)


def _waivers(sources: CitySources, communities: Communities) -> tuple[RecordedWaiver, ...]:
    known = {*communities.id, *communities.former}
    raise_all(
        Fault(f"没有编号为 {waiver.community} 的社区", "lifecircle.toml", "waivers", "改正")
        for waiver in sources.waivers
        if waiver.community not in known
    )
    return tuple(
        RecordedWaiver(
            communities.former.get(w.community, w.community), w.rule, w.by, w.as_of, w.reason
        )
        for w in sources.waivers
    )


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
    read_layers: list[Bounded],
    where: tuple[Communities, Plane] | None,
    kept: Kept,
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
        if source.file in extracts:
            add(found.attempt(layer_from_osm, source, extracts[source.file], len(layers)))
    tables = [
        (source, layer)
        for source in sources.facilities
        if not is_osm(source.file)
        and (layer := found.attempt(read_facilities, source, words[0], kept)) is not None
    ]
    for book, sheet in books.get("facilities", []):
        said = book.model_dump(include={"file", "datum", "census", "census_on", "declared_by"})
        tables.append((FacilitySource(**said), sheet))
    for source, table in tables:
        read_layers.append((table, False))
        read = found.attempt(layer_from_table, table, source, len(layers), *words, where)
        if read is not None:
            add((read.layer, read.rows, read.doubts))
            found.faults += read.faults
    return layers, rows


def _input_files(sources: CitySources, kept: Kept) -> tuple[InputFile, ...]:
    named = [("network", sources.network.file), ("communities", sources.communities.file)]
    named += [("facilities", source.file) for source in sources.facilities]
    if sources.people is not None:
        parts = (("people", sources.people.file), ("gates", sources.people.gates))
        named += [(role, file) for role, file in parts if file is not None]
    if sources.rasters is not None:
        named += [(f"raster-{group}", file) for group, file in sources.rasters.files.items()]
    named += [("elevation", sources.elevation.file)] if sources.elevation else []
    named += [("workbook", source.file) for source in sources.workbooks]
    named += [("headers", sources.headers)] if sources.headers else []
    named += [("kinds", sources.kinds)] if sources.kinds else []
    return tuple(
        InputFile(role, path.name, kept.hashes.get(path) or sha256_of(path)) for role, path in named
    )
