"""YAML, TOML and GeoJSON that should not be there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.hostile.writing import (
    ATTACKS,
    SQUARE,
    attack,
    collection,
    feature,
)


def _text(name: str, part: str, suffix: str, content: Callable[[], str]) -> None:
    def write(folder: Path) -> Path:
        path = folder / f"a{suffix}"
        path.write_text(content(), encoding="utf-8")
        return path

    ATTACKS[name] = (part, write)


YAML_LAUGHS = "a0: &a0 [x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
_text("a billion laughs in YAML", "kinds", ".yaml", lambda: YAML_LAUGHS + "kinds: *a11\n")
_text(
    "a python tag in YAML",
    "kinds",
    ".yaml",
    lambda: 'kinds: {a: !!python/object/apply:os.system ["true"]}\n',
)
_text("YAML nested 100,000 deep", "kinds", ".yaml", lambda: "kinds: " + "[" * 100_000)
_text("YAML that holds itself", "kinds", ".yaml", lambda: "kinds: &a {x: *a}\n")
_text("headers nested 100,000 deep", "headers", ".yaml", lambda: "a: " + "[" * 100_000)
_text("headers that are lists", "headers", ".yaml", lambda: "设施: {名称: [1, {a: 2}]}")
_text(
    "GeoJSON nested 100,000 deep",
    "communities",
    ".geojson",
    lambda: '{"type":"FeatureCollection","features":' + "[" * 100_000 + "]" * 100_000 + "}",
)
_text(
    "a geometry nested 5,000 deep",
    "communities",
    ".geojson",
    lambda: json.dumps(collection([feature(None)])).replace(
        "null", '{"type":"GeometryCollection","geometries":[' * 300 + "]}" * 300
    ),
)
_text(
    "coordinates of 1e308",
    "communities",
    ".geojson",
    lambda: json.dumps(
        collection(
            [
                feature(
                    {
                        "type": "Polygon",
                        "coordinates": [
                            [[1e308, 1e308], [-1e308, 1e308], [0, -1e308], [1e308, 1e308]]
                        ],
                    },
                    id="1",
                )
            ]
        )
    ),
)
_text(
    "coordinates of 1e400",
    "communities",
    ".geojson",
    lambda: json.dumps(collection([feature(SQUARE, id="1")])).replace("122.92", "1e400"),
)
_text(
    "coordinates that are NaN",
    "communities",
    ".geojson",
    lambda: json.dumps(collection([feature(SQUARE, id="1")])).replace("122.92", "NaN"),
)
_text(
    "a number of 100,000 figures",
    "communities",
    ".geojson",
    lambda: json.dumps(collection([feature(SQUARE, id=1)])).replace(
        '"id": 1', '"id": ' + "9" * 100_000
    ),
)


@attack("a polygon of two hundred thousand points", "communities")
def _many_points(folder: Path) -> Path:
    path = folder / "a.geojson"
    angle = np.linspace(0, 2 * np.pi, 200_000)
    ring = np.column_stack([122.9 + np.cos(angle) / 10, 30.8 + np.sin(angle) / 10]).round(5)
    ring[-1] = ring[0]
    points = ",".join(f"[{x},{y}]" for x, y in ring.tolist())
    body = json.dumps(collection([feature({"type": "Polygon", "coordinates": [["@"]]}, id="1")]))
    path.write_text(body.replace('"@"', points), encoding="utf-8")
    return path
