"""Measures by the walk from where people live."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from lifecircle.assess.measured import Measured, knowledge, upper
from lifecircle.assess.people import Mask, People
from lifecircle.assess.walks import Lane, Walks
from lifecircle.place.tables import City, Floats, Integers
from lifecircle.policy.measures import CountWithin, ShareOfPeopleWithin
from lifecircle.terms.figures import decimal_text, share_text


def share_of_people_within(
    city: City, walks: Walks, measure: ShareOfPeopleWithin, categories: tuple[str, ...]
) -> tuple[list[Measured], Mask]:
    """Measure sum(w_o * [t_o <= minutes]) / sum(w_o) over the origins o of each community.

    w_o are residents, or dwelling area where nobody counted; t_o is the time on foot from the
    door to the nearest facility of ``categories``. Returns one `Measured` per community (c,) and
    which origins (o,) are short of it.
    """
    lane = walks.lane(categories, 1)
    reached = walks.reached(lane, measure.minutes * 60.0, 1)
    people = People.by_community(city)
    covered, total = people.weight(reached >= 1), people.weight()
    doubts = knowledge(city, categories)
    figures = [Fraction(int(part), int(whole)) for part, whole in zip(covered, total, strict=True)]
    texts = [share_text(int(part), int(whole)) for part, whole in zip(covered, total, strict=True)]
    most = [upper(figure, doubts, Fraction(1)) for figure in figures]
    measured = _with_evidence(city, walks, lane, figures, most, texts, texts, "share", doubts)
    return measured, reached < 1


def count_within(
    city: City, walks: Walks, measure: CountWithin, categories: tuple[str, ...], enough: int
) -> tuple[list[Measured], Mask]:
    """Measure min over origins o of #{facilities f : t_of <= minutes}, counted up to ``enough``.

    The number that every resident of the community reaches. Returns one `Measured` per community
    (c,) and which origins (o,) reach fewer than ``enough``.
    """
    count = max(enough, 1)
    lane = walks.lane(categories, count)
    reached = walks.reached(lane, measure.minutes * 60.0, count)
    least = np.full(len(city.communities), count, dtype=np.int64)
    np.minimum.at(least, city.origins.community, reached)
    doubts = knowledge(city, categories)
    figures = [Fraction(int(value)) for value in least]
    most = [upper(figure, doubts) for figure in figures]
    texts = [str(int(value)) for value in least]
    people = People.by_community(city)
    served, total = people.weight(reached >= count), people.weight()
    shares = [share_text(int(part), int(whole)) for part, whole in zip(served, total, strict=True)]
    measured = _with_evidence(city, walks, lane, figures, most, texts, shares, "count", doubts)
    return measured, reached < count


def _with_evidence(
    city: City,
    walks: Walks,
    lane: Lane,
    figures: list[Fraction],
    most: list[Fraction],
    texts: list[str],
    shares: list[str],
    unit: str,
    doubts: tuple[str, ...],
) -> list[Measured]:
    worst = _worst_origin(lane.time_s, city.origins.community, len(figures))
    median_s = _weighted_median(lane.time_s, city.origins.weight, city.origins.community, worst)
    nearest = lane.nearest.target[:, 0]
    measured = []
    for row, figure in enumerate(figures):
        origin = int(worst[row])
        time_s = float(lane.time_s[origin])
        there = nearest[origin] >= 0
        facility = city.facilities.id[lane.rows[nearest[origin]]] if there else ""
        measured.append(
            Measured(
                at_least=figure,
                at_most=most[row],
                observed=texts[row],
                unit=unit,
                share=shares[row],
                facilities=len(lane.rows),
                facility=facility,
                origin=city.origins.id[origin],
                time_min=_minutes(time_s),
                distance_m=decimal_text(float(walks.profile.metres(time_s)), 0) if there else "",
                median_min=_minutes(float(median_s[row])),
                reasons=doubts,
            )
        )
    return measured


def _minutes(time_s: float) -> str:
    return decimal_text(time_s / 60.0, 2) if np.isfinite(time_s) else ""


def _worst_origin(time_s: Floats, home: Integers, communities: int) -> Integers:
    """Return the origin with the longest way in each community, the first where several tie."""
    order = np.lexsort((np.arange(len(time_s)), -time_s, home))
    return order[np.searchsorted(home[order], np.arange(communities))]


def _weighted_median(time_s: Floats, weight: Integers, home: Integers, worst: Integers) -> Floats:
    """Return for each community the least time within which at least half of its weight is."""
    order = np.lexsort((np.arange(len(time_s)), time_s, home))
    summed = np.cumsum(weight[order])
    begin = np.searchsorted(home[order], np.arange(len(worst)))
    end = np.append(begin[1:], len(order))
    before = np.where(begin > 0, summed[begin - 1], 0)
    total = summed[end - 1] - before
    half = before + (total + 1) // 2
    return np.asarray(time_s[order[np.searchsorted(summed, half, side="left")]])
