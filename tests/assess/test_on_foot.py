"""What half of the people need on foot, and all but the worst-served tenth."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.assess.on_foot import time_of_tenths
from lifecircle.publish.sentences import Sentences
from lifecircle.terms.figures import decimal_text
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
    st.integers(0, 3), st.integers(0, 30), st.sampled_from([1.0, 2.0, 2.0, 5.0, 900.0, math.inf])
)


@given(st.lists(ORIGIN, min_size=1, max_size=25), st.sampled_from([5, 9]))
def test_the_share_is_reached_by_the_one_who_completes_it(
    drawn: list[tuple[int, int, float]], tenths: int
) -> None:
    homes = sorted({home for home, _, _ in drawn})
    rows = [(homes.index(home), weight, time) for home, weight, time in drawn]
    home, weight, time_s = (np.array(column) for column in zip(*rows, strict=True))
    order = np.lexsort((time_s, home))
    found = time_of_tenths(time_s.astype(np.float64), weight, home, tenths, order)
    for row in range(len(homes)):
        everyone = [time for own, weight, time in rows if own == row for _ in range(weight)]
        if everyone:
            assert found[row] == slow(everyone, tenths)


# The bank stands 100 m off the street at c0: 1.25 minutes at 80 m/min. The second estate is at
# 1.5 km on the street, the bank's door at 500 m: 1100 m, 13.75 minutes.
@pytest.mark.parametrize(
    ("near", "far", "older", "children", "said"),
    [
        # 20 older people near and 30 far: the 25th lives far; of 40 and 4 children the 22nd near,
        # and the 40th of the first nine tenths of 44 people near too
        ({"older": 20, "children": 40}, {"older": 30, "children": 4},
         ("13.75", "13.75"), ("1.25", "1.25"),
         ["老年人一半不超过13.75分钟，九成不超过13.75分钟。",
          "儿童一半不超过1.25分钟，九成不超过1.25分钟。"]),
        # nobody counted the children of one estate, and no older people live here at all
        ({"older": 0, "children": 40}, {"older": 0}, ("", ""), ("", ""),
         ["老年人没有可用的人数。", "儿童没有可用的人数。"]),
    ],
)  # fmt: skip
def test_each_age_group_has_its_own_half_and_tenth(
    near: dict[str, int],
    far: dict[str, int],
    older: tuple[str, str],
    children: tuple[str, str],
    said: list[str],
) -> None:
    estates = ({"residents": 100, **near}, {"residents": 100, **far})
    places = [Place("c0", estates=estates), Place("c1", estates=({"residents": 5},))]
    city = city_of(places, [Site("B1", "bank", 0)], census=frozenset({"bank"}))
    city.origins.x_m[1] = 1500.0
    pack = pack_of(SHOP)
    finding = findings_of(judged(city, pack, date(2026, 11, 22)), "shop")["c0"]
    assert (finding.median_min, finding.worst_tenth_min) == ("1.25", "13.75")
    assert (finding.median_min_older, finding.worst_tenth_min_older) == older
    assert (finding.median_min_children, finding.worst_tenth_min_children) == children
    assert Sentences(city, pack).by_age(finding) == said


GROUP = st.sampled_from([-1, 0, 1, 3, 7, 40])


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 1), GROUP, st.integers(0, 30)), min_size=1, max_size=8))
def test_a_group_is_lined_up_like_everybody(drawn: list[tuple[int, int, int]]) -> None:
    """Estates of two communities at so many hundreds of metres along the street."""
    homes = sorted({home for home, _, _ in drawn})
    rows = [(homes.index(home), count, 100.0 * place) for home, count, place in sorted(drawn)]
    places = [
        Place(
            f"c{at}",
            estates=[{"residents": 50, "older": own} for home, own, _ in rows if home == at],
        )
        for at in range(len(homes))
    ]
    city = city_of(places, [Site("B1", "bank", 0)], census=frozenset({"bank"}))
    city.origins.x_m[:] = np.minimum([x for _, _, x in rows], len(homes) * 1000.0)
    found = findings_of(judged(city, pack_of(SHOP), date(2026, 11, 22)), "shop")
    for at in range(len(homes)):
        own = [(count, min(x, len(homes) * 1000.0)) for home, count, x in rows if home == at]
        line = sorted(abs(x - 500) + 100 for count, x in own for _ in range(count))
        known = line and all(count >= 0 for count, _ in own)
        times = (
            [decimal_text(line[math.ceil(t * len(line) / 10) - 1] / 80, 2) for t in (5, 9)]
            if known
            else ["", ""]
        )
        finding = found[f"c{at}"]
        assert [finding.median_min_older, finding.worst_tenth_min_older] == times


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
