"""Outlines drawn with letters: each letter is a cell of a thousandth of a degree."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

from lifecircle.govern.areas.models import Area
from tests.govern.conftest import SmallCity

WEST, NORTH, CELL = 108.95, 34.26, 0.001
CODES = {
    "city": "610100000000",
    "east": "610102000000",
    "bridge": "610102001000",
    "mill": "610102001001",
    "pond": "610102001002",
    "pine": "610102002001",
    "reed": "610103001001",
}
LETTERS = {"m": "mill", "p": "pond", "b": "bridge", "i": "pine", "r": "reed"}
MILL_AND_POND = """
    mmpp
    mmpp
"""


def coded(city: SmallCity) -> SmallCity:
    """Give the areas of the small city codes."""
    for name, code in CODES.items():
        Area.objects.filter(pk=city[name].pk).update(code=code)
        city[name].code = code
    return city


def drawn(picture: str) -> dict[str, Any]:
    """Return the outline of each letter of a picture, north at the top, by what it stands for."""
    cells: dict[str, list[Any]] = {}
    for down, line in enumerate(picture.strip().splitlines()):
        for right, letter in enumerate(line.strip()):
            if letter != ".":
                west, north = round(WEST + right * CELL, 3), round(NORTH - down * CELL, 3)
                box = shapely.box(west, round(north - CELL, 3), round(west + CELL, 3), north)
                cells.setdefault(letter, []).append(box)
    return {LETTERS.get(letter, letter): shapely.union_all(some) for letter, some in cells.items()}


def features(shapes: Mapping[str, Any] | list[tuple[str, Any]], header: str = "区划代码") -> bytes:
    """Return GeoJSON of outlines by the name of the area, or by a code."""
    pairs = shapes.items() if isinstance(shapes, Mapping) else shapes
    made = [
        {
            "type": "Feature",
            "properties": {header: CODES.get(word, word)},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for word, shape in pairs
    ]
    return json.dumps({"type": "FeatureCollection", "features": made}).encode()


def written(folder: Path, shapes: Mapping[str, Any], name: str, **how: Any) -> Path:
    """Write outlines in the format that a name says."""
    path = folder / name
    words = np.array([CODES.get(word, word) for word in shapes], dtype=object)
    surfaces = np.array(list(shapes.values()), dtype=object)
    how = {"crs": "EPSG:4490", "geometry_type": "Polygon"} | how
    pyogrio.raw.write(path, shapely.to_wkb(surfaces), [words], ["code"], **how)
    return path


def zipped(folder: Path, stem: str, *without: str, **more: bytes) -> bytes:
    """Return a zip of the files of one stem, some left out, others added by their names."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for path in sorted(folder.glob(f"{stem}.*")):
            if path.suffix not in (*without, ".zip"):
                package.write(path, f"边界/{path.name}")
        for name, content in more.items():
            package.writestr(name.replace("__", "."), content)
    return out.getvalue()
