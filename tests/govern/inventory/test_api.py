"""Every kind of records and of parts is read and written by the API as its page does."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.test import Client

from lifecircle.govern.inventory.kinds import KINDS
from tests.govern.conftest import SmallCity
from tests.govern.inventory.conftest import CHANGE, VIEW, Made, Opened

DAY = {"effective_on": "2026-07-01"}
RECORDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "facilities": ({"name": "甲", "categories": ["clinic"]}, {"floor_m2": 30}),
    "estates": ({"name": "春晖苑", "residents": 900}, {"households": 300}),
    "permits": ({"estate": "春晖苑", "permitted_m2": 200}, {"actual": "diverted"}),
    "spaces": ({"name": "空地", "site_m2": 300}, {"rent_yuan_per_year": 90000}),
}
PARTS: dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any]]] = {
    ("facilities", "rooms"): (
        {"name": "办公室", "uses": [{"hours": "08:00-12:00", "function": "community_meals"}]},
        {"floor_m2": 30},
    ),
    ("facilities", "functions"): ({"function": "community_meals"}, {"capacity": 20}),
    ("facilities", "off-hours"): ({"hours": "18:00-21:00"}, {"remark": "周末"}),
    ("facilities", "tenure"): ({"owner": "街道办"}, {"handed_over_on": "2026-01-02"}),
    ("facilities", "equipment"): ({"name": "电脑"}, {"quantity": 2}),
    ("estates", "gates"): ({"name": "北门", "lon": 108.9, "lat": 34.2}, {"hours": "06:00-22:00"}),
    ("permits", "remedies"): ({"remedy": "recover"}, {"done_on": "2026-07-01"}),
}


def call(client: Client, method: str, url: str, body: Any = None, **headers: str) -> Any:
    headers = {"Idempotency-Key": str(uuid.uuid4()), **headers}
    path = f"/api/inventory/{url}"
    return client.generic(method, path, json.dumps(body), "application/json", headers=headers)


def added(client: Client, city: SmallCity, kind: str) -> Any:
    body = {**DAY, **RECORDS[kind][0], "area": str(city["mill"].pk)}
    answer = call(client, "POST", kind, body)
    assert answer.status_code == 201, answer.content.decode()
    return answer.json()


def as_written(given: dict[str, Any], data: dict[str, Any]) -> bool:
    """Say whether what was sent is on record; square metres have two decimals."""
    return all(data[name] in (value, f"{value}.00") for name, value in given.items())


def check_changes(client: Client, url: str, one: dict[str, Any], new: dict[str, Any]) -> None:
    """Change what is at an address, lose a race there, take it out and bring it back."""
    told = client.get(f"/api/inventory/{url}")
    assert told.json() == one
    body = {**DAY, "version": one["version"], **new}
    late = call(client, "PUT", url, body, **{"If-Match": '"1234567"'})
    assert late.status_code == 409
    done = call(client, "PUT", url, body, **{"If-Match": told["ETag"]})
    assert done.status_code == 200, done.content.decode()
    now = done.json()
    assert as_written(new, now["data"])
    assert as_written({**now["data"], **new}, {**one["data"], **now["data"]})
    assert call(client, "PUT", url, body | {"remark": "晚"}).status_code in (409, 422)
    typo = call(client, "PUT", url, {**DAY, "version": now["version"], "nonsense": 1})
    assert (typo.status_code, "nonsense" in typo.json()["reason"]) == (422, True)
    out = call(client, "PUT", url, {**DAY, "version": now["version"], "removed": True}).json()
    assert out["removed"]
    assert client.get(f"/api/inventory/{url}").status_code == 404
    back = call(client, "PUT", url, {**DAY, "version": out["version"]}).json()
    assert (back["removed"], back["data"]) == (False, now["data"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_is_added_changed_taken_out_and_restored(
    kind: str, opened: Opened, small_city: SmallCity
) -> None:
    client = opened("clerk", "bridge", VIEW, CHANGE)
    one = added(client, small_city, kind)
    first, new = RECORDS[kind]
    assert as_written(first, one["data"])
    check_changes(client, f"{kind}/{one['record']}", one, new)
    stranger, reader = opened("far", "west", VIEW, CHANGE), opened("reader", "bridge", VIEW)
    for method in ("GET", "PUT"):
        answer = call(stranger, method, f"{kind}/{one['record']}", DAY | {"version": 1})
        assert answer.status_code == 404
    refused = call(reader, "POST", kind, {**DAY, **first, "area": str(small_city["mill"].pk)})
    assert refused.status_code in (403, 404)


@pytest.mark.parametrize(("kind", "name"), PARTS)
def test_a_part_is_added_changed_taken_out_and_restored(
    kind: str, name: str, opened: Opened, small_city: SmallCity
) -> None:
    client = opened("clerk", "bridge", VIEW, CHANGE)
    whole = added(client, small_city, kind)
    path = f"{kind}/{whole['record']}/parts/{name}"
    first, new = PARTS[kind, name]
    answer = call(client, "POST", path, {**DAY, **first})
    assert answer.status_code == 201, answer.content.decode()
    one = answer.json()
    assert as_written(first, one["data"])
    assert client.get(f"/api/inventory/{path}").json() == [one]
    assert client.get(f"/api/inventory/{path}?on=2026-06-30").status_code == 404
    again = call(client, "POST", path, {**DAY, **first})
    assert again.status_code == (409 if KINDS[kind].parts[name].single else 201)
    check_changes(client, f"{path}/{one['record']}", one, new)
    other = added(client, small_city, kind)
    elsewhere = f"{kind}/{other['record']}/parts/{name}/{one['record']}"
    assert client.get(f"/api/inventory/{elsewhere}").status_code == 404
    stranger = opened("far", "west", VIEW, CHANGE)
    assert stranger.get(f"/api/inventory/{path}").status_code == 404
    assert call(stranger, "POST", path, {**DAY, **first}).status_code == 404


def test_a_write_needs_a_key_and_happens_once(
    made: Made, opened: Opened, small_city: SmallCity
) -> None:
    client, whole = opened("clerk", "bridge", VIEW, CHANGE), made("甲")
    path = f"facilities/{whole.record_id}/parts/rooms"
    body = {**DAY, "name": "办公室"}
    bare = client.post(f"/api/inventory/{path}", json.dumps(body), "application/json")
    assert bare.status_code in (400, 403, 422)
    sent = [call(client, "POST", path, body, **{"Idempotency-Key": "one"}) for _ in range(2)]
    assert sent[0].json() == sent[1].json()
    assert len(client.get(f"/api/inventory/{path}").json()) == 1
    other = call(client, "POST", path, body | {"name": "活动室"}, **{"Idempotency-Key": "one"})
    assert other.status_code == 409


def test_the_schemas_say_units(opened: Opened) -> None:
    from lifecircle.govern.api.root import api  # noqa: PLC0415 - needs the apps

    schemas = api.get_openapi_schema()["components"]["schemas"]
    for name, field, unit in (
        ("FacilityAdd", "floor_m2", "平方米"),
        ("RoomAdd", "floor_m2", "平方米"),
        ("SpaceChange", "rent_yuan_per_year", "元"),
        ("EstateAdd", "residents", "人"),
        ("FacilityFunctionChange", "capacity", "人"),
    ):
        assert unit in schemas[name]["properties"][field]["description"]
        assert schemas[name]["additionalProperties"] is False
