"""A city of the size that the platform promises to hold, written in bulk."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection, transaction

from lifecircle.govern.actor import system
from lifecircle.govern.areas.choices import Level, Tree
from lifecircle.govern.areas.models import Area, AreaState, Placement
from lifecircle.govern.audit.services import append
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.records.models import Change, Record
from lifecircle.govern.records.services import begin

AT_ONCE = 500
FOUNDED = date(2020, 1, 1)
COUNTIES, TOWNSHIPS, COMMUNITIES = 16, 250, 4000
FACILITIES = 50_000
WORDS = ("社区食堂", "卫生服务站", "托育园", "便民服务中心", "日间照料中心", "健身场地")
CATEGORIES = ("community_canteen", "after_school_care_point", "housekeeping_point")


@transaction.atomic
def big_city(seed: int, facilities: int = FACILITIES, communities: int = COMMUNITIES) -> Area:
    """Found a city with its communities and facilities; one entry of the audit tells of all."""
    dice = random.Random(seed)
    [city] = _areas([None], Level.CITY, ["大城市"], [""])
    counties = _level([city], Level.COUNTY, COUNTIES, "区", "31")
    townships = _level(counties, Level.TOWNSHIP, TOWNSHIPS, "街道", "32")
    below = _level(townships, Level.COMMUNITY, communities, "社区", "33")
    _facilities(below, facilities, dice)
    append(system("drill"), "drill.found", "area", city.pk, area_path=city.path)
    return city


def analyse() -> None:
    """Let the database count its rows anew: imports do, and PostgreSQL's own a minute later."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def _level(above: list[Area], level: Level, count: int, word: str, begins: str) -> list[Area]:
    parents = [above[number * len(above) // count] for number in range(count)]
    names = [f"第{number + 1}{word}" for number in range(count)]
    codes = [f"{begins}{number + 1:010}" for number in range(count)]
    return _areas(parents, level, names, codes)


def _areas(
    parents: Iterable[Area | None], level: Level, names: list[str], codes: list[str]
) -> list[Area]:
    made = Area.objects.bulk_create(
        (
            Area(name=name, code=code, level=level, path="", began_on=FOUNDED)
            for name, code in zip(names, codes, strict=True)
        ),
        batch_size=AT_ONCE,
    )
    placed = list(zip(made, parents, strict=True))
    for area, parent in placed:
        area.path = f"{parent.path if parent else ''}{area.pk}."
    Area.objects.bulk_update(made, ["path"], batch_size=AT_ONCE)
    states = [AreaState(area=one, from_on=FOUNDED, name=one.name, code=one.code) for one in made]
    AreaState.objects.bulk_create(states, batch_size=AT_ONCE)
    Placement.objects.bulk_create(
        (
            Placement(area=area, tree=tree, parent=parent, from_on=FOUNDED)
            for area, parent in placed
            for tree in Tree
        ),
        batch_size=AT_ONCE,
    )
    return made


def _facilities(areas: list[Area], count: int, dice: random.Random) -> None:
    change = begin(system("drill"), date(2026, 1, 1), "演练")
    for start in range(0, count, 5000):
        numbers = range(start, min(count, start + 5000))
        records = Record.objects.bulk_create(
            (
                Record(
                    kind=Facility.kind(), own_id=f"F{number:06}", area=areas[number % len(areas)]
                )
                for number in numbers
            ),
            batch_size=AT_ONCE,
        )
        versions = [_facility(record, change, dice) for record in records]
        Facility.versions.bulk_create(versions, batch_size=AT_ONCE)


def _facility(record: Record, change: Change, dice: random.Random) -> Any:
    lon, lat = 104 + dice.random(), 30 + dice.random()
    made = Facility(
        record=record, since=change, since_on=date(2026, 1, 1), area=record.area,
        name=f"{record.area.name}{dice.choice(WORDS)}{record.own_id}",
        categories=[dice.choice(CATEGORIES)], lon=round(lon, 6), lat=round(lat, 6),
        floor_m2=dice.randrange(40, 2000), address=f"幸福路{dice.randrange(1, 999)}号",
        hours="08:30-17:30", status="operating",
    )  # fmt: skip
    made.derive()
    return made
