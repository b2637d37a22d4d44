"""Says rules, workflows and appraisals in plain Chinese and English, as a policy reads."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from lifecircle.policy.appraisal import Appraisal
from lifecircle.policy.measures import (
    AreaPer100Households,
    Conditions,
    CountFromRecords,
    CountInArea,
    CountWithin,
    FacilityArea,
    FacilityMeasure,
    Measure,
    RateFromRecords,
    RulesMet,
    ShareOfAreasMeeting,
    ShareOfPeopleWithin,
    SpreadOfAreasMeeting,
    WalkMeasure,
    records_of,
)
from lifecircle.policy.models import Pack, Rule
from lifecircle.policy.parts import Requirement
from lifecircle.policy.workflow import Workflow
from lifecircle.terms.attributes import attributes
from lifecircle.terms.figures import decimal_text
from lifecircle.terms.taxonomy import categories
from lifecircle.terms.words import word

_COMPARED = {
    ">=": ("不少于", "at least"),
    ">": ("超过", "more than"),
    "<=": ("不多于", "at most"),
    "<": ("少于", "less than"),
    "=": ("等于", "exactly"),
}
_BASES = {"gross_floor": "建筑面积", "usable": "使用面积", "site": "用地面积"}
_BASES_EN = {"gross_floor": "gross floor area", "usable": "usable area", "site": "site area"}
_SENTENCES = {
    "share_of_people_within": (
        "步行{minutes}分钟内走得到{names}的居民比例",
        "share of residents within {minutes} minutes on foot of {names_en}",
    ),
    "count_within": (
        "步行{minutes}分钟内的{names}",
        "number of {names_en} within {minutes} minutes on foot",
    ),
    "count_in_area": ("{names}", "number of {names_en}"),
    "area_per_100_households": (
        "每百户{names}{basis}",
        "{basis_en} of {names_en} in m2 per 100 households",
    ),
    "facility_area": ("每处{names}的{basis}", "{basis_en} of each {names_en} in m2"),
    "capacity_per_thousand": ("每千居民{record0}", "{record0_en} per 1,000 residents"),
    "rules_met": ("下列{count}条规则中达标的", "of {count} rules, met"),
    "share_of_areas_meeting": (
        "{among}{area}{without}中达到“{title}”的比例",
        'share of {area_en} meeting "{title_en}"',
    ),
    "spread_of_areas_meeting": (
        "各{area}中达到“{title}”的社区比例，最高与最低相差",
        'largest minus smallest share of communities meeting "{title_en}" by {area_en}',
    ),
    "recorded_value": ("{record0}", "{record0_en}"),
    "rate_from_records": ("{record0}÷{record1}{times}", "{record0_en} / {record1_en}{times}"),
    "count_from_records": ("{each}{record0}", "{record0_en}{each_en}"),
}
_EVERY = {"year": "每年", "month": "每月", "": ""}
_CYCLES = {"month": "每月", "quarter": "每季度", "half_year": "每半年", "year": "每年"}


def rule_zh(pack: Pack, rule: Rule) -> str:
    """Say a rule in plain Chinese: whom it concerns, what is measured, what is required."""
    scope = _conditions(rule.scope)
    whom = f"{word('level', rule.subject)}{f'（{scope}）' if scope else ''}"
    return f"{whom}：{_measured_zh(pack, rule)}{required_zh(rule)}"


def rule_en(pack: Pack, rule: Rule) -> str:
    """Say a rule in plain English."""
    scope = "; ".join(f"{name} {' or '.join(values)}" for name, values in rule.scope.items())
    whom = f"{word('level', rule.subject, 'en')}{f' ({scope})' if scope else ''}"
    return f"{whom}: {_measured_en(pack, rule)} {_required_en(rule)}"


def required_zh(rule: Rule) -> str:
    """Return the requirement with its unit, such as 不少于30平方米/百户."""
    require, share = rule.require, _is_share(rule)
    unit = "" if share else _unit(rule)
    if require.comparator == "none":
        return "（政策没有印标准，只列数，不判定）"
    if require.comparator == "between":
        return (
            f"在{_figure(require.low, share=share)}到{_figure(require.high, share=share)}{unit}之间"
        )
    return f"{_COMPARED[require.comparator][0]}{_figure(require.value, share=share)}{unit}"


def _required_en(rule: Rule) -> str:
    require, share = rule.require, _is_share(rule)
    if require.comparator == "none":
        return "(no threshold printed: shown, not judged)"
    if require.comparator == "between":
        return f"from {_figure(require.low, share=share)} to {_figure(require.high, share=share)}"
    return f"{_COMPARED[require.comparator][1]} {_figure(require.value, share=share)}"


def _is_share(rule: Rule) -> bool:
    """Say whether the figure is a share of something, which people read in per cent."""
    measure = rule.measure
    if isinstance(measure, RateFromRecords):
        return measure.per == 1 and _largest(rule.require) <= 1
    return isinstance(measure, ShareOfPeopleWithin | ShareOfAreasMeeting | SpreadOfAreasMeeting)


def _largest(require: Requirement) -> Decimal:
    return max(v for v in (require.value, require.high, Decimal(0)) if v is not None)


def _figure(value: Decimal | None, *, share: bool) -> str:
    number = Decimal(0) if value is None else value
    text = decimal_text(float(number * 100 if share else number), 4)
    return f"{text}%" if share else text


def _unit(rule: Rule) -> str:
    measure = rule.measure
    if isinstance(measure, AreaPer100Households):
        return "平方米/百户"
    if isinstance(measure, FacilityArea):
        return "平方米"
    if isinstance(measure, CountInArea | CountWithin):
        return "处"
    return "项" if isinstance(measure, RulesMet) else ""


def _conditions(conditions: Conditions) -> str:
    known = attributes()
    return "；".join(
        "或".join(known[name].values[value] for value in values)
        for name, values in conditions.items()
    )


def _names(pack: Pack, measure: FacilityMeasure) -> dict[str, str]:
    """Return what a measure counts, in both languages."""
    if measure.kind:
        kind = pack.header.kinds[measure.kind]
        return {"names": f"“{kind.zh}”类设施", "names_en": kind.en}
    found = [categories()[code] for code in measure.categories]
    return {"names": "、".join(c.zh for c in found), "names_en": " or ".join(c.en for c in found)}


def _words_of(pack: Pack, measure: Measure) -> dict[str, str]:
    """Return the words that the sentence of a measure is filled with."""
    words = {"basis": "", "basis_en": ""}
    if isinstance(measure, FacilityMeasure):
        words |= _names(pack, measure)
    if isinstance(measure, AreaPer100Households | FacilityArea):
        words |= {"basis": _BASES[measure.basis], "basis_en": _BASES_EN[measure.basis]}
    if isinstance(measure, WalkMeasure):
        words["minutes"] = decimal_text(measure.minutes, 1)
    if isinstance(measure, RulesMet):
        words["count"] = str(len(measure.rules))
    if isinstance(measure, CountFromRecords):
        words |= {
            "each": _EVERY[measure.each],
            "each_en": f" each {measure.each}" if measure.each else "",
        }
    for at, name in enumerate(records_of(measure)):
        record = pack.header.records[name]
        words |= {f"record{at}": record.zh, f"record{at}_en": record.en}
    if isinstance(measure, RateFromRecords):
        words["times"] = "" if measure.per == 1 else f"×{measure.per}"
    if isinstance(measure, ShareOfAreasMeeting):
        words |= _areas_of(pack, measure)
    if isinstance(measure, SpreadOfAreasMeeting):
        title = pack.rule(measure.rule).title
        words |= {"area": word("level", measure.between), "area_en": measure.between}
        words |= {"title": title.zh, "title_en": title.en}
    return words


def _areas_of(pack: Pack, measure: ShareOfAreasMeeting) -> dict[str, str]:
    """Return the words for the denominator of a share of areas, its exclusions included."""
    where, without = _conditions(measure.where), _conditions(measure.leaving_out)
    title = pack.rule(measure.rule).title
    return {
        "among": f"{where}的" if where else "",
        "area": word("level", measure.area),
        "without": f"（不含{without}）" if without else "",
        "area_en": f"{measure.area} areas",
        "title": title.zh,
        "title_en": title.en,
    }


def _measured_zh(pack: Pack, rule: Rule) -> str:
    return _SENTENCES[rule.measure.name][0].format(**_words_of(pack, rule.measure))


def _measured_en(pack: Pack, rule: Rule) -> str:
    return _SENTENCES[rule.measure.name][1].format(**_words_of(pack, rule.measure))


def workflow_zh(workflow: Workflow) -> Iterator[str]:
    """Say a workflow step by step."""
    yield f"流程 {workflow.id}  {workflow.title.zh} / {workflow.title.en}"
    for step in workflow.steps:
        begun = "、".join(workflow.states[name].zh for name in step.from_)
        who = "或".join(workflow.roles[role].zh for role in step.by)
        line = f"  {step.title.zh}：{begun} → {workflow.states[step.to].zh}，由{who}"
        if step.needs:
            line += f"；须有{'、'.join(workflow.evidence[item].zh for item in step.needs)}"
        if step.signed_by:
            line += f"；须{'、'.join(workflow.roles[role].zh for role in step.signed_by)}签字"
        yield line
        yield f"    条文 {step.clause.where}：{step.clause.quote}"
    for bar in workflow.bars:
        yield f"  限制 {bar.title.zh}（{bar.years}年）：{bar.clause.quote}"


def appraisal_zh(appraisal: Appraisal) -> Iterator[str]:
    """Say an appraisal: its cycles, items and vetoes."""
    for cycle in appraisal.cycles:
        yield f"{_CYCLES[cycle.every]}  {cycle.title.zh}：{cycle.clause.quote}"
    for item in appraisal.items:
        points = "分值未定（由本地填写）" if item.points is None else f"{item.points}分"
        yield f"考核项 {item.title.zh}（{points}）：{item.clause.quote}"
    for veto in appraisal.vetoes:
        yield f"一票否决 {veto.title.zh}：{veto.clause.quote}"
