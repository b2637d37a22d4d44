"""Writes what is reached into a folder: tables, map layers of the isochrones, manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

from lifecircle import __version__
from lifecircle.assess.access import NEAREST_S
from lifecircle.assess.capacity import BETA
from lifecircle.assess.reach import Reach
from lifecircle.place.tables import City
from lifecircle.publish.folder import Kind, whole_folder
from lifecircle.publish.reached import (
    assignment_columns,
    capacity_columns,
    circle_columns,
    equity_columns,
    isochrone_columns,
)
from lifecircle.publish.tables import FIXED_DATE, Columns, write_csv
from lifecircle.terms.progress import Progress, silent
from lifecircle.walk.isochrones import BESIDE_M

MANIFEST = "manifest.json"
TABLES = (
    "isochrones.csv",
    "circle_walkable.csv",
    "capacity.csv",
    "capacity_assigned.csv",
    "equity.csv",
)
LAYERS = ("isochrones.gpkg", "isochrones.geojson")
REACHED = Kind(frozenset({*TABLES, *LAYERS, MANIFEST}), MANIFEST, '"lifecircle_reach"')


def write_reach(out: Path, city: City, found: Reach, progress: Progress = silent) -> dict[str, Any]:
    """Write what is reached into ``out``, all or nothing, and return the manifest."""
    progress("写出结果")
    with whole_folder(out, REACHED) as folder:
        isochrones = isochrone_columns(city, found)
        tables = (
            isochrones,
            circle_columns(city, found),
            capacity_columns(city, found),
            assignment_columns(city, found),
            equity_columns(city, found),
        )
        for name, columns in zip(TABLES, tables, strict=True):
            write_csv(folder / name, columns)
        try:
            _write_layers(folder, city, found, isochrones)
        except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
            raise OSError(str(error)) from error
        manifest = _manifest(city, found, folder)
        text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return manifest


def _write_layers(folder: Path, city: City, found: Reach, columns: Columns) -> None:
    """Write areas of all minutes, and the streets of the longest (WGS84)."""
    rows = found.isochrones
    areas = _polygons(city, [one.area for one in rows])
    longest = [at for at, one in enumerate(rows) if one.minutes == found.minutes[-1]]
    lines = [shapely.multilinestrings(rows[at].streets) for at in longest]
    of_longest = {name: [values[at] for at in longest] for name, values in columns.items()}
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_DATE})
    try:
        gpkg, geojson = (folder / name for name in LAYERS)
        _write_layer(gpkg, "areas", "MultiPolygon", areas, columns)
        streets = city.plane.to_degrees(np.array(lines, dtype=object))
        _write_layer(gpkg, "streets", "MultiLineString", streets, of_longest)
        _write_layer(geojson, "isochrones", "MultiPolygon", areas, columns)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _polygons(city: City, shapes: Sequence[Any]) -> Any:
    """Return areas as multipolygons in degrees; rounding may fold a ring, which is mended."""
    degrees = city.plane.to_degrees(np.array(shapes, dtype=object))
    folded = ~shapely.is_valid(degrees)
    degrees[folded] = shapely.make_valid(degrees[folded], method="structure", keep_collapsed=False)
    return np.array([shapely.multipolygons(_parts(one)) for one in degrees], dtype=object)


def _parts(shape: Any) -> list[Any]:
    parts = shapely.get_parts(shapely.get_parts(shape))
    return [one for one in parts if one.geom_type == "Polygon" and not one.is_empty]


def _write_layer(
    path: Path, layer: str, kind: str, shapes: Any, columns: Mapping[str, Sequence[Any]]
) -> None:
    values = [["" if one is None else str(one) for one in own] for own in columns.values()]
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(shapes),
        field_data=[np.array(own, dtype=object) for own in values],
        fields=list(columns),
        layer=layer,
        driver="GPKG" if path.suffix == ".gpkg" else "GeoJSON",
        geometry_type=kind,
        crs="EPSG:4326",
    )


def _manifest(city: City, found: Reach, folder: Path) -> dict[str, Any]:
    """Return what the run was made of, and the hash of each file it wrote."""
    pack = found.pack
    return {
        "lifecircle_reach": 1,
        "software": {"name": "lifecircle", "version": __version__},
        "pack": {"id": pack.id, "version": pack.header.version, "sha256": pack.sha256},
        "city": {"title": city.title, "simulated": city.simulated},
        "inputs": [vars(file) for file in city.files],
        "network_sha256": found.network_sha256,
        "options": {
            "minutes": list(found.minutes),
            "profile": found.profile.name,
            "speed_m_per_min": found.profile.speed_m_per_min,
            "beside_street_m": list(BESIDE_M),
            "gravity": {"beta": BETA, "nearest_s": NEAREST_S},
        },
        "notices": list(city.notices),
        "attributions": list(city.attributions),
        "results": {name: _sha256(folder / name) for name in TABLES},
        "files": {name: _sha256(folder / name) for name in LAYERS},
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
