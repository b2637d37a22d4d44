"""The inventory: records, their parts, their files, and the API of all kinds."""

from datetime import date
from typing import Any

from lifecircle.govern.actor import system
from lifecircle.govern.inventory.models import (
    Equipment,
    Estate,
    FacilityFunction,
    Gate,
    OffHours,
    Permit,
    Remedy,
    Room,
    Space,
    Tenure,
)
from lifecircle.govern.inventory.services import add
from tests.govern.matrix.example import Example

DAY = date(2026, 1, 1)
PARTS: tuple[tuple[str, Any, str, dict[str, Any]], ...] = (
    ("facilityfunction", FacilityFunction, "facility", {"function": "community_meals"}),
    ("offhours", OffHours, "facility", {"hours": "18:00-21:00"}),
    ("tenure", Tenure, "facility", {"owner": "x"}),
    ("equipment", Equipment, "facility", {"name": "x"}),
    ("gate", Gate, "estate", {"name": "x"}),
    ("remedy", Remedy, "permit", {"remedy": "recover"}),
)
"""The parts beside rooms: what the API calls them, their kind, of what, and what they need."""


def seed(place: Any, number: int) -> None:
    """Put an estate, a permit and a space of the place on record, and a room of its facility."""
    word = f"{place.word}-{number}"
    of_place = {"area": place.area, "on": DAY, "reason": word}
    place.estate = add(system(word), Estate, {"name": word}, own_id=f"{word}-e", **of_place)
    place.permit = add(system(word), Permit, {"estate": word}, own_id=f"{word}-p", **of_place)
    place.space = add(system(word), Space, {"name": word}, own_id=f"{word}-s", **of_place)
    room = {"own_id": f"{word}-r", "parent": place.facility.record}
    place.room = add(system(word), Room, {"name": word}, **room, **of_place)
    for name, model, whole, values in PARTS:
        part = {"own_id": f"{word}-{name}", "parent": getattr(place, whole).record}
        setattr(
            place,
            name,
            add(
                system(word),
                model,
                values | ({"name": word} if name == "gate" else {"remark": word}),
                **part,
                **of_place,
            ),
        )


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


def _api(name: str, whole: str = "") -> tuple[Any, Any]:
    """Return the address of a record or a part in the API, and a change of it."""

    def address(place: Any) -> dict[str, Any]:
        own = getattr(place, name).record_id
        return (
            {"record": getattr(place, whole).record_id, "part_record": own}
            if whole
            else {"record": own}
        )

    return address, lambda place: {"version": getattr(place, name).pk, "effective_on": DAY}


def _parts(whole: str, values: dict[str, Any], *, once: bool) -> Example:
    """Return how parts of a whole are listed and added; the second of what is there ``once``."""

    def address(place: Any) -> dict[str, Any]:
        return {"record": getattr(place, whole).record_id}

    def body(_: Any) -> dict[str, Any]:
        return {**values, "effective_on": DAY}

    return Example(address, body, own=frozenset({409} if once else ()))


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
        body=_added, queries=("q={word}", "area={area}", "on=2026-02-01", "limit=1")
    ),
    "api:facility": Example(*_api("facility")),
    **{
        f"api:{name}_list": Example(
            body=lambda place: {"area": str(place.area.pk), "effective_on": DAY},
            queries=("area={area}", "area={area}&on=2026-02-01"),
        )
        for name in ("estate", "permit", "space")
    },
    **{f"api:{name}": Example(*_api(name)) for name in ("estate", "permit", "space")},
}
for _name, _model, _whole, _values in (("room", Room, "facility", {"name": "x"}), *PARTS):
    EXAMPLES[f"api:{_name}_list"] = _parts(_whole, _values, once=_name == "tenure")
    EXAMPLES[f"api:{_name}"] = Example(*_api(_name, _whole))
