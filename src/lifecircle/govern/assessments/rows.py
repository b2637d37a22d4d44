"""Makes rows of findings: where each subject lies, and all that a page says of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lifecircle.assess.findings import Assessment, Finding
from lifecircle.assess.subjects import Levels
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.models import Finding as Row
from lifecircle.govern.assessments.models import Run
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from lifecircle.publish.sentences import Sentences, marks_zh

_COLUMNS = frozenset(
    {
        "subject_level",
        "subject",
        "rule",
        "reading",
        "profile",
        "verdict",
        "due",
        "people_affected",
        "counted",
        "records",
    }
)
"""Fields of a finding that are columns of their own, or said in words."""

NOTHING: tuple[Any, ...] = ("", None, (), False)
LONGEST = 120


class Lying:
    """Knows the area of each subject of a city."""

    def __init__(self, city: City, top: Area) -> None:
        """Find the communities by their codes; what lies in none lies in the city."""
        self._top = top
        standing = Area.objects.order_by("-ended_on").exclude(code="")
        self._by_code = {area.code: area for area in standing}
        self._by_pk = {area.pk: area for area in Area.objects.exclude(level=Level.COMMUNITY)}
        self._communities = city.communities.id
        self._levels = Levels(city)
        self._homes: dict[str, dict[str, Area]] = {}
        self._city = city

    def area(self, level: str, subject: str) -> Area:
        """Return the area that a subject is or lies in."""
        if level not in self._homes:
            self._homes[level] = dict(self._of(level))
        return self._homes[level].get(subject, self._top)

    def _of(self, level: str) -> Iterator[tuple[str, Area]]:
        if level == "community":
            yield from ((own, self._community(row)) for row, own in enumerate(self._communities))
        elif level in ("township", "county"):
            subjects, home = self._levels.subjects(level), self._levels.of_community[level]
            for row, at in enumerate(home.tolist()):
                if at >= 0:
                    yield subjects.id[at], self._above(row, level, subjects.name[at])
        elif level in ("estate", "facility"):
            table = self._city.origins if level == "estate" else self._city.facilities
            for own, at in zip(table.id, table.community.tolist(), strict=True):
                if at >= 0:
                    yield own, self._community(at)

    def _community(self, row: int) -> Area:
        return self._by_code.get(self._communities[row], self._top)

    def _above(self, row: int, level: str, name: str) -> Area:
        """Return the area of a level above a community, which may be of the other tree."""
        found = [self._by_pk[pk] for pk in self._community(row).above if pk in self._by_pk]
        own = [area for area in found if area.level == level]
        named = [area for area in self._by_pk.values() if (area.level, area.name) == (level, name)]
        if own and (level == "township" or own[0].name == name):
            return own[0]
        return named[0] if len(named) == 1 else (own or [self._top])[0]


def rows_of(run: Run, city: City, found: Iterable[Assessment]) -> Iterator[Row]:
    """Yield the rows of a run, in the order of packs and findings."""
    lying = Lying(city, run.city)
    for one in found:
        rules = {rule.id: (str(rule.strength), marks_zh(one.pack, rule)) for rule in one.pack.rules}
        sentences = Sentences(city, one.pack)
        for finding in (*one.findings, *one.beside):
            yield _row(run, one.pack, finding, sentences, lying, rules[finding.rule])


def _row(
    run: Run,
    pack: Pack,
    finding: Finding,
    sentences: Sentences,
    lying: Lying,
    of_rule: tuple[str, str],
) -> Row:
    level, subject = finding.subject_level, finding.subject
    return Row(
        run=run, pack=pack.id, rule=finding.rule, reading=finding.reading,
        profile=finding.profile, subject_level=level, subject=subject[:LONGEST],
        subject_name=sentences.name(level, subject)[:LONGEST], area=lying.area(level, subject),
        verdict=finding.verdict, due=finding.due, strength=of_rule[0],
        waived=bool(finding.waiver), people_affected=finding.people_affected,
        said=_said(finding, sentences) | ({"marks": of_rule[1]} if of_rule[1] else {}),
    )  # fmt: skip


def _said(finding: Finding, sentences: Sentences) -> dict[str, Any]:
    plain = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in vars(finding).items()
        if name not in _COLUMNS and value not in NOTHING
    }
    for name in ("counted", "records"):
        texts = [one.text for one in getattr(finding, name)]
        plain |= {name: texts} if texts else {}
    applies = finding.verdict != "not applicable"
    return plain | {
        "evidence": sentences.evidence(finding),
        **({"asked": sentences.required(finding)} if applies else {}),
        **({"found": sentences.figure(finding, finding.observed)} if applies else {}),
    }
