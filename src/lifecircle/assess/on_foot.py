"""Measures by the walk from where people live."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from lifecircle.assess.measured import WAITS, Measured, knowledge, upper
from lifecircle.assess.people import Mask, People
from lifecircle.assess.walks import FARTHEST_S, Lane, Walks
from lifecircle.place.tables import City, Floats, Integers
from lifecircle.policy.measures import CountWithin, ShareOfPeopleWithin
from lifecircle.terms.figures import decimal_text, share_text


def share_of_people_within(
    city: City, walks: Walks, measure: ShareOfPeopleWithin, categories: tuple[str, ...]
) -> tuple[list[Measured], Mask]:
    """Measure sum(w_o * [t_o <= minutes]) / sum(w_o) over the origins o of each community.

    w_o are residents, or dwelling area where nobody counted; t_o is the time on foot from the
    door to the nearest facility of ``categories``. Where the list is complete the figure may still
    be higher, up to what it is without waits and steps whose seconds nobody verified. Returns one
    `Measured` per community (c,) and which origins (o,) are short of it.
    """
    lane = walks.lane(categories, 1)
    limit_s = measure.minutes * 60.0
    reached = walks.reached(lane, limit_s, 1)
    people = People.by_community(city)
    covered, total = people.weight(reached >= 1), people.weight()
    doubts = knowledge(city, categories)
    figures = [Fraction(int(part), int(whole)) for part, whole in zip(covered, total, strict=True)]
    texts = [share_text(int(part), int(whole)) for part, whole in zip(covered, total, strict=True)]
    perhaps = reached if doubts else walks.perhaps_reached(lane, limit_s, 1, reached)
    parts = people.weight(perhaps >= 1)
    highest = [Fraction(int(part), int(whole)) for part, whole in zip(parts, total, strict=True)]
    most = [upper(figure, doubts, Fraction(1)) for figure in highest]
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
    limit_s = measure.minutes * 60.0
    reached = walks.reached(lane, limit_s, count)
    least = _least(city, reached, count)
    doubts = knowledge(city, categories)
    figures = [Fraction(int(value)) for value in least]
    perhaps = reached if doubts else walks.perhaps_reached(lane, limit_s, count, reached)
    most = [upper(Fraction(int(value)), doubts) for value in _least(city, perhaps, count)]
    texts = [str(int(value)) for value in least]
    people = People.by_community(city)
    served, total = people.weight(reached >= count), people.weight()
    shares = [share_text(int(part), int(whole)) for part, whole in zip(served, total, strict=True)]
    measured = _with_evidence(city, walks, lane, figures, most, texts, shares, "count", doubts)
    return measured, reached < count


def _least(city: City, reached: Integers, count: int) -> Integers:
    """Return the number that every origin of a community (c,) reaches."""
    least = np.full(len(city.communities), count, dtype=np.int64)
    np.minimum.at(least, city.origins.community, reached)
    return least


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
    minutes = _minutes_of_groups(city, lane)
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
                distance_m=decimal_text(walks.metres(lane, origin), 0) if there else "",
                reasons=doubts or ((WAITS,) if most[row] > figure else ()),
                **{name: texts_of[row] for name, texts_of in minutes.items()},
            )
        )
    return measured


def _minutes_of_groups(city: City, lane: Lane) -> dict[str, list[Any]]:
    """Return median and worst-tenth minutes by community (c,) of all people and by age group.

    Of a group empty where any origin's number of it is unknown, and where there are none of it.
    """
    origins, home = city.origins, city.origins.community
    order = np.lexsort((lane.time_s, home))
    people = People.by_community(city)
    found: dict[str, list[Any]] = {}
    for group in ("", "older", "children"):
        weight = np.maximum(getattr(origins, group), 0) if group else origins.weight
        known = people.known(group) if group else people.weight().tolist()
        for name, tenths in (("median_min", 5), ("worst_tenth_min", 9)):
            times_s = time_of_tenths(lane.time_s, weight, home, tenths, order).tolist()
            found[f"{name}_{group}".rstrip("_")] = [
                _at_most(time_s, lane) if count else ""
                for time_s, count in zip(times_s, known, strict=True)
            ]
    return found


def _minutes(time_s: float) -> str:
    return decimal_text(time_s / 60.0, 2) if np.isfinite(time_s) else ""


def _at_most(time_s: float, lane: Lane) -> str:
    """Return minutes, ``>60`` beyond the hour that is searched, nothing without any facility."""
    beyond = f">{decimal_text(FARTHEST_S / 60.0, 0)}" if len(lane.rows) else ""
    return _minutes(time_s) or beyond


def _worst_origin(time_s: Floats, home: Integers, communities: int) -> Integers:
    """Return the origin with the longest way in each community, the first where several tie."""
    order = np.lexsort((-time_s, home))
    return order[np.searchsorted(home[order], np.arange(communities))]


def time_of_tenths(
    time_s: Floats, weight: Integers, home: Integers, tenths: int, order: Integers
) -> Floats:
    """Return for each community (c,) the least time in which so many tenths of its weight arrive.

    That is min{t : sum(w_o * [t_o <= t]) >= tenths / 10 * sum(w_o)} over its origins o, in whole
    numbers, with 5 the median and 9 what all but the worst-served tenth need. An origin that
    reaches nothing within the search counts with its weight and takes for ever: the answer is
    infinite where the share is not reached. ``order`` (o,) sorts the origins by home, then by
    time. Of a community without any weight the answer means nothing.
    """
    summed = np.cumsum(weight[order])
    grouped = home[order]
    begin = np.flatnonzero(np.diff(grouped, prepend=-1))
    end = np.append(begin[1:], len(order))
    before = np.where(begin > 0, summed[begin - 1], 0)
    total = summed[end - 1] - before
    needed = before + (tenths * total + 9) // 10
    at = np.searchsorted(summed, needed, side="left")
    return np.asarray(time_s[order[np.minimum(at, len(order) - 1)]])
