"""Rules made of verdicts: which share of areas meets one, how many a subject meets."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.assess.meeting import (
    OUT,
    PERHAPS,
    VERDICTS,
    WITHIN,
    rules_met,
    share_of_areas_meeting,
    spread_of_areas_meeting,
)
from lifecircle.place.tables import Record
from lifecircle.publish.sentences import Sentences
from lifecircle.terms.words import Verdict
from tests.assess.cities import DAY, Place, city_of, findings_of, judged, pack_of, rule

SETTLED, AWAY = {"status": "settled"}, {"status": "not_moved_back"}
VALUE = {"name": "recorded_value", "record": "n"}


def records(values: dict[str, float]) -> list[Record]:
    return [Record("community", own, "n", value, DAY, "") for own, value in values.items()]


def test_a_share_keeps_its_numerator_its_denominator_and_what_is_left_out() -> None:
    """County x: c0 meets, c1 fails, c2 has not moved back: 1 of 2, one left out. y: c3 meets."""
    places = [
        Place("c0", "", "x", {"residents": 10}, SETTLED),
        Place("c1", "", "x", {"residents": 20}, SETTLED),
        Place("c2", "", "x", {"residents": 40}, AWAY),
        Place("c3", "", "y", {"residents": 80}, SETTLED),
    ]
    share: dict[str, Any] = {
        "name": "share_of_areas_meeting",
        "rule": "own",
        "leaving_out": {"status": ["not_moved_back"]},
    }
    pack = pack_of(
        rule("own", "community", VALUE, ">=1"),
        rule("county", "county", share, ">=0.6"),
        rule("city", "city", share, ">=0.6"),
    )
    city = city_of(places, records=records({"c0": 1, "c1": 0, "c2": 0, "c3": 1}))
    found = judged(city, pack)
    x, y = (findings_of(found, "county")[own] for own in "xy")
    assert (x.verdict, x.observed, x.part, x.whole, x.left_out) == ("not met", "0.5", "1", "2", 1)
    assert (y.verdict, y.observed, y.part, y.whole, y.left_out) == ("met", "1", "1", "1", 0)
    assert (x.people, x.people_affected, y.people_affected) == (70, 20, 0)
    whole = findings_of(found, "city")["city"]
    assert (whole.verdict, whole.part, whole.whole, whole.left_out) == ("met", "2", "3", 1)


def test_an_attribute_nobody_recorded_leaves_the_share_open() -> None:
    """c1 fails but perhaps does not count: the share is 1 of 2 or 1 of 1."""
    places = [Place("c0", attributes=SETTLED), Place("c1")]
    share: dict[str, Any] = {
        "name": "share_of_areas_meeting",
        "rule": "own",
        "where": {"status": ["settled"]},
    }
    rules = rule("own", "community", VALUE, ">=1"), rule("city", "city", share, ">=0.9")
    city = city_of(places, records=records({"c0": 1, "c1": 0}))
    found = findings_of(judged(city, pack_of(*rules)), "city")["city"]
    assert (found.verdict, found.reasons) == ("not assessed", ("membership-unknown",))
    low = pack_of(rules[0], rule("city", "city", share, ">=0.5"))
    assert findings_of(judged(city, low), "city")["city"].verdict == "met"


def test_areas_of_every_level_are_counted() -> None:
    places = [
        Place("c0", "a", "x", attributes={"township_kind": "subdistrict"}),
        Place("c1", "b", "x", attributes={"township_kind": "town"}),
        Place("c2", "c", "x", attributes={"township_kind": "town"}),
    ]
    said = [Record("township", own, "n", value, DAY, "") for own, value in (("a", 0), ("b", 1))]
    share: dict[str, Any] = {
        "name": "share_of_areas_meeting",
        "rule": "own",
        "area": "township",
        "where": {"township_kind": ["town"]},
    }
    pack = pack_of(rule("own", "township", VALUE, ">=1"), rule("share", "county", share, ">=0.5"))
    found = findings_of(judged(city_of(places, records=said), pack), "share")["x"]
    assert (found.verdict, found.part, found.whole, found.left_out) == ("met", "1", "2", 1)


def test_a_share_of_estates_nothing_is_known_of_is_open_and_counts_them() -> None:
    places = [Place("c0", estates=[{"residents": 1}, {"residents": 2}])]
    share = {"name": "share_of_areas_meeting", "rule": "own", "area": "estate"}
    pack = pack_of(rule("own", "estate", VALUE, ">=1"), rule("share", "city", share, ">=1"))
    found = judged(city_of(places), pack)
    (finding,) = findings_of(found, "share").values()
    assert (finding.verdict, finding.part, finding.whole) == ("not assessed", "0", "2")
    assert found.without_data == ("own", "share")


def test_rules_met_of_a_county_are_those_of_the_county() -> None:
    places = [Place("c0", "", "x"), Place("c1", "", "y")]
    said = [
        Record("county", county, name, value, DAY, "")
        for county, name, value in (("x", "m", 1), ("x", "n", 1), ("y", "m", 1), ("y", "n", 0))
    ]
    both = {"name": "rules_met", "rules": ["m", "n"]}
    pack = pack_of(
        rule("m", "county", {**VALUE, "record": "m"}, ">=1"),
        rule("n", "county", VALUE, ">=1"),
        rule("both", "county", both, ">=2"),
    )
    found = findings_of(judged(city_of(places, records=said), pack), "both")
    assert [(f.verdict, f.part, f.whole) for f in found.values()] == [
        ("met", "2", "2"),
        ("not met", "1", "2"),
    ]


# ---- against all worlds that may be

area = st.tuples(st.sampled_from(VERDICTS), st.sampled_from([WITHIN, PERHAPS, OUT]))


@given(st.lists(area, max_size=6))
def test_the_share_spans_all_worlds_that_may_be(areas: list[tuple[Verdict, int]]) -> None:
    """Decide every open verdict and every doubtful membership in every way."""
    choices = []
    for verdict, member in areas:
        inside = {WITHIN: [True], OUT: [False], PERHAPS: [True, False]}[member]
        meets = {"met": [True], "not met": [False], "not assessed": [True, False]}.get(verdict)
        choices.append(
            [(False, False)] if meets is None else list(itertools.product(inside, meets))
        )
    shares = set()
    empty = False
    for world in itertools.product(*choices):
        counted = [meets for inside, meets in world if inside]
        empty |= not counted
        if counted:
            shares.add(Fraction(sum(counted), len(counted)))
    verdicts = [verdict for verdict, _ in areas]
    belongs = np.array([own for _, own in areas], dtype=np.int64)
    home = np.zeros(len(areas), dtype=np.int64)
    (found,) = share_of_areas_meeting(verdicts, belongs, home, 1, known=True)
    assert found.applicable == bool(shares)
    if shares:
        assert found.at_least == min(shares)
        assert found.at_most == (Fraction(1) if empty else max(shares))


@given(st.lists(st.sampled_from(VERDICTS), max_size=6))
def test_the_rules_met_span_all_worlds_that_may_be(verdicts: list[Verdict]) -> None:
    worlds = itertools.product(
        *([True, False] if one == "not assessed" else [one == "met"] for one in verdicts)
    )
    counts = [sum(world) for world in worlds]
    found = rules_met(verdicts, known=True)
    assert found.at_least == min(counts)
    assert found.at_most == max(counts)


# ---- how far areas are apart

SPREAD = {"name": "spread_of_areas_meeting", "rule": "own"}


def test_the_spread_is_that_of_the_best_and_the_worst_area() -> None:
    """Town a: 2 of 2 meet. Town b: 1 of 4. Town c: 1 of 2. Spread 1 - 1/4; alone in y: none."""
    towns = {"a": [1, 1], "b": [1, 0, 0, 0], "c": [1, 0], "z": [1]}
    places, said = [], []
    for town, values in towns.items():
        for at, value in enumerate(values):
            places.append(Place(f"{town}{at}", town, "y" if town == "z" else "x"))
            said.append(Record("community", f"{town}{at}", "n", value, DAY, ""))
    pack = pack_of(
        rule("own", "community", VALUE, ">=1"),
        rule("towns", "county", {**SPREAD, "between": "township"}, "none"),
        rule("counties", "city", {**SPREAD, "between": "county"}, "<=0.4"),
    )
    city = city_of(places, records=said)
    found = judged(city, pack)
    x, y = findings_of(found, "towns").values()
    assert (x.verdict, x.observed, x.required) == ("not assessed", "0.75", "")
    assert (x.reasons, x.confidence) == (("no-threshold",), "firm")
    assert [one.text for one in x.counted] == ["a=1", "b=0.25", "c=0.5"]
    assert y.verdict == "not applicable"
    evidence = Sentences(city, pack).evidence(x)
    assert evidence == "3个镇街中，达标社区的比例a最高（100%），b最低（25%）。"
    # 4 of 8 in x, 1 of 1 in y; a pack may hold the figure against a threshold of its own
    (whole,) = findings_of(found, "counties").values()
    assert (whole.verdict, whole.observed, whole.shortfall) == ("not met", "0.5", "")


def test_what_is_open_may_close_the_gap() -> None:
    """Town a: 2 of 2 meet. Town b: one meets, one fails, two are open: 25 to 75 per cent."""
    values = {"a0": 1.0, "a1": 1.0, "b0": 1.0, "b1": 0.0}
    places = [Place(own, own[0], "x") for own in (*values, "b2", "b3")]
    pack = pack_of(
        rule("own", "community", VALUE, ">=1"),
        rule("towns", "county", {**SPREAD, "between": "township"}, "<=0.8"),
    )
    city = city_of(places, records=records(values))
    (found,) = findings_of(judged(city, pack), "towns").values()
    assert (found.verdict, found.observed, found.confidence) == ("met", "0.25", "firm")
    strict = pack_of(
        pack.rules[0], rule("towns", "county", {**SPREAD, "between": "township"}, "<=0.5")
    )
    (found,) = findings_of(judged(city, strict), "towns").values()
    assert (found.verdict, found.reasons) == ("not assessed", ("parts-not-assessed",))
    assert "b最低（25%）；有的尚未评估，相差至少25%。" in Sentences(city, strict).evidence(found)


SHARES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 3), st.integers(0, 1)),
    max_size=4,
)


@given(SHARES)
def test_the_spread_spans_all_worlds_that_may_be(areas: list[tuple[int, int, int, int]]) -> None:
    """Of each area so many meet, fail, are open; let the open ones meet one by one."""
    verdicts: list[Verdict] = []
    home = []
    for at, (met, failed, open_, _) in enumerate(areas):
        own: list[Verdict] = ["met"] * met + ["not met"] * failed + ["not assessed"] * open_  # type: ignore[assignment]
        verdicts += own
        home += [at] * len(own)
    member = np.full(len(verdicts), WITHIN, dtype=np.int64)
    of_area = np.array(home, dtype=np.int64)
    shares = share_of_areas_meeting(verdicts, member, of_area, len(areas), known=True)
    ids = [f"t{at}" for at in range(len(areas))]
    wider = np.array([own for *_, own in areas], dtype=np.int64)
    found = spread_of_areas_meeting(shares, ids, wider, 2, known=True)
    for row in range(2):
        inside = [(m, f, o) for m, f, o, own in areas if own == row and m + f + o]
        assert found[row].applicable == (len(inside) > 1)
        if len(inside) > 1:
            worlds = itertools.product(*(range(o + 1) for _, _, o in inside))
            spreads = set()
            for world in worlds:
                each = [
                    Fraction(m + more, m + f + o)
                    for (m, f, o), more in zip(inside, world, strict=True)
                ]
                spreads.add(max(each) - min(each))
            assert found[row].at_most == max(spreads)
            assert found[row].at_least <= min(spreads)
