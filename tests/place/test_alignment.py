"""Declarations of datums held against streets: whole layers, blocks of rows, sources, namesakes.

A made-up town of crooked streets, drawn by a seeded die, with shops beside them:

    +----+------+---+      streets every 150 to 260 m, each bent a little;
    | s  |   s s|   |      s: shops, 6 to 16 m from the middle of a street
    +--s-+------+-s-+
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import shapely

from lifecircle.place.coordinates.alignment import (
    DATUMS,
    Alignment,
    Samples,
    samples_of,
    set_back,
)
from lifecircle.place.coordinates.datums import Datum, from_wgs84, to_wgs84
from lifecircle.place.coordinates.declarations import (
    CONTRADICTED,
    MIXED,
    UNDECLARED,
    DatumFault,
    DeclaredLayer,
    datum_faults,
)
from lifecircle.place.coordinates.mixture import _best_run, spans
from lifecircle.place.coordinates.nearness import EVERY_M, StreetIndex
from lifecircle.place.plane import Floats, Plane
from lifecircle.place.tables import Streets

PLANE = Plane(108.9, 34.3)
WIDE_M = 6000.0


def town(seed: int = 3) -> Streets:
    """Draw bent streets both ways across the town."""
    rng = np.random.default_rng(seed)
    lines = []
    for turned in (False, True):
        at = -WIDE_M / 2
        while at < WIDE_M / 2:
            along = np.arange(-WIDE_M / 2, WIDE_M / 2 + 1, 100.0)
            beside = at + np.cumsum(rng.normal(0, 8, len(along)))
            line = np.column_stack([along, beside])
            lines.append(line[:, ::-1] if turned else line)
            at += rng.uniform(150, 260)
    xy = np.concatenate(lines)
    last = np.cumsum([len(line) for line in lines]) - 1
    first = np.setdiff1d(np.arange(len(xy)), last)
    segments = np.column_stack([first, first + 1])
    return Streets(np.arange(len(xy)), xy[:, 0], xy[:, 1], segments)


STREETS = town()


def shops(count: int, seed: int = 5) -> Floats:
    """Return plane metres (n, 2) of shops beside the streets, in no order."""
    rng = np.random.default_rng(seed)
    segment = STREETS.segments[rng.integers(0, len(STREETS.segments), count)]
    share = rng.uniform(size=count)[:, None]
    xy = np.column_stack([STREETS.x_m, STREETS.y_m])
    on = xy[segment[:, 0]] * (1 - share) + xy[segment[:, 1]] * share
    turn = rng.uniform(0, 2 * np.pi, count)
    away_m = rng.uniform(6, 16, count)
    return np.asarray(on + np.column_stack([np.cos(turn), np.sin(turn)]) * away_m[:, None])


def written(xy: Floats, datum: Datum | list[Datum]) -> Floats:
    """Return what a file of a datum, or of one for each row, has for plane points: degrees."""
    lon, lat = PLANE.degrees(xy[:, 0], xy[:, 1])
    each = np.array([datum] * len(xy) if isinstance(datum, str) else datum)
    out = np.column_stack([lon, lat])
    for own in DATUMS:
        out[each == own] = np.column_stack(from_wgs84(lon, lat, own))[each == own]
    return out


@pytest.fixture(scope="module")
def alignment() -> Alignment:
    return Alignment(PLANE, STREETS)


def layer(
    raw: Floats,
    declared: Datum | None,
    places: Sequence[str] = (),
    names: Sequence[str] = (),
    labels: Sequence[str] = (),
) -> DeclaredLayer:
    """Return a layer as read: converted as declared."""
    lonlat = np.column_stack(to_wgs84(raw[:, 0], raw[:, 1], declared or "wgs84"))
    points = shapely.points(lonlat)
    return DeclaredLayer(Path("设施.xlsx"), points, declared, places, names, labels)


def codes(found: list[DatumFault]) -> list[str]:
    return [fault.code for fault in found]


@pytest.mark.parametrize("truth", DATUMS)
@pytest.mark.parametrize("declared", [*DATUMS, None])
def test_every_declaration_of_every_datum(
    alignment: Alignment, truth: Datum, declared: Datum | None
) -> None:
    found = datum_faults(alignment, [layer(written(shops(200), truth), declared)])
    if (declared or "wgs84") == truth:
        assert found == []
        return
    assert codes(found) == [UNDECLARED if declared is None else CONTRADICTED]
    assert found[0].severity == "error"
    assert found[0].rows == ()
    said = str(found[0].fault)
    assert f'datum = "{truth}"' in said
    assert "设施.xlsx" in said
    assert ("换算过一次" in said) == (truth == "wgs84")


def test_an_accepted_code_is_not_said_again(alignment: Alignment) -> None:
    wrong = layer(written(shops(200), "gcj02"), "wgs84")
    assert datum_faults(alignment, [wrong], accepted=[CONTRADICTED]) == []


@pytest.mark.parametrize("count", [0, 1, 19])
def test_too_few_rows_say_nothing(alignment: Alignment, count: int) -> None:
    assert datum_faults(alignment, [layer(written(shops(200), "gcj02")[:count], None)]) == []


def test_rows_at_one_spot_are_one_voice(alignment: Alignment) -> None:
    raw = written(np.repeat(shops(5), 100, axis=0), "gcj02")
    assert datum_faults(alignment, [layer(raw, None)]) == []


def test_places_without_streets_cannot_be_told(alignment: Alignment) -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        raw = written(rng.uniform(-2500, 2500, (200, 2)), "wgs84")
        found = alignment.reading(
            Samples(raw[:, 0], raw[:, 1], np.arange(200), 200, "points"), None
        )
        assert found.verdict == "cannot tell"


def test_no_streets_and_no_china_say_nothing() -> None:
    empty = np.empty(0)
    bare = Streets(np.empty(0, np.int64), empty, empty, np.empty((0, 2), np.int64))
    raw = written(shops(100), "gcj02")
    assert datum_faults(Alignment(PLANE, bare), [layer(raw, None)]) == []
    abroad = Alignment(Plane(-15.4, 28.1), STREETS)
    assert datum_faults(abroad, [layer(raw - [124.3, 6.2], None)]) == []


def test_a_block_of_another_datum_names_its_rows(alignment: Alignment) -> None:
    datums: list[Datum] = ["wgs84"] * 300
    datums[120:180] = ["gcj02"] * 60
    places = [f"第{row + 2}行" for row in range(300)]
    (found,) = datum_faults(alignment, [layer(written(shops(300), datums), "wgs84", places=places)])
    assert (found.code, found.severity) == (MIXED, "warning")
    assert abs(found.rows[0] - 120) <= 5
    assert abs(found.rows[-1] - 179) <= 5
    assert found.place == f"第{found.rows[0] + 2}行至第{found.rows[-1] + 2}行"
    assert "看起来是 GCJ-02" in found.reason
    assert "起止可能差几行" in found.reason


def test_a_wrong_layer_with_a_right_block_names_the_block(alignment: Alignment) -> None:
    datums: list[Datum] = ["gcj02"] * 300
    datums[:60] = ["wgs84"] * 60
    found = datum_faults(alignment, [layer(written(shops(300), datums), "wgs84")])
    assert codes(found) == [CONTRADICTED, MIXED]
    assert found[1].rows[0] <= 5
    assert abs(found[1].rows[-1] - 59) <= 5


def test_many_rows_are_thinned_and_still_named(alignment: Alignment) -> None:
    datums: list[Datum] = ["gcj02"] * 60_000
    datums[30_000:31_000] = ["bd09"] * 1000
    raw = written(np.tile(shops(20_000), (3, 1)), datums)
    (found,) = datum_faults(alignment, [layer(raw, "gcj02")])
    assert abs(found.rows[0] - 30_000) <= 20
    assert abs(found.rows[-1] - 30_999) <= 20


def test_a_hundred_thousand_rows_take_about_a_second(alignment: Alignment) -> None:
    raw = written(shops(100_000), "gcj02")
    asked = layer(raw, "gcj02")
    alignment.away_m(np.zeros((1, 2)))
    start = time.process_time()
    assert datum_faults(alignment, [asked]) == []
    # a second on a machine of our own; others may share this one
    assert time.process_time() - start < 4.0


def test_rows_of_one_source_are_named_wherever_they_stand(alignment: Alignment) -> None:
    labels = ["高德导出" if row % 4 == 0 else "街道上报" for row in range(300)]
    datums: list[Datum] = ["gcj02" if label == "高德导出" else "wgs84" for label in labels]
    found = datum_faults(alignment, [layer(written(shops(300), datums), "wgs84", labels=labels)])
    assert codes(found) == [MIXED]
    assert found[0].rows == tuple(range(0, 300, 4))
    assert "来源同为 高德导出" in found[0].reason


def test_a_namesake_one_datum_away_is_named(alignment: Alignment) -> None:
    xy = shops(60)
    datums: list[Datum] = ["wgs84"] * 60
    datums[7] = "gcj02"
    names = [f"菜市场{row}" for row in range(60)]
    known = {names[row]: (float(xy[row, 0]) + 5.0, float(xy[row, 1])) for row in (3, 7)}
    known["菜市场9"] = (float(xy[9, 0]) + 400.0, float(xy[9, 1]))  # merely another market
    asked = layer(written(xy, datums), "wgs84", names=names)
    (found,) = datum_faults(alignment, [asked], known)
    assert (found.code, found.rows) == (MIXED, (7,))
    assert "菜市场7 与另一图层的同名处相距" in found.reason


def outlines(count: int) -> Floats:
    """Return squares whose borders run along streets as nearly as crooked streets allow."""
    xy = np.column_stack([STREETS.x_m, STREETS.y_m])
    lines = shapely.union_all(shapely.linestrings(xy[STREETS.segments]))
    blocks = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    chosen = np.argsort(shapely.distance(blocks, shapely.Point(0, 0)))[:count]
    return np.asarray(blocks[chosen])


@pytest.mark.parametrize("truth", DATUMS)
def test_borders_along_streets_tell_their_datum(alignment: Alignment, truth: Datum) -> None:
    raw = shapely.transform(outlines(30), lambda xy: written(xy, truth))
    found = datum_faults(alignment, [DeclaredLayer(Path("社区.geojson"), raw, None, bounded=True)])
    assert codes(found) == ([] if truth == "wgs84" else [UNDECLARED])
    if found:
        assert f'datum = "{truth}"' in found[0].remedy


def test_grid_cells_tell_nothing(alignment: Alignment) -> None:
    corner = np.arange(-2500.0, 2500.0, 500.0)
    cells = np.array([shapely.box(x, y, x + 500, y + 500) for x in corner for y in corner])
    raw = shapely.transform(cells, lambda xy: written(xy, "wgs84"))
    assert alignment.reading(samples_of(raw, "outlines"), None).verdict == "cannot tell"


def test_buildings_are_told_by_the_roadway_they_keep_off(alignment: Alignment) -> None:
    rng = np.random.default_rng(2)
    xy = rng.uniform(-2500, 2500, (4000, 2))
    away_m = alignment.away_m(xy)
    raw = written(xy[(away_m > 9) & (away_m < 40)][:400], "gcj02")
    found = datum_faults(alignment, [layer(raw, "wgs84")])
    assert codes(found) == [CONTRADICTED]
    sampled = Samples(raw[:, 0], raw[:, 1], np.arange(len(raw)), len(raw), "points")
    assert alignment.reading(sampled, "gcj02").score is set_back
    assert "落在路面上" in found[0].reason


def test_the_index_is_as_a_slow_search_says() -> None:
    rng = np.random.default_rng(4)
    xy = rng.uniform(-3500, 3500, (400, 2))
    ends = np.column_stack([STREETS.x_m, STREETS.y_m])[STREETS.segments]
    slow = shapely.distance(
        shapely.points(xy), shapely.union_all(shapely.linestrings(ends), grid_size=None)
    )
    fast = StreetIndex(STREETS).away_m(xy)
    assert np.all(fast >= slow - 1e-6)
    assert np.all(fast <= slow + EVERY_M / 2)
    assert np.median(fast - slow) < 1e-6


def test_the_best_run_is_as_trying_all_says() -> None:
    rng = np.random.default_rng(6)
    for _ in range(50):
        gain = rng.normal(-0.3, 1.0, 30)
        gain_sum, first, stop = _best_run(gain)
        every = [gain[i:j].sum() for i in range(30) for j in range(i, 31)]
        assert gain_sum == pytest.approx(max(every))
        assert gain[first:stop].sum() == pytest.approx(gain_sum)


def test_spans() -> None:
    assert spans(np.array([1, 2, 3, 7, 9, 10])) == [(1, 3), (7, 7), (9, 10)]
    assert spans(np.empty(0, np.int64)) == []
