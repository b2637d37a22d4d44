"""The inventory: records, their parts, their files, and the API of all kinds."""

from datetime import date
from typing import Any

from lifecircle.govern.actor import system
from lifecircle.govern.inventory.models import Estate, Permit, Room, Space
from lifecircle.govern.inventory.services import add
from tests.govern.matrix.example import Example

DAY = date(2026, 1, 1)


def seed(place: Any, number: int) -> None:
    """Put an estate, a permit and a space of the place on record, and a room of its facility."""
    word = f"{place.word}-{number}"
    of_place = {"area": place.area, "on": DAY, "reason": word}
    add(system(word), Estate, {"name": word}, own_id=f"{word}-e", **of_place)
    add(system(word), Permit, {"estate": word}, own_id=f"{word}-p", **of_place)
    add(system(word), Space, {"name": word}, own_id=f"{word}-s", **of_place)
    room = {"own_id": f"{word}-r", "parent": place.facility.record}
    place.room = add(system(word), Room, {"name": word}, **room, **of_place)


def _record(place: Any) -> dict[str, Any]:
    return {"kind": "facilities", "record": place.facility.record_id}


def _room(place: Any) -> dict[str, Any]:
    return _record(place) | {"name": "rooms", "part_record": place.room.record_id}


def _facility(_: Any) -> dict[str, Any]:
    """Of the place where everybody holds their role: the page of adding is of no place."""
    return {"name": "x", "categories": "clinic", "place": "nameofown", "on": DAY}


def _changed(place: Any) -> dict[str, Any]:
    return _facility(place) | {"place": place.area.name, "seen": place.facility.pk}


def _removed(of: str) -> Any:
    return lambda place: {"on": DAY, "reason": "x", "seen": getattr(place, of).pk}


def _added(place: Any) -> dict[str, Any]:
    area = str(place.area.pk)
    return {"name": "x", "categories": ["clinic"], "area": area, "effective_on": DAY}


LISTED = ("q={word}", "q=wordof", "area={area}", "on=2026-02-01", "page=2")
NARROWED = (*LISTED, "category=clinic", "status=unknown", "open=now", "order=number")

EXAMPLES = {
    "inventory:facilities": Example(queries=NARROWED),
    "inventory:places": Example(queries=("q={word}", "area={area}", "bbox=100,20,110,40")),
    "inventory:summary": Example(lambda place: {"area": place.area.pk}),
    "inventory:list": Example(lambda _: {"kind": "estates"}, reach="all", queries=LISTED),
    "inventory:file": Example(
        lambda _: {"kind": "facilities", "ending": "csv"}, reach="all", queries=LISTED
    ),
    "inventory:page": Example(_record, queries=("on=2026-02-01",)),
    "inventory:add": Example(lambda _: {"kind": "facilities"}, _facility, reach="all"),
    "inventory:change": Example(_record, _changed),
    "inventory:remove": Example(_record, _removed("facility")),
    "inventory:add_part": Example(
        lambda place: _record(place) | {"name": "rooms"}, lambda _: {"name": "x", "on": DAY}
    ),
    "inventory:change_part": Example(
        _room, lambda place: {"name": "x", "on": DAY, "seen": place.room.pk}
    ),
    "inventory:remove_part": Example(_room, _removed("room")),
    "api:facility_list": Example(
        body=lambda place: {
            "name": "x",
            "categories": ["clinic"],
            "area": str(place.area.pk),
            "effective_on": DAY,
        },
        queries=("q={word}", "area={area}", "on=2026-02-01", "limit=1"),
    ),
    "api:facility": Example(
        lambda place: {"record": place.facility.record_id},
        lambda place: {"version": place.facility.pk, "name": "x", "effective_on": DAY},
    ),
    "api:estate_list": Example(queries=("area={area}",)),
    "api:permit_list": Example(queries=("area={area}",)),
    "api:space_list": Example(queries=("area={area}",)),
}
