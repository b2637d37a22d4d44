"""Makes of a city and a list of edits the city as it would be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import shapely

from lifecircle.place.edits import edited_streets as ways
from lifecircle.place.edits.added import joined, layer_for
from lifecircle.place.edits.edits import Edit, kinds
from lifecircle.place.plane import Geometries
from lifecircle.place.residents.homes import community_of
from lifecircle.place.residents.people import FAR_GATE_M
from lifecircle.place.tables import City, Facilities, FacilityDetails, Layer, Origins, Streets
from lifecircle.terms.errors import Fault, Spot, raise_all
from lifecircle.terms.taxonomy import names_zh

JOIN_M = 20.0
"""An end of a new way is joined to a way within so many metres; beyond it the drawing is wrong."""

OFF_WAY_M = 100.0
"""A new gate or facility farther from any way could not be reached as drawn."""

SAME_GATE_M = 30.0
"""A gate is meant by a point within so many metres."""


@dataclass(frozen=True, eq=False)
class Effect:
    """What an edit changed: a sentence's worth of words, and the stretches or the point as such."""

    edit: Edit
    says: str
    shapes: Geometries


@dataclass(frozen=True, eq=False)
class Edited:
    """The city as it would be, and what each edit changed, in the order of the file."""

    city: City
    effects: tuple[Effect, ...]


class _EditError(Exception):
    """Carries why an edit cannot be carried out, and the way to mend it."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


def edited(city: City, edits: Sequence[Edit]) -> Edited:
    """Return the city with ``edits`` carried out one after the other.

    A pure function: what is not edited stays the same object. Raises InputError with every edit
    that cannot be carried out, each on the city as the edits before it left it.
    """
    effects: list[Effect] = []
    faults: list[Fault] = []
    for edit in edits:
        try:
            city, effect = _ACTIONS[edit.action](city, edit)
        except _EditError as error:
            faults.append(edit.fault(error.reason, error.remedy))
        else:
            effects.append(effect)
    raise_all(faults)
    return Edited(city, tuple(effects))


def _stretches(city: City, edit: Edit) -> tuple[Streets, ways.Stretches]:
    """Return the streets and what of them a drawn line or area means."""
    streets = ways.plain(city.streets)
    if edit.shape.geom_type == "LineString":
        found = ways.along(streets, edit.shape, edit.width_m)
        reason = f"画的线{edit.width_m:g}米以内没有同方向的路"
        remedy = "沿着路画，或用“宽度米”放宽"
    else:
        found = ways.inside(streets, edit.shape)
        reason, remedy = "画的面里没有路", "把路画进去"
    if not found:
        raise _EditError(reason, remedy)
    return streets, found


def _metres(shapes: Geometries) -> str:
    return f"{round(float(shapely.length(shapes).sum())):,}米"


def _close_street(city: City, edit: Edit) -> tuple[City, Effect]:
    streets, gone = ways.made(*_stretches(city, edit), "closed")
    if not len(ways.open_rows(streets)):
        raise _EditError("这样一条路也不剩", "把面画小")
    return replace(city, streets=streets), Effect(edit, f"封闭道路{_metres(gone)}", gone)


def _change_street(city: City, edit: Edit) -> tuple[City, Effect]:
    told = kinds()[edit.kind]
    streets, changed = ways.made(*_stretches(city, edit), told["as"])
    says = f"道路{_metres(changed)}改为{told['zh']}"
    return replace(city, streets=streets), Effect(edit, says, changed)


def _add_path(city: City, edit: Edit) -> tuple[City, Effect]:
    """Join both ends of a drawn line to the streets, and lay the way between them."""
    streets = ways.plain(city.streets)
    line = edit.shape
    nodes = []
    for which, place in (("起点", 0), ("终点", -1)):
        x_m, y_m = shapely.get_coordinates(line)[place].tolist()
        joint = ways.nearest(streets, x_m, y_m)
        if joint.away_m > JOIN_M:
            reason = f"{which}离最近的路{joint.away_m:.0f}米，超过{JOIN_M:g}米，接不上"
            raise _EditError(reason, "把两端画到路上；要接的路还没有的，先画那一条")
        streets, node = ways.joined(streets, joint)
        nodes.append(node)
    if nodes[0] == nodes[1]:
        raise _EditError("两端接到了同一处", "把两端画到不同的地方")
    xy = shapely.get_coordinates(line).copy()
    xy[[0, -1]] = np.column_stack([streets.x_m[nodes], streets.y_m[nodes]])
    laid, words = _laid(edit, xy)
    streets, new = ways.with_way(streets, nodes[0], nodes[1], laid, words)
    says = f"新增{kinds()[edit.kind]['zh']}{_metres(new)}"
    if edit.steps_m:
        says += f"，两端台阶各{edit.steps_m:g}米"
    return replace(city, streets=streets), Effect(edit, says, new)


def _laid(edit: Edit, xy: Any) -> tuple[Any, Any]:
    """Return the line of a new way with its steps marked off, and what is what along it."""
    kept = np.concatenate([[True], (np.diff(xy, axis=0) != 0).any(axis=1)])
    line = shapely.LineString(xy[kept])
    told = kinds()[edit.kind]
    if not edit.steps_m:
        return line, lambda _begin, _end: told["as"]
    first, last = edit.steps_m, line.length - edit.steps_m
    if first >= last:
        reason = f"两端的台阶各{edit.steps_m:g}米，比全长{line.length:.0f}米的一半还长"
        raise _EditError(reason, "改正“台阶米”")
    at_m = [line.project(shapely.Point(own)) for own in xy[kept][1:-1]]
    places = sorted({0.0, first, last, line.length, *at_m})
    marked = shapely.LineString([line.interpolate(place) for place in places])

    def word(begin: float, end: float) -> str:
        middle = (begin + end) / 2
        up, down = told["ends"]
        return str(up if middle < first else down if middle > last else told["as"])

    return marked, word


class _Gate(NamedTuple):
    """A gate of the origin ``of``; people walk through it where ``walked``."""

    of: int
    x_m: float
    y_m: float
    leg_m: float
    hours: str = ""
    open_to: str = ""
    walked: bool = True


def _estate(city: City, edit: Edit) -> int:
    """Return the row of an estate that has gates."""
    if edit.estate not in city.origins.id:
        raise _EditError(f"人口文件里没有编号为 {edit.estate} 的小区", "改正小区编号")
    row = city.origins.id.index(edit.estate)
    if row not in city.origins.gate_of:
        reason = f"小区 {edit.estate} 没有登记大门，现在当作四面都能进出"
        raise _EditError(reason, "先在大门表里登记现有的门")
    return row


def _with_gates(origins: Origins, gates: list[_Gate]) -> Origins:
    gates = sorted(gates)
    return replace(
        origins,
        gate_of=np.array([gate.of for gate in gates], dtype=np.int64),
        gate_x_m=np.array([gate.x_m for gate in gates]),
        gate_y_m=np.array([gate.y_m for gate in gates]),
        gate_leg_m=np.array([gate.leg_m for gate in gates]),
        gate_hours=tuple(gate.hours for gate in gates),
        gate_open_to=tuple(gate.open_to for gate in gates),
        gate_open=np.array([gate.walked for gate in gates], dtype=np.bool_),
    )


def _gates(origins: Origins) -> list[_Gate]:
    count = len(origins.gate_of)
    walked = np.ones(count, dtype=np.bool_) if origins.gate_open is None else origins.gate_open
    columns = (
        origins.gate_of.tolist(),
        origins.gate_x_m.tolist(),
        origins.gate_y_m.tolist(),
        origins.gate_leg_m.tolist(),
        origins.gate_hours or ("",) * count,
        origins.gate_open_to or ("",) * count,
        walked.tolist(),
    )
    return [_Gate(*row) for row in zip(*columns, strict=True)]


def _near_way(city: City, edit: Edit, what: str) -> tuple[float, float]:
    """Return the millimetres of a drawn point that is near enough to a way."""
    x_m, y_m = (round(float(own), 3) for own in (edit.shape.x, edit.shape.y))
    away_m = ways.nearest(city.streets, x_m, y_m).away_m
    if away_m > OFF_WAY_M:
        raise _EditError(f"{what}离最近的路{away_m:.0f}米，走不到", "检查坐标，或先画通到那里的路")
    return x_m, y_m


def _open_gate(city: City, edit: Edit) -> tuple[City, Effect]:
    row, origins = _estate(city, edit), city.origins
    x_m, y_m = _near_way(city, edit, "门")
    dx, dy = x_m - float(origins.x_m[row]), y_m - float(origins.y_m[row])
    leg_m = float(np.sqrt(dx * dx + dy * dy))
    if leg_m > FAR_GATE_M:
        raise _EditError(f"门离小区 {edit.estate} 1公里以上", "检查坐标和小区编号")
    there = _with_gates(origins, [*_gates(origins), _Gate(row, x_m, y_m, leg_m)])
    points = np.array([shapely.Point(x_m, y_m)], dtype=object)
    count = sum(gate.of == row and gate.walked for gate in _gates(there))
    says = f"小区 {edit.estate} 多一个门，能走的共{count}个"
    return replace(city, origins=there), Effect(edit, says, points)


def _close_gate(city: City, edit: Edit) -> tuple[City, Effect]:
    row, gates = _estate(city, edit), _gates(city.origins)
    away = {
        at: float(np.hypot(edit.shape.x - gate.x_m, edit.shape.y - gate.y_m))
        for at, gate in enumerate(gates)
        if gate.of == row and gate.walked
    }
    at = min(away, key=lambda own: (away[own], own))
    if away[at] > SAME_GATE_M:
        reason = f"小区 {edit.estate} 最近的开着的门离画的点{away[at]:.0f}米"
        raise _EditError(reason, f"画到门上（{SAME_GATE_M:g}米以内）")
    if len(away) == 1:
        raise _EditError(f"小区 {edit.estate} 只有这一个开着的门，关了就出不来", "先写开哪个门")
    points = np.array([shapely.Point(gates[at].x_m, gates[at].y_m)], dtype=object)
    there = _with_gates(city.origins, gates[:at] + gates[at + 1 :])
    says = f"小区 {edit.estate} 少一个门，剩{len(away) - 1}个"
    return replace(city, origins=there), Effect(edit, says, points)


def _add_facility(city: City, edit: Edit) -> tuple[City, Effect]:
    x_m, y_m = _near_way(city, edit, "设施")
    point = shapely.Point(x_m, y_m)
    points = np.array([point], dtype=object)
    layer = layer_for(city, edit.category)
    layers = city.layers
    if layer == len(layers):
        new = Layer("方案新增", frozenset(), frozenset({edit.category}), looked_for="方案")
        layers = (*layers, new)
    named, own_id = set(city.facilities.id), f"new-{len(city.facilities.id) + 1}"
    while own_id in named:
        own_id += "-1"
    home = int(community_of(city.communities, points)[0])
    there = joined(city.facilities, _one(edit, own_id, layer, point, home))
    says = f"新增{names_zh((edit.category,))}1处"
    return replace(city, layers=layers, facilities=there), Effect(edit, says, points)


def _one(edit: Edit, own_id: str, layer: int, point: Any, home: int) -> Facilities:
    """Return a table of the one facility that is added."""
    shape = np.empty(1, dtype=object)
    shape[:] = [point]
    return Facilities(
        id=(own_id,),
        name=(edit.name,),
        categories=((edit.category,),),
        layer=(layer,),
        shape=shape,
        community=np.array([home], dtype=np.int64),
        details=(FacilityDetails(),),
        spots=(Spot(edit.file),),
        entry_of=np.zeros(1, dtype=np.int64),
        entry_x_m=np.array([point.x]),
        entry_y_m=np.array([point.y]),
    )


def _close_facility(city: City, edit: Edit) -> tuple[City, Effect]:
    table = city.facilities
    if edit.facility not in table.id:
        raise _EditError(f"没有编号为 {edit.facility} 的设施", "改正设施编号")
    row = table.id.index(edit.facility)
    details = list(table.details)
    details[row] = replace(details[row], status="closed")
    says = f"关闭设施 {table.name[row] or edit.facility}"
    shapes = np.array([edit.shape], dtype=object)
    there = replace(table, details=tuple(details))
    return replace(city, facilities=there), Effect(edit, says, shapes)


_ACTIONS = {
    "close-street": _close_street,
    "change-street": _change_street,
    "add-path": _add_path,
    "open-gate": _open_gate,
    "close-gate": _close_gate,
    "add-facility": _add_facility,
    "close-facility": _close_facility,
}
