"""A tenth of a table of a million cells; ten of them take under five seconds."""

from __future__ import annotations

import time
from pathlib import Path

from lifecircle.place.facilities import layer_from_table
from lifecircle.place.formats.vector import read_vector
from lifecircle.place.forms.forms import forms
from lifecircle.place.sources import FacilitySource
from tests.hostile.writing import workbook

ROWS = 10_000
MOST_CPU_S = 5.0 * ROWS / 100_000
BUSY = 3.0
"""Two processes on one core take each other's caches; a square in the rows would cost far more."""


def test_a_hundred_thousand_cells(tmp_path: Path) -> None:
    columns = forms()["facilities"].columns
    chosen = ("id", "name", "category", "lon", "lat", "community", "floor_m2", "beds", "hours")
    headers = [*(columns[code].zh for code in chosen), "备注"]
    rows = [
        [f"f{n}", f"诊所{n}", "社区就医点", 108.9 + n / 1e6, 34.2, f"c{n % 500}",
         100 * (n % 7) + 0.5, n % 40 if n % 7 else "", "08:00-20:00", "无"]
        for n in range(ROWS)
    ]  # fmt: skip
    path = workbook(tmp_path / "a.xlsx", [headers, *rows])
    begun = time.process_time()
    vector, source = read_vector(path), FacilitySource(file=path)
    found = layer_from_table(vector, source, 0, {}, {}, None)
    taken_s = time.process_time() - begun
    assert len(found.rows) == ROWS
    assert len(found.doubts) == len(range(0, ROWS, 7)), (
        "half a square metre is doubted, a row in seven"
    )
    assert taken_s < MOST_CPU_S * BUSY
