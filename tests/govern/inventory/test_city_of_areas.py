"""What was changed of areas on the platform reaches the city that is assessed."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from lifecircle.demo.files import write_example
from lifecircle.govern.actor import system
from lifecircle.govern.areas.models import Area, AreaState
from lifecircle.govern.areas.services import (
    Part,
    assign,
    hand_over,
    merge,
    move,
    redraw,
    revise,
    split,
)
from lifecircle.govern.inventory.city import city_of_records
from lifecircle.govern.inventory.loading import load_city
from lifecircle.place.areas.succession import trees_on
from lifecircle.place.city import read_city
from lifecircle.place.sources import read_sources
from lifecircle.place.tables import City
from lifecircle.terms.errors import InputError
from tests.govern.inventory.same import differences

DAY, LATER, LATEST = date(2026, 6, 30), date(2026, 7, 15), date(2026, 7, 20)
ACTOR = system("test")
ONE, TWO, THREE = "990001001001", "990001001002", "990001001003"


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, City]:
    folder = tmp_path_factory.mktemp("areas") / "city"
    write_example(folder, 12)
    return folder, read_city(read_sources(folder))


@pytest.fixture
def loaded(db: None, example: tuple[Path, City]) -> tuple[Path, City]:
    load_city(example[0], ACTOR)
    return example


def area(code: str) -> Area:
    return Area.objects.standing().get(code=code)


def own(city: City, own_id: str) -> set[str]:
    """Return the facilities and origins of a community."""
    at = city.communities.id.index(own_id)
    places = np.flatnonzero(city.facilities.community == at)
    starts = np.flatnonzero(city.origins.community == at)
    return {city.facilities.id[row] for row in places} | {city.origins.id[row] for row in starts}


def told(city: City, own_id: str) -> dict[str, Any]:
    table = city.communities
    at = table.id.index(own_id)
    words = {
        name: getattr(table, name)[at] for name in ("name", "township", "county", "managed_by")
    }
    words |= {name: column[at] for name, column in table.attributes.items()}
    return {**words, **{name: int(column[at]) for name, column in table.counts.items()}}


def test_a_new_name_code_class_and_counts_count_from_their_day(loaded: tuple[Path, City]) -> None:
    folder, old = loaded
    state = AreaState.objects.open().get(code=ONE)
    revise(
        ACTOR, area(ONE), on=LATER, name="新春晖社区", code="990001001021", zones=["counties"],
        attributes={**state.attributes, "class": "resettlement"},
        counts={**state.counts, "residents": 7000},
    )  # fmt: skip
    now = city_of_records(folder, as_of=LATER)
    expected = {
        "name": "新春晖社区",
        "class": "resettlement",
        "zone": "counties",
        "residents": 7000,
    }
    assert told(now, "990001001021") == {**told(old, ONE), **expected}
    assert own(now, "990001001021") == own(old, ONE)
    assert ("rename", ONE, "990001001021") in [(c.kind, c.source, c.target) for c in now.changes]
    hashes = [{one.name: one.sha256 for one in city.files} for city in (old, now)]
    assert hashes[0]["communities.geojson"] != hashes[1]["communities.geojson"]
    assert list(differences(old, city_of_records(folder, as_of=DAY))) == []


def test_what_was_corrected_on_the_first_day_counts_too(loaded: tuple[Path, City]) -> None:
    folder, old = loaded
    revise(ACTOR, area(THREE), on=DAY, name="更正社区", code="990001001023")
    now = city_of_records(folder, as_of=DAY)
    assert told(now, "990001001023") == {**told(old, THREE), "name": "更正社区"}
    assert own(now, "990001001023") == own(old, THREE)
    hand_overs = [c.members for c in now.changes if c.source == "老桥街道"]
    assert hand_overs == [("990001001023", "990001001004")]


def test_what_was_merged_belongs_to_the_whole_from_that_day(loaded: tuple[Path, City]) -> None:
    folder, old = loaded
    merge(ACTOR, [area(TWO), area(ONE)], area(ONE), on=LATER)
    now = city_of_records(folder, as_of=LATER)
    assert TWO not in now.communities.id
    assert own(now, ONE) == own(old, ONE) | own(old, TWO)
    assert told(now, ONE)["residents"] == told(old, ONE)["residents"] + told(old, TWO)["residents"]
    shape = now.communities.shape[now.communities.id.index(ONE)]
    parts = [old.communities.shape[old.communities.id.index(one)] for one in (ONE, TWO)]
    assert shape.equals(shapely.union_all(parts))
    assert ("merge", TWO, ONE) in [(c.kind, c.source, c.target) for c in now.changes]
    revise(ACTOR, area(ONE), on=LATEST, counts={"residents": 1234})
    assert told(city_of_records(folder, as_of=LATEST), ONE)["residents"] == 1234
    assert told(city_of_records(folder, as_of=LATEST), ONE)["older"] == -1
    assert list(differences(old, city_of_records(folder, as_of=DAY))) == []


def halves(city: City, own_id: str) -> list[str]:
    """Return the western and the eastern half of a community as GeoJSON."""
    shape = city.communities.shape[city.communities.id.index(own_id)]
    west, south, east, north = shape.bounds
    middle = (west + east) / 2
    boxes = np.array(
        [shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)]
    )
    return [str(one) for one in shapely.to_geojson(city.plane.to_degrees(boxes)).tolist()]


def box(shape: str) -> tuple[float, ...]:
    bounds: tuple[float, ...] = shapely.from_geojson(shape).bounds
    return bounds


PARTS = [Part("西社区", ONE, Fraction(1, 4)), Part("东社区", "990001001031", Fraction(3, 4))]


def test_what_was_split_goes_by_the_new_outlines(loaded: tuple[Path, City]) -> None:
    folder, old = loaded
    west, east = split(ACTOR, area(ONE), PARTS, on=LATER)
    with pytest.raises(InputError, match="春晖社区 拆分了，还有"):
        city_of_records(folder, as_of=LATER)
    for part, shape in zip((west, east), halves(old, ONE), strict=True):
        redraw(ACTOR, part, shape, box(shape), on=LATER, source="test")
    now = city_of_records(folder, as_of=LATER)
    both = own(now, ONE), own(now, "990001001031")
    assert all(both)
    assert not both[0] & both[1]
    placed = {
        own_id
        for own_id, shape in zip(old.facilities.id, old.facilities.shape, strict=True)
        if not shape.is_empty
    } | {*old.origins.id}
    assert both[0] | both[1] == own(old, ONE) & placed
    assert any("按坐标在哪个新边界里算" in one for one in now.notices)
    shares = {(c.source, c.target): c.share for c in now.changes if c.kind == "split"}
    assert shares == {(ONE, ONE): Fraction(1, 4), (ONE, "990001001031"): Fraction(3, 4)}
    assert told(now, ONE)["residents"] == -1
    assert list(differences(old, city_of_records(folder, as_of=DAY))) == []


def test_what_was_split_and_assigned_needs_no_outline(loaded: tuple[Path, City]) -> None:
    folder, old = loaded
    gone = area(ONE)
    _west, east = split(ACTOR, gone, PARTS, on=LATER)
    assign(ACTOR, Area.objects.get(pk=gone.pk), east)
    now = city_of_records(folder, as_of=LATER)
    assert own(now, "990001001031") >= {one for one in own(old, ONE) if one.startswith(ONE)}
    assert any("西社区 还没有自己的边界" in one for one in now.notices)


def test_trees_are_those_of_the_day_and_can_be_taken_back(loaded: tuple[Path, City]) -> None:
    folder, old = loaded
    bridge = Area.objects.get(name="第1街道")
    other = Area.objects.get(name="第2镇")
    move(ACTOR, area(TWO), other, on=LATER)
    hand_over(ACTOR, area(THREE), Area.objects.get(name="示例甲开发区"), on=LATER)
    revise(ACTOR, bridge, on=LATEST, name="春晖街道")
    move(ACTOR, other, Area.objects.get(name="示例2县"), on=LATEST)
    now = city_of_records(folder, as_of=LATEST)
    assert told(now, ONE)["township"] == "春晖街道"
    assert told(now, TWO)["township"] == "第2镇"
    assert told(now, TWO)["county"] == "示例2县"
    assert told(now, THREE)["managed_by"] == "示例甲开发区"
    assert not [one for one in now.notices if "没有用来对照前后" in one]
    then, columns = trees_on(now, DAY), ("township", "county", "managed_by")
    for name in columns:
        assert getattr(then.communities, name) == getattr(old.communities, name)
    between = city_of_records(folder, as_of=LATER).communities
    there = trees_on(now, LATER).communities
    assert [getattr(there, name) for name in columns] == [
        getattr(between, name) for name in columns
    ]


def test_a_new_outline_counts_from_its_day(loaded: tuple[Path, City]) -> None:
    folder, old = loaded
    shape = halves(old, ONE)[0]
    redraw(ACTOR, area(ONE), shape, box(shape), on=LATER, source="test")
    now = city_of_records(folder, as_of=LATER)
    at = now.communities.id.index(ONE)
    drawn = now.plane.to_metres(np.array([shapely.from_geojson(shape)], dtype=object))[0]
    assert now.communities.shape[at].equals(drawn)
    assert json.loads(shape)["type"] == "Polygon"


def test_a_community_without_an_outline_is_told(loaded: tuple[Path, City]) -> None:
    from lifecircle.govern.areas.choices import Level  # noqa: PLC0415
    from lifecircle.govern.areas.services import found  # noqa: PLC0415

    folder, old = loaded
    found(ACTOR, "空社区", Level.COMMUNITY, Area.objects.get(name="第2镇"), on=LATER)
    now = city_of_records(folder, as_of=LATER)
    assert now.communities.id == old.communities.id
    assert any("空社区 还没有边界" in one for one in now.notices)
