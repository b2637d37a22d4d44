"""The areas that changed, before and after, as columns; and changes as the manifest has them."""

from __future__ import annotations

from typing import Any

from lifecircle.assess.findings import Assessment, OnBoundaries
from lifecircle.place.area_changes import Event
from lifecircle.place.tables import City
from lifecircle.publish.tables import Columns, simulated_mark
from lifecircle.terms.words import word

_COUNTS = ("met", "not_met", "not_assessed", "not_applicable", "waived", "denominator")


def boundary_columns(city: City, assessment: Assessment) -> Columns:
    """Return the touched areas on the boundaries before and after each recorded change.

    ``in_force`` marks the side of the change that the day of the run lies on. Where communities
    themselves changed, a row has people and no rule.
    """
    rows = assessment.boundaries
    counted = [row.rollup for row in rows]
    title = {rule.id: rule.title.zh for rule in assessment.pack.rules}
    columns: Columns = {
        "simulated": [simulated_mark(city)] * len(rows),
        "pack": [assessment.pack.id] * len(rows),
        "changed_on": [row.event.on.isoformat() for row in rows],
        "change": [row.event.kind for row in rows],
        "change_zh": [row.event.text for row in rows],
        "basis": [_basis(row.event) for row in rows],
        "side": [row.side for row in rows],
        "side_zh": [word("side", row.side) for row in rows],
        "in_force": ["是" if _in_force(row, assessment) else "" for row in rows],
        "tree": [one.tree if one else "" for one in counted],
        "tree_zh": [word("tree", one.tree) if one else "" for one in counted],
        "area_level": [row.area_level for row in rows],
        "area": [row.area for row in rows],
        "area_name": [one.area_name if one else row.area for row, one in _pairs(assessment)],
        "subject_level": [one.subject_level if one else "" for one in counted],
        "rule": [one.rule if one else "" for one in counted],
        "rule_title": [title[one.rule] if one else "" for one in counted],
        "reading": [one.reading if one else "" for one in counted],
    }
    for name in _COUNTS:
        columns[name] = [getattr(one, name) if one else None for one in counted]
    columns["people"] = [row.people for row in rows]
    columns["people_affected"] = [one.people_affected if one else None for one in counted]
    columns["people_estimated"] = [
        "推算" if row.apportioned else "估计" if one and one.people_estimated else ""
        for row, one in _pairs(assessment)
    ]
    return columns


def _pairs(assessment: Assessment) -> list[tuple[OnBoundaries, Any]]:
    return [(row, row.rollup) for row in assessment.boundaries]


def _in_force(row: OnBoundaries, assessment: Assessment) -> bool:
    """Say whether a side of a change is the one in force on the day of the run.

    Communities are always those of their table, so of their own changes the later side is.
    """
    happened = row.area_level == "community" or row.event.on <= assessment.as_of
    return (row.side == "after") == happened


def _basis(event: Event) -> str:
    return "；".join(dict.fromkeys(row.basis for row in event.rows if row.basis))


def event_said(event: Event) -> dict[str, Any]:
    """Return a change as the manifest keeps it, so that two runs know what succeeded what."""
    return {
        "on": event.on.isoformat(),
        "kind": event.kind,
        "level": event.level,
        "says": event.text,
        "basis": _basis(event),
        "pairs": [[row.source, row.target] for row in event.rows],
    }
