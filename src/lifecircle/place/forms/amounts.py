"""Reads areas and capacities, and tells of those that no house has."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lifecircle.place.forms.columns import Columns

AMOUNTS = ("floor_m2", "usable_m2", "site_m2", "childcare_places", "nursing_beds", "beds", "seats")
CAPACITIES = ("childcare_places", "nursing_beds", "beds", "seats")
MOST_PLACES = 5000.0
LARGEST_M2 = 500_000.0
SMALLEST_M2 = 1.0
MAY_BE_NOTHING = frozenset({"actual_m2"})


def amounts_of(columns: Columns, names: tuple[str, ...]) -> list[dict[str, float]]:
    """Return the known amounts of each row; tell of areas that no room has."""
    read = {name: columns.values(name) for name in names}
    rows = [
        {name: float(values[row]) for name, values in read.items() if values[row] is not None}
        for row in range(len(columns.layer))
    ]
    for row, own in enumerate(rows, start=1):
        floor, usable = own.get("floor_m2"), own.get("usable_m2")
        if floor is not None and usable is not None and usable > floor:
            reason = f"使用面积 {usable:g} 大于建筑面积 {floor:g}"
            columns.fault(reason, row, "检查是不是填反了", "usable_m2", "more-than-whole")
        for name in names:
            area = own.get(name) if columns.form.columns[name].kind == "area" else None
            if area is None or (SMALLEST_M2 <= area <= LARGEST_M2):
                continue
            if area == 0 and name in MAY_BE_NOTHING:
                continue
            scale = "万平方米" if area < SMALLEST_M2 else "别的单位"
            reason = f"“{columns.header(name)}”写的是 {area:g}，可能是按{scale}填的"
            columns.doubt("doubtful-area", reason, row, "换算成平方米", name)
        _check_capacities(columns, row, own)
    return rows


def _check_capacities(columns: Columns, row: int, own: Mapping[str, float]) -> None:
    """Tell of more places, beds or seats than a house has room for."""
    room_m2 = own.get("floor_m2", own.get("usable_m2", np.inf))
    for name in CAPACITIES:
        places = own.get(name, 0.0)
        if places > min(MOST_PLACES, room_m2):
            crowded = f"，而面积只有{room_m2:g}平方米" if places > room_m2 else ""
            reason = f"“{columns.header(name)}”写的是 {places:g}{crowded}"
            columns.doubt("doubtful-capacity", reason, row, "核对容量和面积", name)
