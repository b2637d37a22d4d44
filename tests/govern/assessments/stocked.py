"""Rows of runs without any reckoning, for tests of pages and rights."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.models import Finding, Interpretation, Run, Waiver
from lifecircle.policy.packs import load_pack
from lifecircle.publish.results import rules_read

PACK, RULE = "xian-2020", "one-vegetable-shop"
DAY = date(2026, 1, 1)


def run_of(city: Area, **more: Any) -> Run:
    """Return a run that is done, with a manifest and no folder."""
    pack = load_pack(PACK)
    told = {
        "pack": {"id": pack.id, "version": pack.header.version, "sha256": pack.sha256},
        "rules": rules_read(pack), "options": {"as_of": DAY.isoformat(), "beside": []},
        "city": {"simulated": True}, "notices": ["notice"], "waivers": [],
    }  # fmt: skip
    given: dict[str, Any] = {
        "city": city, "packs": [PACK], "as_of": DAY, "tree": Run.Tree.MANAGING, "actor": "chief",
        "boundaries": Run.Boundaries.THEN, "state": Run.State.DONE, "done_at": timezone.now(),
        "manifest": {PACK: {"run": told, "run_sha256": "0" * 64}}, "sha256": "0" * 64,
        "simulated": True,
    }  # fmt: skip
    return Run.objects.create(**given | more)


def finding_of(run: Run, area: Area, word: str, **more: Any) -> Finding:
    """Return a finding about an area that says a word."""
    said = {"evidence": f"{word}。", "asked": "≥1处", "found": "0处", "marks": "推定"}
    given: dict[str, Any] = {
        "run": run, "area": area, "pack": PACK, "rule": RULE, "reading": "walk",
        "subject_level": "community", "subject": word, "subject_name": word,
        "verdict": "not met", "due": "overdue", "strength": "soft", "people_affected": 12,
        "said": said,
    }  # fmt: skip
    return Finding.objects.create(**given | more)


def waiver_of(area: Area, word: str, **more: Any) -> Waiver:
    """Return a waiver for an area that says a word."""
    told = {"by": word, "reason": word, "actor": word, "on": DAY, **more}
    return Waiver.objects.create(area=area, pack=PACK, rule=RULE, **told)


def interpretation_of(**more: Any) -> Interpretation:
    """Return an interpretation that has ended, so that it changes no pack."""
    given: dict[str, Any] = {
        "pack": PACK, "rule": RULE, "by": "chief", "on": DAY, "reason": "counted again",
        "actor": "chief", "change": {"due": "2030-01-01"},
    }  # fmt: skip
    return Interpretation.objects.create(**given | more)
