"""The figures of two runs as people read them: a share with the numbers that it is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.assessments.models import Difference, Finding, Run
from lifecircle.govern.assessments.wording import figure_said
from lifecircle.publish.sentences import figure

Said = Mapping[str, Any]
Pair = tuple[Finding | None, Finding | None]
_KEY = ("subject_level", "subject", "rule", "reading")


def found_by(
    actor: Actor, rows: Sequence[Difference], runs: tuple[Run, Run], pack: str
) -> Callable[[Said], Pair]:  # fmt: skip
    """Return how to find what both runs found of a change; None of what an actor does not see."""
    told = [one.said for one in rows if one.said.get("kind") == "changed"]
    held: dict[tuple[Any, ...], Finding] = {}
    if told:
        found = Finding.objects.visible_to(actor).filter(
            run__in=runs, pack=pack, subject__in={one["subject"] for one in told},
            rule__in={one["rule"] for one in told},
        )  # fmt: skip
        beside = {name for run in runs for name in run.beside}
        for one in found.exclude(profile__in=beside).select_related("area"):
            held[one.run_id, *(getattr(one, name) for name in _KEY)] = one

    def find(said: Said) -> Pair:
        key = tuple(said.get(name, "") for name in _KEY)
        before, after = (held.get((run.pk, *key)) for run in runs)
        return before, after

    return find


def both_said(said: Said, found: Pair) -> tuple[str, str]:
    """Return the figures of a change before and after; both empty where it has none."""
    if not any(said.get("observed", ())):
        return "", ""
    before, after = (
        _said(text, said["unit"], one) for text, one in zip(said["observed"], found, strict=True)
    )
    return before, after


def _said(text: str, unit: str, found: Finding | None) -> str:
    told = found.said if found else {}
    plain = figure_said(told.get("found") or figure(text, unit))
    numbers = _numbers(unit, found) if text and found else ""
    return (
        _("%(figure)s（%(numbers)s）") % {"figure": plain, "numbers": numbers} if numbers else plain
    )


def _numbers(unit: str, found: Finding) -> str:
    """Return the numbers behind a share, of areas or of people; nothing where they are not kept."""
    said = found.said
    if said.get("part") and said.get("whole") and unit in ("areas", "rate"):
        part, whole = said["part"], said["whole"]
        areas = _("%(whole)s个中%(part)s个") % {"part": part, "whole": whole}
        return areas if unit == "areas" else f"{part}/{whole}"
    people, without = said.get("people"), found.people_affected
    if unit == "share" and people and without is not None:
        return _("%(whole)s人中%(part)s人") % {"part": people - without, "whole": people}
    return ""
