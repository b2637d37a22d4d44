"""Checks that the parts of a pack fit together: names, units, references, workflows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lifecircle.policy.casebook import CasesFile
from lifecircle.policy.measures import (
    AreaPer100Households,
    CapacityPerThousand,
    Conditions,
    CountFromRecords,
    CountInArea,
    FacilityArea,
    FacilityMeasure,
    RateFromRecords,
    RecordedValue,
    RulesMet,
    ShareOfAreasMeeting,
    WalkMeasure,
    records_of,
)
from lifecircle.policy.models import Pack, Rule
from lifecircle.terms.attributes import attributes
from lifecircle.terms.errors import Fault
from lifecircle.terms.taxonomy import categories

_SUBJECTS = {
    FacilityArea: ("facility",),
    RulesMet: ("community", "township", "county", "facility", "estate"),
    ShareOfAreasMeeting: ("township", "county", "city"),
    CountInArea: ("community", "township", "county", "city", "estate"),
    AreaPer100Households: ("community", "township", "county", "city"),
    CapacityPerThousand: ("community", "township", "county", "city"),
}


def pack_faults(folder: Path, pack: Pack) -> Iterator[Fault]:
    """Tell everything in a pack that does not fit."""
    file = str(folder / "pack.yaml")
    if pack.header.id != folder.name:
        yield Fault(f"id 是 {pack.header.id}，文件夹叫 {folder.name}", file, "", "改成一致")
    for code, kind in pack.header.kinds.items():
        for category in kind.categories:
            if category not in categories():
                yield Fault(f"没有设施类别 {category}", file, f"kinds.{code}", "改正")
    for rule in pack.rules:
        for reason in (*_measure_faults(pack, rule), *_scope_faults(rule)):
            yield Fault(reason, str(folder), f"规则 {rule.id}", "改正")
    yield from _order_faults(folder, pack)
    yield from _version_faults(folder, pack)
    for workflow in pack.workflows:
        for reason in workflow.faults():
            yield Fault(reason, str(folder / "workflow.yaml"), workflow.id, "改正")
    rule_ids = {rule.id for rule in pack.rules}
    for size in pack.header.planning_sizes:
        for name in (size.ratio, size.minimum):
            if name not in rule_ids:
                yield Fault(f"没有规则 {name}", file, f"planning_sizes.{size.id}", "改正名称")
    for item in pack.appraisal.items:
        if item.rule and item.rule not in rule_ids:
            yield Fault(f"没有规则 {item.rule}", str(folder), f"考核项 {item.id}", "改正名称")
    yield from _case_faults(folder, pack, pack.cases)


def _measure_faults(pack: Pack, rule: Rule) -> Iterator[str]:
    measure = rule.measure
    wanted = _SUBJECTS.get(type(measure))
    if isinstance(measure, WalkMeasure):
        wanted = ("community",)
        if pack.header.walking is None:
            yield "用到步行时间，但 pack.yaml 没有 walking"
    if wanted is not None and rule.subject not in wanted:
        yield f"{measure.name} 不能用于 {rule.subject}，只能用于 {'、'.join(wanted)}"
    if isinstance(measure, FacilityMeasure):
        if bool(measure.kind) == bool(measure.categories):
            yield "kind 和 categories 必须只写一个"
        if measure.kind and measure.kind not in pack.header.kinds:
            yield f"pack.yaml 的 kinds 里没有 {measure.kind}"
        for code in measure.categories:
            if code not in categories():
                yield f"没有设施类别 {code}"
    if isinstance(
        measure, RecordedValue | RateFromRecords | CountFromRecords | CapacityPerThousand
    ):
        for name in records_of(measure):
            if name not in pack.header.records:
                yield f"pack.yaml 的 records 里没有 {name}"


def _scope_faults(rule: Rule) -> Iterator[str]:
    sets: list[Conditions] = [rule.scope]
    if isinstance(rule.measure, ShareOfAreasMeeting):
        sets += [rule.measure.where, rule.measure.leaving_out]
    known = attributes()
    for conditions in sets:
        for name, values in conditions.items():
            if name not in known:
                yield f"没有属性 {name}（有 {'、'.join(known)}）"
                continue
            for value in values:
                if value not in known[name].values:
                    yield f"{name} 没有取值 {value}（有 {'、'.join(known[name].values)}）"


def _order_faults(folder: Path, pack: Pack) -> Iterator[Fault]:
    """Allow a rule made of others to name only rules that stand before it."""
    before: set[str] = set()
    for rule in pack.rules:
        measure = rule.measure
        names: tuple[str, ...] = measure.rules if isinstance(measure, RulesMet) else ()
        if isinstance(measure, ShareOfAreasMeeting):
            names = (measure.rule,)
        for name in names:
            if name not in before:
                reason = f"前面没有规则 {name}"
                yield Fault(reason, str(folder), f"规则 {rule.id}", "改正名称，或移到它后面")
        before.add(rule.id)


def _version_faults(folder: Path, pack: Pack) -> Iterator[Fault]:
    """Refuse two versions of a rule that are in force on one day."""
    for at, rule in enumerate(pack.rules):
        for other in pack.rules[at + 1 :]:
            if rule.id == other.id and _overlap(rule, other):
                reason = f"规则 {rule.id} 写了2次，有效日期重叠"
                yield Fault(reason, str(folder), "", "改其中一个的 id，或写 from、to")


def _overlap(one: Rule, other: Rule) -> bool:
    starts = [rule.from_ for rule in (one, other) if rule.from_ is not None]
    day = max(starts) if starts else None
    if day is None:
        return True
    return one.in_force(day) and other.in_force(day)


def _case_faults(folder: Path, pack: Pack, cases: CasesFile) -> Iterator[Fault]:
    file = str(folder / "cases")
    rules = {rule.id for rule in pack.rules}
    flows = {workflow.id: {step.id for step in workflow.steps} for workflow in pack.workflows}
    sizes = {size.id for size in pack.header.planning_sizes}
    for case in cases.cases:
        if case.rule not in rules:
            yield Fault(f"没有规则 {case.rule}", file, case.name, "改正名称")
        for name, value in case.area.items():
            known = attributes().get(name)
            if known is None or value not in known.values:
                yield Fault(f"area 里 {name}: {value} 不在属性表里", file, case.name, "改正")
    for step in cases.steps:
        if step.workflow not in flows or step.do not in flows[step.workflow]:
            yield Fault(f"没有步骤 {step.workflow}.{step.do}", file, step.name, "改正名称")
    for bar in cases.bars:
        if bar.workflow not in flows:
            yield Fault(f"没有流程 {bar.workflow}", file, bar.name, "改正名称")
    for size in cases.sizes:
        if size.size not in sizes:
            yield Fault(f"没有规模 {size.size}", file, size.name, "改正名称")
