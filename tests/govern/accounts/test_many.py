"""Grants to many people: rows shown before they are given, each under the rules of one grant."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from lifecircle.govern.accounts.many import MOST_ROWS, planned
from lifecircle.govern.accounts.models import Grant
from lifecircle.govern.areas.models import Area
from lifecircle.govern.audit.models import Entry
from tests.govern.accounts.conftest import Staff, sign_in
from tests.govern.conftest import SmallCity

PAGE = "/people/give-many/"
CODE = "610103001002"


@pytest.fixture
def street(small_city: SmallCity, staff: Staff, client: Client) -> Client:
    """Sign in who may grant in a street; mill has a code."""
    Area.objects.filter(pk=small_city["mill"].pk).update(code=CODE)
    user, actor = staff("street", "township", "bridge")
    for name in ("wang", "li"):
        person, _ = staff(name, "volunteer", "mill")
        Grant.objects.filter(user=person).update(role=Grant.objects.get(user=user).role)
        Grant.objects.filter(user=person).update(area=small_city["mill"])
    sign_in(client, user)
    del actor
    return client


def day(days: int) -> str:
    return str(timezone.localdate() + timedelta(days=days))


def told(answer: Any) -> list[tuple[int, str]]:
    return [(row, str(fault)) for row, fault in answer.context["plan"].faults]


def given() -> list[tuple[str, str, str, str, str]]:
    rows = Grant.objects.filter(given_by="人street").order_by("pk")
    named = rows.values_list("user__username", "role__code", "area__name", "from_on", "to_on")
    return [(a, b, c, str(d), str(e)) for a, b, c, d, e in named]


def test_rows_are_shown_and_only_then_given(street: Client) -> None:
    rows = (
        f"用户名\t角色\t区划代码\t起\t止\n"
        f"Wang\tcommunity-worker\t{CODE}\t{day(1)}\t{day(30)}\n\n"
        f"li，community-worker，mill，{day(1).replace('-', '/')}，{day(30)}\n"
        f"li,community,pond\n"
    )
    before = Entry.objects.count()
    shown = street.post(PAGE, {"rows": rows, "reason": "换届"})
    assert told(shown) == []
    assert [one.number for one in shown.context["plan"].new] == [2, 4, 5]
    assert given() == []
    kept = shown.context["form"].initial
    done = street.post(PAGE, {**kept, "confirm": "1"})
    assert done.status_code == 302
    assert sorted(given()) == [
        ("li", "community", "pond", day(0), "None"),
        ("li", "community-worker", "mill", day(1), day(30)),
        ("wang", "community-worker", "mill", day(1), day(30)),
    ]
    assert Entry.objects.count() == before + 2, "one for those that are alike"
    again = street.post(PAGE, {**kept, "confirm": "1"})
    assert [one.held for one in again.context["plan"].wanted] == [True] * 3
    assert Entry.objects.count() == before + 2


def test_each_fault_is_told_with_its_row_and_nothing_is_given(street: Client, staff: Staff) -> None:
    far, _ = staff("far", "community", "reed")
    rows = [
        f"wang,community-worker,{CODE}",
        "far,community-worker,mill",
        "none,community-worker,mill",
        "wang,king,mill",
        "wang,community-worker,reed",
        "wang,platform-admin,mill",
        "wang,community-worker,bridge",
        f"wang,community-worker,pond,{day(-1)}",
        f"wang,community-worker,pond,{day(3)},{day(2)}",
        "wang,community-worker,pond,2027-02-30",
        f"wang,community-worker,{CODE}",
        "street,community-worker,mill",
    ]
    answer = street.post(PAGE, {"rows": "\n".join(rows), "confirm": "1"})
    said = dict(told(answer))
    assert sorted(said) == list(range(2, 13))
    words = {
        2: "没有“far”这个账号", 3: "没有“none”这个账号", 4: "没有“king”", 5: "没有“reed”",
        6: "不包括这个角色", 7: "不能在", 8: "追溯", 9: "不能早于起期", 10: "不是日期",
        11: "和第1行重复", 12: "不能给自己授权",
    }  # fmt: skip
    assert [row for row, word in words.items() if word not in said[row]] == []
    assert said[2].replace("far", "none") == said[3], "who is out of sight is as if not there"
    assert given() == []
    assert far.pk


def test_a_workbook_and_a_csv_file_say_the_same(street: Client) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["用户名", "角色", "区划代码", "起", "止"])
        sheet.write_row(1, 0, ["wang", "community-worker", int(CODE)])
        style = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(1, 3, date.fromisoformat(day(1)), style)
        sheet.write(1, 4, day(30))
    text = f"用户名,角色,区划代码,起,止\nwang,community-worker,{CODE},{day(1)},{day(30)}\n"
    plans = []
    for name, content in (("a.xlsx", out.getvalue()), ("a.csv", text.encode("gb18030"))):
        answer = street.post(PAGE, {"file": SimpleUploadedFile(name, content)})
        assert told(answer) == []
        plans.append(answer.context["plan"])
    assert plans[0] == plans[1]
    assert [(one.number, str(one.to_on)) for one in plans[0].new] == [(2, day(30))]
    for name, content in (("a.xlsx", b"no table"), ("a.exe", b"x")):
        answer = street.post(PAGE, {"file": SimpleUploadedFile(name, content)})
        assert "file" in answer.context["form"].errors
    assert "rows" in street.post(PAGE, {"rows": " "}).context["form"].errors


def test_many_rows_ask_little_and_too_many_are_told(
    street: Client, staff: Staff, django_assert_max_num_queries: Any
) -> None:
    rows = "\n".join(f"wang,community-worker,mill,{day(n)},{day(n)}" for n in range(MOST_ROWS))
    with django_assert_max_num_queries(30):
        shown = street.post(PAGE, {"rows": rows})
    assert len(told(shown)) == MOST_ROWS - 1
    over = street.post(PAGE, {"rows": f"{rows}\nwang,community,mill"})
    assert told(over) == [(MOST_ROWS + 1, f"一次最多{MOST_ROWS}行；请分几次办理。")]
    _, reader = staff("reader", "volunteer", "mill")
    assert planned(reader, "wang,community-worker,mill").wanted == []
