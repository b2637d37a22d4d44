"""A list of a day asks for the areas of that day."""

from __future__ import annotations

import pytest

from lifecircle.govern.areas.models import Area
from lifecircle.govern.areas.services import merge, move
from lifecircle.govern.inventory.services import change
from tests.govern.conftest import SmallCity
from tests.govern.inventory.conftest import CHANGE, JUNE, VIEW, Made, Opened, command

BEFORE, SINCE = "2026-05-01", "2026-06-01"


@pytest.mark.parametrize("path", ["/inventory/facilities/", "/api/inventory/facilities"])
def test_the_area_of_a_list_is_that_of_its_day(
    made: Made, opened: Opened, small_city: SmallCity, path: str
) -> None:
    one, _stays, _merged = made("甲"), made("乙", "pine"), made("丙", "pond")
    change(command(), one, {}, on=JUNE, seen=one.pk, area=small_city["pine"])
    move(command(), small_city["pine"], small_city["bridge"], on=JUNE)
    pond, mill = (Area.objects.get(pk=small_city[name].pk) for name in ("pond", "mill"))
    merge(command(), [pond, mill], mill, on=JUNE)
    client = opened("city", "city", VIEW, CHANGE)

    def names(area: str, **query: str) -> list[str]:
        answer = client.get(path, {"area": str(small_city[area].pk), **query})
        if path.startswith("/api"):
            return [row["number"] for row in answer.json()["items"]]
        return [cells[0] for _, cells in answer.context["rows"]]

    told = {
        area: (names(area, on=BEFORE), names(area, on=SINCE), names(area))
        for area in ("mill", "pond", "pine", "bridge", "hill")
    }
    assert told == {
        "mill": (["甲"], ["丙"], ["丙"]),
        "pond": (["丙"], [], []),
        "pine": (["乙"], ["甲", "乙"], ["甲", "乙"]),
        "bridge": (["甲", "丙"], ["甲", "乙", "丙"], ["甲", "乙", "丙"]),
        "hill": (["乙"], [], []),
    }
