"""Counts the subjects of an area by verdict, for each rule and reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from lifecircle.assess.findings import Finding, RollUp, Tree
from lifecircle.assess.subjects import AREAS, Levels, Subjects
from lifecircle.policy.models import Pack
from lifecircle.terms.words import Reading

Marks = Mapping[str, tuple[bool, bool]]
"""Whether a rule rests on a figure that is not verbatim, and on a reading that is not printed."""

Found = Mapping[tuple[str, Reading], list[Finding]]

TREES: tuple[tuple[Tree, str, str], ...] = (
    ("administrative", "township", "township"),
    ("administrative", "county", "county"),
    ("managing", "county", "managing"),
    ("tag", "zone", "zone"),
)
"""The tree, the level of its areas, and what subjects are grouped by."""


def roll_up(pack: Pack, found: Found) -> tuple[RollUp, ...]:
    """Return one row per rule and reading for the whole city, in the order of the pack.

    Rules on the city itself have nothing to count, nor have those that no subject is known of.
    """
    rows = []
    marks = marks_of(pack)
    for rule, reading in in_order(pack, found):
        findings = of_subjects(found[rule, reading])
        if findings and findings[0].subject_level != "city":
            rows.append(rolled(marks, "administrative", "city", ("city", ""), findings))
    return tuple(rows)


def roll_up_by_area(
    pack: Pack, found: Found, levels: Levels, subjects: Mapping[str, Subjects]
) -> tuple[RollUp, ...]:
    """Return one row per area, rule and reading, for each tree and level.

    ``subjects`` are those of each rule. Every subject is counted in one area of a level, or in
    the area without a name where it lies in none, so that the rows of a level add up to the city.
    Zones are tags: what has none is in no row of theirs.
    """
    rows = []
    marks = marks_of(pack)
    for tree, level, group in TREES:
        named = dict(zip(*levels.groups(group), strict=True))
        ids = tuple(named)
        for rule, reading in in_order(pack, found):
            findings = of_subjects(found[rule, reading])
            if not findings or not lies_below(findings[0].subject_level, level):
                continue
            grouped: dict[str, list[Finding]] = {}
            areas = subjects[rule].areas[group].tolist()
            for finding, area in zip(findings, areas, strict=True):
                grouped.setdefault(ids[area] if area >= 0 else "", []).append(finding)
            if tree == "tag":
                grouped.pop("", None)
            rows += [
                rolled(marks, tree, level, (area, named.get(area) or area), grouped[area])
                for area in sorted(grouped)
            ]
    return tuple(rows)


def lies_below(level: str, area: str) -> bool:
    """Say whether subjects of a level are counted in areas of another."""
    if level in AREAS:
        return area not in AREAS[: AREAS.index(level) + 1] and level != "city"
    return level in ("estate", "facility")


def in_order(pack: Pack, found: Found) -> list[tuple[str, Reading]]:
    """Return the rules and readings in the order of the pack."""
    position = {rule.id: at for at, rule in enumerate(pack.rules)}
    return sorted(found, key=lambda key: (position[key[0]], key[1]))


def marks_of(pack: Pack) -> Marks:
    """Return the marks of every rule, those of its parts among them."""
    return {rule.id: (pack.is_unverified(rule), pack.is_inferred(rule)) for rule in pack.rules}


def of_subjects(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings that have a subject."""
    return [finding for finding in findings if finding.subject]


def rolled(
    marks: Marks, tree: Tree, level: str, area: tuple[str, str], findings: Sequence[Finding]
) -> RollUp:
    """Count the findings of one rule and reading in an area, given by id and name."""
    unverified, inferred = marks[findings[0].rule]
    counts = Counter(finding.verdict for finding in findings)
    applicable = [finding for finding in findings if finding.verdict != "not applicable"]
    open_ = [finding for finding in applicable if finding.verdict == "not assessed"]
    sure = Counter(finding.confidence for finding in applicable)
    short = [finding for finding in applicable if finding.verdict == "not met"]
    return RollUp(
        tree=tree,
        area_level=level,
        area=area[0],
        area_name=area[1],
        subject_level=findings[0].subject_level,
        rule=findings[0].rule,
        reading=findings[0].reading,
        met=counts["met"],
        not_met=counts["not met"],
        not_assessed=counts["not assessed"],
        not_applicable=counts["not applicable"],
        waived=sum(bool(finding.waiver) for finding in findings),
        partial_list=sum("partial-list" in finding.reasons for finding in open_),
        unverified=len(applicable) * unverified,
        inferred=len(applicable) * inferred,
        limited=sure["limited"],
        weak=sure["weak"],
        estimated=sum(finding.people_estimated for finding in applicable),
        people=_sum([finding.people for finding in applicable]),
        people_affected=_sum([finding.people_affected for finding in short]),
    )


def _sum(values: list[int | None]) -> int | None:
    """Add up, or return None where any part is unknown."""
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None
