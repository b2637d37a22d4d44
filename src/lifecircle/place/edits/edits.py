"""Reads a file of edits: what a street plan would change, drawn on the map and said in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import shapely

from lifecircle.place.coordinates.datums import Datum
from lifecircle.place.formats.vector import read_vector
from lifecircle.place.forms.cells import metres_of, text_of
from lifecircle.place.layers import VectorLayer
from lifecircle.place.plane import Plane
from lifecircle.terms.errors import Fault, raise_all, stop
from lifecircle.terms.shipped import read_shipped
from lifecircle.terms.taxonomy import category_of, suggestions

SUFFIXES = (".geojson", ".json")

WIDTH_M = 10.0
"""A street drawn as a line is what runs along it within so many metres, unless the file says."""

_SHAPES = {
    "Point": "point",
    "LineString": "line",
    "Polygon": "area",
    "MultiPolygon": "area",
}
_SHAPES_ZH = {"point": "点", "line": "一条线", "area": "面"}


@dataclass(frozen=True)
class Edit:
    """One thing to change; ``shape`` is in plane metres, ``place`` where the file says it.

    ``kind`` is a key of `kinds`; ``steps_m`` the metres of steps at each end of a new bridge or
    underpass; ``width_m`` how far from a drawn line a street may run to be meant by it.
    """

    action: str
    shape: Any
    file: str
    place: str
    name: str = ""
    kind: str = ""
    estate: str = ""
    category: str = ""
    facility: str = ""
    width_m: float = WIDTH_M
    steps_m: float = 0.0

    @property
    def action_zh(self) -> str:
        """Return the Chinese word of the action."""
        return str(_told()["actions"][self.action]["zh"])

    @property
    def says(self) -> str:
        """Name the edit in a phrase: where it stands, what it does, and its own name."""
        kind = f"（{kinds()[self.kind]['zh']}）" if self.kind else ""
        return f"{self.place} {self.action_zh}{kind}" + (f" {self.name}" if self.name else "")

    def fault(self, reason: str, remedy: str) -> Fault:
        """Return what is wrong with the edit."""
        return Fault(reason, self.file, f"{self.place}（{self.action_zh}）", remedy)


@cache
def _told() -> Mapping[str, Mapping[str, Any]]:
    told: Mapping[str, Mapping[str, Any]] = read_shipped("edits.yaml", __package__)
    return told


def kinds() -> Mapping[str, Mapping[str, Any]]:
    """Return the kinds of way that an edit may make, by code."""
    found: Mapping[str, Mapping[str, Any]] = _told()["kinds"]
    return found


def read_edits(path: Path, plane: Plane, datum: Datum | None = None) -> tuple[Edit, ...]:
    """Read a GeoJSON file of edits, in the order of the file.

    ``datum`` is that of its coordinates, WGS84 where nobody says. Raises InputError with the
    faults of all features: an unknown action, another shape than it is drawn with, what is missing.
    """
    if path.suffix.lower() not in SUFFIXES:
        shown = "、".join(SUFFIXES)
        raise stop(f"文件名应以 {shown} 结尾", file=path, remedy="在 QGIS 里另存为 GeoJSON")
    layer = read_vector(path, datum=datum)
    columns = _columns(layer)
    if "action" not in columns:
        has = "、".join(layer.columns) or "没有任何列"
        raise stop(f"没有“操作”列（现有：{has}）", file=path, remedy=f"加上，写{_actions()}")
    shapes = plane.to_metres(layer.geometry)
    faults: list[Fault] = []
    edits = []
    for row, (shape, place) in enumerate(zip(shapes, layer.places, strict=True)):
        cells = {code: text_of(layer.columns[header][row]) for code, header in columns.items()}
        edit, found = _edit(
            path, _single(shape), place, {k: text for k, text in cells.items() if text}
        )
        faults += found
        if edit is not None:
            edits.append(edit)
    raise_all(faults)
    return tuple(edits)


def _single(shape: Any) -> Any:
    """Return the one part of a collection of one: QGIS writes lines so."""
    parts = shapely.get_parts(shape)
    return parts[0] if len(parts) == 1 else shape


def _columns(layer: VectorLayer) -> dict[str, str]:
    """Return the header of each column that is known."""
    found: dict[str, str] = {}
    for header in layer.columns:
        code = _code(_told()["columns"], header.strip())
        if code is not None:
            found.setdefault(code, header)
    return found


def _code(words: Mapping[str, Any], text: str) -> str | None:
    """Return the code that a word means, None where it means none."""
    return next(
        (code for code, own in words.items() if text in (code, own["zh"], *own["also"])), None
    )


def _actions() -> str:
    return "、".join(own["zh"] for own in _told()["actions"].values())


def _edit(
    path: Path, shape: Any, place: str, cells: Mapping[str, str]
) -> tuple[Edit | None, list[Fault]]:
    """Return the edit of a feature, or what is wrong with it."""
    action = _code(_told()["actions"], cells.get("action", ""))
    if action is None:
        said = cells.get("action") or "（空）"
        return None, [Fault(f"不认识操作“{said}”", str(path), place, f"改为{_actions()}之一")]
    edit = Edit(action, shape, str(path), place)
    wrong = [edit.fault(reason, remedy) for reason, remedy in _wrong(edit, cells)]
    if wrong:
        return None, wrong
    numbers = {
        code: float(metres_of(cells[code]).value)
        for code in ("width_m", "steps_m")
        if code in cells
    }
    whole = replace(
        edit,
        name=cells.get("name", ""),
        kind=_code(kinds(), cells.get("kind", "")) or "",
        estate=cells.get("estate", ""),
        category=category_of(cells.get("category", "")) or "",
        facility=cells.get("facility", ""),
        width_m=numbers.get("width_m", WIDTH_M),
        steps_m=numbers.get("steps_m", 0.0),
    )
    return whole, []


def _wrong(edit: Edit, cells: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a feature, and how to mend it."""
    told, columns = _told()["actions"][edit.action], _told()["columns"]
    drawn = _SHAPES.get(edit.shape.geom_type)
    if drawn not in told["shapes"]:
        wanted = "或".join(_SHAPES_ZH[shape] for shape in told["shapes"])
        yield f"应画成{wanted}，画的是 {edit.shape.geom_type}", "重画，一个要素只画一处"
    for code in told.get("needs", ()):
        if code not in cells:
            yield f"没有写“{columns[code]['zh']}”", f"补上“{columns[code]['zh']}”列"
    yield from _wrong_words(edit, cells)
    for code in ("width_m", "steps_m"):
        if code in cells and metres_of(cells[code]).value is None:
            reason = f"“{columns[code]['zh']}”应为米数，写的是“{cells[code]}”"
            yield reason, "写成数字，例如 12"


def _wrong_words(edit: Edit, cells: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the words that nobody knows."""
    kind = _code(kinds(), cells.get("kind", ""))
    if "kind" in cells and kind is None:
        known = "、".join(own["zh"] for own in kinds().values())
        yield f"不认识种类“{cells['kind']}”", f"改为{known}之一"
    elif kind and "ends" in kinds()[kind] and edit.action == "change-street":
        yield f"已有的道路不能改造成{kinds()[kind]['zh']}", "用“新增通道”画出来"
    elif kind and "ends" in kinds()[kind] and "steps_m" not in cells:
        yield "没有写“台阶米”，不知道怎么上下", "写两端的台阶各有多少米（平面长度），坡道写 0"
    elif kind and "ends" not in kinds()[kind] and "steps_m" in cells:
        yield "只有天桥和地道才写“台阶米”", "台阶单独画一条，种类写台阶"
    text = cells.get("category", "")
    if text and category_of(text) is None:
        like = "、".join(suggestions(text))
        remedy = f"改成 {like} 之一" if like else "写分类表里的名称（见 docs/taxonomy.md）"
        yield f"不认识设施类别“{text}”", remedy
