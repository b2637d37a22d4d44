"""Compares two runs for who looks: the verdicts of own areas that changed, and by which record."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from django.urls import reverse
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.access import VIEW
from lifecircle.govern.assessments.models import Finding, Run
from lifecircle.govern.inventory.access import VIEW as SEE_RECORDS
from lifecircle.govern.inventory.kinds import KINDS
from lifecircle.govern.records.models import Version
from lifecircle.publish.comparing import Change, Comparison, compare
from lifecircle.publish.past import read_past
from lifecircle.publish.results import RESULTS
from lifecircle.publish.row_changes import RowChange

ALLOWED = RESULTS.names
KIND_OF_ROW = {"facility": "facilities", "estate": "estates"}
"""The rows of a run that are records, by the kind of record as its address says it."""


@dataclass(frozen=True)
class Trail:
    """A row that explains a change: what it says, its page, and who changed it when and why."""

    text: str
    url: str = ""
    by: str = ""


@dataclass(frozen=True)
class Shown:
    """A change of a verdict as a page shows it."""

    change: Change
    causes: list[tuple[str, list[Trail]]]


@dataclass(frozen=True)
class Compared:
    """What changed between two runs of a pack in the areas of who looks."""

    changes: list[Change]
    general: list[str] = field(default_factory=list)
    excused: list[tuple[str, dict[str, str]]] = field(default_factory=list)


def folder_of(run: Run, pack: str) -> Path:
    """Return where the results of one pack of a run are."""
    return run.folder if len(run.manifest) == 1 else run.folder / pack


def names_of(run: Run) -> list[tuple[str, list[str]]]:
    """Return the files of a run that are there, by pack."""
    return [
        (pack, sorted(one.name for one in folder_of(run, pack).glob("*") if one.name in ALLOWED))
        for pack in run.manifest
    ]


@lru_cache(maxsize=4)
def _compared(before: str, after: str, hashes: tuple[str, str]) -> Comparison:
    """Compare two folders; what is in them never changes under one pair of hashes."""
    del hashes
    (found,) = compare(read_past(Path(before)), read_past(Path(after)))
    return found


def compared(actor: Actor, before: Run, after: Run, pack: str) -> Compared:
    """Compare two runs that are done, of a pack that both have.

    Raises InputError where a folder is gone. Of what lies outside the actor's areas nothing is
    told, nor of the runs as a whole to who does not see the whole city.
    """
    hashes = (before.sha256, after.sha256)
    found = _compared(str(folder_of(before, pack)), str(folder_of(after, pack)), hashes)
    excused = _excused(actor, before, after, pack)
    if actor.may(VIEW, after.city.path):
        return Compared(list(found.changes), list(found.general), excused)
    seen = _subjects(actor, (before, after), pack)
    mine = [one for one in found.changes if (one.subject_level, one.subject) in seen]
    return Compared(mine, [], excused)


def _subjects(actor: Actor, runs: Iterable[Run], pack: str) -> set[tuple[str, str]]:
    """Return the subjects of both runs in the actor's areas; a rule alone is of no subject."""
    rows = Finding.objects.filter(run__in=list(runs), pack=pack).visible_to(actor)
    found = set(rows.values_list("subject_level", "subject").distinct())
    return {("", ""), *found}


def _excused(
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


def shown(actor: Actor, changes: Sequence[Change], after: Run) -> list[Shown]:
    """Return changes with what explains them, each row with its record where it is one."""
    trails = _trails(actor, [row for one in changes for c in one.causes for row in c.rows], after)
    return [
        Shown(one, [(cause.says, [trails[row] for row in cause.rows]) for cause in one.causes])
        for one in changes
    ]


def _trails(actor: Actor, rows: Iterable[RowChange], after: Run) -> Mapping[RowChange, Trail]:
    every = list(dict.fromkeys(rows))
    versions: dict[tuple[str, str], Version] = {}
    for kind, name in KIND_OF_ROW.items():
        ids = {row.id for row in every if row.kind == kind}
        if ids:
            held = KINDS[name].model.versions.visible_to(actor, SEE_RECORDS).as_of(after.as_of)
            held = held.filter(record__own_id__in=ids).select_related("record", "since")
            versions |= {(kind, one.record.own_id): one for one in held}
    codes = {row.id for row in every if row.kind == "community"}
    areas = dict(Area.objects.visible_to(actor).filter(code__in=codes).values_list("code", "pk"))
    return {row: _trail(row, versions.get((row.kind, row.id)), areas.get(row.id)) for row in every}


def _trail(row: RowChange, version: Version | None, area: int | None) -> Trail:
    if version is not None:
        since = version.since
        why = f"：{since.reason}" if since.reason else ""
        by = _("%(who)s于%(day)s登记，自%(from)s起属实%(why)s") % {
            "who": since.actor,
            "day": since.recorded_at.date(),
            "from": since.effective_on,
            "why": why,
        }
        url = reverse("inventory:page", args=[KIND_OF_ROW[row.kind], version.record_id])
        return Trail(row.text, url, by)
    if row.kind == "community" and area is not None:
        return Trail(row.text, reverse("areas:page", args=[area]))
    return Trail(row.text)
