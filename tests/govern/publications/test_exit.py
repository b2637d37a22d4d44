"""The single exit: two people, reasons, one live, nothing twice."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import Http404

from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.publications.models import Publication, PublicFeature
from lifecircle.govern.publications.services import approve, correct, propose, refuse, withdraw
from lifecircle.govern.publications.subjects import bounds, read_features
from lifecircle.govern.refused import Conflict, Refused
from tests.govern.publications.conftest import ALL, Office, Slips, published, run_of, work

State, RUN = Publication.State, Publication.Kind.RUN


def test_a_run_goes_out_whole_and_once(run: Run, office: Office, settings: Any) -> None:
    one, other = office("one", *ALL), office("other", *ALL)
    made = propose(one, RUN, run.pk, "每年一次")
    assert made.subject_sha256 == run.sha256
    assert work() == []
    made.refresh_from_db()
    assert (made.folder / "map" / "index.html").is_file()
    assert (made.folder / "opendata" / "communities.csv").is_file()
    assert len(list((made.folder / "handbook").glob("community-*.pdf"))) == 12
    assert not PublicFeature.objects.exists()
    approve(other, made, made.version, "同意")
    assert work() == []
    made.refresh_from_db()
    assert made.state == State.PUBLISHED
    assert made.manifest["subject_sha256"] == run.sha256
    rows = PublicFeature.objects.filter(publication=made)
    assert rows.count() == made.manifest["features"] == sum(1 for _ in read_features(made.folder))
    community = rows.filter(collection="communities").first()
    assert community is not None
    assert bounds(community.geometry) == (
        community.west, community.south, community.east, community.north,
    )  # fmt: skip
    communities = rows.filter(collection="communities")
    said = [verdict for one in communities for verdict in one.properties["verdicts"]]
    assert {one["verdict"] for one in said} >= {"met", "not met"}
    assert all(one["said"] for one in said if one["verdict"] == "not met")
    assert (made.folder / "handbook" / community.properties["handbook"]).is_file()
    acts = list(Entry.objects.filter(kind="publication").values_list("action", flat=True))
    assert sorted(acts) == ["publication.approve", "publication.propose", "publication.publish"]
    figures = [each for verdict in said for each in verdict["figures"]]
    assert {each["kind"] for each in figures} >= {"here", "parts", "record"}
    assert made.title == "示例市社区生活圈评估结果（2026年6月30日）"
    with pytest.raises(Refused, match="和现在公开的一样"):
        correct(one, made, made.version, run.pk, "同样的再来一次")
    settings.PUBLIC_URL = "https://life.example.cn"
    again = correct(one, made, made.version, run.pk, "手册里没有印网址")
    assert work() == []
    again.refresh_from_db()
    assert again.manifest["differences"] == {"against": made.pk, "counts": {}, "named": []}
    told = json.loads((again.folder / "opendata" / "manifest.json").read_text(encoding="utf-8"))
    assert [one["as_of"] for one in told["run"]["before"]] == ["2026-06-30"]


def test_whoever_proposed_it_does_not_approve_it(paper: Run, office: Office) -> None:
    one = office("one", *ALL)
    made = propose(one, RUN, paper.pk, "每年一次")
    work()
    with pytest.raises(Refused, match="自己提请的不能自己批准"):
        approve(one, made, 1, "同意")
    with pytest.raises(Refused, match="授权不包括"):
        approve(office("reader", "publication.view"), made, 1, "同意")
    assert Publication.objects.get().state == State.PROPOSED


def test_reasons_are_asked_for(paper: Run, office: Office) -> None:
    one, other = office("one", *ALL), office("other", *ALL)
    with pytest.raises(Refused, match="没有写理由"):
        propose(one, RUN, paper.pk, "  ")
    made = propose(one, RUN, paper.pk, "每年一次")
    with pytest.raises(Refused, match="没有写理由"):
        refuse(other, made, 1, "")
    refuse(other, made, 1, "日期不对")
    with pytest.raises(Conflict):
        refuse(other, made, 1, "日期不对")
    assert propose(one, RUN, paper.pk, "再来").state == State.PROPOSED


def test_what_is_not_ready_is_not_approved_and_one_is_under_way(paper: Run, office: Office) -> None:
    one, other = office("one", *ALL), office("other", *ALL)
    made = propose(one, RUN, paper.pk, "每年一次")
    with pytest.raises(Conflict, match="还没有备好"):
        approve(other, made, 1, "同意")
    with pytest.raises(Conflict, match="还在办"):
        propose(other, RUN, paper.pk, "我也来")


def test_what_one_does_not_see_or_hold_is_not_proposed(paper: Run, office: Office) -> None:
    with pytest.raises(Http404):
        propose(office("blind", "publication.propose"), RUN, paper.pk, "x")
    below = Area.objects.get(name="mill")
    township = office("township", *ALL, area=below)
    with pytest.raises(Http404):
        propose(township, RUN, paper.pk, "x")
    Run.objects.filter(pk=paper.pk).update(state=Run.State.WAITING)
    with pytest.raises(Http404):
        propose(office("one", *ALL), RUN, paper.pk, "x")


def test_a_newer_one_supersedes_and_a_withdrawn_one_is_gone(
    paper: Run, office: Office, slips: Slips
) -> None:
    one, other = office("one", *ALL), office("other", *ALL)
    first = published(paper, one, other)
    again = run_of(paper.city, {"xian-2024": {"run_sha256": "cd" * 32}})
    slips.halls = ["甲", "丙"]
    fix = correct(one, first, first.version, again.pk, "上一版写错了联系电话")
    work()
    fix.refresh_from_db()
    assert fix.corrects == first
    assert fix.manifest["differences"] == {
        "against": first.pk,
        "counts": {"facilities": {"added": 1, "gone": 1}},
        "named": [["facilities", "added", "丙食堂"], ["facilities", "gone", "乙食堂"]],
    }
    approve(other, fix, fix.version, "同意")
    assert work() == []
    first.refresh_from_db()
    fix.refresh_from_db()
    assert (first.state, fix.state) == (State.SUPERSEDED, State.PUBLISHED)
    assert [one.pk for one in Publication.objects.live()] == [fix.pk]
    told = json.loads(Entry.objects.filter(action="publication.publish").latest("number").content)
    assert told["before"] == {"superseded": [first.pk]}
    with pytest.raises(Conflict):
        withdraw(other, fix, fix.version - 1, "有误")
    withdraw(other, fix, fix.version, "有误")
    assert not Publication.objects.live().exists()
    fix.refresh_from_db()
    assert fix.withdrawn_reason == "有误"


def test_other_content_than_was_proposed_is_not_written(run: Run, office: Office) -> None:
    Run.objects.filter(pk=run.pk).update(sha256="0" * 64)
    made = propose(office("one", *ALL), RUN, run.pk, "每年一次")
    failed = work()
    assert [job.kind for job in failed] == ["publication.prepare"]
    assert "按今天的档案重算" in failed[0].said
    assert not made.folder.exists()


def test_withdrawn_before_it_was_seen_it_is_never_seen(paper: Run, office: Office) -> None:
    one, other = office("one", *ALL), office("other", *ALL)
    made = propose(one, RUN, paper.pk, "每年一次")
    work()
    approve(other, made, 1, "同意")
    withdraw(other, made, 2, "等一等")
    assert work() == []
    assert not Publication.objects.live().exists()
    assert Job.objects.filter(kind="publication.publish", state="done").exists()
