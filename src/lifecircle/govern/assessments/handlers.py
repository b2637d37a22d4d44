"""The jobs of assessments: one reckons a run, one compares two; what they find is shown at once.

A run is told stage by stage, and its folder is whole or not there.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_noop

from lifecircle.govern.actor import Actor
from lifecircle.govern.assessments import comparing
from lifecircle.govern.assessments.folders import past_of, unreadable
from lifecircle.govern.assessments.kept_cities import keep_city
from lifecircle.govern.assessments.models import Comparison, Difference, Finding, Run
from lifecircle.govern.assessments.notices import notices_of
from lifecircle.govern.assessments.packs import packs_on
from lifecircle.govern.assessments.reckoning import Reckoned, reckon
from lifecircle.govern.assessments.rows import rows_of
from lifecircle.govern.assessments.services import KIND, waivers_on
from lifecircle.govern.assessments.telling import WHOLE, Stopped, Telling
from lifecircle.govern.audit.services import append
from lifecircle.govern.inventory.city_files import city_sources
from lifecircle.govern.jobs.handlers import Pace, Step, Steps, Task, handler, nothing
from lifecircle.policy.measures import WalkMeasure
from lifecircle.policy.models import Pack
from lifecircle.publish.charts.gathered import walked
from lifecircle.publish.comparing import Comparison as Compared
from lifecircle.publish.comparing import compare as compare_runs
from lifecircle.publish.folder import clear_partial
from lifecircle.publish.results import write_results
from lifecircle.publish.runs import run_hash
from lifecircle.terms.errors import InputError, LifecircleError

REST = 0.3 if connection.vendor == "sqlite" else 0.0
"""SQLite has one writer at a time: others come to write between two steps."""

RECKONED, WRITTEN = 70, 85
"""Of a hundred parts, how far a run is when it is reckoned and when its folder is written."""

COMPARED = 60
"""Of a hundred parts, how far a comparison is when only its rows are to be kept."""


@handler(KIND, ends_itself=True)
def assess(task: Task) -> Steps:
    """Reckon a run from the records, write its folder, then its findings; begun again from there.

    What an attempt left that broke off is taken away first: the records may have changed since.
    """
    run = Run.objects.select_related("city").get(pk=task.payload["run"])
    if run.done:
        return
    begun = time.monotonic()
    yield from _cleared(run)
    try:
        reckoned, manifest = _made(run, task)
        yield Step(nothing, ["written"], WRITTEN, WHOLE)
        yield from _kept(task, run, reckoned)
    except Stopped:
        task.stop_asked = True
    except LifecircleError:
        yield Step(partial(_fail, run), ["failed"], 0, WHOLE)
        raise
    if task.stop_asked:
        yield from _cleared(run)
        task.said = gettext_noop("已停止，没有留下结果。")
        return
    took_s = round(time.monotonic() - begun, 3)
    told = notices_of(reckoned.city)
    yield Step(partial(_show, run, task, manifest, told, took_s), ["shown"], WHOLE, WHOLE)
    # shown already: it is too late to stop
    task.stop_asked, task.said = False, gettext_noop("已算好。")


def _cleared(run: Run) -> Steps:
    """Take away what is there of a run that nobody was shown."""
    pace = Pace(1000, most=20_000)
    rows = Finding.objects.filter(run=run).order_by("pk").values_list("pk", flat=True)
    while keys := list(rows[: pace.rows]):
        mine = Finding.objects.filter(pk__gte=keys[0], pk__lte=keys[-1], run=run)
        pace.took((yield Step(partial(_take_away, mine), ["clearing", keys[-1]], 0, WHOLE)))
    clear_partial(run.folder)
    if run.folder.exists():
        shutil.rmtree(run.folder)


def _take_away(rows: Any) -> None:
    rows._raw_delete(rows.db)


def _made(run: Run, task: Task) -> tuple[Reckoned, dict[str, Any]]:
    """Reckon and write the folder; return what was found and the manifest of each pack, by id."""
    city_sources(Path(settings.CITY))
    packs = packs_on(run.packs, run.as_of)
    reckoned = reckon(
        packs,
        run.as_of,
        run.profiles,
        Telling(task, RECKONED, _stages(packs, run.profiles)),
        waivers=waivers_on(run.as_of),
    )
    writing = Telling(task, WRITTEN, 2 + len(packs), RECKONED)
    writing(gettext_noop("写出结果"))
    minutes = {one.pack.id: walked(reckoned.ground, one.pack) for one in reckoned.found}
    told = write_results(
        run.folder, reckoned.city, reckoned.network, reckoned.found, writing, minutes
    )
    keep_city(told_hash(manifest := manifests_of(told)), reckoned.city)
    return reckoned, manifest


def _stages(packs: Sequence[Pack], profiles: Sequence[str]) -> int:
    """Return how many stages there will be, about."""
    walks = sum(isinstance(rule.measure, WalkMeasure) for pack in packs for rule in pack.rules)
    return 5 + walks + len(packs) * (1 + len(profiles))


def manifests_of(told: dict[str, Any]) -> dict[str, Any]:
    """Return the manifest of each pack by its id, of one or of several."""
    return dict(told["packs"]) if "packs" in told else {told["run"]["pack"]["id"]: told}


def told_hash(manifests: dict[str, Any]) -> str:
    """Return the hash of a run: that of its only pack, or of all of theirs."""
    hashes = {pack: one["run_sha256"] for pack, one in manifests.items()}
    return next(iter(hashes.values())) if len(hashes) == 1 else run_hash(hashes)


def _kept(task: Task, run: Run, reckoned: Reckoned) -> Steps:
    """Write the findings in short steps; nobody sees them before the last."""
    rows = rows_of(run, reckoned.ground.city, reckoned.found)
    of = sum(len(one.findings) + len(one.beside) for one in reckoned.found)
    pace, done = Pace(500, most=5000), 0
    telling = Telling(task, WRITTEN, 1, WRITTEN)
    telling(gettext_noop("保存结论"))
    while some := list(islice(rows, pace.rows)):
        done += len(some)
        at = WRITTEN + (WHOLE - WRITTEN - 1) * done // of
        pace.took((yield Step(partial(_keep, some), ["findings", done], at, WHOLE, rest=REST)))
        if task.stop_asked:
            return


def _keep(rows: list[Finding]) -> None:
    Finding.objects.bulk_create(rows, batch_size=500)


def _fail(run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(state=Run.State.FAILED)


def _show(
    run: Run, task: Task, manifest: dict[str, Any], told: list[dict[str, Any]], took_s: float
) -> None:  # fmt: skip
    """Show a run with all its findings at once."""
    sha256 = told_hash(manifest)
    simulated = any(one["run"]["city"]["simulated"] for one in manifest.values())
    Run.objects.filter(pk=run.pk).update(
        state=Run.State.DONE, done_at=timezone.now(), took_s=took_s,
        manifest=manifest, notices=told, sha256=sha256, simulated=simulated,
    )  # fmt: skip
    who = Actor(task.job.actor, "job", task.job.user_id)
    after = {"sha256": sha256}
    append(who, "assessment.done", "run", run.pk, area_path=run.city.path, after=after)


@handler(comparing.KIND, ends_itself=True)
def compare(task: Task) -> Steps:
    """Compare two runs from their folders and keep what changed; begun again from the start.

    Raises Failed where a folder is gone. Nobody sees a difference before the last step.
    """
    found = Comparison.objects.select_related("before", "after")
    comparison = found.get(pk=task.payload["comparison"])
    if comparison.done_at is not None:
        return
    yield from _dropped(comparison)
    try:
        telling = Telling(task, COMPARED, 3)
        telling(gettext_noop("读两次评估的结果"))
        pasts = [past_of(run, comparison.pack) for run in (comparison.before, comparison.after)]
        telling(gettext_noop("逐条比较"))
        try:
            (both,) = compare_runs(*pasts)
        except InputError as error:
            raise unreadable(comparison.before, comparison.after) from error
        del pasts
        telling(gettext_noop("保存变化"))
        yield from _differing(task, comparison, both)
    except Stopped:
        task.stop_asked = True
    if task.stop_asked:
        yield from _dropped(comparison)
        task.said = gettext_noop("已停止，没有留下结果。")
        return
    shown = partial(_show_comparison, comparison, list(both.general))
    yield Step(shown, ["shown"], WHOLE, WHOLE)
    # shown already: it is too late to stop
    task.stop_asked, task.said = False, gettext_noop("已比好。")


def _dropped(comparison: Comparison) -> Steps:
    """Take away the differences of a comparison that nobody was shown."""
    pace = Pace(1000, most=20_000)
    rows = Difference.objects.filter(comparison=comparison).order_by("pk")
    while keys := list(rows.values_list("pk", flat=True)[: pace.rows]):
        mine = rows.filter(pk__lte=keys[-1]).order_by()
        pace.took((yield Step(partial(_take_away, mine), ["clearing", keys[-1]], 0, WHOLE)))


def _differing(task: Task, comparison: Comparison, both: Compared) -> Steps:
    rows = comparing.differences(comparison, both.changes)
    pace, done = Pace(500, most=5000), 0
    while some := list(islice(rows, pace.rows)):
        done += len(some)
        at = COMPARED + (WHOLE - COMPARED - 1) * done // len(both.changes)
        pace.took(
            (
                yield Step(
                    partial(_keep_differences, some), ["differences", done], at, WHOLE, rest=REST
                )
            )
        )
        if task.stop_asked:
            return


def _keep_differences(rows: list[Difference]) -> None:
    Difference.objects.bulk_create(rows, batch_size=500)


def _show_comparison(comparison: Comparison, general: list[str]) -> None:
    Comparison.objects.filter(pk=comparison.pk).update(general=general, done_at=timezone.now())
