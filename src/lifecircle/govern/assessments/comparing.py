"""Compares two runs once, by a job, and shows of it the changes of who looks, and their records."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments import figures
from lifecircle.govern.assessments.access import VIEW
from lifecircle.govern.assessments.models import Comparison, Difference, Finding, Run
from lifecircle.govern.assessments.notices import of_folder
from lifecircle.govern.inventory.access import VIEW as SEE_RECORDS
from lifecircle.govern.inventory.kinds import KINDS
from lifecircle.govern.jobs.sentences import kept
from lifecircle.govern.jobs.services import enqueue, try_again
from lifecircle.govern.records.models import Version
from lifecircle.publish.comparing import Change

KIND = "assessment.compare"
KIND_OF_ROW = {"facility": "facilities", "estate": "estates"}
"""The rows of a run that are records, by the kind of record as its address says it."""

OF_COMMUNITY = ("community", "survey")
"""The rows whose number is that of a community."""

MOST_ROWS = 20
"""So many rows are kept of what explains one change; how many more there are is told."""

RowKey = tuple[str, str]


@dataclass(frozen=True)
class Trail:
    """A row that explains a change: what it says, its page, and who changed it when and why."""

    text: str
    url: str = ""
    by: str = ""


@dataclass(frozen=True)
class Shown:
    """A change of a verdict as a page shows it; ``change`` is what `said_of` keeps of it.

    ``findings`` are those of both runs where one sees them, ``figures`` what they found in words.
    """

    change: Mapping[str, Any]
    causes: list[tuple[str, list[Trail]]]
    findings: tuple[Finding | None, Finding | None] = (None, None)
    figures: tuple[str, str] = ("", "")


def key_of(before: Run, after: Run, pack: str) -> str:
    """Return what tells a comparison from others: what both runs found, and the pack."""
    return hashlib.sha256(json.dumps([before.sha256, after.sha256, pack]).encode()).hexdigest()


def compared(actor: Actor, before: Run, after: Run, pack: str) -> Comparison | None:
    """Return the comparison of two runs that are done, None where nobody asked for it yet."""
    rows = Comparison.objects.visible_to(actor, VIEW).select_related("after__city", "job")
    rows = rows.defer("after__manifest")
    return rows.filter(key=key_of(before, after, pack)).first()


@transaction.atomic
def ask_comparison(actor: Actor, before: Run, after: Run, pack: str) -> Comparison:
    """Hand the comparison of two runs by a pack of both over to a job, once.

    One that broke off begins again.
    """
    told = {"before": before, "after": after, "pack": pack}
    found, fresh = Comparison.objects.get_or_create(
        key=key_of(before, after, pack), defaults=told
    )  # fmt: skip
    if fresh:
        title = kept((TITLE, {"before": before.pk, "after": after.pk, "pack": pack}))
        found.job = enqueue(
            actor, KIND, str(found.pk), {"comparison": found.pk},
            title=title, area_path=after.city.path,
        )  # fmt: skip
        found.save(update_fields=["job"])
    elif found.broken and found.job:
        try_again(actor, found.job)
        found.job.refresh_from_db()
    return found


TITLE = gettext_noop("比较评估 %(before)s 和 %(after)s（%(pack)s）")


def said_of(change: Change) -> dict[str, Any]:
    """Return a change as JSON, with the first rows of each cause and how many more there are."""
    return vars(change) | {
        "causes": [
            {
                "kind": cause.kind,
                "says": cause.says,
                "rows": [[row.kind, row.id, row.text] for row in cause.rows[:MOST_ROWS]],
                "more": max(len(cause.rows) - MOST_ROWS, 0),
            }
            for cause in change.causes
        ]
    }


def differences(comparison: Comparison, changes: Iterable[Change]) -> Iterator[Difference]:
    """Yield the rows of a comparison, each with the area where its subject lies.

    A subject without a finding lies in the city: its name is for who sees all of it.
    """
    lies: dict[tuple[str, str], int] = {}
    for run in (comparison.before, comparison.after):
        found = Finding.objects.filter(run=run, pack=comparison.pack).order_by()
        rows = found.values_list("subject_level", "subject", "area_id").distinct()
        lies |= {(level, own): area for level, own, area in rows.iterator(chunk_size=5000)}
    top = comparison.after.city_id
    for one in changes:
        subject = one.subject_level, one.subject
        area = None if subject == ("", "") else lies.get(subject, top)
        yield Difference(comparison=comparison, area_id=area, said=said_of(one))


def general(actor: Actor, comparison: Comparison) -> list[str]:
    """Return how the runs differ as a whole, for who sees the whole city."""
    told: list[str] = comparison.general if actor.may(VIEW, comparison.after.city.path) else []
    return told


def excused(
    actor: Actor, before: Run, after: Run, pack: str
) -> list[tuple[str, dict[str, str]]]:  # fmt: skip
    """Return the waivers that only one of two runs knew, with which; of the actor's areas."""
    known = [
        {json.dumps(one, sort_keys=True): one for one in run.manifest[pack]["run"]["waivers"]}
        for run in (before, after)
    ]
    told = [(_("新增豁免"), known[1][key]) for key in known[1].keys() - known[0].keys()]
    told += [(_("停止豁免"), known[0][key]) for key in known[0].keys() - known[1].keys()]
    codes = {one["community"] for _how, one in told}
    names = dict(
        Area.objects.visible_to(actor, VIEW).filter(code__in=codes).values_list("code", "name")
    )
    return sorted(
        (
            (how, {**one, "name": names[one["community"]]})
            for how, one in told
            if one["community"] in names
        ),
        key=lambda pair: (pair[0], pair[1]["community"], pair[1]["rule"]),
    )


def shown(
    actor: Actor, rows: Sequence[Difference], runs: tuple[Run, Run], pack: str
) -> list[Shown]:  # fmt: skip
    """Return changes with what explains them, each row with its record where it is one."""
    causes = [cause for one in rows for cause in one.said["causes"]]
    told = {(kind, own): text for cause in causes for kind, own, text in cause["rows"]}
    trails = _trails(actor, told, runs[1])
    found = figures.found_by(actor, rows, runs, pack)
    return [
        Shown(
            one.said,
            [
                (cause["says"], [*_led(cause, trails), *_beside(cause, pack, one.said["rule"])])
                for cause in one.said["causes"]
            ],
            pair := found(one.said),
            figures.both_said(one.said, pair),
        )
        for one in rows
    ]


def _led(cause: Mapping[str, Any], trails: Mapping[RowKey, Trail]) -> list[Trail]:
    found = [
        Trail(text, (trail := trails[kind, own]).url, trail.by) for kind, own, text in cause["rows"]
    ]
    return (
        [*found, Trail(_("另有%(count)s行") % {"count": cause["more"]})] if cause["more"] else found
    )


def _beside(cause: Mapping[str, Any], pack: str, rule: str) -> Iterator[Trail]:
    """Yield where what is no record stands: the rule with its readings, the office's files."""
    kind = cause.get("kind")
    if kind == "rule" and rule:
        url = reverse("assessments:rule", args=[pack, rule])
        yield Trail(_("规则、改过的解读和豁免"), url)
    elif kind == "streets":
        yield Trail(of_folder(_("路网")))
    elif kind == "declared":
        yield Trail(_("设施名录的普查声明在城市资料文件夹或公布的摸底里。"))


def _trails(actor: Actor, texts: Mapping[RowKey, str], after: Run) -> dict[RowKey, Trail]:
    versions: dict[RowKey, Version] = {}
    for kind, name in KIND_OF_ROW.items():
        ids = {own for of, own in texts if of == kind}
        if ids:
            held = KINDS[name].model.versions.visible_to(actor, SEE_RECORDS).as_of(after.as_of)
            held = held.filter(record__own_id__in=ids).select_related("record", "since")
            versions |= {(kind, one.record.own_id): one for one in held}
    codes = {code for of, own in texts if (code := _community(of, own))}
    areas = dict(Area.objects.visible_to(actor).filter(code__in=codes).values_list("code", "pk"))
    return {key: _trail(key, text, versions.get(key), areas) for key, text in texts.items()}


def _community(kind: str, own: str) -> str:
    """Return the code of the community that a row is of; nothing where of none."""
    if kind in OF_COMMUNITY:
        return own
    level, _colon, subject = own.partition(":")
    return subject if (kind, level) == ("record", "community") else ""


def _trail(key: RowKey, text: str, version: Version | None, areas: Mapping[str, int]) -> Trail:
    kind, own = key
    if version is not None:
        since = version.since
        why = f"：{since.reason}" if since.reason else ""
        by = _("%(who)s于%(day)s登记，自%(from)s起属实%(why)s") % {
            "who": since.actor,
            "day": since.recorded_at.date(),
            "from": since.effective_on,
            "why": why,
        }
        url = reverse("inventory:page", args=[KIND_OF_ROW[kind], version.record_id])
        return Trail(text, url, by)
    if (code := _community(kind, own)) in areas:
        return Trail(text, reverse("areas:page", args=[areas[code]]))
    return Trail(text)
