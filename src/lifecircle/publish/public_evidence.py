"""Says for everybody what was found of a community; persons are told as open data tell them.

A share of the people, or the minutes that half of them need, gives a number of persons away as
well as the number itself does; so do a capacity beside a verdict, and most of what is on record.
"""

from __future__ import annotations

from dataclasses import replace

from lifecircle.assess.findings import Finding
from lifecircle.policy.measures import (
    AreaPer100Households,
    CapacityPerThousand,
    CountInArea,
    CountWithin,
    RecordMeasure,
    WalkMeasure,
)
from lifecircle.policy.models import Pack, Rule
from lifecircle.publish.opendata.people import PublicPeople
from lifecircle.publish.opendata.persons import Span
from lifecircle.publish.sentences import Sentences
from lifecircle.terms.codes import code_sets
from lifecircle.terms.figures import decimal_text

OF_PERSONS = frozenset({"estate", "point", "raster"})
"""What the weight of a home counts persons of; of dwellings it is square metres."""


class PublicEvidence:
    """Knows the names of one city and pack, and how its persons may be told."""

    def __init__(self, pack: Pack, names: Sentences, people: PublicPeople) -> None:
        """Take sentences of the same pack."""
        self._pack, self._names, self._people = pack, names, people

    def said(self, finding: Finding) -> str:
        """Say what was found of a community; who excused it is not told."""
        excused = "已豁免。" if finding.waiver else ""
        return self._found(self._pack.rule(finding.rule), replace(finding, waiver="")) + excused

    def _found(self, rule: Rule, finding: Finding) -> str:
        measure = rule.measure
        if finding.verdict == "not applicable":
            return self._names.evidence(finding)
        if isinstance(measure, RecordMeasure):
            return "按登记的情况判定。"
        if isinstance(measure, AreaPer100Households | CapacityPerThousand | CountInArea):
            return self._in_area(finding, measure)
        if isinstance(measure, WalkMeasure) and finding.reading == "walk":
            return self._on_foot(rule, finding)
        return self._names.evidence(finding)

    def _in_area(
        self, finding: Finding, measure: AreaPer100Households | CapacityPerThousand | CountInArea
    ) -> str:
        """Name the facilities that belong here; areas are told, capacities are not."""
        area = isinstance(measure, AreaPer100Households)
        counted = tuple(one if area else one._replace(amount="") for one in finding.counted)
        codes = self._pack.categories_of(measure)
        said = self._names.counted(replace(finding, counted=counted), codes, "平方米" * area)
        functions, states = code_sets()["function"], code_sets()["survey_state"]
        surveyed = [f"摸底：{functions[c.name].zh}{states[c.value].zh}。" for c in finding.records]
        return said + "".join(surveyed)

    def _on_foot(self, rule: Rule, finding: Finding) -> str:
        if not finding.facilities or finding.people_basis not in OF_PERSONS:
            return self._names.evidence(finding)
        need = int(rule.require.value or 1) if isinstance(rule.measure, CountWithin) else 1
        many = f"至少{need}处" if need > 1 else ""
        within = f"{decimal_text(rule.minutes or 0, 2)}分钟内走不到{many}的居民"
        told = self._people.affected(finding)[0]
        said = "" if told is None else self._persons(finding, told)
        parts = [within + said] if said else []
        return "，".join([*parts, self._names.farthest(finding)]) + "。"

    def _persons(self, finding: Finding, span: Span) -> str:
        """Say a span, nothing of a community with few residents."""
        if span == Span(0, self._people.smallest - 1):
            return ""
        estimated = "（估计）" if finding.people_estimated else ""
        if span.most is None:
            return f"有{span.least:,}人以上{estimated}"
        return f"有{span.least:,}至{span.most:,}人{estimated}"
