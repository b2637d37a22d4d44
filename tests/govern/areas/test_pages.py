"""The pages of areas: what each person sees, what they can do, and as of which day."""

import json
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lifecircle.govern.accounts.models import User
from lifecircle.govern.actor import system
from lifecircle.govern.areas.advice import advised, deployed
from lifecircle.govern.areas.models import Area, AreaState
from lifecircle.govern.areas.services import Part, move, redraw, revise, split
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.inventory.models import Facility, Room
from lifecircle.govern.records.models import Record
from lifecircle.govern.records.services import put
from tests.govern.conftest import Granted, SmallCity

Signed = Callable[..., Client]


@pytest.fixture
def signed(granted: Granted, settings: Any) -> Signed:
    """Sign somebody in who holds permissions over an area."""
    settings.DEMO = True

    def sign(area: str | None, *permissions: str) -> Client:
        name = f"{area}-{len(permissions)}"
        granted(name, area, *permissions)
        client = Client()
        client.force_login(User.objects.get(username=name))
        return client

    return sign


def url(area: Area, rest: str = "") -> str:
    return f"/areas/{area.pk}/{rest}"


def test_a_list_holds_what_one_may_see(small_city: SmallCity, signed: Signed) -> None:
    page = signed("bridge", "area.view").get("/areas/").content.decode()
    assert "mill" in page
    assert "pine" not in page
    assert "共3条" in page
    found = signed("city", "area.view", "x").get("/areas/?q=pi").content.decode()
    assert "pine" in found
    assert "mill" not in found


def test_a_stranger_gets_404(small_city: SmallCity, signed: Signed) -> None:
    stranger = signed("west", "area.view", "area.change")
    for rest in ("", "outlines.geojson", "revise/"):
        assert stranger.get(url(small_city["mill"], rest)).status_code == 404
    assert stranger.get(url(small_city["reed"])).status_code == 200


def test_who_may_not_change_is_told(small_city: SmallCity, signed: Signed) -> None:
    reader = signed("east", "area.view")
    assert reader.get(url(small_city["mill"], "revise/")).status_code == 404
    assert "revise" not in reader.get(url(small_city["mill"])).content.decode()


def test_a_name_is_changed_by_its_form_and_the_old_one_shown_of_its_day(
    small_city: SmallCity, signed: Signed
) -> None:
    client = signed("east", "area.view", "area.change")
    form = {
        "name": "磨坊社区",
        "on": "2026-06-01",
        "basis": "示例政函〔2026〕1号",
        "residents": "900",
    }
    answer = client.post(url(small_city["mill"], "revise/"), form, follow=True)
    assert "磨坊社区" in answer.content.decode()
    assert "900" in answer.content.decode()
    before = client.get(url(small_city["mill"], "?on=2026-05-01")).content.decode()
    assert "<h1>mill</h1>" in before


@pytest.mark.parametrize(
    ("act", "form", "said"),
    [
        ("revise", {"name": "x", "code": "61"}, "12位数字"),
        ("revise", {"name": "x", "code": "610100000000"}, "不是社区（村）的代码"),
        ("revise", {"name": ""}, "还不能提交"),
        ("split", {"name_1": "a", "name_2": "b", "share_1": "1/0"}, "比例要大于0"),
        ("split", {"name_1": "a", "name_2": "b", "share_1": "1/2", "share_2": "1/3"}, "不是1"),
        ("merge", {"others": []}, "还不能提交"),
        ("revise", {"name": "x", "on": "2999-01-01"}, "不能晚于今天"),
        ("split", {"name_1": "a", "name_2": "b", "on": "2999-01-01"}, "不能晚于今天"),
    ],
)
def test_what_is_wrong_in_a_form_is_told(
    small_city: SmallCity, signed: Signed, act: str, form: dict[str, Any], said: str
) -> None:
    client = signed("city", "area.view", "area.change")
    before = list(Area.objects.values_list("name", "path", "ended_on"))
    answer = client.post(url(small_city["mill"], f"{act}/"), {"on": "2026-06-01", **form})
    assert said in answer.content.decode()
    assert list(Area.objects.values_list("name", "path", "ended_on")) == before


def test_areas_move_merge_split_and_are_founded_by_their_forms(
    small_city: SmallCity, signed: Signed
) -> None:
    client = signed("city", "area.view", "area.change")
    for name, act, form in (
        ("mill", "move", {"parent": small_city["lake"].pk}),
        ("reed", "merge", {"others": [small_city["mill"].pk], "name": "新社区"}),
        ("pond", "split", {"name_1": "东", "name_2": "西"}),
        ("hill", "hand-over", {"parent": small_city["west"].pk}),
        ("east", "found", {"new_level": "township", "name": "新镇"}),
    ):
        answer = client.post(url(small_city[name], f"{act}/"), {"on": "2026-06-01", **form})
        assert answer.status_code == 302, answer.content.decode()
    standing = set(Area.objects.standing().values_list("name", flat=True))
    assert standing == {
        "city", "east", "west", "bridge", "hill", "lake", "pine", "新社区", "东", "西", "新镇",
    }  # fmt: skip


def test_the_size_bands_of_a_pack_advise(small_city: SmallCity, settings: Any) -> None:
    settings.PACKS = ["leshan-2022"]
    deployed.cache_clear()
    fringe = {"kind": "community", "class": "urban_fringe"}
    cases = [
        ({"residents": 2999}, ["merge"]),
        ({"residents": 3000}, []),
        ({"residents": 6000}, []),
        ({"residents": 6001}, ["split"]),
        ({}, []),
    ]
    for counts, kinds in cases:
        state = AreaState(attributes=fringe, counts=counts)
        assert [one.kind for one in advised(state)] == kinds, counts
    village = {"kind": "village", "class": "urban_fringe"}
    half = AreaState(attributes=village, counts={"farmland_area": 1, "land_area": 2})
    assert advised(half) == []
    less = AreaState(attributes=village, counts={"farmland_area": 9, "land_area": 20})
    assert [one.kind for one in advised(less)] == ["convert"]
    deployed.cache_clear()


def test_advice_stands_on_the_page(small_city: SmallCity, signed: Signed, settings: Any) -> None:
    settings.PACKS = ["leshan-2022"]
    deployed.cache_clear()
    revise(
        system("test"), small_city["mill"], on=date(2026, 6, 1),
        attributes={"kind": "community", "class": "resettlement"}, counts={"residents": 700},
    )  # fmt: skip
    page = signed("east", "area.view").get(url(small_city["mill"])).content.decode()
    assert "可考虑合并" in page
    assert "不足800人纳入所在村或社区管理" in page
    deployed.cache_clear()


def test_pages_ask_the_database_little(
    small_city: SmallCity, signed: Signed, django_assert_max_num_queries: Any
) -> None:
    client = signed("city", "area.view", "area.change")
    for path in ("/areas/", url(small_city["city"]), url(small_city["mill"], "merge/")):
        with django_assert_max_num_queries(30):
            assert client.get(path).status_code == 200


def test_the_api_tells_the_same(small_city: SmallCity, signed: Signed) -> None:
    client = signed("east", "area.view")
    told = client.get("/api/areas/", {"level": "community"}).json()
    assert [one["name"] for one in told] == ["mill", "pond", "pine"]
    after = client.get("/api/areas/", {"after": told[0]["id"], "limit": 1}).json()
    assert len(after) == 1
    assert client.get(f"/api/areas/{small_city['reed'].pk}").status_code == 404
    assert client.get("/api/areas/", {"below": small_city["reed"].pk}).status_code == 404


def test_a_grid_hangs_below_a_community_with_a_number_of_its_own(
    small_city: SmallCity, signed: Signed
) -> None:
    client = signed("east", "area.view", "area.change")
    form = {"new_level": "grid", "name": "第一网格", "number": "0107", "on": "2026-06-01"}
    answer = client.post(url(small_city["mill"], "found/"), form)
    assert answer.status_code == 302, answer.content.decode()
    grid = Area.objects.get(level="grid")
    assert grid.path.startswith(small_city["mill"].path)
    assert (grid.code, AreaState.objects.get(area=grid).attributes) == ("", {"number": "0107"})
    page = client.get(url(grid)).content.decode()
    assert "0107" in page
    assert client.get(url(grid, "found/")).status_code == 404
    assert client.get(url(grid, "revise/")).status_code == 200
    worker = signed("pond", "area.view")
    assert worker.get(url(grid)).status_code == 404


def test_what_lies_in_a_split_area_is_assigned_to_a_part(
    small_city: SmallCity, signed: Signed
) -> None:
    office, mill = system("test"), small_city["mill"]
    put(office, Facility, "F", mill, {"area": mill, "categories": ["community_canteen"]},
        permission="inventory.change", effective_on=date(2026, 5, 1))  # fmt: skip
    parts = [Part("东", share=Fraction(1, 4)), Part("西", share=Fraction(3, 4))]
    east, west = split(office, mill, parts, on=date(2026, 6, 1))
    client = signed("east", "area.view", "area.change")
    assert "还有1条档案留在这个已撤销的区划" in client.get(url(mill)).content.decode()
    wrong = client.post(url(mill, "assign/"), {"target": small_city["pond"].pk})
    assert wrong.status_code == 200
    assert client.post(url(mill, "assign/"), {"target": west.pk}).status_code == 302
    assert Facility.versions.current().get().record.area == west
    assert "留在这个已撤销" not in client.get(url(mill)).content.decode()
    assert client.get(url(mill, "assign/")).status_code == 404
    then = client.get(url(mill, "?on=2026-05-01")).content.decode()
    assert "25.0%" in then
    assert "75.0%" in then
    now = client.get(url(east, "?on=2026-05-01")).content.decode()
    assert "今天的人当时在哪里" in now
    assert "25.0%" in now


def test_the_api_tells_the_tree_of_a_day_and_what_became_of_it(
    small_city: SmallCity, signed: Signed
) -> None:
    office, mill = system("test"), small_city["mill"]
    parts = [Part("东", share=Fraction(1, 4)), Part("西", share=Fraction(3, 4))]
    one, two = split(office, mill, parts, on=date(2026, 6, 1))
    move(office, small_city["pond"], small_city["hill"], on=date(2026, 6, 1))
    client, bridge = signed("east", "area.view"), small_city["bridge"]
    path = f"/api/areas/{bridge.pk}"
    then = client.get(f"{path}/tree", {"on": "2026-05-31", "tree": "managing"}).json()
    assert [row["name"] for row in then] == ["bridge", "mill", "pond"]
    assert [row["parent"] for row in then] == [None, bridge.pk, bridge.pk]
    now = client.get(f"{path}/tree", {"on": "2026-06-01"}).json()
    assert [row["name"] for row in now] == ["bridge", "东", "西"]
    told = client.get(f"/api/areas/{mill.pk}/succession").json()
    assert told["today"] == [
        {"area": one.pk, "share": "1/4"},
        {"area": two.pk, "share": "3/4"},
    ]
    assert [row["target"] for row in told["became"]] == [one.pk, two.pk]
    stranger = signed("west", "area.view")
    for rest in ("tree", "succession"):
        assert stranger.get(f"{path}/{rest}").status_code == 404


def test_a_day_stands_in_its_field_as_browsers_want_it(
    small_city: SmallCity, signed: Signed
) -> None:
    client = signed("city", "area.view", "area.change")
    today = timezone.localdate().isoformat()
    for path in (url(small_city["mill"], "revise/"), "/areas/lists/"):
        assert f'type="date" name="on" value="{today}"' in client.get(path).content.decode()


def test_a_page_leads_to_what_one_may_see_of_its_area(
    small_city: SmallCity, signed: Signed
) -> None:
    mill, pond = small_city["mill"], small_city["pond"]
    led = {
        f"/inventory/areas/{mill.pk}/": "inventory.view",
        f"/inventory/?area={mill.pk}": "inventory.view",
        f"/people/?area={mill.pk}": "user.view",
    }
    clerk = signed("mill", "area.view", *led.values())
    page = clerk.get(url(mill)).content.decode()
    for path in led:
        assert f'href="{path}"' in page
        assert clerk.get(path).status_code == 200
    listed = clerk.get(f"/people/?area={mill.pk}").context["page"]
    assert [one.username for one in listed] == ["mill-4"]
    assert not clerk.get(f"/people/?area={pond.pk}").context["page"].object_list
    reader = signed("bridge", "area.view", "user.view").get(url(mill)).content.decode()
    assert [f'href="{path}"' in reader for path in led] == [False, False, True]


def test_what_lies_in_a_split_area_goes_by_the_new_outlines(
    small_city: SmallCity, signed: Signed
) -> None:
    office, mill = system("test"), small_city["mill"]
    for name, lon in (("F", 108.5), ("G", 109.5), ("H", None)):
        values = {"area": mill, "categories": ["clinic"], "lon": lon, "lat": lon and 34.5}
        put(office, Facility, name, mill, values,
            permission="inventory.change", effective_on=date(2026, 5, 1))  # fmt: skip
    whole = Record.objects.get(own_id="G")
    put(office, Room, "G-1", mill, {"name": "x"}, parent=whole,
        permission="inventory.change", effective_on=date(2026, 5, 1))  # fmt: skip
    parts = split(office, mill, [Part("西"), Part("东")], on=date(2026, 6, 1))
    client = signed("east", "area.view", "area.change")
    path = url(mill, "assign-by-outlines/")
    assert client.post(path, {"basis": ""}).status_code == 403
    for part, west in zip(parts, (108, 109), strict=True):
        east = west + 1
        ring = [[west, 34], [east, 34], [east, 35], [west, 35], [west, 34]]
        shape = json.dumps({"type": "Polygon", "coordinates": [ring]})
        redraw(office, part, shape, (west, 34, east, 35), on=date(2026, 6, 1), source="test")
    page = client.get(path).content.decode()
    for said in ("1条档案归到西", "2条档案归到东", "1条档案不在任何一个新边界里"):
        assert said in page
    assert client.post(path, {"basis": ""}).status_code == 302
    lies = {one.own_id: one.area.name for one in Record.objects.select_related("area")}
    assert lies == {"F": "西", "G": "东", "G-1": "东", "H": "mill"}
    entry = Entry.objects.filter(action="area.assign").get()
    assert sorted(entry.told()["after"]["to"].values()) == [1, 2]
