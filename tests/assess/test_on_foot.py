"""What half of the people need on foot, and all but the worst-served tenth."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.assess.on_foot import _within
from lifecircle.publish.sentences import Sentences
from tests.assess.cities import Place, Site, city_of, findings_of, judged, pack_of, rule

SHOP = rule(
    "shop",
    "community",
    {"name": "share_of_people_within", "minutes": 15, "categories": ["bank"]},
    ">=1",
)


def slow(people: list[float], tenths: int) -> float:
    """Line the people up by their way, and ask the one who completes the share."""
    return sorted(people)[math.ceil(tenths * len(people) / 10) - 1]


ORIGIN = st.tuples(
    st.integers(0, 3), st.integers(1, 30), st.sampled_from([1.0, 2.0, 2.0, 5.0, 900.0, math.inf])
)


@given(st.lists(ORIGIN, min_size=1, max_size=25), st.sampled_from([5, 9]))
def test_the_share_is_reached_by_the_one_who_completes_it(
    drawn: list[tuple[int, int, float]], tenths: int
) -> None:
    homes = sorted({home for home, _, _ in drawn})
    rows = [(homes.index(home), weight, time) for home, weight, time in drawn]
    home, weight, time_s = (np.array(column) for column in zip(*rows, strict=True))
    found = _within(time_s.astype(np.float64), weight, home, tenths)
    for row in range(len(homes)):
        everyone = [time for own, weight, time in rows if own == row for _ in range(weight)]
        assert found[row] == slow(everyone, tenths)


@pytest.mark.parametrize(
    ("far", "median", "tenth", "said"),
    [
        # one of ten stays out of the worst-served tenth's line, two of ten stand at its end
        (100, "1.25", "1.25", "九成的居民不超过1.25分钟"),
        (200, "1.25", ">60", "九成的居民要超过60分钟"),
        (600, ">60", ">60", "一半的居民要超过60分钟"),
    ],
)
def test_beyond_the_hour_is_said_to_be_beyond(far: int, median: str, tenth: str, said: str) -> None:
    """The bank stands 100 m off the street at c0; who lives 6 km away walks over an hour."""
    places = [Place(f"c{at}", estates=({"residents": 5},)) for at in range(7)]
    places[0] = Place("c0", estates=({"residents": 1000 - far}, {"residents": far}))
    city = city_of(places, [Site("B1", "bank", 0)], census=frozenset({"bank"}))
    city.origins.x_m[1] = 6500.0
    pack = pack_of(SHOP)
    finding = findings_of(judged(city, pack, date(2026, 11, 22)), "shop")["c0"]
    assert (finding.median_min, finding.worst_tenth_min) == (median, tenth)
    assert said in Sentences(city, pack).evidence(finding)
