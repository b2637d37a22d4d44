"""The trees as they stood on any day, and figures carried over to today's areas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from lifecircle.govern.areas.choices import Tree
from lifecircle.govern.areas.models import AreaState, Placement, Succession


def parents_on(tree: Tree, day: date) -> Mapping[int, int | None]:
    """Return the parent of each area that hung in a tree on a day, by ids."""
    rows = Placement.objects.on(day).filter(tree=tree)
    return dict(rows.values_list("area_id", "parent_id"))


def below_in(parents: Mapping[int, int | None], top: int) -> set[int]:
    """Return an area and all below it, by the parents of a day."""
    children: dict[int | None, list[int]] = defaultdict(list)
    for area, parent in parents.items():
        children[parent].append(area)
    found, to_do = {top}, [top]
    while to_do:
        below = children[to_do.pop()]
        found.update(below)
        to_do += below
    return found & parents.keys()


def names_on(day: date) -> Mapping[int, str]:
    """Return what each area was called on a day."""
    return dict(AreaState.objects.on(day).values_list("area_id", "name"))


def codes_and_names_on(day: date) -> list[tuple[int, str, str]]:
    """Return area, code and name of a day, in the order of ids."""
    rows = AreaState.objects.on(day).order_by("area_id")
    return list(rows.values_list("area_id", "code", "name"))


def today_of(area: int, day: date) -> Mapping[int, Fraction | None]:
    """Return where the people of an area of a day are today: shares by area, together one.

    None is an unknown share. An area that still stands is itself.
    """
    later = Succession.objects.filter(on__gt=day).order_by("on", "pk")
    return carried({area: Fraction(1)}, list(later))


def origins_of(area: int, day: date) -> Mapping[int, Fraction | None]:
    """Return which areas of a day have people in an area of today, and what share of theirs.

    An area whose people stayed is its own origin.
    """
    later = list(Succession.objects.filter(on__gt=day).order_by("on", "pk"))
    into: dict[int, list[int]] = defaultdict(list)
    for row in later:
        into[row.target_id].append(row.source_id)
    known, to_do = {area}, [area]
    while to_do:
        new = set(into[to_do.pop()]) - known
        known |= new
        to_do += new
    then = AreaState.objects.on(day).filter(area__in=known).values_list("area_id", flat=True)
    shares = {source: carried({source: Fraction(1)}, later) for source in then}
    return {source: parts[area] for source, parts in shares.items() if area in parts}


def carried(
    people: Mapping[int, Fraction | None], later: list[Succession]
) -> Mapping[int, Fraction | None]:
    """Carry amounts over changes in the order of their days; unknown shares make unknown parts."""
    now: dict[int, Fraction | None] = dict(people)
    events: dict[object, list[Succession]] = defaultdict(list)
    for row in later:
        events[row.event].append(row)
    for rows in events.values():
        gone = {row.source_id: now.pop(row.source_id) for row in rows if row.source_id in now}
        for row in rows:
            if row.source_id in gone:
                part = _times(gone[row.source_id], row.share)
                now[row.target_id] = _plus(now.get(row.target_id, Fraction(0)), part)
    return now


def _times(amount: Fraction | None, share: str) -> Fraction | None:
    return None if amount is None or not share else amount * Fraction(share)


def _plus(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one + other
