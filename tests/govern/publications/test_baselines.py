"""A baseline through the exit: what goes out, and the censuses that stand by it."""

from __future__ import annotations

import csv
import json
import re
from datetime import date, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from lifecircle.govern.actor import system
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.inventory.models import Census
from lifecircle.govern.public.live import forget
from lifecircle.govern.publications.kinds import publishable
from lifecircle.govern.publications.models import Publication, PublicFeature
from lifecircle.govern.publications.services import approve, correct, propose, refuse, withdraw
from lifecircle.govern.publications.waiting import waiting
from lifecircle.govern.surveys.closing import settle_all
from lifecircle.govern.surveys.entering import enter
from lifecircle.govern.surveys.models import Answer, Channel, Round
from lifecircle.govern.surveys.services import close, hand_in, review
from lifecircle.terms.taxonomy import categories
from tests.govern.conftest import SmallCity
from tests.govern.parts import plain_pages, signed_in, taken
from tests.govern.publications.conftest import Office, let_out, work
from tests.govern.publications.test_killed import worked
from tests.govern.surveys.rounds import back_of, opened, stocked

Kind, State = Publication.Kind, Publication.State
ME = system("test")
RIGHTS = (
    "publication.view", "publication.propose", "publication.approve", "survey.view", "job.view",
)  # fmt: skip
SAID = {
    ("function_exists", "community_canteen"): "no",
    ("function_exists", "clinic"): "yes",
    ("function_state", "clinic"): "operating",
    ("function_m2", "clinic"): "80",
    ("function_hours", "clinic"): "找王书记开门",
    ("opinion_words", "new-1"): "路灯不亮",
    ("opinion_people", "new-1"): 37,
    ("need_people", "sports"): 41,
}


def closed_round(areas: SmallCity, answers: dict[tuple[str, str], Any] = SAID) -> Round:
    """Return a closed round of the county east: mill told, pond said nothing, pine is excepted."""
    round_ = opened(areas["east"])
    enter(ME, back_of(round_, areas["mill"]), answers, Channel.PAGE)
    for name in ("mill", "pond"):
        back = back_of(round_, areas[name])
        handed = hand_in(ME, back, seen=back.version, missing="没有看过")
        review(ME, handed, seen=handed.version)
    left = round_.returns.exclude(state="reviewed")
    return settle_all(ME, close(ME, round_, {one.pk: "搬迁中" for one in left}))


@pytest.fixture
def round_(small_city: SmallCity, homes: None) -> Round:
    stocked(small_city["mill"])
    return closed_round(small_city)


@pytest.fixture
def offices(office: Office, small_city: SmallCity) -> tuple[Any, Any]:
    return office("one", *RIGHTS), office("other", *RIGHTS)


def standing() -> list[str]:
    sources = Census.objects.standing().values_list("source", flat=True)
    return sorted(sources, key=lambda source: int(source.partition(":")[2]))


def test_what_goes_out_and_when_it_stands(round_: Round, offices: tuple[Any, Any]) -> None:
    one, other = offices
    made = propose(one, Kind.BASELINE, round_.pk, "每年一次")
    assert made.subject_sha256 == round_.sha256
    assert work() == []
    assert not Census.objects.exists(), "it is only looked at yet"
    let_out(made, other)
    census = Census.objects.get()
    assert (census.area.name, set(census.categories)) == ("mill", {"community_canteen", "clinic"})
    assert census.states["health"] == "operating"
    round_.refresh_from_db()
    assert (round_.state, round_.published_by) == ("published", "other")
    acts = Entry.objects.filter(action__startswith="survey.publish")
    assert acts.count() == 1
    rows = {row.name: row.properties for row in PublicFeature.objects.filter(publication=made)}
    assert rows.keys() == {"mill", "pond", "pine"}
    assert (rows["mill"]["health"], rows["mill"]["health_zh"]) == ("operating", "已运营")
    assert (rows["pine"]["surveyed"], rows["pine"]["health"]) == (False, "not_surveyed")
    assert made.manifest["collections"] == {"baseline": 3}
    assert made.manifest["as_of"] == "2026-06-30"
    assert made.manifest["headline"] == "底数日期2026-06-30：3个社区，已摸底2个，其余1个未摸底"
    assert made.manifest["office"]
    assert made.manifest["licence"]


def test_the_tables_tell_all_of_it_and_nothing_of_persons(
    round_: Round, offices: tuple[Any, Any]
) -> None:
    made = let_out(propose(offices[0], Kind.BASELINE, round_.pk, "每年一次"), offices[1])
    part = made.folder / "baseline"
    with (part / "categories.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {(row["社区"], row["设施类别"]): row for row in csv.DictReader(file)}
    clinic, canteen = (
        rows["mill", categories()[code].zh] for code in ("clinic", "community_canteen")
    )
    assert [clinic[name] for name in ("有没有", "建成或运营", "处数", "查全")] == [
        "有", "已运营", "1", "是",
    ]  # fmt: skip
    assert clinic["建筑面积合计（平方米）"] == "80"
    assert [canteen[name] for name in ("有没有", "处数", "查全")] == ["没有", "0", "是"]
    assert {row["有没有"] for (name, _), row in rows.items() if name == "pond"} == {"未摸底"}
    assert not [name for name, _ in rows if name == "pine"]
    with (part / "functions.csv").open(encoding="utf-8-sig", newline="") as file:
        states = {row["社区"]: row for row in csv.DictReader(file)}
    assert (states["mill"]["健康服务"], states["pine"]["健康服务"]) == ("已运营", "未摸底")
    book = openpyxl.load_workbook(part / "baseline.xlsx", read_only=True)
    assert book.sheetnames == ["服务功能", "设施类别"]
    cells = [[cell or "" for cell in row] for row in book["服务功能"].iter_rows(values_only=True)]
    with (part / "functions.csv").open(encoding="utf-8-sig", newline="") as file:
        assert cells == list(csv.reader(file))
    page = (part / "index.html").read_text(encoding="utf-8")
    assert made.manifest["headline"] in page
    told = [file.read_text(encoding="utf-8-sig") for file in part.glob("*.[ch]*")]
    told += json.dumps([*PublicFeature.objects.values_list("properties", flat=True)])
    told += [json.dumps(cells, ensure_ascii=False)]
    for word in ("王书记", "路灯", "搬迁中", "Old mill", "37", "41"):
        assert not re.search(rf"(?<![\d.]){word}(?!\d)", "".join(told)), word


def test_a_draft_is_seen_with_its_sums_before_it_is_let_out(
    round_: Round, offices: tuple[Any, Any], settings: Any
) -> None:
    plain_pages(settings)
    made = propose(offices[0], Kind.BASELINE, round_.pk, "每年一次")
    assert work() == []
    made.refresh_from_db()
    reader = signed_in(offices[1])
    text = reader.get(f"/publications/{made.pk}/public/").content.decode()
    assert made.manifest["headline"] in text
    assert "公众还看不到" in text
    row = re.search(r'<tr><th scope="row">健康服务</th>(.*?)</tr>', text)
    assert row is not None
    counted = [int(one) for one in re.findall(r"<td>(\d+)</td>", row[1])]
    assert (len(counted), counted[0]) == (4, 1)
    assert sum(counted) == made.manifest["collections"]["baseline"]
    assert reader.get(f"/public/results/{made.pk}/").status_code == 404


def test_withdrawn_it_stands_no_more_and_may_go_out_anew(
    round_: Round, offices: tuple[Any, Any]
) -> None:
    one, other = offices
    made = let_out(propose(one, Kind.BASELINE, round_.pk, "每年一次"), other)
    assert standing() == [f"survey:{round_.pk}"]
    withdraw(other, made, made.version, "数错了")
    assert standing() == []
    assert Census.objects.count() == 1
    round_.refresh_from_db()
    assert (round_.state, round_.published_at) == ("closed", None)
    entry = Entry.objects.filter(action="survey.unpublish").get()
    assert "数错了" in entry.content
    let_out(propose(one, Kind.BASELINE, round_.pk, "核对过了"), other)
    assert standing() == [f"survey:{round_.pk}"]


def test_withdrawn_before_it_was_seen_nothing_stands(
    round_: Round, offices: tuple[Any, Any]
) -> None:
    one, other = offices
    made = propose(one, Kind.BASELINE, round_.pk, "每年一次")
    work()
    approve(other, made, 1, "同意")
    withdraw(other, made, 2, "等一等")
    assert work() == []
    assert standing() == []
    assert not Entry.objects.filter(action="survey.unpublish").exists()


def test_a_newer_one_leaves_the_past_a_correction_does_not(
    round_: Round, small_city: SmallCity, offices: tuple[Any, Any], settings: Any
) -> None:
    one, other = offices
    first = let_out(propose(one, Kind.BASELINE, round_.pk, "每年一次"), other)
    later = closed_round(small_city)
    second = let_out(propose(one, Kind.BASELINE, later.pk, "第二年"), other)
    first.refresh_from_db()
    assert first.state == State.SUPERSEDED
    assert standing() == [f"survey:{round_.pk}", f"survey:{later.pk}"]
    right = closed_round(small_city)
    third = correct(one, second, second.version, right.pk, "第二年的数错了")
    let_out(third, other)
    assert standing() == [f"survey:{round_.pk}", f"survey:{right.pk}"]
    later.refresh_from_db()
    assert later.state == "closed"
    settings.PUBLIC_URL = "https://life.example.cn"
    same = correct(one, third, Publication.objects.get(pk=third.pk).version, right.pk, "错字")
    let_out(same, other)
    assert standing() == [f"survey:{round_.pk}", f"survey:{right.pk}"]


def test_other_answers_than_were_frozen_do_not_go_out(
    round_: Round, offices: tuple[Any, Any]
) -> None:
    Answer.objects.filter(question="function_exists", row="clinic").update(value="no")
    made = propose(offices[0], Kind.BASELINE, round_.pk, "每年一次")
    failed = work()
    assert "回答与提请时不一样" in failed[0].said
    assert not made.folder.exists()


def test_what_may_be_proposed_and_what_waits(
    round_: Round, small_city: SmallCity, office: Office, offices: tuple[Any, Any]
) -> None:
    one, other = offices
    kind, today = publishable(Kind.BASELINE), timezone.localdate()
    west = office("west", *RIGHTS, area=small_city["west"])
    reader = office("reader", "survey.view", "publication.view")
    running = opened(small_city["west"])
    assert [found.pk for found in kind.offered(one)] == [round_.pk]
    assert kind.subject(one, running.pk) is None
    for nobody in (west, reader):
        assert kind.offered(nobody) == []
        assert kind.subject(nobody, round_.pk) is None
    assert [found.text for found in waiting(one, today)] == ["提请公布办结的摸底"]
    made = propose(one, Kind.BASELINE, round_.pk, "每年一次")
    assert list(waiting(one, today)) == []
    assert [found.text for found in waiting(other, today)] == ["批准或退回提请发布的事项"]
    refuse(other, made, 1, "日期不对")
    assert [found.text for found in waiting(one, today)] == ["提请公布办结的摸底"]


@pytest.mark.parametrize("before", [True, False])
def test_killed_at_any_step_it_is_declared_once(
    round_: Round, offices: tuple[Any, Any], *, before: bool
) -> None:
    one, other = offices
    steps, died = 0, True
    while died:
        made = propose(one, Kind.BASELINE, round_.pk, "x")
        killed = worked(steps, before=before)
        approve(other, made, 1, "x")
        died = worked(steps, before=before) or killed
        made.refresh_from_db()
        assert made.state == State.PUBLISHED
        assert standing() == [f"survey:{round_.pk}"]
        assert PublicFeature.objects.filter(publication=made).count() == 3
        withdraw(other, made, made.version, "x")
        steps += 1
    assert steps > 3


def test_rounds_published_before_the_exit_still_stand_and_may_go_through_it(
    round_: Round, small_city: SmallCity, offices: tuple[Any, Any]
) -> None:
    Round.objects.filter(pk=round_.pk).update(
        state="published", published_at=timezone.now() - timedelta(days=9), published_by="early"
    )
    Census.objects.create(
        area=small_city["mill"], categories=["clinic"], on=date(2026, 6, 30),
        declared_by="x", source=f"survey:{round_.pk}",
    )  # fmt: skip
    one, other = offices
    made = let_out(propose(one, Kind.BASELINE, round_.pk, "补上公开页"), other)
    assert Census.objects.count() == 1
    round_.refresh_from_db()
    assert round_.published_by == "early"
    withdraw(other, made, made.version, "数错了")
    assert standing() == []


def test_rounds_closed_before_get_their_hash(round_: Round, small_city: SmallCity) -> None:
    Round.objects.filter(pk=round_.pk).update(sha256="")
    migration = import_module(
        "lifecircle.govern.surveys.migrations.0002_closed_rounds_have_their_hash"
    )
    migration.hash_closed(apps, SimpleNamespace(connection=connection))
    assert Round.objects.get(pk=round_.pk).sha256 == round_.sha256


def test_its_pages(round_: Round, offices: tuple[Any, Any], settings: Any) -> None:
    plain_pages(settings)
    one, other = offices
    mine, theirs = signed_in(one), signed_in(other)
    path = f"/publications/propose/baseline/{round_.pk}/"
    page = f"/surveys/{round_.pk}/"
    assert path in mine.get(page).content.decode()
    assert round_.sha256 in mine.get(page).content.decode()
    to = mine.post(path, {"title": "东区底数", "reason": "x"}).headers["Location"]
    work()
    text = theirs.get(to).content.decode()
    assert "社区的底数3个" in text
    assert "审图号" not in text
    for name in ("index.html", "baseline.xlsx"):
        assert taken(theirs.get(f"{to}preview/baseline/{name}"))
    assert theirs.get(f"{to}preview/censuses.jsonl").status_code == 404
    assert "已作为底数公布" not in mine.get(page).content.decode()
    assert theirs.post(f"{to}approve/", {"seen": 1, "reason": "同意"}).status_code == 302
    work()
    assert "已作为底数公布" in mine.get(page).content.decode()
    forget()
    made, reader = Publication.objects.get(), Client()
    public = reader.get(f"/public/results/{made.pk}/").content.decode()
    for word in ("东区底数", "2026-06-30", made.manifest["headline"], "functions.csv"):
        assert word in public
    assert taken(reader.get(f"/public/files/{made.pk}/baseline/functions.csv"))
    layers = reader.get("/ogc/collections").json()["collections"]
    assert [layer["id"] for layer in layers] == ["baseline"]
    items = reader.get("/ogc/collections/baseline/items").json()["features"]
    assert {item["properties"]["name"] for item in items} == {"mill", "pond", "pine"}
    withdraw(other, made, made.version, "数错了")
    forget()
    public = reader.get(f"/public/results/{made.pk}/").content.decode()
    assert "数错了" in public
    assert "functions.csv" not in public
