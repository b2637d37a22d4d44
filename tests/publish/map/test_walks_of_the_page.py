"""The page walks as the engine does: same facility, same seconds, same metres."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely

from lifecircle.assess.ground import Ground
from lifecircle.assess.profiles import WALKERS, profiles, walkers_of
from lifecircle.assess.walks import FARTHEST_S, Walks
from lifecircle.policy.models import Pack
from lifecircle.publish.map.places import kinds_data
from lifecircle.publish.map.shown import Shown
from lifecircle.walk.nearest import Walker
from lifecircle.walk.profiles import Profile
from lifecircle.walk.snap import AccessPoints
from lifecircle.walk.ways import way
from tests.publish.map.conftest import ask

if TYPE_CHECKING:
    from playwright.sync_api import Page

ORIGINS = 200
SAME_S = 1e-6
SAME_M = 1e-3

FROM_POINTS = """async ({walker, points}) => {
  const walks = await lifecircle.walks.walksOf(walker);
  const found = [];
  for (const [x, y] of points) {
    const door = walks.door(x, y);
    const reached = await walks.from(door ? [door] : []);
    found.push(reached.nearest().map((one) =>
      one && [one.row, one.seconds, reached.way(one.row).metres]));
  }
  return found;
}"""


def _walkers(pack: Pack) -> list[Profile]:
    own = walkers_of(pack)[0]
    return [own, *(profiles()[name] for name in WALKERS if name != own.name)]


@pytest.fixture(scope="module")
def points(ground: Ground) -> Any:
    west, south, east, north = shapely.total_bounds(ground.city.communities.shape)
    dice = np.random.default_rng(15)
    spread = dice.uniform((west - 200, south - 200), (east + 200, north + 200), (ORIGINS, 2))
    return np.round(spread, 3)


def test_two_hundred_random_answers_are_the_engines(
    page: Page, ground: Ground, pack: Pack, points: Any
) -> None:
    for number, profile in enumerate(_walkers(pack)):
        compare(page, ground, profile, number, points)


def compare(page: Page, ground: Ground, profile: Profile, number: int, points: Any) -> None:
    """Hold the page's answers from ``points`` (n, 2) against the engine's, to the row."""
    walks = Walks(ground.city, ground.network, profile)
    places = ground.city.facilities
    doors = walks.snapper.snap(
        places.entry_x_m, places.entry_y_m, places.entry_of, owners=len(places)
    )
    origins = walks.snapper.snap(points[:, 0], points[:, 1])
    codes, _ = kinds_data(ground.city)
    rows = [ground.city.of_categories((code,)) for code in codes]
    lanes = [_only(doors, own) for own in rows]
    engine = Walker(ground.network, profile)
    found = engine.nearest_each(origins, lanes, FARTHEST_S)
    told = ask(page, FROM_POINTS, {"walker": number, "points": points.tolist()})
    compared = 0
    for kind, lane in enumerate(found):
        for origin in range(len(points)):
            target, seconds = int(lane.target[origin, 0]), float(lane.time_s[origin, 0])
            answer = told[origin][kind]
            assert (answer is None) == (target < 0), (kind, origin)
            if answer is None:
                continue
            assert answer[0] == rows[kind][target]
            assert abs(answer[1] - seconds) < SAME_S
            compared += 1
    assert compared > len(points)
    for origin in range(0, len(points), 40):
        for answer in told[origin]:
            if answer is not None:
                own = way(engine.timing, origins, origin, doors, answer[0])
                assert own is not None
                assert abs(own.time_s - answer[1]) < SAME_S
                assert abs(own.length_m - answer[2]) < SAME_M


def _only(access: AccessPoints, rows: Any) -> AccessPoints:
    rank = np.full(access.owners, -1)
    rank[rows] = np.arange(len(rows))
    kept = rank[access.owner] >= 0
    return AccessPoints(
        len(rows),
        rank[access.owner[kept]],
        access.chain[kept],
        access.at_m[kept],
        access.leg_m[kept],
    )


FROM_HOMES = """async (kind) => {
  const walks = await lifecircle.walks.walksOf(0);
  return [...await walks.homesTo(kind)].map((one) => (Number.isFinite(one) ? one : null));
}"""


def test_every_home_has_the_engines_minutes(page: Page, ground: Ground, pack: Pack) -> None:
    walks = ground.walks(walkers_of(pack)[0])
    codes, _ = kinds_data(ground.city)
    for kind in range(0, len(codes), 5):
        told = ask(page, FROM_HOMES, kind)
        lane = walks.lane((codes[kind],), 1)
        for answer, seconds in zip(told, lane.time_s.tolist(), strict=True):
            # gates stand at whole millimetres, the homes behind them anywhere
            assert (answer is None) == (seconds == np.inf)
            assert answer is None or abs(answer - seconds) < 0.002


def test_places_are_shown_where_the_datum_has_them(page: Page, ground: Ground, points: Any) -> None:
    shown = Shown(ground.city.plane, "gcj02")
    script = """(points) => points.map(([x, y]) => {
      const [lon, lat] = lifecircle.datum.toDegrees(x, y);
      return [lon, lat, ...lifecircle.datum.toMetres(lon, lat)];
    })"""
    told = np.array(ask(page, script, points.tolist()))
    lon, lat = shown.degrees(points[:, 0], points[:, 1])
    assert np.abs(told[:, 0] - lon).max() < 5e-7
    assert np.abs(told[:, 1] - lat).max() < 5e-7
    assert np.abs(told[:, 2:] - points).max() <= 0.001 + 1e-9
