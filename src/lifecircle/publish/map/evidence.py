"""What the public is told of how a verdict was found: places, minutes and metres, no persons.

Shares and medians are made of persons and would give their numbers away where homes are few;
registered values may be such numbers; and who excused a rule is a person. None of them is told.
"""

from __future__ import annotations

from dataclasses import replace

from lifecircle.assess.findings import Difference, Finding
from lifecircle.policy.measures import FacilityMeasure, RecordMeasure, RulesMet, WalkMeasure
from lifecircle.policy.models import Pack
from lifecircle.publish.opendata.tables import TOLD_UNITS
from lifecircle.publish.sentences import NAMED, Sentences
from lifecircle.terms.figures import decimal_text
from lifecircle.terms.taxonomy import names_zh
from lifecircle.terms.words import word

UNTOLD = "不公布"
NONE_KNOWN = "全市没有已知的这类设施"
BEYOND = "有的地方一小时内走不到"


def observed_zh(finding: Finding, sentences: Sentences) -> str:
    """Return what was observed; the longest walk instead of a share of the people."""
    if finding.unit in TOLD_UNITS:
        return sentences.figure(finding, finding.observed)
    if finding.reading == "walk" and finding.facilities:
        return f"最远{finding.time_min}分钟" if finding.time_min else BEYOND
    return UNTOLD if finding.observed else "—"


def evidence_zh(finding: Finding, pack: Pack, sentences: Sentences) -> str:
    """Return the sentences that a finding rests on, as far as they are of no persons."""
    measure = pack.rule(finding.rule).measure
    excused = "已豁免。" if finding.waiver else ""
    if finding.verdict == "not applicable" or not finding.subject:
        why = "、".join(word("reason", code) for code in finding.reasons)
        return f"{why or '本规则不适用于这里'}。{excused}"
    if finding.reading == "circle" or isinstance(measure, RulesMet):
        return sentences.evidence(replace(finding, waiver="")) + excused
    if finding.reading == "walk" and isinstance(measure, WalkMeasure):
        said = _on_foot(finding, sentences)
        if finding.verdict == "not assessed":
            said += f"查找的是{names_zh(pack.categories_of(measure))}。"
        return said + excused
    if isinstance(measure, RecordMeasure):
        return f"按登记值，{'有' if finding.records else '没有'}登记。{excused}"
    if isinstance(measure, FacilityMeasure) and finding.counted:
        return _counted(finding, sentences) + excused
    return excused


def _on_foot(finding: Finding, sentences: Sentences) -> str:
    if not finding.facilities:
        return f"{NONE_KNOWN}。"
    if not finding.time_min:
        return f"{BEYOND}。"
    nearest, metres = sentences.facility(finding.facility), _metres(finding.distance_m)
    return f"走得最远的一处到最近的{nearest}要{finding.time_min}分钟（{metres}）。"


def _counted(finding: Finding, sentences: Sentences) -> str:
    """Name the facilities that went in, without their sizes: beside a verdict they bound people."""
    named = [sentences.facility(one.facility) for one in finding.counted[:NAMED]]
    return f"属于这里的有{'、'.join(named)}{'等' if len(finding.counted) > NAMED else ''}。"


def reasons_zh(row: Difference) -> str:
    """Say why circle and walk differ; in the order of words, as that of people would tell more."""
    return "；".join(word("difference", code) for code in sorted(code for code, _ in row.reasons))


def _metres(metres: str) -> str:
    if len(metres) <= 3:
        return f"{metres}米"
    return f"{decimal_text(float(metres) / 1000, 2)}公里"
