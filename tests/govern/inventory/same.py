"""Compares two cities strictly: every table, every number to its last bit, every place told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import shapely


def differences(one: Any, other: Any, where: str = "city") -> Iterator[str]:
    """Yield where two values differ, and in what."""
    if type(one) is not type(other):
        yield f"{where}: {type(one).__name__} {one!r:.60} is not {other!r:.60}"
    elif isinstance(one, np.ndarray):
        yield from _arrays(one, other, where)
    elif is_dataclass(one) and not isinstance(one, type):
        for field in fields(one):
            values = getattr(one, field.name), getattr(other, field.name)
            yield from differences(*values, f"{where}.{field.name}")
    elif isinstance(one, Mapping):
        if list(one) != list(other):
            yield f"{where}: keys {list(one)} are not {list(other)}"
        for key in one.keys() & other.keys():
            yield from differences(one[key], other[key], f"{where}[{key}]")
    elif isinstance(one, tuple | list):
        if len(one) != len(other):
            yield f"{where}: {len(one)} are not {len(other)}"
        for at, pair in enumerate(zip(one, other, strict=False)):
            yield from differences(*pair, f"{where}[{at}]")
    elif not isinstance(one, shapely.Geometry) and one != other:
        yield f"{where}: {one!r:.200} is not {other!r:.200}"
    elif isinstance(one, shapely.Geometry) and one.wkb != other.wkb:
        yield f"{where}: {one.wkt:.60} is not {other.wkt:.60}"


def _arrays(one: Any, other: Any, where: str) -> Iterator[str]:
    if one.dtype != other.dtype or one.shape != other.shape:
        yield f"{where}: {one.dtype}{one.shape} is not {other.dtype}{other.shape}"
    elif one.dtype == object:
        yield from differences(list(one), list(other), where)
    elif one.tobytes() != other.tobytes():
        yield f"{where}: other numbers"
