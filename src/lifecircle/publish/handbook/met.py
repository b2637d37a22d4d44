"""Says of a community what it meets of each policy, what not and what nobody knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from lifecircle.assess.findings import Assessment, Finding
from lifecircle.policy.models import Pack, Rule
from lifecircle.publish.handbook.book import Section
from lifecircle.publish.handbook.material import Material, verdict_zh
from lifecircle.publish.public_evidence import PublicEvidence
from lifecircle.publish.sentences import marks_zh
from lifecircle.terms.words import Verdict, word


@dataclass(frozen=True)
class Line:
    """A rule and a verdict: the findings of all readings that agree on it, or of one of them."""

    pack: Pack
    rule: Rule
    findings: Sequence[Finding]
    divided: bool

    @property
    def title(self) -> str:
        """Return the rule's title, with the reading where another one says otherwise."""
        title = self.rule.title.zh
        return title + (f"（{self._reading(self.findings[0])}）" if self.divided else "")

    @property
    def marks(self) -> str:
        """Return 推定 and 待核 where the rule rests on what is so."""
        return marks_zh(self.pack, self.rule)

    @property
    def marked_title(self) -> str:
        """Return the title with its marks."""
        return self.title + (f"（{self.marks}）" if self.marks else "")

    def evidence(self, told: PublicEvidence) -> str:
        """Say what was found in each reading."""
        if len(self.findings) == 1:
            return told.said(self.findings[0])
        return "".join(f"{self._reading(f)}：{told.said(f)}" for f in self.findings)

    def reasons(self) -> str:
        """Say why it is not assessed."""
        codes = dict.fromkeys(code for one in self.findings for code in one.reasons)
        return "；".join(word("reason", code) for code in codes) + "。"

    @staticmethod
    def _reading(finding: Finding) -> str:
        return word("reading", finding.reading)


def met(material: Material, row: int) -> Section:
    """Say of each policy what the community, a row of the city's table, meets."""
    section = Section("政策做到了没有")
    own_id = material.ground.city.communities.id[row]
    for one, told, own in zip(material.found, material.evidence, material.findings, strict=True):
        section.subheading(one.pack.header.title.zh)
        _of_policy(section, told, lines_of(one, own.get(own_id, [])))
    return section


def lines_of(one: Assessment, findings: Sequence[Finding]) -> dict[Verdict, list[Line]]:
    """Return the lines by verdict, in the order of the pack's rules."""
    of_rule: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        of_rule[finding.rule].append(finding)
    lines: dict[Verdict, list[Line]] = defaultdict(list)
    for rule in one.pack.rules:
        agreeing: dict[Verdict, list[Finding]] = defaultdict(list)
        for finding in of_rule[rule.id]:
            agreeing[finding.verdict].append(finding)
        for verdict, own in agreeing.items():
            lines[verdict].append(Line(one.pack, rule, own, len(agreeing) > 1))
    return lines


def _of_policy(section: Section, told: PublicEvidence, lines: dict[Verdict, list[Line]]) -> None:
    judged: tuple[Verdict, ...] = ("met", "not met", "not assessed")
    counts = "，".join(f"{verdict_zh(verdict)}{len(lines[verdict])}项" for verdict in judged)
    section.text(f"{counts}；另有{len(lines['not applicable'])}项不适用于本社区。")
    if lines["not met"]:
        rows = [[line.marked_title, line.evidence(told)] for line in lines["not met"]]
        section.table([verdict_zh("not met"), "实际情况"], [4.0, 7.0], rows)
    if lines["not assessed"]:
        why: dict[str, list[str]] = defaultdict(list)
        for line in lines["not assessed"]:
            why[line.reasons()].append(line.marked_title)
        rows = [["；".join(titles), reasons] for reasons, titles in why.items()]
        section.table([verdict_zh("not assessed"), "为什么说不清"], [6.0, 5.0], rows)
    marked: dict[str, list[str]] = defaultdict(list)
    for line in lines["met"]:
        marked[line.marks].append(line.title)
    for marks, titles in sorted(marked.items()):
        said = verdict_zh("met") + (f"（{marks}）" if marks else "")
        section.text(f"{said}：{'；'.join(titles)}。")
