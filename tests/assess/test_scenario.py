"""Who gains and who loses by edits, to the person and the minute."""

from __future__ import annotations

from pathlib import Path

import pytest

from lifecircle.assess.ground import Ground
from lifecircle.assess.scenario import Scenario, Tally, scenario
from lifecircle.assess.walks import network_of
from lifecircle.place.city import read_city
from lifecircle.place.edits.edited_city import edited
from lifecircle.place.edits.edits import read_edits
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from tests.conftest import DAY
from tests.fixtures.river_town import (
    BRIDGE_AP,
    CLOSE_BC,
    NODES,
    OPEN_D,
    REOPEN_BC,
    SHOP,
    drawn,
    river_town,
)
from tests.fixtures.two_estates import write_layer

TENTHS = 600  # of a second in a minute


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> City:
    return read_city(river_town(tmp_path_factory.mktemp("town")))


def compared(city: City, there: City, pack: Pack) -> Scenario:
    first, second = (Ground(own, network_of(own.streets), DAY) for own in (city, there))
    return scenario(pack, first, second)


def tried(folder: Path, town: City, pack: Pack, *features: dict[str, object]) -> Scenario:
    file = write_layer(folder / "edits.geojson", list(features))
    return compared(town, edited(town, read_edits(file, town.plane)).city, pack)


def shops(found: Scenario) -> tuple[tuple[Tally, ...], Tally]:
    """Return the tallies of the kind of service that has shops: by community, and of the town."""
    at = kind_of_shops(found)
    return found.by_community[at], found.whole[at]


def kind_of_shops(found: Scenario) -> int:
    """Return the place of the first kind of service that a supermarket gives."""
    return next(n for n, one in enumerate(found.nearness) if "supermarket" in one.categories)


def about(*minutes: float) -> object:
    """Return minutes as tenths of a second, as exactly as degrees are written (a centimetre)."""
    return pytest.approx(tuple(own * TENTHS for own in minutes), rel=1e-3)


def test_a_closed_street_costs_400_people_three_minutes_and_three_quarters(
    tmp_path: Path, town: City, pack: Pack
) -> None:
    found = tried(tmp_path, town, pack, CLOSE_BC)
    (north, south), whole = shops(found)
    assert north.farther == (400, None, None)  # nobody counted B's older people
    assert south.farther == (0, 0, 0)
    assert not south.changes
    assert (whole.lost, whole.most_lost) == about(400 * 3.75, 3.75)
    assert whole.saved == 0
    assert whole.nearer == (0, 0, 0)
    assert whole.share_farther == (400, 510)
    assert found.anywhere_whole.farther[0] == 400
    assert not found.displaced.any()


def test_a_footbridge_brings_a_nine_minutes_and_a_half_nearer_and_nobody_else(
    tmp_path: Path, town: City, pack: Pack
) -> None:
    found = tried(tmp_path, town, pack, BRIDGE_AP)
    (north, south), whole = shops(found)
    assert north.nearer == (100, 20, 10)
    assert not south.changes
    assert (whole.saved, whole.most_saved) == about(100 * 9.5, 9.5)
    assert whole.farther == (0, 0, 0)


def test_a_gate_opens(tmp_path: Path, town: City, pack: Pack) -> None:
    found = tried(tmp_path, town, pack, OPEN_D)
    (north, south), whole = shops(found)
    assert not north.changes
    assert south.nearer == (60, None, None)
    served = {(own.before.rule, own.before.subject): own.served for own in found.pairs}
    # 6 minutes before, 3.5 after
    assert served["five-minutes-shopping", "2"] == ((0, 0, 0), (60, None, None))
    assert (whole.saved, whole.most_saved) == about(60 * 2.5, 2.5)


def test_the_old_gate_closes_once_the_new_one_is_open(
    tmp_path: Path, town: City, pack: Pack
) -> None:
    """The other way round nobody could leave the estate."""
    close = drawn("Point", [NODES["r"]], 操作="关门", 小区编号="D")
    _, whole = shops(tried(tmp_path, town, pack, OPEN_D, close))
    assert whole.nearer[0] == 60
    assert (whole.saved,) == about(60 * 2.5)


def test_half_a_block_is_closed_as_drawn(tmp_path: Path, town: City, pack: Pack) -> None:
    """p-q is closed from 100 to 300 m: C, at p, reaches nothing."""
    half = drawn("LineString", [(100, -98), (300, -103)], 操作="封闭道路")
    found = tried(tmp_path, town, pack, half)
    (north, south), whole = shops(found)
    assert (south.farther[0], south.cut_off) == (50, 50)
    assert whole.lost == 0  # minutes are not made up for those who do not arrive
    assert not north.changes


def test_a_shop_opens_and_the_other_closes(tmp_path: Path, town: City, pack: Pack) -> None:
    new = drawn("Point", [NODES["a"]], 操作="新增设施", 设施类别="超市", 名称="北街超市")
    old = drawn("Point", [SHOP], 操作="关闭设施", 设施编号="s1")
    (north, south), _ = shops(tried(tmp_path, town, pack, new))
    # A 16 to 0, B 11 to 5
    assert north.nearer[0] == 400
    assert (north.saved,) == about(100 * 16 + 300 * 6)
    assert not south.changes
    _, whole = shops(tried(tmp_path, town, pack, new, old))
    # C 5.25 to 1,700 m = 21.25; D 6 to 100 + 100 + 800 = 1,000 m = 12.5
    assert whole.farther[0] == 110
    assert (whole.lost,) == about(50 * 16 + 60 * 6.5)


def test_nothing_edited_is_nothing_changed(town: City, pack: Pack) -> None:
    there = edited(town, ()).city
    assert there is town
    found = compared(town, there, pack)
    assert not any(pair.changed for pair in found.pairs)
    assert not any(tally.changes for tally in (*found.whole, *found.anywhere))


def test_closed_and_opened_again_is_nothing_changed(tmp_path: Path, town: City, pack: Pack) -> None:
    found = tried(tmp_path, town, pack, CLOSE_BC, REOPEN_BC)
    assert not any(pair.changed for pair in found.pairs)
    assert not any(tally.changes for tally in (*found.whole, *found.anywhere))
    assert found.before.network_sha256 == found.after.network_sha256


def test_the_gains_are_those_of_the_doors(tmp_path: Path, town: City, pack: Pack) -> None:
    found = tried(tmp_path, town, pack, CLOSE_BC, BRIDGE_AP, OPEN_D)
    at = kind_of_shops(found)
    # with the bridge a-p and without b-c: B walks 400 + 100 + 420 = 920 m, 40 more
    assert tuple(found.nearness[at].gain.tolist()) == about(9.5, -0.5, 0, 2.5)
