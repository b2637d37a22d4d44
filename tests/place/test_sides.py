"""What must hold of the two sides of major roads on any streets."""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from lifecircle.place.streets.major_roads import Roadways
from lifecircle.place.streets.parted import LINK, Ground, Parted, parted
from lifecircle.place.streets.passages import CROSSING, Ways
from lifecircle.place.tables import Floats, Integers

ACROSS = 4
SPACING_M = 200
NOTHING = Roadways(np.empty((0, 2), np.int64), np.empty(0), np.empty(0, np.bool_))


@dataclass(frozen=True)
class _Street:
    begin: int
    end: int
    roadway_m: float
    foot: bool


@st.composite
def grounds(draw: st.DrawFn, roadway_m: float = 20.0, marked: bool | None = None) -> Ground:
    """Return a bent grid of 16 nodes with some of its streets, some of them major roads."""
    count = ACROSS * ACROSS
    bend = st.integers(-30, 30)
    xy = np.array(
        [
            (SPACING_M * (at % ACROSS) + draw(bend), SPACING_M * (at // ACROSS) + draw(bend))
            for at in range(count)
        ],
        dtype=np.float64,
    )
    pairs = [(a, a + 1) for a in range(count) if (a + 1) % ACROSS]
    pairs += [(a, a + ACROSS) for a in range(count - ACROSS)]
    kinds = st.sampled_from(["none", "lane", "foot", "major", "major"])
    kind = [draw(kinds) for _ in pairs]
    rows = [at for at, own in enumerate(kind) if own != "none"] or [0]
    segments = np.array([pairs[at] for at in rows], dtype=np.int64)
    major = np.array([kind[at] == "major" for at in rows])
    foot = np.array([kind[at] == "foot" for at in rows])
    mark = np.array([
        CROSSING if (draw(st.booleans()) if marked is None else marked) else 0
        for _ in range(count)
    ])  # fmt: skip
    passage = np.zeros(len(rows), dtype=np.int64)
    ways = Ways(segments, np.arange(len(rows)), passage, foot, mark, _lengths(xy, segments))
    roads = Roadways(segments, np.where(major, roadway_m, 0.0), np.zeros(len(rows), np.bool_))
    nobody = np.zeros(len(rows), dtype=np.bool_)
    return Ground(np.arange(1, count + 1), xy, ways, roads, NOTHING, np.empty(0, np.int64), nobody)


def _lengths(xy: Floats, segments: Integers) -> Floats:
    return np.asarray(np.hypot(*(xy[segments[:, 1]] - xy[segments[:, 0]]).T))


def _metres(xy: Floats, segments: Integers, begins: list[int]) -> dict[int, float]:
    """Return how far each node is from the nearest of ``begins``, by a plain search."""
    beside: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for (one, other), length_m in zip(segments.tolist(), _lengths(xy, segments), strict=True):
        beside[one].append((other, float(length_m)))
        beside[other].append((one, float(length_m)))
    found: dict[int, float] = {}
    heap = [(0.0, begin) for begin in begins]
    while heap:
        metres, here = heapq.heappop(heap)
        if here in found:
            continue
        found[here] = metres
        for there, length_m in beside[here]:
            heapq.heappush(heap, (metres + length_m, there))
    return found


def _corners_of(ground: Ground, whole: Parted) -> dict[int, list[int]]:
    """Return the rows of each old node; with roadways of no width they all lie on it."""
    place = {tuple(own): at for at, own in enumerate(ground.xy.tolist())}
    rows: dict[int, list[int]] = defaultdict(list)
    for row, own in enumerate(whole.xy.tolist()):
        rows[place[tuple(own)]].append(row)
    return rows


@given(grounds(roadway_m=1e-6, marked=True))
def test_with_crossings_everywhere_and_no_width_nothing_is_farther(ground: Ground) -> None:
    """Exactly as far between any two nodes as without sides."""
    whole = parted(ground)
    corners = _corners_of(ground, whole)
    for begin in range(len(ground.xy)):
        before = _metres(ground.xy, ground.ways.segments, [begin])
        after = _metres(whole.xy, whole.segments, corners[begin])
        for node in range(len(ground.xy)):
            now = min((after[row] for row in corners[node] if row in after), default=np.inf)
            assert abs(now - before[node]) < 1e-6 if node in before else now == np.inf


@given(grounds())
def test_nothing_but_a_link_leads_across_a_major_road(ground: Ground) -> None:
    whole = parted(ground)
    ways = whole.segments[whole.source != LINK]
    lines = shapely.linestrings(whole.xy[ways])
    middles = shapely.linestrings(ground.xy[ground.ways.segments[ground.roads.roadway_m > 0]])
    assert not shapely.crosses(lines[:, None], middles[None, :]).any()
    assert shapely.length(lines).min() > 0


@given(grounds())
def test_what_was_one_part_stays_one(ground: Ground) -> None:
    """However few crossings there are; nothing here is short enough to be left out."""
    whole = parted(ground)
    count = len(whole.xy)
    new, old = (
        connected_components(
            coo_array((np.ones(len(own)), (own[:, 0], own[:, 1])), shape=(count, count)),
            directed=False,
        )[1]
        for own in (whole.segments, ground.ways.segments)
    )
    kept = whole.source != LINK
    assert set(whole.source[kept].tolist()) == set(range(len(ground.ways.segments)))
    of_old = old[ground.ways.segments[whole.source[kept], 0]]
    pairs = {*zip(new[whole.segments[kept, 0]].tolist(), of_old.tolist(), strict=True)}
    assert len({one for one, _ in pairs}) == len(pairs) == len({other for _, other in pairs})


@given(grounds())
def test_links_lie_at_crossings_and_where_it_is_said_that_they_are_a_guess(ground: Ground) -> None:
    whole = parted(ground)
    link = whole.source == LINK
    middle = whole.xy[whole.segments[link]].mean(axis=1)
    crossing = np.flatnonzero(ground.ways.mark == CROSSING)
    allowed = np.union1d(crossing, whole.unmarked)
    foot = ground.ways.segments[ground.ways.foot]
    allowed = np.union1d(allowed, foot)
    if link.any():
        # no link is farther from its node than a sharp corner is
        away_m = np.hypot(*(middle[:, None] - ground.xy[allowed][None]).transpose(2, 0, 1))
        assert (away_m.min(axis=1) <= 20).all()
    waited = whole.waits[link] > 0
    assert (whole.passage[link][waited] == CROSSING).all()
    assert not np.isin(whole.unmarked, crossing).any()


@given(grounds(), st.randoms(use_true_random=False))
def test_the_order_of_ways_and_their_directions_change_nothing(
    ground: Ground, dice: object
) -> None:
    assert hasattr(dice, "random")
    count = len(ground.ways.segments)
    order = np.array(sorted(range(count), key=lambda _: dice.random()), dtype=np.int64)
    turned = np.array([dice.random() < 0.5 for _ in range(count)])
    segments = ground.ways.segments[order]
    segments[turned] = segments[turned][:, ::-1]
    ways = replace(
        ground.ways, segments=segments, foot=ground.ways.foot[order],
        length_m=ground.ways.length_m[order],
    )  # fmt: skip
    roads = Roadways(segments, ground.roads.roadway_m[order], ground.roads.one_way[order])
    other = parted(replace(ground, ways=ways, roads=roads))
    assert _told(parted(ground)) == _told(other)


def _told(whole: Parted) -> list[tuple[object, ...]]:
    ends = np.sort(whole.node_id[whole.segments], axis=1)
    rows = zip(ends.tolist(), whole.passage.tolist(), whole.waits.tolist(), strict=True)
    places = zip(whole.node_id.tolist(), whole.xy.tolist(), strict=True)
    return [*sorted(map(str, rows)), *sorted(map(str, places))]  # type: ignore[list-item]
