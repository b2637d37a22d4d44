"""Reads all files of a city into one `City`."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from lifecircle.place.alignment import Alignment
from lifecircle.place.columns import Columns
from lifecircle.place.declarations import DeclaredLayer, datum_faults
from lifecircle.place.facilities import Row, facility_table, layer_from_file, layer_from_osm
from lifecircle.place.layers import VectorLayer
from lifecircle.place.notices import far_notices, shape_notices
from lifecircle.place.osm import Extract, read_extract
from lifecircle.place.people import origins_of
from lifecircle.place.plane import Plane
from lifecircle.place.sources import CitySources, CommunitySource
from lifecircle.place.tables import City, Communities, InputFile, Layer, RecordedWaiver, Streets
from lifecircle.place.vector import read_vector
from lifecircle.terms.errors import Fault, raise_all
from lifecircle.terms.progress import Progress, silent
from lifecircle.terms.taxonomy import categories

OSM_SUFFIXES = (".pbf", ".osm", ".osm.gz", ".osm.bz2")
OSM_ATTRIBUTION = "© OpenStreetMap contributors（ODbL 1.0）"
WIDEST_M = 300_000.0
"""No city reaches farther from its middle."""

AREA_KINDS = {"": "community", "社区": "community", "村": "village"}
AREA_SIZES = {
    "小型": "small",
    "中型": "medium",
    "大型": "large",
    "特大": "very_large",
    "分散": "dispersed",
}


def read_city(
    sources: CitySources, progress: Progress = silent, accepted: Collection[str] = ()
) -> City:
    """Read and validate every file; each OpenStreetMap file is passed over once.

    Faults of the ``accepted`` codes do not stop it.

    Raises InputError with the faults found, each naming file, place and remedy.
    """
    progress("读取社区边界")
    vector = read_vector(
        sources.communities.file,
        sources.communities.layer,
        sources.communities.datum,
        sources.communities.crs,
    )
    plane = Plane.around(vector.geometry)
    communities = _communities(vector, sources.communities, plane)
    notices = [*vector.remarks, *shape_notices(communities, vector.geometry)]
    progress("读取路网和设施")
    extracts = _extracts(sources)
    layers, rows = _facilities(sources, extracts)
    notices += [remark for layer in layers for remark in layer.remarks]
    facilities = facility_table(rows, plane)
    street_file = extracts[sources.network]
    x_m, y_m = plane.metres(street_file.lon, street_file.lat)
    streets = Streets(street_file.node_id, x_m, y_m, street_file.segments)
    check = _DatumCheck(Alignment(plane, streets), accepted)
    notices += check(_declared(sources, vector, rows), _known(sources, rows, plane))
    progress("读取人口")
    read: list[DeclaredLayer] = []
    origins, said = origins_of(communities, plane, sources.people, street_file.dwellings, read)
    notices += check(read, {}) + said + far_notices(communities, facilities)
    notices += _broken_ways(street_file)
    return City(
        title=sources.title or sources.communities.file.stem,
        simulated=sources.simulated,
        plane=plane,
        communities=communities,
        origins=origins,
        layers=tuple(layers),
        facilities=facilities,
        streets=streets,
        files=tuple(_input_files(sources)),
        notices=tuple(notices + [_declaration(layer) for layer in layers]),
        attributions=() if sources.simulated else (OSM_ATTRIBUTION,),
        waivers=_waivers(sources, communities),
    )


def _broken_ways(streets: Extract) -> list[str]:
    if not streets.broken_ways:
        return []
    return [f"路网文件有{streets.broken_ways}条道路缺少节点，缺的一段没有计入。"]


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


def _declared(
    sources: CitySources, communities: VectorLayer, rows: list[Row]
) -> list[DeclaredLayer]:
    """Return the layers of communities and facilities whose datum may be doubted."""
    source = sources.communities
    layers = [
        DeclaredLayer(
            source.file, communities.geometry, source.datum, communities.places, bounded=True
        )
    ]
    for number, facility_source in enumerate(sources.facilities):
        own = [row for row in rows if row.layer == number]
        if not is_osm(facility_source.file):
            layers.append(
                DeclaredLayer(
                    facility_source.file,
                    np.array([row.shape for row in own], dtype=object),
                    facility_source.datum,
                    tuple(row.place for row in own),
                    tuple(row.name for row in own),
                )
            )
    return layers


def _known(sources: CitySources, rows: list[Row], plane: Plane) -> dict[str, tuple[float, float]]:
    """Return where OpenStreetMap, which is in WGS84, has the names it has once."""
    osm = [row for row in rows if row.name and is_osm(sources.facilities[row.layer].file)]
    times = Counter(row.name for row in osm)
    once = [row for row in osm if times[row.name] == 1]
    point = shapely.centroid(plane.to_metres(np.array([row.shape for row in once], dtype=object)))
    xy = zip(shapely.get_x(point), shapely.get_y(point), strict=True)
    return {row.name: (float(x), float(y)) for row, (x, y) in zip(once, xy, strict=True)}


@dataclass(frozen=True)
class _DatumCheck:
    """Stops at layers in another datum than declared, unless that is ``accepted``."""

    alignment: Alignment
    accepted: Collection[str]

    def __call__(
        self, layers: list[DeclaredLayer], known: dict[str, tuple[float, float]]
    ) -> list[str]:
        """Return sentences on rows that may be in another datum than the rest."""
        found = datum_faults(self.alignment, layers, known, self.accepted)
        raise_all(fault.fault for fault in found if fault.severity == "error")
        return [str(fault.fault) for fault in found]


def is_osm(path: Path) -> bool:
    """Say whether a file is read as OpenStreetMap data."""
    return path.name.lower().endswith(OSM_SUFFIXES)


def _extracts(sources: CitySources) -> dict[Path, Extract]:
    paths = {sources.network} | {s.file for s in sources.facilities if is_osm(s.file)}
    return {path: read_extract(path) for path in sorted(paths)}


def _facilities(
    sources: CitySources, extracts: Mapping[Path, Extract]
) -> tuple[list[Layer], list[Row]]:
    layers, rows = [], []
    for number, source in enumerate(sources.facilities):
        if is_osm(source.file):
            layer, found = layer_from_osm(source, extracts[source.file], number)
        else:
            layer, found = layer_from_file(source, number)
        layers.append(layer)
        rows += found
    return layers, rows


def _communities(vector: VectorLayer, source: CommunitySource, plane: Plane) -> Communities:
    columns = Columns(vector, {"id": source.id_column, "name": source.name_column})
    ids = columns.ids("社区")
    names = [name or own_id for name, own_id in zip(columns.texts("name"), ids, strict=True)]
    kinds = _words(columns, "kind", AREA_KINDS, "community、village")
    sizes = _words(columns, "size", {"": "", **AREA_SIZES}, "小型、中型、大型、特大、分散")
    radius_m = columns.counts("circle_radius_m")
    areas = np.isin(shapely.get_type_id(vector.geometry), (3, 6))
    for row in np.flatnonzero(~areas):
        columns.faults.append(
            Fault("社区应为面（多边形）", str(vector.path), vector.places[row], "换成边界面")
        )
    shape = plane.to_metres(shapely.make_valid(vector.geometry))
    far = ~(np.abs(shapely.bounds(shape)) < WIDEST_M).all(axis=1)
    for row in np.flatnonzero(far):
        reason = f"社区 {ids[row]} 离其他社区300公里以上"
        columns.faults.append(Fault(reason, columns.file, vector.places[row], "检查坐标"))
    for row in np.flatnonzero(shapely.area(shape) == 0):
        if areas[row]:
            columns.fault("边界面积为零", vector.places[row], "重画边界")
    raise_all(columns.faults)
    order = sorted(range(len(ids)), key=lambda row: ids[row])
    townships, counties = columns.texts("township"), columns.texts("county")
    return Communities(
        id=tuple(ids[row] for row in order),
        name=tuple(names[row] for row in order),
        kind=tuple(kinds[row] for row in order),
        size=tuple(sizes[row] for row in order),
        township=tuple(townships[row] for row in order),
        county=tuple(counties[row] for row in order),
        radius_m=np.array([radius_m[row] or np.nan for row in order], dtype=np.float64),
        shape=shape[order],
    )


def _words(columns: Columns, meaning: str, known: Mapping[str, str], shown: str) -> list[str]:
    """Return a column of code words, given in Chinese or as they are."""
    words = []
    for row, text in enumerate(columns.texts(meaning), start=1):
        word = known.get(text, text)
        if word not in known.values():
            reason = f"{columns.header(meaning)} 不认识 {text}"
            columns.fault(reason, columns.place(row), f"从 {shown} 里选")
        words.append(word)
    return words


def _declaration(layer: Layer) -> str:
    """Say in a sentence what a layer of facilities claims."""
    if not layer.census:
        return (
            f"{layer.name} 是不完整名录（按{layer.looked_for}识别）：找到的算有，没找到的不算没有。"
        )
    whole = len(layer.census) == len(categories())
    complete = "全部类别" if whole else f"{len(layer.census)}个类别"
    return f"{layer.name} 的{complete}由{layer.declared_by}声明为{layer.census_on}的普查。"


def _input_files(sources: CitySources) -> list[InputFile]:
    named = [("network", sources.network), ("communities", sources.communities.file)]
    named += [("facilities", source.file) for source in sources.facilities]
    if sources.people is not None:
        named.append(("people", sources.people.file))
        if sources.people.gates is not None:
            named.append(("gates", sources.people.gates))
    return [InputFile(role, path.name, _sha256(path)) for role, path in named]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
