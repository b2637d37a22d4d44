"""What `lifecircle check` finds in files, an import of the same files finds before it writes."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from shapely.geometry import box, mapping

from lifecircle.govern.areas.models import Area, Outline
from lifecircle.govern.imports.models import Batch, Row
from tests.govern.conftest import SmallCity
from tests.govern.imports.conftest import BringIn, committed, facility

pytestmark = pytest.mark.django_db


def codes(batch: Batch) -> dict[str, list[str]]:
    """Return by id the names of what is told of each row."""
    found: dict[str, list[str]] = {}
    for row in Row.objects.filter(batch=batch).order_by("pk"):
        if row.told:
            found[row.own_id or str(row.number)] = sorted(one["code"] for one in row.told)
    return found


@pytest.fixture
def outlined(small_city: SmallCity) -> SmallCity:
    """Two communities side by side, each about 1 km wide."""
    for name, west in (("mill", 108.95), ("pond", 108.96)):
        area = Area.objects.get(pk=small_city[name].pk)
        sides = (west, 34.25, west + 0.01, 34.26)
        Outline.objects.create(
            area=area, from_on=date(2020, 1, 1), shape=json.dumps(mapping(box(*sides))),
            west=sides[0], south=sides[1], east=sides[2], north=sides[3],
        )  # fmt: skip
    return small_city


def at(number: int, lon: float, lat: float = 34.255, **more: Any) -> dict[str, Any]:
    return facility(number, lon=lon, lat=lat, **more)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([at(1, 108.965)], {"F1": ["elsewhere"]}),
        ([at(1, 108.9551, name="桥南食堂"), at(2, 108.9552, name="桥南 食堂")],
         {"F2": ["near-duplicate"]}),
        ([at(n, 108.9551, name=name) for n, name in enumerate(("甲食堂", "乙药店", "丙书屋"))],
         {f"F{n}": ["shared-coordinates"] for n in range(3)}),
        ([at(1, 108.955, status="closed")], {"F1": ["not-serving"]}),
        ([facility(1, lon=None, lat=None)], {"F1": ["no-coordinates"]}),
        ([at(1, 108.955, part_of="F9")], {"2": ["no-facility"]}),
        ([at(1, 108.955, floor_m2=9_000_000)], {"F1": ["doubtful-area"]}),
    ],
)  # fmt: skip
def test_each_check(
    outlined: SmallCity, brought: BringIn, rows: list[dict[str, Any]], expected: Any
) -> None:
    assert codes(brought(rows, outlined["bridge"])) == expected


def test_far_outside_every_community(outlined: SmallCity, brought: BringIn) -> None:
    found = codes(brought([at(1, 109.5)], outlined["bridge"]))
    assert found == {"F1": ["elsewhere"]}, "said to be in one, it is told how far it is from it"
    # at the community's own desk a row need not say where it is
    found = codes(brought([at(2, 109.5, community=None)], outlined["mill"]))
    assert found == {"F2": ["outside"]}


def test_what_is_on_record_is_held_against_what_comes(
    outlined: SmallCity, brought: BringIn
) -> None:
    committed(brought([at(1, 108.9551, name="桥南食堂")], outlined["bridge"]))
    again = brought([at(7, 108.9551, name="桥南食堂")], outlined["bridge"])
    assert codes(again) == {"F7": ["near-duplicate"]}
    same = brought([at(1, 108.9552, name="桥南食堂")], outlined["bridge"])
    assert codes(same) == {}, "a row is not held against what it replaces"
