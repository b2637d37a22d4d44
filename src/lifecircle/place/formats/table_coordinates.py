"""Finds the coordinates of a table's rows: two columns or one, degrees or metres of a zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from lifecircle.place.coordinates.datums import Datum, to_wgs84
from lifecircle.place.coordinates.pairs import reading_of_pairs
from lifecircle.place.coordinates.zones import to_wgs84_from
from lifecircle.place.forms.cells import degrees_of, is_unknown, number_of, pair_of, text_of
from lifecircle.place.forms.forms import LONLAT, Form, bare
from lifecircle.place.layers import VectorLayer
from lifecircle.place.plane import Floats
from lifecircle.terms.errors import Fault, InputError

Pairs = list[tuple[str, list[Any]]]
"""The header and the cells of the longitude, then those of the latitude."""


def meaning_of(header: str, form: Form, own: Mapping[str, str]) -> str | None:
    """Return the column that a header of a sheet means, or lonlat for both coordinates in one."""
    name = bare(header)
    return own.get(name) or form.column_of(header) or ("lonlat" if name in LONLAT else None)


def placed(
    layer: VectorLayer, form: Form, own: Mapping[str, str], datum: Datum | None, crs: str | None
) -> VectorLayer:
    """Return the layer with points (WGS84) where its coordinates are, and faults for the others."""
    pairs, faults = _pairs(layer, form, own)
    if not pairs:
        return replace(layer, faults=faults)
    if crs is not None:
        return _from_metres(layer, pairs, crs)
    found: list[Fault] = []
    lon, lat = (
        _degrees(layer, header, cells, most, found)
        for (header, cells), most in zip(pairs, (180.0, 90.0), strict=True)
    )
    found += _halves(layer, pairs, lon, lat, found)
    guessed = _guess(layer, pairs) if found else None
    if guessed is not None:
        return replace(layer, faults=(guessed,))
    known = ~(np.isnan(lon) | np.isnan(lat))
    geometry = layer.geometry
    if known.any():
        moved = to_wgs84(lon[known], lat[known], datum or "wgs84")
        geometry[known] = shapely.points(np.column_stack(moved))
    return replace(layer, geometry=geometry, faults=tuple(dict.fromkeys(found)))


def _halves(
    layer: VectorLayer, pairs: Pairs, lon: Floats, lat: Floats, found: list[Fault]
) -> list[Fault]:
    """Return the rows that have one coordinate only, and no other fault."""
    bad = {fault.spot.row for fault in found if fault.spot}
    halves = []
    for row in np.flatnonzero(np.isnan(lon) != np.isnan(lat)):
        header, _ = pairs[0] if np.isnan(lon[row]) else pairs[1]
        if layer.rows[row] not in bad:
            halves.append(_bad(layer, int(row) + 1, header, f"“{header}”没有写，只有另一半坐标"))
    return halves


def _guess(layer: VectorLayer, pairs: Pairs) -> Fault | None:
    """Return what the whole of two columns looks like, where that explains what is wrong."""
    guess = reading_of_pairs(pairs[0][1], pairs[1][1])
    if not guess.reason or guess.rows or guess.form == "sexagesimal":
        return None
    place = f"“{layer.sheet}”表" if layer.sheet else ""
    return Fault(
        guess.reason, str(layer.path), place, guess.remedy, guess.code, layer.spot(0, pairs[0][0])
    )


def _from_metres(layer: VectorLayer, pairs: Pairs, crs: str) -> VectorLayer:
    """Return the layer with points from two columns of a declared system, in either order."""
    found: list[Fault] = []
    first, second = (_numbers(layer, header, cells, found) for header, cells in pairs)
    found += _halves(layer, pairs, first, second, found)
    known = ~(np.isnan(first) | np.isnan(second))
    if not known.any():
        return replace(layer, faults=tuple(found))
    try:
        lon, lat, remark = to_wgs84_from(crs, first[known], second[known])
    except InputError as error:
        fault = replace(error.faults[0], file=str(layer.path), spot=layer.spot(0))
        return replace(layer, faults=(fault, *found))
    geometry = layer.geometry
    geometry[known] = shapely.points(np.column_stack((lon, lat)))
    remarks = (f"{layer.path.name}：{remark}。",) if remark else ()
    return replace(layer, geometry=geometry, faults=tuple(found), remarks=remarks)


def _numbers(layer: VectorLayer, header: str, cells: list[Any], found: list[Fault]) -> Floats:
    values = np.full(len(cells), np.nan)
    for row, cell in enumerate(cells):
        said = number_of(cell)
        if said.value is not None:
            values[row] = said.value
        elif said.expected:
            reason = f"“{header}”应为{said.expected}，写的是“{text_of(cell)}”"
            found.append(_bad(layer, row + 1, header, reason))
    return values


def _pairs(
    layer: VectorLayer, form: Form, own: Mapping[str, str]
) -> tuple[Pairs, tuple[Fault, ...]]:
    """Return the header and the cells of longitude and of latitude, or why there are none.

    A register that names the community of each row can do without coordinates.
    """
    ranks: dict[str, tuple[int, str]] = {}
    for header in layer.columns:
        code = meaning_of(header, form, own)
        if code in ("lon", "lat", "lonlat", "community"):
            known = form.columns[code].headers if code in form.columns else ()
            name = bare(header)
            rank = known.index(name) if name in known else -1
            ranks[code] = min(ranks.get(code, (rank, header)), (rank, header))
    if "lonlat" in ranks and not {"lon", "lat"} <= ranks.keys():
        header = ranks["lonlat"][1]
        both = [_longitude_first(pair_of(cell)) for cell in layer.columns[header]]
        return [(header, [one[part] for one in both]) for part in (0, 1)], ()
    missing = [form.columns[code] for code in ("lon", "lat") if code not in ranks]
    if not missing:
        return [
            (ranks[code][1], list(layer.columns[ranks[code][1]])) for code in ("lon", "lat")
        ], ()
    if not len(layer) or (len(missing) == 2 and ("community" in ranks or form.code == "spaces")):
        return [], ()
    has = "、".join(layer.columns) or "没有任何列"
    place = f"“{layer.sheet}”表" if layer.sheet else ""
    return [], tuple(
        Fault(
            f"没有{column.zh}列",
            str(layer.path),
            place,
            f"加上“{column.zh}”列（现有：{has}）",
            "no-column",
            layer.spot(0),
        )
        for column in missing
    )


def _longitude_first(pair: tuple[str, str]) -> tuple[str, str]:
    """Turn a pair round whose second part can be no latitude."""
    first, second = (degrees_of(part, 180.0).value for part in pair)
    if first is not None and second is not None and abs(second) > 90 >= abs(first):
        return pair[1], pair[0]
    return pair


def _degrees(
    layer: VectorLayer, header: str, cells: list[Any], most: float, faults: list[Fault]
) -> Floats:
    values = np.full(len(cells), np.nan)
    for row, cell in enumerate(cells):
        if type(cell) is float and abs(cell) <= most:
            values[row] = cell
        elif not is_unknown(cell):
            said = degrees_of(cell, most)
            if said.value is None:
                reason = f"“{header}”应为{said.expected}，写的是“{text_of(cell)}”"
                faults.append(_bad(layer, row + 1, header, reason))
                continue
            values[row] = said.value
    return values


def _bad(layer: VectorLayer, row: int, header: str, reason: str) -> Fault:
    place = (f"“{layer.sheet}”表" if layer.sheet else "") + layer.places[row - 1]
    return Fault(
        reason,
        str(layer.path),
        place,
        "写成十进制度数，例如 108.9541",
        "bad-coordinate",
        layer.spot(row, header),
    )
