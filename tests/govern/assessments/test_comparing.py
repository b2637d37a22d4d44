"""Two runs are compared once, by a job; what of it is shown is of who looks, and soon."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lifecircle.assess.judge import assess
from lifecircle.govern.actor import Actor
from lifecircle.govern.assessments import comparing
from lifecircle.govern.assessments.handlers import manifests_of
from lifecircle.govern.assessments.models import Comparison, Difference, Run
from lifecircle.govern.jobs.models import Job, State
from lifecircle.policy.models import Pack
from lifecircle.publish.causes import Cause
from lifecircle.publish.comparing import Change
from lifecircle.publish.results import write_results
from lifecircle.publish.row_changes import RowChange
from tests.assess.cities import DAY, Place, Site, city_of, pack_of, rule
from tests.conftest import network_of
from tests.govern.assessments.conftest import work
from tests.govern.assessments.stocked import finding_of, run_of
from tests.govern.conftest import Granted, SmallCity
from tests.govern.parts import plain_pages, signed_in

CLINICS = frozenset({"clinic"})
AREAS = {"c0": "mill", "c1": "reed"}
Counted = tuple[Run, Run]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return pack_of(
        rule("r", "community", {"name": "count_in_area", "categories": ["clinic"]}, ">=1")
    )


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, pack: Pack) -> list[tuple[Path, Any]]:
    """Write two results: both communities have a clinic, then neither."""
    found = []
    places = [Place("c0"), Place("c1")]
    for name, sites in (
        ("a", [Site("s0", "clinic", 0), Site("s1", "clinic", 1)]),
        ("b", [Site("s9", "community_canteen", 0)]),
    ):
        out = tmp_path_factory.mktemp("compared") / name
        city = city_of(places, sites, census=CLINICS)
        network = network_of(city)
        told = write_results(out, city, network, [assess(pack, city, network, DAY)])
        found.append((out, manifests_of(told)))
    return found


@pytest.fixture
def both(
    small_city: SmallCity, folders: list[tuple[Path, Any]], pack: Pack, settings: Any,
    tmp_path: Path,
) -> Counted:  # fmt: skip
    """Two runs that are done, each with its folder and a finding for each community."""
    plain_pages(settings)
    settings.RUNS = tmp_path / "runs"
    made = []
    for out, manifest in folders:
        sha256 = manifest[pack.id]["run_sha256"]
        run = run_of(
            small_city["city"], packs=[pack.id], manifest=manifest, sha256=sha256, as_of=DAY
        )
        shutil.copytree(out, run.folder)
        for own, area in AREAS.items():
            finding_of(run, small_city[area], own, pack=pack.id)
        made.append(run)
    return made[0], made[1]


@pytest.fixture
def chief(granted: Granted, small_city: SmallCity) -> Actor:
    return granted("chief", "city", "assessment.view", "area.view")


def asked(both: Counted, pack: Pack) -> tuple[str, dict[str, Any]]:
    return f"/assessments/{both[1].pk}/compare/", {"before": both[0].pk, "pack": pack.id}


def text(client: Client, url: str, told: dict[str, Any]) -> str:
    return client.get(url, told).content.decode()


def test_it_is_compared_once_and_told_when_it_is_there(
    both: Counted, chief: Actor, pack: Pack, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client, (url, told) = signed_in(chief), asked(both, pack)
    api = f"/api/assessments/runs/{both[1].pk}/compare"
    assert "还没有比较过" in text(client, url, told)
    assert client.get(api, told).json()["state"] == "unasked"
    assert not Comparison.objects.exists()
    for _twice in range(2):
        answer = client.post(url, told)
        assert answer.headers["Location"] == f"{url}?before={both[0].pk}&pack={pack.id}"
    assert Comparison.objects.count() == Job.objects.count() == 1
    assert "<progress" in text(client, url, told)
    assert client.get(api, told).json()["state"] == State.WAITING
    work()
    with django_assert_max_num_queries(30):
        page = text(client, url, told)
    assert "设施 s0" in page
    assert "输入文件" in page or "设施：" in page
    found = client.get(api, told).json()
    assert (found["state"], found["percent"], found["count"]) == (State.DONE, 100, 2)
    assert {one["subject"] for one in found["changes"]} == {"c0", "c1"}
    assert found["changes"][0]["verdict"] == ["met", "not met"]
    waited = client.get(url, told, headers={"HX-Request": "true"})
    assert waited.headers["HX-Refresh"] == "true"


def test_figures_are_shares_with_their_numbers_and_lead_to_findings(
    both: Counted, chief: Actor, pack: Pack
) -> None:
    client, (url, told) = signed_in(chief), asked(both, pack)
    client.post(url, told)
    work()
    change = Difference.objects.filter(said__subject="c0").get()
    change.said |= {"observed": ["0", "1"], "unit": "areas"}
    change.save()
    for run, part, share in zip(both, ("0", "4"), ("0%", "100%"), strict=True):
        one = run.findings.get(subject="c0")
        one.rule, one.reading = change.said["rule"], change.said["reading"]
        one.said |= {"part": part, "whole": "4", "found": share}
        one.save()
    page = text(client, url, told)
    assert "0%（4个中0个）→100%（4个中4个）" in page
    assert f"/assessments/{both[1].pk}/findings/{one.pk}/" in page
    rule_changed = {"kind": "rule", "says": "规则变了", "rows": [], "more": 0}
    Difference.objects.filter(pk=change.pk).update(said={**change.said, "causes": [rule_changed]})
    assert "规则、改过的解读和豁免" in text(client, url, told)


def test_each_sees_the_changes_of_own_areas(
    both: Counted, chief: Actor, granted: Granted, small_city: SmallCity, pack: Pack
) -> None:
    url, told = asked(both, pack)
    clerk = signed_in(granted("clerk", "bridge", "assessment.view"))
    clerk.post(url, told)
    work()
    found = clerk.get(f"/api/assessments/runs/{both[1].pk}/compare", told).json()
    assert [one["subject"] for one in found["changes"]] == ["c0"]
    assert (found["count"], found["general"]) == (1, [])
    comparison = Comparison.objects.get()
    seen = Difference.objects.filter(comparison=comparison)
    assert seen.visible_to(chief).count() == 2
    Difference.objects.create(comparison=comparison, area=None, said={})
    Difference.objects.create(comparison=comparison, area=small_city["city"], said={})
    actors = {name: granted(name, "bridge", "assessment.view") for name in ("a",)}
    assert seen.visible_to(actors["a"]).count() == 2, "a rule alone is seen, the city's is not"
    assert seen.visible_to(chief).count() == 4
    nobody = granted("b", "city", "area.view")
    assert not seen.visible_to(nobody).exists()
    assert signed_in(nobody).get(url, told).status_code == 404


def test_what_broke_off_leaves_nothing_doubled(both: Counted, chief: Actor, pack: Pack) -> None:
    comparison = comparing.ask_comparison(chief, *both, pack.id)
    Difference.objects.create(comparison=comparison, said={"of": "an attempt that was killed"})
    work()
    assert Difference.objects.count() == 2
    assert not Difference.objects.filter(said__has_key="of").exists()


def test_a_folder_that_is_gone_is_told_and_it_is_compared_again(
    both: Counted, chief: Actor, pack: Pack
) -> None:
    client, (url, told) = signed_in(chief), asked(both, pack)
    away = both[0].folder.with_name("away")
    both[0].folder.rename(away)
    client.post(url, told)
    work()
    assert "没有比成" in (page := text(client, url, told))
    assert "结果文件不见了" in page
    assert str(both[0].folder) not in page
    client.cookies["django_language"] = "en"
    page = text(client, url, told)
    assert f"The result files of assessment {both[0].pk} are gone" in page
    assert "结果文件" not in page
    client.cookies["django_language"] = "zh-hans"
    away.rename(both[0].folder)
    client.post(url, told)
    work()
    assert Job.objects.get().state == State.DONE
    assert "设施 s0" in text(client, url, told)


def test_rows_that_break_off_are_told(both: Counted, chief: Actor, pack: Pack) -> None:
    client, (url, told) = signed_in(chief), asked(both, pack)
    (both[1].folder / "rows.csv").write_text("kind,id\n1\n", encoding="utf-8")
    client.post(url, told)
    work()
    page = text(client, url, told)
    assert f"第{both[0].pk}、{both[1].pk}次评估的结果文件不见了或者读不了" in page
    assert str(both[1].folder) not in page


def test_it_goes_with_its_runs(both: Counted, chief: Actor, pack: Pack) -> None:
    comparing.ask_comparison(chief, *both, pack.id)
    work()
    assert Difference.objects.exists()
    both[0].findings.all().delete()
    both[0].delete()
    assert not Comparison.objects.exists()
    assert not Difference.objects.exists()


def test_of_many_rows_the_first_are_kept_and_the_others_counted() -> None:
    none: frozenset[str] = frozenset()
    rows = tuple(
        RowChange("new", "facility", f"f{n}", "", "", none, none, none, none) for n in range(25)
    )
    pair = ("", "")
    change = Change("changed", "city", "", "市", "r", "", "", pair, pair, pair, "",
                    (Cause("row", "x", rows), Cause("day", "y")))  # fmt: skip
    causes = comparing.said_of(change)["causes"]
    assert [(len(one["rows"]), one["more"]) for one in causes] == [(20, 5), (0, 0)]
