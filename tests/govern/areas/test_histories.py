"""Whatever happens to a tree, in any order: nobody is lost and the past stays as it was stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifecircle.govern.actor import system
from lifecircle.govern.areas.choices import Level, Tree
from lifecircle.govern.areas.models import Area, AreaState, Placement
from lifecircle.govern.areas.services import Part, hand_over, merge, move, revise, split
from lifecircle.govern.areas.trees import names_on, parents_on, today_of
from lifecircle.govern.refused import Refused
from tests.govern.conftest import SmallCity

OFFICE = system("test")
FIRST = date(2026, 1, 1)
ACTS = ("merge", "merge new", "split", "move", "hand over", "rename")
HISTORIES = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 40), st.integers(0, 40), st.integers(0, 1)),
    min_size=1,
    max_size=8,
)


def standing(*levels: Level) -> list[Area]:
    return list(Area.objects.standing().filter(level__in=levels).order_by("pk"))


def act(kind: str, first: int, second: int, day: date) -> None:
    """Do one act to areas picked by numbers; what is refused leaves all as it is."""
    area = pick(standing(Level.COUNTY, Level.TOWNSHIP, Level.COMMUNITY), first)
    if kind == "rename":
        revise(OFFICE, area, on=day, name=f"n{second}", code=f"6101020010{second:02}")
    elif kind == "split":
        share = Fraction(second + 1, 42)
        parts = [Part(f"p{first}", share=share), Part(f"q{first}", share=1 - share)]
        split(OFFICE, area, parts, on=day)
    elif kind.startswith("merge"):
        other = pick(standing(Level(area.level)), second)
        into = other if kind == "merge" else Part(f"m{first}")
        merge(OFFICE, [area, other], into, on=day)
    else:
        above = pick(standing(Level.CITY, Level.COUNTY, Level.TOWNSHIP), second)
        (move if kind == "move" else hand_over)(OFFICE, area, above, on=day)


def pick(areas: list[Area], number: int) -> Area:
    return areas[number % len(areas)]


def of_day(day: date) -> tuple[Mapping[int, str], ...]:
    return (names_on(day), *(parents_on(tree, day) for tree in Tree))  # type: ignore[arg-type]


def check_tree() -> None:
    """Paths are what the open placements say, end at the city, and codes stand once."""
    paths = dict(Area.objects.standing().values_list("pk", "path"))
    parents = dict(
        Placement.objects.open().filter(tree=Tree.MANAGING).values_list("area_id", "parent_id")
    )
    assert parents.keys() == paths.keys()
    for pk, path in paths.items():
        parent = parents[pk]
        assert path == f"{paths[parent] if parent else ''}{pk}."
    administrative = parents_on(Tree.ADMINISTRATIVE, date.max)
    for pk in administrative:
        seen, at = {pk}, administrative[pk]
        while at is not None:
            assert at not in seen, "a circle"
            assert at in paths
            seen.add(at)
            at = administrative[at]
    codes = list(Area.objects.standing().exclude(code="").values_list("code", flat=True))
    assert len(codes) == len(set(codes))
    states = AreaState.objects.open().values_list("area_id", "name", "code")
    areas = Area.objects.standing().values_list("pk", "name", "code")
    assert sorted(states) == sorted(areas)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=HISTORIES)
def test_any_history_keeps_people_and_the_past(
    small_city: SmallCity, history: list[tuple[str, int, int, int]]
) -> None:
    with transaction.atomic():
        run(history)
        transaction.set_rollback(True)


def run(history: list[tuple[str, int, int, int]]) -> None:
    day, done = FIRST, 0
    people = {area.pk for area in standing(Level.COMMUNITY)}
    stored: dict[date, tuple[Mapping[int, str], ...]] = {FIRST - timedelta(1): of_day(FIRST)}
    for kind, first, second, days in history:
        day += timedelta(days)
        stored[day - timedelta(1)] = of_day(day - timedelta(1))
        try:
            with transaction.atomic():
                act(kind, first, second, day)
            done += 1
        except Refused:
            pass
        check_tree()
    for then, told in stored.items():
        assert of_day(then) == told, then
    still = {area.pk for area in standing(Level.COMMUNITY)}
    for pk in people:
        shares = today_of(pk, FIRST - timedelta(1))
        assert sum(share for share in shares.values() if share is not None) == 1
        assert set(shares) <= still
