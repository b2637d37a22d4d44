"""Who sees what: one person inside an area, one outside, one without a grant."""

from collections.abc import Iterable

from lifecircle.govern.actor import EVERYWHERE, Actor, Holding, outside, under
from lifecircle.govern.areas.models import Area
from tests.govern.conftest import Granted, SmallCity


def names(areas: Iterable[Area]) -> list[str]:
    return sorted(area.name for area in areas)


def test_people_see_the_areas_of_their_grant_and_all_below(
    small_city: SmallCity, granted: Granted
) -> None:
    inside = granted("insider", "bridge", "area.view")
    outside = granted("outsider", "west", "area.view")
    nobody = granted("nobody", None)
    assert names(Area.objects.visible_to(inside)) == ["bridge", "mill", "pond"]
    assert names(Area.objects.visible_to(outside)) == ["lake", "reed", "west"]
    assert names(Area.objects.visible_to(nobody)) == []


def test_a_permission_not_held_shows_nothing(small_city: SmallCity, granted: Granted) -> None:
    inside = granted("insider", "city", "inventory.view")
    assert names(Area.objects.visible_to(inside)) == []
    assert len(Area.objects.visible_to(inside, "inventory.view")) == 10


def test_a_path_that_begins_alike_is_not_below() -> None:
    actor = Actor("x", holdings=(Holding("1.2.", frozenset({"p"})),))
    assert actor.may("p", "1.2.7.")
    assert not actor.may("p", "1.27.")
    assert actor.paths("p") == ("1.2.",)


def test_what_lies_outside_is_all_that_lies_not_inside(small_city: SmallCity) -> None:
    every = [area.path for area in Area.objects.all()]
    assert not Area.objects.filter(outside([EVERYWHERE])).exists()
    pairs = [(one, two) for one in every for two in every if not two.startswith(one)]
    for paths in [(one,) for one in every] + [p for p in pairs if not p[0].startswith(p[1])]:
        inside = names(Area.objects.filter(under(paths)))
        beyond = names(Area.objects.filter(outside(paths)))
        assert sorted(inside + beyond) == names(Area.objects.all()), paths


def test_a_grant_over_an_area_that_ended_holds_nothing(
    small_city: SmallCity, granted: Granted
) -> None:
    Area.objects.filter(name="bridge").update(ended_on="2026-06-01")
    assert granted("insider", "bridge", "area.view").holdings == ()
    above = granted("above", "east", "area.view")
    assert "bridge" in names(Area.objects.visible_to(above))
