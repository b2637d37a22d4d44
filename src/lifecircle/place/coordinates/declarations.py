"""Tests what is declared of the datum of each layer, by layer and by row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import shapely

from lifecircle.place.coordinates.alignment import (
    Alignment,
    Kind,
    Reading,
    Samples,
    samples_of,
    set_back,
)
from lifecircle.place.coordinates.datums import Datum, from_wgs84
from lifecircle.place.coordinates.mixture import (
    groups_of_another,
    runs_of_another,
    spans,
    twins_of_another,
)
from lifecircle.place.plane import Geometries
from lifecircle.terms.errors import Fault

UNDECLARED = "datum-undeclared"
CONTRADICTED = "datum-contradicted"
MIXED = "datum-mixed"

DATUM_NAMES: dict[Datum, str] = {
    "wgs84": "WGS84",
    "gcj02": "GCJ-02（高德、腾讯）",
    "bd09": "BD-09（百度）",
}


@dataclass(frozen=True, eq=False)
class DeclaredLayer:
    """A layer as it was read, in WGS84 degrees by what was ``declared`` of it.

    ``places`` says how a person finds each row; ``names`` and ``labels`` (where a row comes from)
    help to tell rows apart, and may be empty. ``bounded`` says that its areas are communities or
    estates, which streets bound; other areas, such as buildings, are taken as points.
    """

    file: Path
    geometry: Geometries
    declared: Datum | None
    places: Sequence[str] = ()
    names: Sequence[str] = ()
    labels: Sequence[str] = ()
    bounded: bool = False

    @property
    def kind(self) -> Kind:
        """Outlines where most rows are areas bounded by streets, points otherwise."""
        areas = np.isin(shapely.get_type_id(self.geometry), (3, 6))
        return "outlines" if self.bounded and areas.mean() > 0.5 else "points"

    def in_degrees_of_the_file(self) -> Geometries:
        """Undo the conversion that the declaration asked for."""
        datum = self.declared
        if datum is None or datum == "wgs84":
            return self.geometry
        return np.asarray(
            shapely.transform(
                self.geometry, lambda xy: np.column_stack(from_wgs84(xy[:, 0], xy[:, 1], datum))
            )
        )


@dataclass(frozen=True)
class DatumFault:
    """What is wrong with the datum of a layer; ``rows`` are 0-based, empty for all of it."""

    code: str
    severity: Literal["error", "warning"]
    layer: int
    rows: tuple[int, ...]
    reason: str
    file: str
    place: str
    remedy: str

    @property
    def fault(self) -> Fault:
        """Return it as a sentence for a person."""
        return Fault(self.reason, self.file, self.place, self.remedy)


def datum_faults(
    alignment: Alignment,
    layers: Iterable[DeclaredLayer],
    known: dict[str, tuple[float, float]] | None = None,
    accepted: Collection[str] = (),
) -> list[DatumFault]:
    """Return what is wrong with the datums of layers, without the ``accepted`` codes.

    "datum-undeclared" and "datum-contradicted" are errors, "datum-mixed" is a warning. Where the
    streets cannot tell, nothing is said. ``known`` gives plane metres of the names that a layer of
    sure datum has once only.
    """
    found: list[DatumFault] = []
    for number, layer in enumerate(layers):
        if len(layer.geometry) == 0:
            continue
        samples = samples_of(layer.in_degrees_of_the_file(), layer.kind)
        reading = alignment.reading(samples, layer.declared)
        if reading.verdict == "other":
            found.append(_whole(number, layer, reading))
        if reading.medians_m:
            mixed = _mixed(alignment, layer, samples, reading, known or {})
            found += [_some(number, layer, datum, *mixed[datum]) for datum in sorted(mixed)]
    return [fault for fault in found if fault.code not in accepted]


def _mixed(
    alignment: Alignment,
    layer: DeclaredLayer,
    samples: Samples,
    reading: Reading,
    known: dict[str, tuple[float, float]],
) -> dict[Datum, tuple[list[int], list[str]]]:
    """Return, by datum, the rows that are not in the likely one of the layer, and why."""
    believed = reading.likely
    found: dict[Datum, tuple[list[int], list[str]]] = {}

    def add(datum: Datum, rows: Iterable[int], why: str) -> None:
        own_rows, reasons = found.setdefault(datum, ([], []))
        own_rows.extend(rows)
        reasons.append(why)

    runs = []
    if samples.kind == "points":  # how well blocks of areas are found was never measured
        runs = runs_of_another(alignment, samples, believed, reading.score)
    for run in runs:
        add(run.datum, range(run.first, run.last + 1), "换算后更贴合道路（起止可能差几行）")
    if layer.labels:
        groups = groups_of_another(alignment, samples, believed, layer.labels)
        for label, datum in groups.items():
            rows = [row for row, own in enumerate(layer.labels) if own == label]
            add(datum, rows, f"来源同为 {label}")
    if layer.names and known and samples.kind == "points":
        places = alignment.positions(samples)
        for twin in twins_of_another(places, layer.names, believed, known):
            name = layer.names[twin.row]
            apart = f"相距{twin.declared_m:.0f}米，换算后{twin.apart_m:.0f}米"
            add(twin.datum, [twin.row], f"{name} 与另一图层的同名处{apart}")
    return found


def _whole(number: int, layer: DeclaredLayer, reading: Reading) -> DatumFault:
    """Say that a whole layer looks like another datum."""
    likely, believed = reading.likely, layer.declared or "wgs84"
    if reading.score is set_back:
        now = f"有{reading.on_roadway[believed]:.0%}落在路面上"
        then = f"换成后者是{reading.on_roadway[likely]:.0%}"
    else:
        now = f"离最近道路的中位距离是{reading.medians_m[believed]:.0f}米"
        then = f"换成后者是{reading.medians_m[likely]:.0f}米"
    where = "在 lifecircle.toml 这个图层下"
    if layer.declared is None:
        reason = f"没有声明坐标系，看起来是 {DATUM_NAMES[likely]}：照 WGS84 {now}，{then}"
        remedy = f'{where}写 datum = "{likely}"，确认无误则写 datum = "wgs84" 并接受 {CONTRADICTED}'
        code = UNDECLARED
    else:
        twice = "，可能已经换算过一次" if likely == "wgs84" else ""
        reason = (
            f"声明为 {DATUM_NAMES[believed]}，看起来却是 {DATUM_NAMES[likely]}{twice}："
            f"照声明{now}，{then}"
        )
        remedy = f'核对来源，{where}改为 datum = "{likely}"，确认声明无误则接受 {CONTRADICTED}'
        code = CONTRADICTED
    return DatumFault(code, "error", number, (), reason, str(layer.file), "", remedy)


def _some(
    number: int, layer: DeclaredLayer, datum: Datum, rows: list[int], said: list[str]
) -> DatumFault:
    """Say that some rows look like another datum than the rest."""
    sorted_rows = np.unique(np.array(rows, dtype=np.int64))
    found = spans(sorted_rows)
    shown = [
        _place(layer, first) if first == last else f"{_place(layer, first)}至{_place(layer, last)}"
        for first, last in found[:5]
    ]
    more = f"等{len(found)}段" if len(found) > 5 else ""
    reasons = list(dict.fromkeys(said))
    why = "；".join(reasons[:3]) + (f"等{len(reasons)}条" if len(reasons) > 3 else "")
    reason = f"这{len(sorted_rows)}行看起来是 {DATUM_NAMES[datum]}，与其余各行不同：{why}"
    remedy = f'核对这些行的来源，分成两个文件，它们那份写 datum = "{datum}"'
    place = "、".join(shown) + more
    named = tuple(int(row) for row in sorted_rows)
    return DatumFault(MIXED, "warning", number, named, reason, str(layer.file), place, remedy)


def _place(layer: DeclaredLayer, row: int) -> str:
    return layer.places[row] if row < len(layer.places) else f"第{row + 1}条"
