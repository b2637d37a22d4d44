"""The areas that changed, before and after: hand-worked on the map of test_succession."""

from __future__ import annotations

import csv
import random
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from lifecircle.assess.findings import Assessment, OnBoundaries
from lifecircle.place.area_changes import AreaChange
from lifecircle.place.areas.succession import trees_on
from lifecircle.place.tables import City
from lifecircle.publish.results import write_results
from tests.assess.cities import Place, Site, city_of, judged, pack_of, rule
from tests.conftest import network_of
from tests.place.test_succession import TODAY, Lying, changed_at_random

CENTRE = "community_canteen"
COUNT = {"name": "count_in_area", "categories": [CENTRE]}
PACK = pack_of(
    rule("station", "community", COUNT, ">=1"),
    rule("of-township", "township", COUNT, ">=2"),
)
SERVED = (0, 2, 4, 7)


def change(on: str, kind: str, level: str, source: str, target: str, *members: str) -> AreaChange:
    return AreaChange(date.fromisoformat(on), kind, level, source, target, members)


HISTORY = (
    change("2026-01-10", "move", "county", "西县", "东县", "丙镇"),
    change("2026-03-01", "merge", "township", "甲镇", "新镇", "c0", "c1"),
    change("2026-03-01", "merge", "township", "乙镇", "新镇"),
    change("2026-05-01", "hand_over", "county", "西县", "高新区", "c7"),
    change("2026-06-01", "rename", "township", "丁镇", "丁街道"),
)


def small_city(
    lying: list[tuple[str, str, str]], served: tuple[int, ...], changes: tuple[AreaChange, ...]
) -> City:
    """Return communities by township, county and managing unit; 100, 101, .. people live there."""
    places = [
        Place(f"c{n}", town, county, estates=({"residents": 100 + n},))
        for n, (town, county, _) in enumerate(lying)
    ]
    city = city_of(places, [Site(f"F{n}", CENTRE, n) for n in served], census=frozenset({CENTRE}))
    units = tuple(unit for *_, unit in lying)
    communities = replace(city.communities, managed_by=units)
    return replace(city, communities=communities, changes=changes)


def city_today() -> City:
    lying = [(town, county, county) for town, county in TODAY[:7]] + [("丁街道", "西县", "高新区")]
    return small_city(lying, SERVED, HISTORY)


def sides(found: Assessment, on: str, tree: str, own: str = "station") -> dict[str, dict[str, str]]:
    """Return met/whole people by area, before and after the change of a day."""
    said: dict[str, dict[str, str]] = {"before": {}, "after": {}}
    for one in found.boundaries:
        row = one.rollup
        if row and (str(one.event.on), row.tree, row.rule) == (on, tree, own):
            said[one.side][row.area_name] = f"{row.met}/{row.denominator} {row.people}"
    return said


def test_each_change_has_its_areas_before_and_after() -> None:
    found = judged(city_today(), PACK)
    # a township of 西县 with one station of two goes to 东县: 104 + 105 people with it
    moved = {
        "before": {"东县": "2/4 406", "西县": "2/4 422"},
        "after": {"东县": "3/6 615", "西县": "1/2 213"},
    }
    assert sides(found, "2026-01-10", "administrative") == moved
    assert sides(found, "2026-01-10", "managing") == moved
    assert sides(found, "2026-03-01", "administrative") == {
        "before": {"甲镇": "1/2 201", "乙镇": "1/2 205"},
        "after": {"新镇": "2/4 406"},
    }
    assert sides(found, "2026-03-01", "managing") == {"before": {}, "after": {}}
    assert sides(found, "2026-05-01", "managing") == {
        "before": {"西县": "1/2 213"},
        "after": {"西县": "0/1 106", "高新区": "1/1 107"},
    }
    assert sides(found, "2026-05-01", "administrative") == {"before": {}, "after": {}}
    assert sides(found, "2026-06-01", "administrative") == {
        "before": {"丁镇": "1/2 213"},
        "after": {"丁街道": "1/2 213"},
    }


def test_townships_are_counted_only_where_they_lie_in_one_area() -> None:
    """Of the three townships 新镇 alone has two stations; 丁街道 is managed by two units."""
    found = judged(city_today(), PACK)
    assert sides(found, "2026-01-10", "administrative", "of-township") == {
        "before": {"东县": "1/1 406", "西县": "0/2 422"},
        "after": {"东县": "1/2 615", "西县": "0/1 213"},
    }
    assert sides(found, "2026-05-01", "managing", "of-township") == {"before": {}, "after": {}}


def test_a_run_of_an_earlier_day_counts_by_the_trees_of_that_day() -> None:
    found = judged(city_today(), PACK, date(2026, 2, 1))
    towns = {
        row.area_name: (row.met, row.denominator)
        for row in found.rollup_by_area
        if (row.area_level, row.rule) == ("township", "station")
    }
    assert towns == {"甲镇": (1, 2), "乙镇": (1, 2), "丙镇": (1, 2), "丁镇": (1, 2)}
    named = {one.subject: one.verdict for one in found.findings if one.rule == "of-township"}
    assert named == dict.fromkeys(towns, "not met")
    # the same findings on the boundaries of every change, also of those still to come
    assert sides(found, "2026-03-01", "administrative")["after"] == {"新镇": "2/4 406"}


def test_communities_that_merged_or_split_tell_people_only() -> None:
    """c0 (100 people) came of a and b; c1 and c2 (101 and 102) were c9."""
    half = Fraction(1, 2)
    own = [
        AreaChange(date(2026, 2, 1), "merge", "community", "a", "c0", share=Fraction(3, 10)),
        AreaChange(date(2026, 2, 1), "merge", "community", "b", "c0", share=Fraction(7, 10)),
        AreaChange(date(2026, 4, 1), "split", "community", "c9", "c1", share=half),
        AreaChange(date(2026, 4, 1), "split", "community", "c9", "c2", share=half),
        AreaChange(date(2026, 5, 1), "merge", "community", "d", "c3"),
    ]
    found = judged(replace(city_today(), changes=tuple(own)), PACK)
    told = [(one.side, one.area, one.people, one.apportioned) for one in found.boundaries]
    assert told == [
        ("before", "a", 30, True),
        ("before", "b", 70, True),
        ("after", "c0", 100, False),
        ("before", "c9", 203, False),
        ("after", "c1", 101, False),
        ("after", "c2", 102, False),
        ("before", "c3", None, True),
        ("before", "d", None, True),
        ("after", "c3", 103, False),
    ]
    assert all(one.rollup is None for one in found.boundaries)
    early = trees_on(replace(city_today(), changes=tuple(own)), date(2026, 3, 1))
    assert early.notices[-1].startswith("社区本身按现在的社区表评估，2026-03-01以后的变更没有撤回")


def test_the_tables_say_which_boundaries_they_speak_of(tmp_path: Path) -> None:
    city = city_today()
    write_results(tmp_path / "r", city, network_of(city), [judged(city, PACK, date(2026, 4, 1))])
    tables = {}
    for name in ("rollup_areas", "rollup_changes"):
        with (tmp_path / "r" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    assert {row["boundaries_on"] for row in tables["rollup_areas"]} == {"2026-04-01"}
    in_force = {
        (row["changed_on"], row["side_zh"]) for row in tables["rollup_changes"] if row["in_force"]
    }
    assert in_force == {
        ("2026-01-10", "变更后"),
        ("2026-03-01", "变更后"),
        ("2026-05-01", "变更前"),
        ("2026-06-01", "变更前"),
    }
    first = tables["rollup_changes"][0]
    assert first["change_zh"] == "2026-01-10调整隶属：丙镇由西县→东县"
    assert (first["area_name"], first["met"], first["denominator"]) == ("东县", "2", "4")


COUNTED = ("met", "not_met", "not_assessed", "not_applicable", "denominator", "people")


def summed(rows: list[OnBoundaries], side: str) -> dict[tuple[object, ...], list[int]]:
    """Add up a side by change, level of a tree, and rule."""
    found: dict[tuple[object, ...], list[int]] = {}
    for one in rows:
        row = one.rollup
        assert row is not None
        if one.side == side:
            key = (one.event, row.tree, row.area_level, row.rule)
            total = found.setdefault(key, [0] * len(COUNTED))
            for at, name in enumerate(COUNTED):
                total[at] += getattr(row, name) or 0
    return found


@given(st.integers(0, 2**32), st.integers(1, 6), st.integers(2, 9))
def test_both_sides_of_a_change_add_up_to_the_same(seed: int, steps: int, size: int) -> None:
    dice = random.Random(seed)
    lying: Lying = []
    for _ in range(size):
        county = dice.choice(["东县", "西县"])
        town = county[0] + dice.choice(["甲镇", "乙镇"])
        lying.append([town, county, dice.choice([county, "高新区"])])
    rows = changed_at_random(lying, dice, steps)
    served = tuple(n for n in range(size) if dice.random() < 0.5)
    lies = [(town, county, unit) for town, county, unit in lying]
    city = small_city(lies, served, tuple(rows))
    found = judged(city, PACK)
    both = [*found.boundaries]
    assert summed(both, "before") == summed(both, "after")
    assert bool(both) == bool(rows)
    (whole,) = (row for row in found.rollup if row.rule == "station")
    early = judged(city, PACK, date(2025, 12, 31))
    for run in (found, early):
        for tree, level in (
            ("administrative", "township"),
            ("administrative", "county"),
            ("managing", "county"),
        ):
            own = [
                r
                for r in run.rollup_by_area
                if (r.tree, r.area_level, r.rule) == (tree, level, "station")
            ]
            for name in COUNTED:
                assert sum(getattr(row, name) or 0 for row in own) == (getattr(whole, name) or 0)
