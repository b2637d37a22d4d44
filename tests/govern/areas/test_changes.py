"""Areas renamed, moved, handed over, merged and split: what was stays, people are conserved."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifecircle.govern.actor import system
from lifecircle.govern.areas.choices import Level, Tree
from lifecircle.govern.areas.models import Area, AreaState, Placement, Succession
from lifecircle.govern.areas.services import (
    Part,
    found,
    hand_over,
    merge,
    move,
    revise,
    split,
)
from lifecircle.govern.areas.trees import carried, names_on, parents_on, today_of
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.records.services import put
from lifecircle.govern.refused import Refused
from tests.govern.conftest import FOUNDED, Granted, SmallCity

OFFICE = system("test")
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def path_of(area: Area) -> str:
    return Area.objects.get(pk=area.pk).path


def test_a_new_name_leaves_the_old_one_for_its_days(small_city: SmallCity) -> None:
    revise(OFFICE, small_city["mill"], on=JUNE, name="new mill", code="610102001001")
    assert names_on(MAY)[small_city["mill"].pk] == "mill"
    assert names_on(JUNE)[small_city["mill"].pk] == "new mill"
    assert Area.objects.get(pk=small_city["mill"].pk).code == "610102001001"
    revise(OFFICE, small_city["mill"], on=date(2026, 7, 1), name="new mill")
    assert AreaState.objects.filter(area=small_city["mill"]).count() == 2


def test_what_hangs_below_moves_along(small_city: SmallCity) -> None:
    move(OFFICE, small_city["bridge"], small_city["west"], on=JUNE)
    assert path_of(small_city["bridge"]).startswith(small_city["west"].path)
    assert path_of(small_city["mill"]) == f"{path_of(small_city['bridge'])}{small_city['mill'].pk}."
    for tree in Tree:
        assert parents_on(tree, MAY)[small_city["bridge"].pk] == small_city["east"].pk
        assert parents_on(tree, JUNE)[small_city["bridge"].pk] == small_city["west"].pk


def test_a_zone_answers_without_the_administrative_tree_moving(small_city: SmallCity) -> None:
    zone = found(OFFICE, "zone", Level.COUNTY, None, on=FOUNDED, managed_by=small_city["city"])
    hand_over(OFFICE, small_city["lake"], zone, on=JUNE)
    assert path_of(small_city["reed"]).startswith(zone.path)
    assert parents_on(Tree.ADMINISTRATIVE, JUNE)[small_city["lake"].pk] == small_city["west"].pk
    assert parents_on(Tree.MANAGING, JUNE)[small_city["lake"].pk] == zone.pk
    assert zone.pk not in parents_on(Tree.ADMINISTRATIVE, JUNE)
    move(OFFICE, small_city["lake"], small_city["east"], on=date(2026, 7, 1))
    assert path_of(small_city["lake"]).startswith(zone.path)


def test_a_merge_brings_children_and_records(small_city: SmallCity) -> None:
    values = {"area": small_city["mill"], "categories": ["community_canteen"]}
    put(OFFICE, Facility, "F", small_city["mill"], values,
        permission="inventory.change", effective_on=MAY)  # fmt: skip
    merge(OFFICE, [small_city["mill"], small_city["pond"]], small_city["pond"], on=JUNE)
    assert Area.objects.get(name="mill").ended_on == JUNE
    assert Facility.versions.current().get().record.area == small_city["pond"]
    assert today_of(small_city["mill"].pk, MAY) == {small_city["pond"].pk: 1}
    united = merge(OFFICE, [small_city["bridge"], small_city["hill"]], Part("united"), on=JUNE)
    assert path_of(small_city["pine"]).startswith(united.path)
    assert path_of(united).startswith(small_city["east"].path)


def test_a_split_shares_the_people(small_city: SmallCity) -> None:
    parts = [Part("one", share=Fraction(1, 3)), Part("two", share=Fraction(2, 3))]
    one, two = split(OFFICE, small_city["reed"], parts, on=JUNE)
    assert today_of(small_city["reed"].pk, MAY) == {one.pk: Fraction(1, 3), two.pk: Fraction(2, 3)}
    merge(OFFICE, [two, one], one, on=date(2026, 7, 1))
    assert today_of(small_city["reed"].pk, MAY) == {one.pk: 1}


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda c: move(OFFICE, c["bridge"], c["mill"], on=JUNE), "不能归"),
        (lambda c: move(OFFICE, c["mill"], c["east"], on=date(2019, 1, 1)), "2020-01-01"),
        (lambda c: merge(OFFICE, [c["mill"], c["hill"]], Part("x"), on=JUNE), "同一层级"),
        (lambda c: merge(OFFICE, [c["mill"]], c["mill"], on=JUNE), "至少要有两个"),
        (lambda c: merge(OFFICE, [c["mill"], c["pond"]], c["reed"], on=JUNE), "也选上"),
        (lambda c: split(OFFICE, c["mill"], [Part("x")], on=JUNE), "至少要有两个"),
        (
            lambda c: split(
                OFFICE, c["mill"], [Part("x", "", Fraction(1, 2)), Part("y", "", Fraction(1, 3))],
                on=JUNE,
            ),
            "不是1",
        ),
        (lambda c: found(OFFICE, "x", Level.COUNTY, c["hill"], on=JUNE), "不能归"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_and_changes_nothing(small_city: SmallCity, act, said) -> None:  # type: ignore[no-untyped-def]
    before = list(Area.objects.values_list("pk", "path", "ended_on"))
    with pytest.raises(Refused, match=said):
        act(small_city)
    assert list(Area.objects.values_list("pk", "path", "ended_on")) == before
    assert not Succession.objects.exists()


def test_one_needs_the_right_on_both_sides(small_city: SmallCity, granted: Granted) -> None:
    east = granted("east-office", "east", "area.change")
    move(east, small_city["mill"], small_city["hill"], on=JUNE)
    with pytest.raises(Refused):
        move(east, small_city["mill"], small_city["lake"], on=JUNE)
    with pytest.raises(Refused):
        revise(east, small_city["reed"], on=JUNE, name="x")


def test_what_ended_cannot_change(small_city: SmallCity) -> None:
    merge(OFFICE, [small_city["mill"], small_city["pond"]], small_city["pond"], on=JUNE)
    with pytest.raises(Refused, match="已经撤销"):
        revise(OFFICE, small_city["mill"], on=date(2026, 8, 1), name="again")


def test_a_successor_may_keep_the_code(small_city: SmallCity) -> None:
    code = "610102001001"
    revise(OFFICE, small_city["mill"], on=MAY, code=code)
    mill = Area.objects.get(pk=small_city["mill"].pk)
    one, _ = split(OFFICE, mill, [Part("one", code), Part("two")], on=JUNE)
    united = merge(OFFICE, [one, small_city["pond"]], Part("all", code), on=date(2026, 7, 1))
    standing = Area.objects.standing().filter(code=code)
    assert [area.name for area in standing] == [united.name] == ["all"]
    assert Area.objects.filter(code=code).count() == 3


def test_an_unknown_share_makes_unknown_parts_only() -> None:
    rows = [
        Succession(event="1", source_id=1, target_id=2, share=""),
        Succession(event="1", source_id=1, target_id=3, share=""),
    ]
    assert carried({1: Fraction(1), 9: Fraction(5)}, rows) == {2: None, 3: None, 9: 5}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.integers(1, 4)), max_size=8))
def test_whatever_happens_people_stay_as_many(acts: list[tuple[bool, int, int]]) -> None:
    standing, later, last = list(range(5)), [], 5
    for at, (is_split, pick, parts) in enumerate(acts):
        source = standing[pick % len(standing)]
        if is_split:
            new = list(range(last, last + parts))
            last += parts
            share = [Fraction(1, parts)] * parts
        else:
            new, share = [standing[(pick + 1) % len(standing)]], [Fraction(1)]
            if new == [source]:
                continue
        later += [
            Succession(event=str(at), source_id=source, target_id=one, share=str(part))
            for one, part in zip(new, share, strict=True)
        ]
        standing = [one for one in standing if one != source and one not in new] + new
    now = carried({one: Fraction(one + 1) for one in range(5)}, later)
    assert sum(now.values()) == 15  # type: ignore[arg-type]
    assert set(now) <= set(standing)


def test_placements_never_overlap(small_city: SmallCity) -> None:
    for on, parent in ((MAY, "hill"), (JUNE, "bridge"), (JUNE, "hill")):
        move(OFFICE, small_city["mill"], small_city[parent], on=on)
    rows = Placement.objects.filter(area=small_city["mill"], tree=Tree.MANAGING).order_by("from_on")
    days = [(row.from_on, row.until_on) for row in rows]
    assert days == [(FOUNDED, MAY), (MAY, JUNE), (JUNE, None)]
