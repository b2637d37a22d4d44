"""Writes the registers of the example city as the workbooks that its counties would hand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lifecircle.demo.plan import Community, ExampleCity, Town, county_name
from lifecircle.demo.planning import Plans
from lifecircle.demo.records import COUNTED_ON, SOURCE, Key, Recorded, Subject, Subjects
from lifecircle.demo.registers import CITY_CLASS, PROGRAMMES, Registers, Room
from lifecircle.place.area_changes import AreaChange
from lifecircle.place.formats.blanks import write_workbook
from lifecircle.place.forms.filled_planning import planning_rows, space_rows
from lifecircle.place.plane import Plane
from lifecircle.place.tables import WHOLE_CITY

FOLDER = "填报"
OF_CITY = "市级"
SURVEYED_BY = "示例市专班（模拟）"
REMARK = "模拟数据"
Rows = dict[str, list[dict[str, Any]]]


def workbook_names(counties: int) -> frozenset[str]:
    """Return the names that the workbooks of so many counties have."""
    return frozenset({f"{OF_CITY}.xlsx", *(f"{county_name(at)}.xlsx" for at in range(counties))})


def write_workbooks(
    folder: Path,
    city: ExampleCity,
    kept: Registers,
    records: Mapping[Key, Recorded],
    plans: Plans,
    plane: Plane,
) -> None:
    """Write a workbook for each county and one for what the city itself records."""
    by_county: dict[str, list[Town]] = {}
    for town in city.towns:
        by_county.setdefault(town.county_name, []).append(town)
    own = {county: _of_county(towns, kept, plane) for county, towns in by_county.items()}
    zones = sorted({member.managed_by for member in kept.members.values()} - {""})
    known = Subjects(city, kept).by_level
    things = [_thing(level, one) for level in PROGRAMMES for one in known[level].values()]
    whole = {"level": "city", "name": WHOLE_CITY, "city_class": CITY_CLASS}
    own[""] = {
        "areas": [whole, *(_development_zone(name) for name in zones), *things],
        "area_changes": [_change(change) for change in kept.changes],
        "records": [],
    }
    _add_plans(own, city, plans, plane)
    for record in records.values():
        own[record.subject.county]["records"].append(_record(record))
    folder.mkdir()
    for county, rows in own.items():
        title = f"示例市{county or OF_CITY}社区服务设施资料表（全部是模拟数据）"
        write_workbook(folder / f"{county or OF_CITY}.xlsx", rows, title)


def _of_county(towns: Iterable[Town], kept: Registers, plane: Plane) -> Rows:
    rows: Rows = {"areas": [], "communities": [], "survey": [], "records": []}
    homes = set()
    for town in towns:
        rows["areas"].append(
            {"level": "township", "name": town.name, "township_kind": town.kind, "zone": town.zone}
        )
        for community in town.communities:
            homes.add(community.id)
            rows["communities"].append(_community(town, community, kept))
            rows["survey"].append(_survey(community, kept))
    county = {"county_kind": town.county_kind, "zone": town.zone}
    rows["areas"].append({"level": "county", "name": town.county_name, **county})
    rows["facilities"] = [_room(room, plane) for room in kept.rooms if room.community in homes]
    return rows


def _add_plans(own: Mapping[str, Rows], city: ExampleCity, plans: Plans, plane: Plane) -> None:
    """Add what each county plans with to its rows, tables of the whole city to the city's."""
    county_of = {one.id: town.county_name for town, one in city.communities()}
    ids = sorted(county_of)
    rows = {
        "spaces": list(space_rows(plans.spaces, ids, plane)),
        **planning_rows(plans.planning, ids),
    }
    for form, all_rows in rows.items():
        for row in all_rows:
            own[county_of.get(row.get("community", ""), "")].setdefault(form, []).append(row)


def _development_zone(name: str) -> dict[str, Any]:
    return {"level": "county", "name": name, "county_kind": "development_zone"}


def _change(change: AreaChange) -> dict[str, Any]:
    members = "、".join(change.members)
    return {**vars(change), "changed_on": change.on, "members": members, "basis": REMARK}


def _thing(level: str, subject: Subject) -> dict[str, Any]:
    return {"level": level, "name": subject.called, **subject.attributes}


def _community(town: Town, community: Community, kept: Registers) -> dict[str, Any]:
    member = kept.members[community.id]
    other_size = kept.other_size.get(community.id)
    return {
        "id": community.id,
        "name": community.name,
        "county": town.county_name,
        "township": town.name,
        "managed_by": member.managed_by,
        **member.attributes,
        **({"size": other_size} if other_size else {}),
        "households": member.households,
        "residents": member.residents,
        "older": member.older,
        "children": member.children,
        "circle_radius_m": community.radius_m,
        "remark": REMARK,
    }


def _survey(community: Community, kept: Registers) -> dict[str, Any]:
    return {
        "id": community.id,
        "name": community.name,
        **kept.surveys[community.id],
        "surveyed_on": COUNTED_ON,
        "surveyed_by": SURVEYED_BY,
    }


_HOURS = ("每天 08:00-20:00", "09:00-12:00、14:00-17:30", "24小时", "周一至周五 9:00-17:00", "")


def _degrees(point: tuple[float, float], plane: Plane) -> dict[str, float]:
    lon, lat = plane.degrees([point[0]], [point[1]])
    return {"lon": round(float(lon[0]), 7), "lat": round(float(lat[0]), 7)}


def _room(room: Room, plane: Plane) -> dict[str, Any]:
    floor_m2 = room.amounts.get("floor_m2")
    return {
        "id": room.id,
        "name": room.name,
        "category": (room.category,),
        "community": room.community,
        **_degrees(room.point, plane),
        **room.amounts,
        "floor_m2": f"约{floor_m2}平" if room.approximate else floor_m2,
        "mode": room.mode,
        "stage": room.stage,
        "operating_mode": room.operating_mode,
        "status": room.status,
        **_open_to_people(room),
        "remark": REMARK,
    }


def _open_to_people(room: Room) -> dict[str, str]:
    """Return hours and address, some left open; ids of any city tell the same rooms apart."""
    turn = sum(room.id.encode()) % len(_HOURS)
    hours = _HOURS[turn]
    return {"hours": hours, "address": f"示例路{turn + 1}号" if hours else ""}


def _record(record: Recorded) -> dict[str, Any]:
    value = record.value
    return {
        "level": record.level,
        "subject": record.subject.called,
        "record": record.record,
        "value": int(value) if value.denominator == 1 else float(value),
        "recorded_on": record.on,
        "source": SOURCE,
    }
