"""The pages of contacts: masked, revealed once for a reason; who left loses the name."""

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessLog
from django.utils import timezone

from lifecircle.govern.accounts.models import Grant, Role, User
from lifecircle.govern.actor import system
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.inventory.services import add as add_record
from lifecircle.govern.personal.models import Contact
from tests.govern.conftest import FOUNDED, Granted, SmallCity
from tests.govern.personal.conftest import ALL, NAME, TELEPHONE, TODAY, Made, Signed

PAGES = ("", "change/", "reveal/", "hold/", "erase/", "export/")


def form(area: int, **other: str) -> dict[str, Any]:
    later = timezone.localdate() + timedelta(days=100)
    return {
        "area": area, "post": "值班员", "name": NAME, "telephone": "139-8765-4321",
        "purpose": "duty", "source": "person", "retain_until": str(later), **other,
    }  # fmt: skip


def test_pages_and_the_api_mask(made: Made, signed: Signed) -> None:
    one, client = made(), signed("east", *ALL)
    for url in ("/contacts/", f"/contacts/{one.pk}/", f"/contacts/{one.pk}/change/"):
        page = client.get(url).content.decode()
        assert NAME not in page
        assert TELEPHONE not in page
    assert "139****4321" in client.get("/contacts/").content.decode()
    told = client.get("/api/contacts/").json()
    assert [(row["name"], row["telephone"]) for row in told] == [("欧**", "139****4321")]


def test_a_stranger_gets_404_and_a_reader_403(made: Made, signed: Signed) -> None:
    one = made()
    stranger, reader = signed("west", *ALL), signed("mill", "inventory.view", "x")
    changer = signed("mill", "inventory.view", "inventory.change", "x")
    for rest in PAGES:
        assert stranger.get(f"/contacts/{one.pk}/{rest}").status_code == 404
        assert reader.get(f"/contacts/{one.pk}/{rest}").status_code == (404 if rest else 200)
    assert changer.get(f"/contacts/{one.pk}/reveal/").status_code == 404
    assert "post" not in str(stranger.get("/api/contacts/").json())


def test_a_contact_through_its_life(small_city: SmallCity, signed: Signed) -> None:
    client = signed("mill", *ALL)
    answer = client.post("/contacts/new/", form(small_city["mill"].pk))
    one = Contact.objects.get()
    assert answer.headers["Location"] == f"/contacts/{one.pk}/"
    at = f"/contacts/{one.pk}/"
    assert "必填" in client.get(f"{at}reveal/").content.decode()
    assert TELEPHONE not in client.post(f"{at}reveal/", {"reason": ""}).content.decode()
    shown = client.post(f"{at}reveal/", {"reason": "设施停电"})
    assert TELEPHONE in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    changed = {**form(0, post="站长", telephone="", name=""), "seen": "1"}
    assert client.post(f"{at}change/", changed).status_code == 302
    assert client.post(f"{at}change/", changed).status_code == 409
    assert client.post(f"{at}hold/", {"reason": "投诉未了结"}).status_code == 302
    assert client.post(f"{at}erase/", {"reason": "本人要求"}).status_code == 403
    client.post(f"{at}hold/", {"reason": ""})
    exported = client.post(f"{at}export/", {"reason": "本人要求"})
    assert exported.json()["telephone"] == TELEPHONE
    assert "attachment" in exported.headers["Content-Disposition"]
    assert client.post(f"{at}erase/", {"reason": "本人要求"}).status_code == 302
    assert client.get(at).status_code == 404
    history = client.get(f"/audit/of/contact/{one.pk}/").content.decode()
    assert "联系人：显示个人信息" in history
    assert "共7条" in history


@pytest.mark.parametrize(
    "wrong",
    [
        {"telephone": "12"},
        {"post": "身份证号码"},
        {"post": "厨师13812345678"},
        {"name": "11010519491231002X"},
        {"retain_until": "2020-01-01"},
        {"facility": "没有的"},
        {"area": "99999"},
    ],
)
def test_a_form_says_what_is_wrong(
    small_city: SmallCity, signed: Signed, wrong: dict[str, str]
) -> None:
    told = {**form(small_city["mill"].pk), **wrong}
    answer = signed("mill", *ALL).post("/contacts/new/", told)
    assert answer.status_code == 200
    assert "还不能提交" in answer.content.decode()
    assert not Contact.objects.exists()


def test_one_finds_by_the_number_in_the_body(made: Made, signed: Signed) -> None:
    made()
    made("reed")
    client = signed("east", *ALL)
    page = client.post("/contacts/find/", {"telephone": "139 8765 4321"}).content.decode()
    assert "共1条" in page
    assert TELEPHONE not in page
    assert "139 8765 4321" not in page


@pytest.mark.parametrize(
    ("query", "count"),
    [("q=食堂", 1), ("q=mill", 1), ("q=x", 0), ("purpose=duty", 0), ("state=soon", 0),
     ("state=over", 0), ("state=held", 0), ("state=nonsense", 1)],
)  # fmt: skip
def test_filters(made: Made, signed: Signed, query: str, count: int) -> None:
    made(retain_until=timezone.localdate() + timedelta(days=300))
    assert f"共{count}条" in signed("city", *ALL).get(f"/contacts/?{query}").content.decode()


def test_who_left_loses_the_name(small_city: SmallCity, signed: Signed) -> None:
    role = Role.objects.create(code="r", name="r", permissions=["inventory.view"])
    gone = User.objects.create_user("wangwu", password="x", name="王五离开")
    Grant.objects.create(
        user=gone, role=role, area=small_city["mill"], from_on=FOUNDED, given_by="t"
    )
    AccessLog.objects.create(username="wangwu")
    boss = signed("bridge", "user.grant", "user.view", "inventory.view")
    at = f"/contacts/users/{gone.pk}/"
    told = boss.post(f"{at}export/", {"reason": "本人要求"}).json()
    assert (told["name"], told["grants"][0]["area"]) == ("王五离开", "mill")
    assert boss.post(f"{at}forget/", {"reason": "调离"}).status_code == 302
    gone.refresh_from_db()
    assert (gone.name, gone.username, gone.is_active) == ("已离开的人员", f"left-{gone.pk}", False)
    assert not gone.has_usable_password()
    assert not Grant.objects.filter(user=gone, ended_at__isnull=True).exists()
    assert not AccessLog.objects.filter(username="wangwu").exists()
    assert boss.post(f"{at}forget/", {"reason": "调离"}).status_code == 409
    assert "王五离开" not in "".join(Entry.objects.values_list("content", flat=True))
    stranger = signed("lake", "user.grant", "user.view")
    assert stranger.get(f"{at}forget/").status_code == 404


def test_queries_are_few(made: Made, signed: Signed, django_assert_max_num_queries: Any) -> None:
    one, *_ = [made(area) for area in ("mill", "pond", "pine", "reed") for _ in range(15)]
    client = signed("city", *ALL)
    for url in ("/contacts/", *(f"/contacts/{one.pk}/{rest}" for rest in PAGES), "/"):
        with django_assert_max_num_queries(30):
            assert client.get(url).status_code == 200


def test_pages_lead_to_what_is_done_with_persons(
    small_city: SmallCity, signed: Signed, granted: Granted
) -> None:
    gone, far = granted("wangwu", "mill", "area.view"), granted("far", "reed", "area.view")
    rights = ("user.grant", "user.view", "area.view", "inventory.view", "inventory.change")
    boss, reader = signed("city", *rights), signed("city", "user.view", "inventory.view")
    clerk = signed("east", "user.grant", "user.view")
    at, account = f"/contacts/users/{gone.user_id}/", f"/people/{gone.user_id}/"
    for link in (f"{at}forget/", f"{at}export/"):
        assert link in boss.get(account).content.decode()
        assert boss.get(link).status_code == 200
        assert link not in reader.get(account).content.decode()
        assert link not in clerk.get(account).content.decode(), "clerk lacks area.view"
    assert clerk.get(f"/people/{far.user_id}/").status_code == 404
    hall = add_record(
        system("test"), Facility, {"name": "hall", "categories": ["clinic"]}, own_id="F 1&2",
        area=small_city["mill"], on=TODAY,
    )  # fmt: skip
    page = f"/inventory/facilities/{hall.record_id}/"
    link = "/contacts/new/?facility=F%201%262"
    assert link in boss.get(page).content.decode()
    assert "/contacts/new/" not in reader.get(page).content.decode()
    form = boss.get(link).context["form"]
    assert (form.initial["facility"], form.initial["area"]) == ("F 1&2", small_city["mill"].pk)
    signed_stranger = signed("west", "inventory.view", "inventory.change")
    assert signed_stranger.get(link).context["form"].initial["area"] is None
