"""Plans by job: what the command finds, the platform finds; stopped, repeated, chosen."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lifecircle.assess.ground import Ground
from lifecircle.assess.judge import assess_on
from lifecircle.assess.walks import network_of
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.audit.verify import verify_database
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.inventory.services import change
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.jobs.services import ask_to_stop
from lifecircle.govern.plans import handlers, making
from lifecircle.govern.plans.models import Plan, PlanAction
from lifecircle.govern.plans.services import KIND, ask, choose, content_hash, plan_again
from lifecircle.govern.plans.wishing import Asked
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.place.city import read_city
from lifecircle.place.sources import read_sources
from lifecircle.plan import planning
from lifecircle.plan.planning import plan_city
from lifecircle.plan.wishes import Decided, Wishes
from lifecircle.policy.packs import load_pack
from lifecircle.publish.planning.writing import write_plan
from tests.govern.assessments.conftest import DAY, work
from tests.govern.plans.conftest import ME, PACK, QUICK, Planned


def test_the_platform_plans_what_the_command_plans(
    planned: Planned, example_files: Path, tmp_path: Path
) -> None:
    plan = planned()
    assert plan.state == Plan.State.DONE, plan.job and plan.job.said
    city = read_city(read_sources(example_files))
    ground = Ground(city, network_of(city.streets), DAY)
    found = plan_city(
        ground, assess_on(ground, load_pack(PACK)), QUICK.wishes, QUICK.effort(lambda: False)
    )
    manifest = write_plan(tmp_path / "by-hand", ground, found, QUICK.wishes)
    for name in ("actions.csv", "gains.csv", "communities.csv", "demand.csv", "plans.csv"):
        assert plan.manifest["run"]["results"][name] == manifest["run"]["results"][name], name
    with (plan.folder / "actions.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    held = list(plan.actions.select_related("area"))
    assert [one.said["category"] for one in held] == [row["category"] for row in rows]
    assert [one.area.code for one in held] == [row["community"] for row in rows]
    assert all(one.gains for one in held)
    with (plan.folder / "communities.csv").open(encoding="utf-8-sig") as file:
        codes = [row["community"] for row in csv.DictReader(file)]
    own = plan.communities.order_by("area__code").values_list("area__code", flat=True)
    assert list(own) == sorted(codes)
    assert plan.said["headline"].startswith(str(plan.said["gaps"]))
    assert plan.alternatives[0]["gap"]
    assert (plan.folder / "index.html").is_file()
    assert verify_database().number == 0


def test_wishes_and_budget_are_asked_again_and_kept(planned: Planned) -> None:
    first = planned()
    told: dict[str, Any] = first.actions.earliest("number").said
    wanted = Decided(told["space"], told["category"], int(told["start_year"]), told["mode"])
    poor = replace(QUICK, budget=((2027, 10_000),))
    none = planned(poor, before=first)
    assert none.state == Plan.State.DONE
    assert sum(one["yuan"] for one in none.alternatives) <= 10_000
    assert none.before == first
    barred = replace(QUICK, wishes=Wishes(barred=(told["space"],)))
    assert told["space"] not in {one.said["space"] for one in planned(barred).actions.all()}
    fixed = planned(replace(QUICK, wishes=Wishes(decided=(wanted,))))
    assert wanted.space in {one.said["space"] for one in fixed.actions.all()}
    clash = planned(replace(QUICK, wishes=Wishes(decided=(replace(wanted, space="没有"),))))
    assert clash.state == Plan.State.FAILED
    assert clash.job is not None
    assert "没有编号为 没有 的空间" in clash.job.said
    with pytest.raises(Conflict):
        plan_again(ME, fixed)


def test_records_changed_since_the_run_are_told(planned: Planned, run: Run) -> None:
    from django.conf import settings  # noqa: PLC0415

    for kept in Path(settings.NETWORKS).glob("city-*.kept"):
        kept.unlink()
    same = planned()
    assert same.state == Plan.State.DONE, same.job and same.job.said
    one = Facility.versions.current().filter(since_on__lte=DAY).order_by("pk").first()
    assert one is not None
    change(ME, one, {"name": "另一个名字"}, on=DAY, seen=one.pk)
    other = planned()
    assert other.state == Plan.State.FAILED
    assert other.job is not None
    assert "重新评估" in other.job.said


def test_a_stopped_plan_leaves_nothing_and_may_begin_again(
    planned: Planned, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ask(ME, run, PACK, QUICK)
    whole = planning.plan_city

    def stopping(*given: Any) -> Any:
        ask_to_stop(ME, Job.objects.get(kind=KIND, key=str(made.pk)))
        return whole(*given)

    monkeypatch.setattr(making, "plan_city", stopping)
    work()
    made.refresh_from_db()
    assert made.broken
    assert not made.actions.exists()
    assert not made.folder.exists()
    monkeypatch.setattr(making, "plan_city", whole)
    plan_again(ME, made)
    work()
    made.refresh_from_db()
    assert made.done
    assert made.actions.exists()


def test_one_of_the_alternatives_is_chosen_with_a_reason(run: Run) -> None:
    plan = Plan.objects.create(
        run=run, city=run.city, pack=PACK, state=Plan.State.DONE, sha256="0" * 64,
        said={"alternatives": [{"number": 1}, {"number": 2}]}, actor="test",
    )  # fmt: skip
    for bad, reason in ((3, "乙"), (2, " ")):
        with pytest.raises(Refused):
            choose(ME, plan, plan.edits, bad, reason)
    choose(ME, plan, plan.edits, 2, "离老人近")
    with pytest.raises(Conflict):
        choose(ME, plan, plan.edits, 1, "甲")
    before = plan.sha256
    plan.refresh_from_db()
    assert (plan.chosen, plan.chosen_reason) == (2, "离老人近")
    assert plan.sha256 == content_hash(plan, 2) != before
    assert Entry.objects.filter(action="plan.choose").count() == 1


def test_a_kill_between_two_steps_leaves_no_row_twice(run: Run) -> None:
    made = ask(ME, run, PACK, QUICK)
    PlanAction.objects.create(plan=made, alternative=1, number=1, area=run.city, said={})
    made.folder.mkdir(parents=True)
    work()
    made.refresh_from_db()
    assert made.done
    assert made.actions.count() == made.alternatives[0]["actions"]
    assert handlers.WHOLE == 100


def test_what_is_asked_for_survives_json_and_text() -> None:
    asked = Asked(
        ((2026, 5_000_000), (2027, 125_000)),
        Wishes(
            {"": 0.3, "first": 0.5}, ("stock-first",),
            (Decided("K1", "community_canteen", 2027, "new_build"), Decided("K2", "clinic", 2026)),
            ("K9",),
        ),
        plans=2, seconds=5.0, gap=0.1,
    )  # fmt: skip
    plain = json.loads(json.dumps([asked.wishes_plain(), asked.effort_plain()]))
    assert Asked.of_plain(*plain) == asked
    texts = asked.texts()
    assert texts["budget"] == "2026=500\n2027=12.5"
    assert texts["decided"].splitlines()[1] == "K2=诊所@2026" or "K2=" in texts["decided"]
