"""What people see of runs: their own areas, why, what changed and who did it, files kept inert."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from click.testing import CliRunner
from django.forms import ChoiceField
from django.test import Client
from django.utils import timezone

from lifecircle.cli.explaining import why_command
from lifecircle.govern.accounts.actors import actor_of
from lifecircle.govern.accounts.models import Grant, Role, User
from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.forms import Filters
from lifecircle.govern.assessments.models import Finding, Interpretation, Run, Waiver
from lifecircle.govern.assessments.packs import open_fields, pack_with, packs_on
from lifecircle.govern.assessments.queries import Wanted, by_area, findings, tallies
from lifecircle.govern.assessments.services import ask, end, excuse, interpret
from lifecircle.govern.assessments.waiting import waiting
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.inventory.services import change
from lifecircle.govern.refused import Conflict, Refused
from tests.govern.assessments.conftest import ACTOR, DAY, PACK, Ran, work
from tests.govern.assessments.stocked import run_of
from tests.govern.parts import signed_in

EVERYTHING = (
    "assessment.view", "assessment.run", "assessment.excuse", "assessment.interpret",
    "inventory.view", "area.view",
)  # fmt: skip


def person(name: str, area: Area, *permissions: str) -> tuple[Actor, Client]:
    user = User.objects.create(username=name, name=name)
    role = Role.objects.create(code=name, name=name, permissions=[*permissions])
    Grant.objects.create(user=user, role=role, area=area, from_on=DAY, given_by="test")
    actor = actor_of(user, timezone.localdate())
    return actor, signed_in(actor)


def text_of(client: Client, url: str, **more: Any) -> str:
    response = client.get(url, more)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def test_a_township_sees_its_own_and_the_city_all(
    ran: Ran, django_assert_max_num_queries: Any
) -> None:
    run = ran(profiles=("older",))
    town = Area.objects.filter(level="township").order_by("path")[0]
    own = set(Area.objects.below(town).values_list("pk", flat=True))
    _, whole = person("whole", run.city, *EVERYTHING)
    actor, clerk = person("clerk", town, "assessment.view")
    mine = findings(actor, run, Wanted())
    assert 0 < mine.count() < Finding.objects.filter(run=run).exclude(profile="older").count()
    assert {row.area_id for row in mine} <= own
    for one in tallies(mine):
        assert sum(one.counts.values()) <= len(own)
    elsewhere = Finding.objects.filter(run=run).exclude(area__in=own)
    stranger = elsewhere.filter(subject_level="community").first()
    assert stranger
    url = f"/assessments/{run.pk}/"
    for path in ("", "findings/", "areas/?level=community", "findings.csv", "places/"):
        with django_assert_max_num_queries(30):
            response = clerk.get(url + path)
        assert response.status_code == 200
        told = b"".join(response) if response.streaming else response.content
        assert stranger.subject_name.encode() not in told, path
    for path in (f"findings/{stranger.pk}/", f"findings/{stranger.pk}/why/"):
        assert clerk.get(url + path).status_code == 404
        assert whole.get(url + path).status_code == 200
    assert clerk.get(f"{url}files/{PACK}/findings.csv").status_code == 404
    assert clerk.get("/assessments/new/").status_code == 404
    assert f"/assessments/{run.pk}/files/" in text_of(whole, url)
    assert "模拟数据" in text_of(whole, url)
    rows = list(csv.reader(io.StringIO(b"".join(clerk.get(f"{url}findings.csv")).decode())))
    assert len(rows) == 1 + mine.count()
    places = clerk.get(f"{url}places/", {"rule": stranger.rule}).json()["features"]
    assert len(places) == len(own) - 1


def test_codes_are_told_in_words_and_rules_in_the_order_of_the_policy(ran: Ran) -> None:
    run = ran(("xian-2024", "sichuan-2021"), profiles=("older",))
    _, chief = person("chief", run.city, *EVERYTHING)
    both = {pack: run.title_of(pack, "has-housekeeping") for pack in run.manifest}
    assert len(set(both.values())) == 2, "two packs give two rules the same id"
    field = Filters(run).fields["rule"]
    assert isinstance(field, ChoiceField)
    offered = {str(key): label for key, label in list(cast("Any", field.choices))}
    assert offered["has-housekeeping"] == "、".join(f"{zh}（{pack}）" for pack, zh in both.items())
    page = text_of(chief, f"/assessments/{run.pk}/")
    pack = pack_with("xian-2024")
    assert pack
    assert f"<h2>{pack.header.title.zh}（xian-2024" in page
    titles = [rule.title.zh for rule in pack.rules if f">{rule.title.zh}</a>" in page]
    at = [page.index(f">{title}</a>") for title in titles]
    assert at == sorted(at)


def test_by_area_adds_up_in_either_tree(ran: Ran) -> None:
    run = ran()
    rows = findings(ACTOR, run, Wanted(verdict="not met"))
    for tree in Run.Tree.values:
        for boundaries in Run.Boundaries.values:
            run.tree, run.boundaries = tree, boundaries
            for level in ("county", "township", "community"):
                assert sum(sum(one.cells) for one in by_area(rows, run, level)) == rows.count()


def test_why_says_what_the_command_says(ran: Ran, example_files: Path) -> None:
    run = ran()
    _, client = person("whole", run.city, *EVERYTHING)
    one = Finding.objects.filter(run=run, verdict="not met", reading="walk").first()
    assert one
    told = CliRunner().invoke(
        why_command,
        [str(example_files), one.subject, one.rule, "--pack", PACK, "--as-of", DAY.isoformat(),
         "--json"],
        catch_exceptions=False,
    )  # fmt: skip
    said = json.loads(told.stdout)
    url = f"/assessments/{run.pk}/findings/{one.pk}/"
    page = text_of(client, f"{url}why/")
    for expected in [said["rule"]["clause"]["quote"], said["rule"]["reads"]]:
        assert expected in text_of(client, url)
        assert expected in page
    turns = [turn["says"] for reading in said["readings"] for turn in reading["turns"]]
    assert turns
    assert all(turn in page for turn in turns)
    assert "按现在的" not in page
    for kept in Path(run.folder).parent.parent.glob("networks/city-*"):
        kept.unlink()
    assert "按现在的档案重新推算" in text_of(client, f"{url}why/")


def test_a_change_is_led_to_the_record_and_who_changed_it(ran: Ran) -> None:
    before = ran()
    chief, client = person("chief", before.city, *EVERYTHING, "inventory.change")
    for version in list(Facility.versions.current().filter(record__area__level="community"))[:40]:
        change(chief, version, {}, on=DAY, seen=version.pk, reason="拆迁", removed=True)
    after = ran()
    url = f"/assessments/{after.pk}/compare/"
    asked: dict[str, Any] = {"before": before.pk, "pack": PACK}
    assert client.post(url, asked).status_code == 302
    work()
    page = text_of(client, url, **asked)
    assert before.sha256 != after.sha256
    assert "chief" in page
    assert "拆迁" in page
    assert "/inventory/facilities/" in page
    api = client.get(f"/api/assessments/runs/{after.pk}/compare", asked).json()
    assert api["count"]
    town = Area.objects.filter(level="township").order_by("-path")[0]
    _, clerk = person("clerk", town, "assessment.view")
    own = clerk.get(f"/api/assessments/runs/{after.pk}/compare", asked).json()
    assert own["general"] == []
    assert own["count"] < api["count"]
    assert text_of(clerk, url, before=before.pk, pack=PACK)


def test_a_soft_rule_is_excused_by_name_and_counted_apart(ran: Ran) -> None:
    pack = pack_with(PACK)
    assert pack
    before = ran()
    missed = Finding.objects.filter(
        run=before, strength="soft", verdict="not met", subject_level="community"
    ).first()
    assert missed
    rule = pack.rule(missed.rule)
    _, client = person("chief", before.city, *EVERYTHING)
    url = f"/assessments/rules/{PACK}/{rule.id}/excuse/"
    told = {"area": missed.area.code, "by": "王主任", "on": DAY.isoformat(), "reason": "老街区"}
    assert client.post(url, told).status_code == 302
    waiver = Waiver.objects.get()
    with pytest.raises(Conflict):
        excuse(ACTOR, pack, rule, missed.area, by="x", on=DAY, reason="x")
    hard = next(r for r in pack.rules if r.strength == "hard")
    with pytest.raises(Refused, match="不是软性规则"):
        excuse(ACTOR, pack, hard, missed.area, by="x", on=DAY, reason="x")
    after = ran()
    again = Finding.objects.get(
        run=after,
        rule=rule.id,
        subject=missed.subject,
        reading=missed.reading,
        profile=missed.profile,
    )
    assert (again.verdict, again.waived) == ("not met", True)
    assert "王主任" in again.said["waiver"]
    assert before.sha256 != after.sha256
    tally = next(
        t for t in tallies(findings(ACTOR, after, Wanted(rule=rule.id, reading=missed.reading)))
    )
    assert tally.waived == 1
    client.post(f"/assessments/{after.pk}/compare/", {"before": before.pk, "pack": PACK})
    work()
    compared = text_of(client, f"/assessments/{after.pk}/compare/", before=before.pk, pack=PACK)
    assert "新增豁免" in compared
    assert "老街区" in compared
    assert "已豁免" in text_of(client, f"/assessments/{after.pk}/findings/", waived="on")
    end(ACTOR, waiver, on=DAY, reason="已整改")
    assert not Waiver.objects.holding(DAY).exists()
    with pytest.raises(Conflict):
        end(ACTOR, waiver, on=DAY, reason="x")
    listed = text_of(client, "/assessments/waivers/")
    assert "已整改" in listed
    assert f"{rule.title.zh}</a>（{PACK}）" in listed


def test_an_inferred_reading_is_changed_by_name_and_enters_the_pack(city: Area) -> None:
    pack = pack_with(PACK)
    assert pack
    chief, client = person("chief", city, *EVERYTHING)
    rule = next(
        r
        for r in pack.rules
        if "require" in open_fields(r)
        and not {"scope", "measure"} & {*open_fields(r)}
        and r.require.value
    )
    day = timezone.localdate()
    told: dict[str, Any] = {
        "require_comparator": rule.require.comparator, "require_value": "7", "by": "李局长",
        "on": day.isoformat(), "reason": "按本市实际", "due": rule.due or "",
        "strength": rule.strength,
    }  # fmt: skip
    url = f"/assessments/rules/{PACK}/{rule.id}/interpret/"
    assert client.get(url).status_code == 200
    response = client.post(url, told)
    assert response.status_code == 302, response.content.decode()
    (read,) = packs_on([PACK], day)
    assert str(read.rule(rule.id, day).require.value) == "7"
    assert "李局长" in read.rule(rule.id, day).changed
    assert read.sha256 != pack.sha256
    (earlier,) = packs_on([PACK], day - timedelta(days=1))
    assert earlier.sha256 == pack.sha256
    page = text_of(client, f"/assessments/rules/{PACK}/{rule.id}/")
    assert "按本市实际" in page
    assert "要求：不少于7" in page
    printed = next(r for r in pack.rules if not open_fields(r))
    with pytest.raises(Refused, match="印明"):
        interpret(chief, pack, printed, {"due": "2030-01-01"}, by="x", on=day, reason="x")
    wrong = client.post(url, {**told, "require_comparator": "between"})
    assert wrong.status_code == 200
    assert "between" in wrong.content.decode()
    with pytest.raises(Conflict, match="已经有改过的解读"):
        change_to = {"require": {"comparator": ">=", "value": "8"}}
        interpret(chief, pack, rule, change_to, by="x", on=day, reason="x")
    assert Interpretation.objects.count() == 1
    town = Area.objects.filter(level="township").first()
    assert town
    clerk, _ = person("clerk", town, *EVERYTHING)
    with pytest.raises(Refused):
        interpret(clerk, pack, rule, {"require": told}, by="x", on=day, reason="x")
    end(chief, Interpretation.objects.get(), on=day, reason="改回")
    assert packs_on([PACK], day)[0].sha256 == pack.sha256


def test_files_are_given_away_inert(ran: Ran) -> None:
    run = ran()
    _, client = person("whole", run.city, *EVERYTHING)
    url = f"/assessments/{run.pk}/files/{PACK}/"
    types = {
        "index.html": "application/octet-stream",
        "findings.csv": "text/csv; charset=utf-8",
        "findings.gpkg": "application/geopackage+sqlite3",
        "manifest.json": "application/json",
    }
    for name, kind in types.items():
        response = client.get(url + name)
        assert response["Content-Type"] == kind
        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert b"".join(response) == (run.folder / name).read_bytes()
    for name in ("..%2f..%2fsecret", "rows.txt"):
        assert client.get(url + name).status_code == 404
    book = client.get(f"/assessments/{run.pk}/findings.xlsx", {"verdict": "not met"})
    assert book.content[:2] == b"PK"


def test_the_api_asks_once_and_tells_all(city: Area, django_assert_max_num_queries: Any) -> None:
    from tests.govern.assessments.conftest import work  # noqa: PLC0415

    _, client = person("chief", city, *EVERYTHING)
    body = {"packs": [PACK], "as_of": DAY.isoformat(), "title": "年初摸底"}
    key = {"Idempotency-Key": "00000000-0000-4000-8000-000000000001"}
    url = "/api/assessments/runs"
    answers = [
        client.post(url, body, content_type="application/json", headers=key) for _ in range(2)
    ]
    assert [one.status_code for one in answers] == [201, 201], answers[0].content
    assert answers[0].json() == answers[1].json()
    assert Run.objects.count() == 1
    work()
    run = client.get(url).json()["items"][0]
    assert (run["state"], run["title"]) == ("done", "年初摸底")
    assert set(client.get(f"{url}/{run['id']}").json()["manifest"]) == {PACK}
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        with django_assert_max_num_queries(30):
            told = client.get(f"{url}/{run['id']}/findings", {"after": after, "limit": 500}).json()
        seen += [one["id"] for one in told["items"]]
        after = told["next"]
    assert len(seen) == len(set(seen)) == Finding.objects.count()


def test_what_waits_is_told(city: Area) -> None:
    actor, client = person("chief", city, *EVERYTHING)
    today = timezone.localdate()
    run = ask(actor, (PACK,), DAY)
    assert not list(waiting(actor, today))
    Run.objects.update(state=Run.State.FAILED)
    assert [one.text for one in waiting(actor, today)] == ["处理没有算成的评估"]
    assert "重新计算" in text_of(client, f"/assessments/{run.pk}/")
    assert client.get(f"/assessments/{run.pk}/findings/").status_code == 404
    asked = client.get(f"/assessments/{run.pk}/", headers={"HX-Request": "true"})
    assert asked.headers["HX-Refresh"] == "true"


def test_a_page_asks_for_a_run_and_shows_its_stage(city: Area, settings: Any) -> None:
    _, client = person("chief", city, *EVERYTHING)
    response = client.post(
        "/assessments/new/",
        {"packs": [PACK], "as_of": DAY.isoformat(), "tree": "managing", "boundaries": "then"},
    )
    run = Run.objects.get()
    assert response.status_code == 302
    assert run.job
    run.job.said, run.job.done, run.job.of = "读取社区边界", 5, 100
    run.job.save()
    page = text_of(client, f"/assessments/{run.pk}/")
    assert "读取社区边界" in page
    assert "刷新" in page
    asked = {"HX-Request": "true"}
    assert "HX-Refresh" not in client.get(f"/assessments/{run.pk}/", headers=asked).headers
    Run.objects.update(state=Run.State.DONE)
    assert client.get(f"/assessments/{run.pk}/", headers=asked).headers["HX-Refresh"] == "true"
    Run.objects.update(state=run.state)
    assert client.post(f"/assessments/{run.pk}/stop/").status_code == 302
    settings.CITY = Path(settings.CITY) / "nowhere"
    assert "还没有城市的资料文件" in text_of(client, "/assessments/new/")


def test_a_notice_is_told_once_whichever_packs_tell_it(city: Area) -> None:
    _, client = person("chief", city, *EVERYTHING)
    run = run_of(city)
    other = json.loads(json.dumps(run.manifest[PACK]))
    other["run"]["notices"] = ["notice", "only the other"]
    Run.objects.update(manifest={PACK: run.manifest[PACK], "xian-2024": other})
    page = text_of(client, f"/assessments/{run.pk}/")
    assert page.count("notice</li>") == 1
    assert "only the other（xian-2024）" in page
