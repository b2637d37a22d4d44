"""A run is what `lifecircle assess` finds on the same city, kept whole, shown at once, once."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.utils import timezone

from lifecircle.cli.assessing import assess_command
from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments import handlers, reckoning
from lifecircle.govern.assessments.models import Finding, Run
from lifecircle.govern.assessments.services import ask, run_again, stop_run
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.publish.matching import tuples
from lifecircle.publish.past import KEY, read_past
from tests.govern.assessments.conftest import ACTOR, DAY, PACK, Ran, work


def test_records_and_files_give_the_same_run(ran: Ran, example_files: Path, tmp_path: Path) -> None:
    run = ran((PACK, "xian-2024"))
    assert run.state == Run.State.DONE
    told = CliRunner().invoke(
        assess_command,
        [str(example_files), "--pack", PACK, "--pack", "xian-2024", "--as-of", DAY.isoformat(),
         "--out", str(tmp_path / "out"), "--json"],
        catch_exceptions=False,
    )  # fmt: skip
    manifest = json.loads(told.stdout)["packs"]
    own = {pack: one["run_sha256"] for pack, one in run.manifest.items()}
    assert own == {pack: one["run_sha256"] for pack, one in manifest.items()}
    assert run.simulated
    past = read_past(run.folder)
    for pack, one in past.items():
        rows = Finding.objects.filter(run=run, pack=pack)
        assert Counter(one.findings["verdict"].to_pylist()) == Counter(
            rows.values_list("verdict", flat=True)
        )
        keys = {
            (r.subject_level, r.subject, r.rule, r.reading, r.profile): r.said["evidence"]
            for r in rows
        }
        assert set(keys) == set(tuples(one.findings.select(KEY)))


def test_the_same_again_gives_the_same_hash(ran: Ran) -> None:
    one, other = ran(), ran()
    assert one.pk != other.pk
    assert one.sha256 == other.sha256
    assert len(one.sha256) == 64


def test_every_finding_lies_where_its_subject_does(ran: Ran) -> None:
    run = ran((PACK, "xian-2024"), profiles=("older",))
    rows = list(Finding.objects.filter(run=run).select_related("area"))
    levels = {row.subject_level for row in rows}
    assert {"community", "city"} <= levels
    for row in rows:
        if row.subject and row.subject_level in ("community", "township", "county", "city"):
            assert row.area.level == row.subject_level, row
        if row.subject_level == "community":
            assert row.area.code == row.subject
        if row.subject_level in ("estate", "facility") and row.subject:
            assert row.area.level == "community"
    assert run.beside == ["older"]
    assert {row.profile for row in rows} >= {"older"}


def test_nothing_is_asked_that_cannot_be_reckoned(city: Area, settings: Any) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    for packs, day in (((), DAY), (("none",), DAY), ((PACK,), tomorrow)):
        with pytest.raises(Refused):
            ask(ACTOR, packs, day)
    settings.CITY = Path(settings.CITY) / "nowhere"
    with pytest.raises(Refused, match="还没有城市的资料文件"):
        ask(ACTOR, (PACK,), DAY)
    assert not Run.objects.exists()
    assert not Job.objects.exists()


def test_a_fault_of_the_files_is_told_and_the_run_can_be_made_again(
    ran: Ran, settings: Any
) -> None:
    toml = Path(settings.CITY) / "lifecircle.toml"
    text = toml.read_text(encoding="utf-8")
    run = ask(ACTOR, (PACK,), DAY)
    toml.write_text(text.replace("[people]", "[peopel]"), encoding="utf-8")
    work()
    run.refresh_from_db()
    assert (run.state, run.broken) == (Run.State.FAILED, True)
    assert run.job
    assert "peopel" in run.job.said
    toml.write_text(text, encoding="utf-8")
    run_again(ACTOR, run)
    work()
    run.refresh_from_db()
    assert run.done
    with pytest.raises(Conflict):
        run_again(ACTOR, run)


def test_stopped_in_the_midst_nothing_is_left(city: Area, monkeypatch: pytest.MonkeyPatch) -> None:
    run = ask(ACTOR, (PACK,), DAY)
    keep = handlers._keep

    def stopping(rows: list[Finding]) -> None:
        keep(rows)
        stop_run(ACTOR, Run.objects.get(pk=run.pk))

    monkeypatch.setattr(handlers, "_keep", stopping)
    work()
    run.refresh_from_db()
    assert run.job
    assert run.job.state == "stopped"
    assert not run.done
    assert not run.folder.exists()
    assert not Finding.objects.exists()


def test_a_stage_is_told_and_ends_the_run_where_asked(
    city: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ask(ACTOR, (PACK,), DAY)
    stages: list[tuple[str, int]] = []
    reckon = reckoning.reckon

    def watched(packs: Any, as_of: Any, profiles: Any, progress: Any, **more: Any) -> Any:
        def told(stage: str) -> None:
            progress(stage)
            job = Job.objects.get()
            stages.append((job.said, job.percent))
            if len(stages) == 4:
                Job.objects.update(stop_asked=True)

        return reckon(packs, as_of, profiles, told, **more)

    monkeypatch.setattr(handlers, "reckon", watched)
    work()
    assert stages[0][0] == "读取社区边界"
    assert [percent for _, percent in stages] == sorted(percent for _, percent in stages)
    assert len(stages) == 4
    assert Job.objects.get().state == "stopped"
    assert not run.folder.exists()


def test_what_a_broken_attempt_left_makes_no_doubles(
    city: Area, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ask(ACTOR, (PACK,), DAY)
    keep, times = handlers._keep, []

    def breaking(rows: list[Finding]) -> None:
        keep(rows)
        times.append(len(rows))
        if len(times) == 2:
            raise KeyError("as if the machine were gone")

    monkeypatch.setattr(handlers, "_keep", breaking)
    work()
    left = Finding.objects.count()
    assert left
    assert not Run.objects.get().done
    Job.objects.update(due_at=timezone.now())
    work()
    run.refresh_from_db()
    assert run.done
    assert sum(times[2:]) == Finding.objects.count() > left
    assert Entry.objects.filter(action="assessment.done").count() == 1


def test_unseen_until_done(city: Area, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []
    keep = handlers._keep

    def watching(rows: list[Finding]) -> None:
        keep(rows)
        seen.append(Run.objects.get().done)

    monkeypatch.setattr(handlers, "_keep", watching)
    ask(ACTOR, (PACK,), DAY)
    work()
    assert seen
    assert not any(seen)
    assert Run.objects.get().done
