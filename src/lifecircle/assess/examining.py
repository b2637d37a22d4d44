"""Takes one verdict apart: only its own rule and those it is made of are assessed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from lifecircle.assess.findings import Finding
from lifecircle.assess.ground import Ground
from lifecircle.assess.judge import Judge
from lifecircle.assess.measured import Measured
from lifecircle.assess.subjects import AREAS, Subjects
from lifecircle.place.tables import City
from lifecircle.policy.measures import parts_of
from lifecircle.policy.models import Pack, Rule
from lifecircle.terms.errors import InputError, stop
from lifecircle.terms.words import Reading, word
from lifecircle.walk.network import Network

MOST_CANDIDATES = 12


def needed(pack: Pack, rule: Rule) -> set[str]:
    """Return the rules to judge for a verdict by ``rule``: itself and all that it is made of."""
    return {rule.id}.union(*(needed(pack, pack.rule(part)) for part in parts_of(rule.measure)))


@dataclass(frozen=True, eq=False)
class Case:
    """One verdict of one reading with the figure it was judged by."""

    rule: Rule
    reading: Reading
    finding: Finding
    figure: Measured
    subjects: Subjects
    row: int


class Examination:
    """The findings and figures of one rule and of the rules it is made of."""

    def __init__(self, pack: Pack, city: City, network: Network, as_of: date, rule: Rule) -> None:
        """Assess ``rule`` (in force on the day) and its parts, in the order of the pack."""
        self.pack, self.city, self.as_of, self.rule = pack.on(as_of), city, as_of, rule
        self.judge = Judge(self.pack, Ground(city, network, as_of), keep=True)
        wanted = needed(self.pack, rule)
        for one in self.pack.rules:
            if one.id in wanted:
                self.judge.judge(one)

    @property
    def subjects(self) -> Subjects:
        """Return whom the rule speaks of."""
        return self.judge.subjects[self.rule.id]

    def cases(self, subject: str) -> list[Case]:
        """Return the verdict on a subject in each reading of the rule."""
        row = self.subjects.id.index(subject)
        return [
            self._case(self.rule, reading, row)
            for (rule, reading) in self.judge.found
            if rule == self.rule.id
        ]

    def _case(self, rule: Rule, reading: Reading, row: int) -> Case:
        findings = self.judge.found[rule.id, reading]
        figures = self.judge.figures[rule.id, reading]
        nobody = len(findings) != len(figures)
        at = 0 if nobody else row
        return Case(rule, reading, findings[at], figures[row], self.subjects, row)

    def part(self, rule: str, reading: Reading) -> list[Finding]:
        """Return the findings of a part, by the reading nearest to the one asked for."""
        return self.judge.found[self.judge.key(rule, reading)]

    def subject(self, text: str) -> str:
        """Return the id of the subject with this id or name, or whose name holds this text.

        Raises InputError with the candidates where none or several do.
        """
        subjects, level = self.subjects, self.rule.subject
        if level == "city":
            return "city"
        zh = word("level", level)
        both = list(zip(subjects.id, subjects.name, strict=True))
        exact = [own for own, name in both if text == own] or [
            own for own, name in both if text == name
        ]
        found = exact or [own for own, name in both if text and text in name]
        if len(found) == 1:
            return found[0]
        known = dict(both)
        if not found:
            elsewhere = self._elsewhere(text)
            reason = f"没有编号或名称为“{text}”的{zh}{elsewhere}（规则 {self.rule.id} 说的是{zh}）"
        else:
            reason = f"有{len(found)}个{zh}都可能是“{text}”"
        named = [f"{own} {known[own]}" if known[own] != own else own for own in found or known]
        raise stop(reason, remedy=f"改用编号或全名：{some(named)}")

    def _elsewhere(self, text: str) -> str:
        levels = [level for level in (*AREAS, "estate", "facility") if level != self.rule.subject]
        there = [
            word("level", level)
            for level in levels
            if self.judge.levels.subjects(level).row(text) is not None
        ]
        return f"，它是{there[0]}" if there else ""


def find_rule(pack: Pack, text: str, on: date) -> Rule:
    """Return the rule in force with this id, or whose Chinese title is or holds this text.

    Raises InputError with the candidates where none or several do.
    """
    rules = pack.in_force(on)
    for wanted in (
        [rule for rule in rules if rule.id == text],
        [rule for rule in rules if rule.title.zh == text],
        [rule for rule in rules if text and text in rule.title.zh],
    ):
        if len(wanted) == 1:
            return wanted[0]
        if wanted:
            raise _which(f"{pack.id} 里有{len(wanted)}条规则都像“{text}”", wanted, text)
    if any(rule.id == text for rule in pack.rules):
        raise stop(f"规则 {text} 在{on}没有施行", remedy="换一个 --as-of")
    raise _which(f"{pack.id} 里没有编号或标题是“{text}”的规则", list(rules), text)


def _which(reason: str, rules: list[Rule], text: str) -> InputError:
    rules.sort(key=lambda rule: -max(_likeness(text, rule.id), _likeness(text, rule.title.zh)))
    named = [f"{rule.id} {rule.title.zh}" for rule in rules]
    return stop(reason, remedy=f"改用编号：{some(named)}")


def _likeness(text: str, name: str) -> float:
    return SequenceMatcher(None, text, name).ratio()


def some(names: list[str]) -> str:
    """Name the first of many."""
    more = f"等{len(names)}个" if len(names) > MOST_CANDIDATES else ""
    return "、".join(names[:MOST_CANDIDATES]) + more
