"""Gathers what an area needs: gaps of a run, answers and opinions of a round, by function."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from typing import Any

from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.models import Finding, Run
from lifecircle.govern.assessments.packs import rule_of
from lifecircle.govern.needs.models import FUNCTION, NeedItem
from lifecircle.govern.surveys.asking import NEEDS
from lifecircle.govern.surveys.models import Answer, Return, Round
from lifecircle.policy.measures import (
    AreaPer100Households,
    CapacityPerThousand,
    CountInArea,
    FacilityArea,
    WalkMeasure,
)
from lifecircle.policy.planning_order import class_of
from lifecircle.terms.codes import code_sets
from lifecircle.terms.taxonomy import categories

GAP, UNKNOWN = "not met", "not assessed"
BUILT = CountInArea | WalkMeasure | AreaPer100Households | FacilityArea | CapacityPerThousand
"""What building or enlarging something can mend; other rules are of records or of rules."""

LARGER = AreaPer100Households | FacilityArea | CapacityPerThousand
MOST_TOLD = 20
"""So many sources of a kind stand in an item; ``more`` tells how many there are besides."""

Ask, Priority = NeedItem.Ask, NeedItem.Priority


@dataclass(frozen=True)
class Asked:
    """What a rule asks of an area: ``key`` of the item, its function if it is of one."""

    key: str
    function: str
    title: str
    clause: str
    ask: str
    first: bool


@dataclass
class Gathered:
    """An item on its way."""

    area_id: int
    key: str
    function: str = ""
    what: str = ""
    ask: str = ""
    people: int | None = None
    asked_by: int | None = None
    sure: bool = False
    priority: int = int(Priority.THIRD)
    sources: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, source: dict[str, Any]) -> None:
        """Take a source in; beyond `MOST_TOLD` of a kind it is only counted."""
        kind = source["kind"]
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if self.counts[kind] <= MOST_TOLD:
            self.sources.append(source)

    def urge(self, priority: int) -> None:
        """Make it at least so urgent."""
        self.priority = min(self.priority, int(priority))

    def item(self) -> NeedItem:
        """Return the item, of no list yet."""
        more = [
            {"kind": kind, "more": count - MOST_TOLD}
            for kind, count in self.counts.items()
            if count > MOST_TOLD
        ]
        return NeedItem(
            key=self.key, area_id=self.area_id, function=self.function, what=self.what[:200],
            ask=self.ask or Ask.OTHER, sources=[*self.sources, *more], people=self.people,
            asked_by=self.asked_by, priority=self.priority, to_verify=not self.sure,
        )  # fmt: skip


def gathered(area: Area, run: Run | None, round_: Round | None) -> list[NeedItem]:
    """Return what the areas below ``area`` need, the most urgent first, without people's edits.

    The priority is proposed: first what the pack puts in its first class, then other gaps and what
    a community ranks first, then the rest.
    """
    found: dict[tuple[int, str], Gathered] = {}
    if run is not None:
        _gaps(found, area, run)
    if round_ is not None:
        _surveyed(found, area, round_)
    items = [one.item() for one in found.values()]
    paths = dict(Area.objects.below(area).values_list("pk", "path"))

    def rank(one: NeedItem) -> tuple[Any, ...]:
        people, asked = -(one.people or 0), -(one.asked_by or 0)
        return one.priority, one.to_verify, people, asked, paths.get(one.area_id, ""), one.key

    return sorted(items, key=rank)


def _at(found: dict[tuple[int, str], Gathered], area_id: int, key: str) -> Gathered:
    full = f"{area_id}:{key}"
    return found.setdefault((area_id, key), Gathered(area_id, full))


def _gaps(found: dict[tuple[int, str], Gathered], area: Area, run: Run) -> None:
    asks = cache(partial(_asked, day=run.as_of))
    readings = _readings(run)
    rows = (
        Finding.objects.filter(
            run=run, verdict__in=(GAP, UNKNOWN), area__path__startswith=area.path
        )
        .exclude(profile__in=run.beside)
        .order_by("pk")
    )
    for one in rows.iterator(chunk_size=2000):
        asked = asks(one.pack, one.rule)
        if asked is None or readings.get((one.pack, one.rule)) != one.reading:
            continue
        held = _at(found, one.area_id, asked.key)
        held.function, held.what = asked.function, asked.title
        held.ask = asked.ask if held.ask in ("", asked.ask) else Ask.NEW
        held.add(_gap_told(one, asked))
        if one.verdict == GAP and not one.waived:
            held.sure = True
            held.urge(Priority.FIRST if asked.first else Priority.SECOND)
            held.people = _most(held.people, one.people_affected)


def _readings(run: Run) -> dict[tuple[str, str], str]:
    """Return the reading of each rule that counts: the walk where there is one."""
    rows = Finding.objects.filter(run=run).order_by().values_list("pack", "rule", "reading")
    found: dict[tuple[str, str], str] = {}
    for pack, rule, reading in sorted(rows.distinct()):
        if reading == "walk" or (pack, rule) not in found:
            found[pack, rule] = reading
    return found


def _asked(pack_id: str, rule_id: str, *, day: date) -> Asked | None:
    """Return what a rule asks to be built, None of a rule that nothing built can mend."""
    read = rule_of(pack_id, rule_id, day)
    if read is None or not isinstance(measure := read[1].measure, BUILT):
        return None
    pack, rule = read
    known = categories()
    sets = [set(known[code].functions) for code in pack.categories_of(measure) if code in known]
    common = set.intersection(*sets) if sets else set()
    function = common.pop() if len(common) == 1 else ""
    larger = isinstance(measure, LARGER)
    return Asked(
        key=f"function:{function}" if function else f"rule:{pack_id}:{rule_id}",
        function=function,
        title=rule.title.zh,
        clause=rule.clause.where,
        ask=Ask.LARGER if larger else Ask.NEW,
        first=bool(pack.planning.priority) and class_of(pack.planning, rule_id) == 0,
    )


def _gap_told(one: Finding, asked: Asked) -> dict[str, Any]:
    return {
        "kind": "gap", "finding": one.pk, "pack": one.pack, "rule": one.rule,
        "title": asked.title, "clause": asked.clause, "verdict": one.verdict,
        "subject": one.subject_name or one.subject, "level": one.subject_level,
        "found": one.said.get("found", ""), "asked": one.said.get("asked", ""),
        "shortfall": str(one.said.get("shortfall", "")), "marks": one.said.get("marks", ""),
        "people": one.people_affected, "waived": one.waived,
    }  # fmt: skip


def _surveyed(found: dict[tuple[int, str], Gathered], area: Area, round_: Round) -> None:
    """Join the answers and opinions of returns that were closed."""
    codes = {one.code for one in round_.asks.section(NEEDS).questions}
    opinions = {"opinion_words", "opinion_function", "opinion_people", "opinion_heard"}
    rows = Answer.objects.filter(
        back__round=round_, back__state=Return.State.CLOSED, closed_at__isnull=True,
        back__area__path__startswith=area.path, question__in=codes | opinions,
    ).order_by("pk")  # fmt: skip
    told: dict[tuple[int, str, str], dict[str, Any]] = {}
    for at, question, row, value in rows.values_list("back__area_id", "question", "row", "value"):
        if value is not None:
            told.setdefault((at, question.partition("_")[0], row), {})[question] = value
    for (at, section, row), said in told.items():
        if section == "need":
            _wanted(found, at, row, said)
        else:
            _opinion(found, at, f"{round_.pk}:{row}", said)


def _wanted(
    found: dict[tuple[int, str], Gathered], at: int, function: str, said: Mapping[str, Any]
) -> None:
    rank, people = said.get("need_rank"), said.get("need_people")
    if rank is None and not people:
        return
    held = _of_function(found, at, function)
    held.add({"kind": "survey", "rank": rank, "people": people})
    held.asked_by = _most(held.asked_by, people)
    held.sure = True
    if rank == 1:
        held.urge(Priority.SECOND)


def _opinion(
    found: dict[tuple[int, str], Gathered], at: int, row: str, said: Mapping[str, Any]
) -> None:
    words, people = said.get("opinion_words", ""), said.get("opinion_people")
    function = said.get("opinion_function", "")
    if not words and not function:
        return
    held = _of_function(found, at, function) if function else _at(found, at, f"opinion:{row}")
    held.what = held.what or words
    held.add({"kind": "opinions", "words": words, "people": people})
    held.asked_by = _most(held.asked_by, people)
    held.sure = True


def _of_function(found: dict[tuple[int, str], Gathered], at: int, function: str) -> Gathered:
    held = _at(found, at, f"function:{function}")
    known = code_sets()[FUNCTION].get(function)
    held.function, held.what = function, held.what or (known.zh if known else function)
    return held


def _most(one: int | None, other: int | None) -> int | None:
    known: Iterable[int] = [count for count in (one, other) if count is not None]
    return max(known, default=None)


def carried(items: Iterable[NeedItem], before: Iterable[NeedItem]) -> Iterator[NeedItem]:
    """Yield new items with what people decided on the same ones in the version before.

    What was added by hand comes along whole; what is not needed any more does not.
    """
    old = {one.key: one for one in before}
    for item in items:
        was = old.pop(item.key, None)
        if was is not None and was.decided_by:
            for name in ("ask", "priority", "note", "kept", "reason", "decided_by", "decided_at"):
                setattr(item, name, getattr(was, name))
        yield item
    for was in old.values():
        if was.by_hand:
            was.pk, was.edits = None, 1
            was._state.adding = True
            yield was
