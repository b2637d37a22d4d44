"""The pages of the inventory: found, changed, told of a race, taken away as files."""

from __future__ import annotations

import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.services import found as found_area
from lifecircle.govern.areas.services import merge
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.inventory.exporting import rows_by_form
from lifecircle.govern.inventory.models import Facility, Room, Tenure
from lifecircle.govern.inventory.services import change as put_change
from tests.govern.conftest import SmallCity
from tests.govern.inventory.conftest import CHANGE, JUNE, MARCH, VIEW, Made, Opened, command

FILLED = {"on": "2026-07-01", "reason": "核对"}


def found(client: Client, **query: str) -> list[str]:
    page = client.get("/inventory/facilities/", query)
    assert page.status_code == 200
    return [cells[0] for _, cells in page.context["rows"]]


def edit(client: Client, record: int, **values: Any) -> Any:
    page = client.get(f"/inventory/facilities/{record}/change/")
    form = page.context["form"]
    given = {name: form[name].value() for name in form.fields}
    given = {name: "" if value is None else value for name, value in given.items()}
    given |= FILLED | values
    return client.post(f"/inventory/facilities/{record}/change/", given)


def test_a_list_shows_what_one_may_see_and_no_more(made: Made, opened: Opened) -> None:
    made("磨坊诊所"), made("芦苇诊所", "reed")
    assert found(opened("east", "east")) == ["磨坊诊所"]
    assert found(opened("west", "west")) == ["芦苇诊所"]
    stranger = opened("nobody", None)
    assert stranger.get("/inventory/facilities/").status_code == 404


def test_filters(made: Made, opened: Opened) -> None:
    made("社区食堂", categories=["community_canteen"], functions=["community_meals"],
         status="operating", hours="每天 11:00-13:00", floor_m2=Decimal(90))  # fmt: skip
    made(
        "夜间药店", categories=["clinic"], status="closed", hours="22:00-06:00", address="食堂路1号"
    )
    made("不知何时", "pond", hours="看情况")
    client = opened("all", "city")
    assert found(client, q="食堂") == ["社区食堂", "夜间药店"]
    assert found(client, q="食堂 路1") == ["夜间药店"]
    assert found(client, category="community_canteen") == ["社区食堂"]
    assert found(client, function="community_meals") == ["社区食堂"]
    assert found(client, status="closed") == ["夜间药店"]
    assert found(client, status="unknown") == ["不知何时"]
    assert found(client, open="12:30") == ["社区食堂"]
    assert found(client, open="23:00") == ["夜间药店"]
    assert found(client, open="13:00") == []
    assert found(client, order="floor")[0] == "社区食堂"
    assert found(client, on="2026-02-01") == []


def test_by_area_only_where_one_sees(made: Made, opened: Opened, small_city: SmallCity) -> None:
    made("a"), made("b", "pond"), made("c", "reed")
    client = opened("east", "east")
    assert found(client, area=str(small_city["mill"].pk)) == ["a"]
    assert found(client, area=str(small_city["reed"].pk)) == []
    page = client.get(f"/inventory/areas/{small_city['bridge'].pk}/")
    assert page.context["totals"]["many"] == 2
    assert client.get(f"/inventory/areas/{small_city['reed'].pk}/").status_code == 404


def test_a_change_keeps_what_was(made: Made, opened: Opened) -> None:
    one = made("旧名", lon=108.9, lat=34.2, functions=["health"])
    client = opened("clerk", "bridge")
    assert edit(client, one.record_id, name="新名", floor_m2="120.5").status_code == 302
    now = Facility.versions.current().get()
    assert (now.name, now.floor_m2, now.functions, now.west) == (
        "新名",
        Decimal("120.50"),
        ["health"],
        108.9,
    )
    page = client.get(f"/inventory/facilities/{one.record_id}/")
    step = page.context["history"][0]
    assert {change.label for change in step.changes} == {"设施名称", "建筑面积（平方米）"}
    assert (step.actor, step.reason) == ("clerk", "核对")
    before = client.get(f"/inventory/facilities/{one.record_id}/", {"on": "2026-06-30"})
    assert before.context["name"] == "旧名"
    assert edit(client, one.record_id).status_code == 302
    assert Facility.versions.count() == 2


def test_a_day_to_come_is_refused(made: Made, opened: Opened) -> None:
    one = made("甲")
    client = opened("clerk", "bridge")
    late = edit(client, one.record_id, name="乙", on="2999-01-01")
    assert (late.status_code, "不能晚于今天" in late.content.decode()) == (200, True)
    body = {"version": one.pk, "effective_on": "2999-01-01", "name": "乙"}
    told = call(client, "PUT", f"facilities/{one.record_id}", body)
    assert (told.status_code, "不能晚于今天" in told.json()["reason"]) == (422, True)
    assert Facility.versions.count() == 1


def test_the_second_of_two_writers_is_told(made: Made, opened: Opened) -> None:
    one = made("甲")
    client = opened("clerk", "bridge")
    assert edit(client, one.record_id, name="先").status_code == 302
    late = edit(client, one.record_id, name="后", seen=str(one.pk))
    assert late.status_code == 409
    assert "别人刚刚改过" in late.content.decode()


def test_what_is_wrong_is_said_at_its_field(made: Made, opened: Opened) -> None:
    one = made("甲")
    page = edit(
        opened("clerk", "bridge"), one.record_id, floor_m2="10", usable_m2="20", lon="108.9"
    )
    assert page.status_code == 200
    said = page.content.decode()
    assert "使用面积不能大于建筑面积" in said
    assert "经度、纬度要么都写" in said
    assert Facility.versions.count() == 1


def test_who_may_only_see_changes_nothing(made: Made, opened: Opened) -> None:
    one, far = made("甲"), made("乙", "reed")
    reader = opened("reader", "east", VIEW)
    assert reader.get(f"/inventory/facilities/{one.record_id}/").status_code == 200
    assert reader.get(f"/inventory/facilities/{one.record_id}/change/").status_code == 404
    clerk = opened("clerk", "bridge")
    assert clerk.get(f"/inventory/facilities/{far.record_id}/").status_code == 404
    assert clerk.get(f"/inventory/facilities/{far.record_id}/change/").status_code == 404


def test_added_with_its_parts_and_removed(opened: Opened, small_city: SmallCity) -> None:
    client = opened("clerk", "bridge")
    given = {
        "place": "mill",
        "name": "综合体",
        "categories": ["community_complex"],
        "floor_m2": "100",
    }
    answer = client.post("/inventory/facilities/add/", {**FILLED, **given, "own_id": "F-1"})
    assert answer.status_code == 302
    url = answer["Location"]
    rooms = f"{url}parts/rooms/add/"
    work = {"name": "办公室", "kind_of_room": "work", "floor_m2": "30"}
    hall = {"name": "大厅", "kind_of_room": "service", "floor_m2": "90",
            "uses": "08:00-12:00 养老服务\n14:00-18:00 儿童托管"}  # fmt: skip
    assert client.post(rooms, {**FILLED, **work}).status_code == 302
    assert client.post(rooms, {**FILLED, **hall}).status_code == 302
    bad = client.post(rooms, {**FILLED, **hall, "uses": "总是 养老服务"})
    assert "时段" in bad.content.decode()
    assert client.post(f"{url}parts/tenure/add/", {**FILLED, "owner": "街道办"}).status_code == 302
    page = client.get(url)
    figures = dict(page.context["figures"])
    assert figures["办公用房占比"] == "25.0%"
    assert figures["疑点"] == "用房面积合计120.00平方米，多于设施建筑面积100.00平方米"
    assert Room.versions.get(name="大厅").uses[1] == {
        "hours": "14:00-18:00",
        "function": "after_school_care",
    }
    room = Room.versions.get(name="办公室")
    change = f"{url}parts/rooms/{room.record_id}/change/"
    done = client.post(change, {**FILLED, **work, "floor_m2": "10", "seen": str(room.pk)})
    assert done.status_code == 302
    assert dict(client.get(url).context["figures"])["办公用房占比"] == "10.0%"
    assert Tenure.versions.filter(record__parent__own_id="F-1").count() == 1
    seen = Facility.versions.current().get().pk
    gone = client.post(f"{url}remove/", {**FILLED, "seen": str(seen)})
    assert gone.status_code == 302
    assert found(client) == []
    page = client.get(url)
    assert "已注销" in page.content.decode()
    assert "parts/rooms/add" not in page.content.decode()
    assert client.get(f"{url}remove/").status_code == 404
    assert found(client, on="2026-06-01") == []
    assert Entry.objects.filter(action="facility.remove").count() == 1


def test_what_was_taken_out_by_mistake_comes_back(made: Made, opened: Opened) -> None:
    one = made("甲")
    client = opened("clerk", "bridge")
    url = f"/inventory/facilities/{one.record_id}/"
    gone = client.post(f"{url}remove/", {**FILLED, "seen": str(one.pk)}, follow=True)
    assert f"{url}change/" in gone.content.decode()
    reader = opened("reader", "east", VIEW)
    assert "change/" not in reader.get(url).content.decode()
    assert opened("far", "west").get(url).status_code == 404
    assert edit(client, one.record_id).status_code == 302
    assert found(client) == ["甲"]
    assert [one.removed for one in client.get(url).context["history"]] == [False, True, False]


def test_the_same_number_twice_is_refused(made: Made, opened: Opened) -> None:
    made("F-1")
    client = opened("clerk", "bridge")
    given = {"place": "mill", "name": "x", "categories": ["clinic"], "own_id": "F-1"}
    answer = client.post("/inventory/facilities/add/", {**FILLED, **given})
    assert answer.status_code == 409
    assert "已经用过" in answer.content.decode()


def test_estates_spaces_and_permits_have_their_pages(opened: Opened, small_city: SmallCity) -> None:
    client = opened("clerk", "bridge")
    for kind, given in (
        ("estates", {"name": "春晖院", "households": "100", "residents": "300"}),
        (
            "permits",
            {
                "estate": "春晖院",
                "category": "clinic",
                "permitted_m2": "400",
                "actual_m2": "150",
                "actual": "smaller",
            },
        ),
        ("spaces", {"name": "空地", "site_m2": "300", "modes": ["new_build"]}),
    ):
        answer = client.post(f"/inventory/{kind}/add/", {**FILLED, "place": "mill", **given})
        assert answer.status_code == 302, answer.content.decode()
        assert client.get(answer["Location"]).status_code == 200
        assert len(client.get(f"/inventory/{kind}/").context["rows"]) == 1
        if kind == "permits":
            figures = dict(client.get(answer["Location"]).context["figures"])
            assert figures["少于许可的面积（平方米）"] == "250.00"
    page = client.post(
        "/inventory/estates/add/",
        {**FILLED, "place": "mill", "name": "错", "households": "9", "residents": "3"},
    )
    assert "不能多于常住人口" in page.content.decode()


def test_a_map_tells_what_lies_in_its_box(
    made: Made, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    made("里", lon=108.9, lat=34.2), made("外", lon=109.9, lat=34.2), made("无")
    client = opened("all", "city")
    here = client.get("/inventory/places.geojson", {"bbox": "108,34,109,35"}).json()
    assert [one["properties"]["name"] for one in here["features"]] == ["里"]
    assert len(client.get("/inventory/places.geojson").json()["features"]) == 2
    monkeypatch.setattr("lifecircle.govern.inventory.maps.MOST_DRAWN", 1)
    grouped = client.get("/inventory/places.geojson").json()["features"]
    assert sorted(one["properties"]["name"][0] for one in grouped) == ["1", "1"]
    assert (
        len(client.get("/inventory/places.geojson", {"bbox": "nonsense"}).json()["features"]) == 2
    )


def test_files_hold_no_formula(made: Made, opened: Opened) -> None:
    made("=1+1", address="@x")
    client = opened("all", "city")
    answer = client.get("/inventory/facilities/files/csv/")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "\n" in text
    assert ",'=1+1," in text
    assert "'@x" in text
    assert client.get("/inventory/facilities/files/xlsx/").content[:2] == b"PK"
    assert client.get("/inventory/facilities/files/exe/").status_code == 404


def test_pages_ask_little(
    made: Made, opened: Opened, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(60):
        made(f"F{number}")
    client = opened("all", "city")
    record = Facility.versions.all()[0].record_id
    for url in (
        "/inventory/",
        f"/inventory/facilities/{record}/",
        f"/inventory/facilities/{record}/change/",
        "/inventory/places.geojson",
        "/inventory/facilities/files/csv/",
    ):
        with django_assert_max_num_queries(30):
            assert client.get(url).status_code == 200


def test_who_comes_second_keeps_what_was_typed(
    made: Made, opened: Opened, small_city: SmallCity
) -> None:
    now = made("F1", name="旧名", address="旧址")
    client = opened("clerk", "bridge")
    url = f"/inventory/facilities/{now.record_id}/change/"
    typed = {
        "name": "我的", "categories": ["clinic"], "address": "旧址", "place": "mill",
        "on": "2026-06-01", "seen": now.pk,
    }  # fmt: skip
    put_change(command(), now, {"name": "别人的"}, on=JUNE, seen=now.pk)
    late = client.post(url, typed)
    page = late.content.decode()
    assert late.status_code == 409
    assert all(words in page for words in ("别人刚刚改过", "我的", "现在的内容：别人的"))
    assert "现在的内容：旧址" not in page
    latest = Facility.versions.current().get()
    assert latest.name == "别人的"
    assert f'name="seen" value="{latest.pk}"' in page
    assert client.post(url, typed | {"seen": latest.pk}).status_code == 302
    assert Facility.versions.current().get().name == "我的"


def call(client: Client, method: str, url: str, body: Any = None, **headers: str) -> Any:
    headers.setdefault("Idempotency-Key", str(uuid.uuid4()))
    return client.generic(
        method, f"/api/inventory/{url}", json.dumps(body), "application/json", headers=headers
    )


def test_the_api_lists_tells_and_changes(made: Made, opened: Opened, small_city: SmallCity) -> None:
    for number in range(3):
        made(f"F{number}", lon=108.9 + number, lat=34.2)
    made("far", "reed")
    client = opened("clerk", "bridge", VIEW, CHANGE)
    first = client.get("/api/inventory/facilities", {"limit": 2}).json()
    assert [one["number"] for one in first["items"]] == ["F0", "F1"]
    rest = client.get("/api/inventory/facilities", {"after": first["next"]}).json()
    assert ([one["number"] for one in rest["items"]], rest["next"]) == (["F2"], None)
    boxed = client.get("/api/inventory/facilities", {"bbox": "109,34,110,35"}).json()["items"]
    assert [one["number"] for one in boxed] == ["F1"]
    assert client.get("/api/inventory/facilities", {"bbox": "x"}).status_code == 403
    one = first["items"][0]
    url = f"facilities/{one['record']}"
    told = client.get(f"/api/inventory/{url}")
    assert (
        client.get(f"/api/inventory/{url}", headers={"if-none-match": told["ETag"]}).status_code
        == 304
    )
    body = {"version": one["version"], "effective_on": "2026-07-01", "name": "改了", "floor_m2": 50}
    assert call(client, "PUT", url, body).json()["data"]["name"] == "改了"
    again = call(client, "PUT", url, body | {"name": "晚了"})
    assert (again.status_code, "别人刚刚改过" in again.json()["reason"]) == (409, True)
    now = client.get(f"/api/inventory/{url}").json()
    bad = call(client, "PUT", url, body | {"version": now["version"], "usable_m2": 90})
    assert "使用面积不能大于建筑面积" in bad.json()["reason"]
    cleared = call(
        client,
        "PUT",
        url,
        {"version": now["version"], "effective_on": "2026-07-02", "floor_m2": None},
    )
    assert cleared.json()["data"]["floor_m2"] is None


def test_the_api_refuses_what_it_does_not_know(made: Made, opened: Opened) -> None:
    one = made("甲")
    client = opened("clerk", "bridge", VIEW, CHANGE)
    body = {"version": one.pk, "effective_on": "2026-07-01", "charges": "免费"}
    typo = call(client, "PUT", f"facilities/{one.record_id}", body | {"floor": 90})
    assert (typo.status_code, "floor" in typo.json()["reason"]) == (422, True)
    done = call(client, "PUT", f"facilities/{one.record_id}", body)
    assert done.json()["data"]["charges"] == "免费"


def test_a_record_lay_where_it_was_on_the_day(
    made: Made, opened: Opened, small_city: SmallCity
) -> None:
    one = made("甲")
    put_change(command(), one, {}, on=JUNE, seen=one.pk, area=small_city["pine"])
    client = opened("east", "east", VIEW, CHANGE)
    for query, place in (({"on": "2026-05-01"}, "mill"), ({}, "pine")):
        assert client.get(f"/api/inventory/facilities/{one.record_id}", query).json()[
            "area_name"
        ] == place  # fmt: skip
        page = client.get(f"/inventory/facilities/{one.record_id}/", query)
        assert ("所属区划", place) in page.context["facts"]
        assert place in client.get("/inventory/facilities/", query).context["rows"][0][1]
        csv = b"".join(client.get("/inventory/facilities/files/csv/", query))
        assert place in csv.decode()
    hill = opened("hill", "hill", VIEW, CHANGE)
    assert (
        "mill"
        not in hill.get(f"/inventory/facilities/{one.record_id}/?on=2026-05-01").content.decode()
    )
    assert hill.get(f"/api/inventory/facilities/{one.record_id}?on=2026-05-01").json()["area"] == ""


def test_a_record_of_a_merged_area_lies_in_the_new_one(
    made: Made, opened: Opened, small_city: SmallCity
) -> None:
    made("甲")
    merge(command(), [small_city["mill"], small_city["pond"]], small_city["pond"], on=JUNE)
    client = opened("east", "east")
    assert "pond" in client.get("/inventory/facilities/").context["rows"][0][1]
    told = rows_by_form(command(), as_of=None)["facilities"]
    assert [row["community"] for row in told] == ["pond"]


def test_the_api_adds_where_one_may(made: Made, opened: Opened, small_city: SmallCity) -> None:
    client = opened("clerk", "bridge", VIEW, CHANGE)
    body = {
        "area": str(small_city["mill"].pk),
        "effective_on": "2026-07-01",
        "name": "新",
        "categories": ["clinic"],
    }
    answer = call(client, "POST", "facilities", body)
    assert answer.status_code == 201
    assert answer.json()["number"].startswith("P-")
    far = call(client, "POST", "facilities", body | {"area": str(small_city["reed"].pk)})
    assert far.status_code == 403
    wrong = call(client, "POST", "facilities", body | {"categories": ["nonsense"]})
    assert (wrong.status_code, "nonsense" in wrong.json()["reason"]) == (422, True)
    for kind in ("estates", "permits", "spaces"):
        assert client.get(f"/api/inventory/{kind}").json() == {"items": [], "next": None}


def test_who_sees_every_area_sees_no_area_founded_elsewhere(
    made: Made, opened: Opened, small_city: SmallCity
) -> None:
    made("里"), made("远", "reed")
    client = opened("all", "city")
    assert found(client) == ["里", "远"]
    other = found_area(command(), "他市", Level.CITY, None, on=MARCH)
    small_city.areas["other"] = other
    made("他市的", "other")
    assert found(client) == ["里", "远"]
    assert found(client, area=str(other.pk)) == []
    assert opened("nowhere", "mill", "area.view").get("/inventory/").status_code == 404
