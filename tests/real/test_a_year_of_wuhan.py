"""The year's beginning of a real city on the platform, against the command on the same files."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client

from lifecircle.cli.assessing import assess_command
from lifecircle.cli.planning import plan_command
from lifecircle.cli.platform import serve_command
from lifecircle.govern.actor import Actor, system
from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.models import Finding, Run
from lifecircle.govern.assessments.services import ask as ask_run
from lifecircle.govern.features import layers, telling
from lifecircle.govern.jobs import worker
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.jobs.worker import Worker
from lifecircle.govern.needs.services import compile_list, propose_list
from lifecircle.govern.plans.models import Plan
from lifecircle.govern.plans.services import ask as ask_plan
from lifecircle.govern.plans.services import choose
from lifecircle.govern.plans.wishing import Asked
from lifecircle.govern.public import live, searching
from lifecircle.govern.publications.models import Publication, PublicFeature
from lifecircle.govern.publications.services import approve, propose
from lifecircle.govern.site.founding import found_city
from tests.govern.conftest import own_folders, plain_files  # noqa: F401 - fixtures
from tests.real.wuhan import HIGH_KM, WIDE_KM, write_wuhan

DAY = date(2026, 6, 30)
PACK, OTHER_PACK = "xian-2020", "xian-2024"
Kind = Publication.Kind
ONE, OTHER = system("one"), system("other")
YUAN = 2_000_000


@pytest.fixture
def files(shared_data: Path, tmp_path: Path) -> Path:
    return write_wuhan(tmp_path / "武汉", shared_data / "wuhan", census=True)


@pytest.fixture
def city(files: Path, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Area:
    monkeypatch.setattr(worker, "BEAT_S", 3600.0)
    for forget in (live.forget, searching.names.cache_clear, layers._stock.cache_clear):
        forget()
    telling._properties.cache_clear()
    told = found_city(None, files)
    assert [line.split()[0] for line in told[1:]] == ["admin"]
    return Area.objects.get(level="city")


def work() -> None:
    """Run every job that waits; none fails."""
    while Worker("test").run_one():
        pass
    assert [job.said for job in Job.objects.filter(state="failed")] == []


def let_out(kind: str, pk: int, one: Actor = ONE, other: Actor = OTHER) -> Publication:
    made = propose(one, kind, pk, "每年一次")
    work()
    made.refresh_from_db()
    approve(other, made, made.version, "同意")
    work()
    made.refresh_from_db()
    assert made.state == Publication.State.PUBLISHED
    return made


def by_command(files: Path, out: Path) -> dict[str, Any]:
    told = CliRunner().invoke(
        assess_command,
        [str(files), "--as-of", DAY.isoformat(), "--out", str(out), "--json"],
        catch_exceptions=False,
    )
    packs: dict[str, Any] = json.loads(told.stdout)["packs"]
    return packs


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_city_is_founded_from_one_thing(tmp_path: Path) -> None:
    for more in (["--city", "武汉"], ["--demo", str(tmp_path)]):
        done = CliRunner().invoke(serve_command, ["--folder", str(tmp_path), *more])
        assert "不能一起写" in str(done.exception)


def test_a_plan_for_nobody_knows_how_many_says_so(files: Path, tmp_path: Path) -> None:
    """The raster counts adults alone: residents are unknown, and no site is to blame."""
    toml = files / "lifecircle.toml"
    text = toml.read_text(encoding="utf-8").replace("residents = ", "adults = ")
    toml.write_text(text, encoding="utf-8")
    given = [str(files), "--pack", PACK, "--out", str(tmp_path / "plan")]
    done = CliRunner().invoke(plan_command, given, catch_exceptions=False)
    assert re.search(r"(\d+)项缺口，一项也没有排上：\1项人数未知，先补人数。", done.output)


def test_the_year_begins(city: Area, files: Path, tmp_path: Path) -> None:
    run = ask_run(ONE, [PACK, OTHER_PACK], DAY)
    work()
    run.refresh_from_db()
    told = by_command(files, tmp_path / "out")
    assert {pack: one["run_sha256"] for pack, one in run.manifest.items()} == {
        pack: one["run_sha256"] for pack, one in told.items()
    }
    found = rows_of(tmp_path / "out" / PACK / "findings.csv")
    kept = Finding.objects.filter(run=run, pack=PACK)
    assert Counter(row["verdict"] for row in found) == Counter(
        kept.values_list("verdict", flat=True)
    )
    needs(city, run)
    plan = planned(run)
    out = let_out(Kind.RUN, run.pk)
    let_out(Kind.PLAN, plan.pk)
    read_by_anybody(out, found)


def needs(city: Area, run: Run) -> None:
    """Each gap of the communities of a county stands in its list once, with its rule."""
    county = Area.objects.get(name="东岸")
    made = compile_list(ONE, county)
    gaps = Finding.objects.filter(
        run=run, verdict="not met", area__path__startswith=county.path, subject_level="community"
    )
    listed = {
        (item.area_id, source["rule"])
        for item in made.items.all()
        for source in item.sources
        if source["kind"] == "gap" and source["verdict"] == "not met"
    }
    assert listed <= set(gaps.values_list("area_id", "rule"))
    assert {area for area, _ in listed} == set(gaps.values_list("area_id", flat=True))
    propose_list(ONE, made, made.edits)
    public = let_out(Kind.NEEDS, made.pk)
    assert public.manifest["features"] == made.items.filter(kept=True).count()


def planned(run: Run) -> Plan:
    asked = Asked(budget=((2027, YUAN),), plans=1, seconds=20, explain_seconds=0)
    plan = ask_plan(ONE, run, PACK, asked)
    work()
    plan.refresh_from_db()
    assert plan.state == Plan.State.DONE, plan.job and plan.job.said
    assert plan.actions.exists()
    assert 0 < plan.alternatives[0]["yuan"] <= YUAN
    choose(ONE, plan, plan.edits, 1, "花得最值")
    plan.refresh_from_db()
    return plan


def read_by_anybody(out: Publication, found: list[dict[str, str]]) -> None:
    """What anybody reads says what the command found, on pages and as layers."""
    reader = Client(headers={"Accept-Language": "zh-CN"})
    assert reader.get("/public/").status_code == 200
    listed = reader.get("/api/public/communities?limit=200").json()["items"]
    assert len(listed) == WIDE_KM * HIGH_KM
    for own_id in (listed[0]["id"], listed[-1]["id"]):
        page = reader.get(f"/public/communities/{own_id}/")
        assert f"方格{own_id}" in page.content.decode()
        assert "这是估计，不是登记的人数" in page.content.decode()
        told = reader.get(f"/api/public/communities/{own_id}").json()["properties"]["verdicts"]
        assert {(one["rule"], one["verdict"]) for one in told if one["pack"] == PACK} == {
            (row["rule"], row["verdict"]) for row in found if row["subject"] == own_id
        }
    layers_hold(reader, "facilities", out)
    layers_hold(reader, "communities", out)


def layers_hold(reader: Client, layer: str, out: Publication) -> None:
    """The open layer, read page by page, is what was published."""
    url: str | None = f"/ogc/collections/{layer}/items?limit=100"
    read: dict[str, Any] = {}
    while url:
        page = reader.get(url).json()
        read |= {one["id"]: one["properties"]["name"] for one in page["features"]}
        url = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    rows = PublicFeature.objects.filter(publication=out, collection=layer)
    assert len(read) == out.manifest["collections"][layer]
    assert read == dict(rows.values_list("own_id", "name"))
