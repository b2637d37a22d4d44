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


@pytest.mark.parametrize("number", range(len(WALKERS)))
def test_two_hundred_random_answers_are_the_engines(
    page: Page, ground: Ground, pack: Pack, points: Any, number: int
) -> None:
    profile = _walkers(pack)[number]
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
        for origin in range(ORIGINS):
            target, seconds = int(lane.target[origin, 0]), float(lane.time_s[origin, 0])
            answer = told[origin][kind]
            assert (answer is None) == (target < 0), (kind, origin)
            if answer is None:
                continue
            assert answer[0] == rows[kind][target]
            assert abs(answer[1] - seconds) < SAME_S
            compared += 1
    assert compared > ORIGINS
    for origin in range(0, ORIGINS, 20):
        for answer in told[origin]:
            if answer is not None:
                own = way(engine.timing, origins, origin, doors, answer[0])
                assert own is not None
                assert abs(own.time_s - answer[1]) < SAME_S


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
