"""Checks that the parts of a pack fit together: names, units, references, workflows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lifecircle.policy.documents import place_of_id
from lifecircle.policy.measures import (
    AreaPer100Households,
    CapacityPerThousand,
    Conditions,
    CountInArea,
    CountWithin,
    FacilityArea,
    FacilityMeasure,
    RulesMet,
    ShareOfAreasMeeting,
    ShareOfPeopleWithin,
    SpreadOfAreasMeeting,
    WalkMeasure,
    parts_of,
    records_of,
)
from lifecircle.policy.models import Pack, Rule
from lifecircle.policy.planning_fitting import planning_faults
from lifecircle.terms.attributes import attributes
from lifecircle.terms.errors import Fault
from lifecircle.terms.taxonomy import categories

SUBJECTS: dict[type, tuple[str, ...]] = {
    ShareOfPeopleWithin: ("community",),
    CountWithin: ("community",),
    FacilityArea: ("facility",),
    RulesMet: ("community", "township", "county", "facility", "estate"),
    ShareOfAreasMeeting: ("township", "county", "city"),
    SpreadOfAreasMeeting: ("county", "city"),
    CountInArea: ("community", "township", "county", "city", "estate"),
    AreaPer100Households: ("community", "township", "county", "city"),
    CapacityPerThousand: ("community", "township", "county", "city"),
}
"""Of which subjects a measure may speak; one that is not here, of any."""


def pack_faults(folder: Path, pack: Pack) -> Iterator[Fault]:
    """Tell everything in a pack that does not fit."""
    yield from _header_faults(folder, pack)
    yield from _ladder_faults(folder, pack)
    for rule in pack.rules:
        for reason in (*_measure_faults(pack, rule), *_scope_faults(rule)):
            yield _fault(folder, rule.id, reason, "改正")
    yield from _order_faults(folder, pack)
    yield from _version_faults(folder, pack)
    for workflow in pack.workflows:
        for reason in workflow.faults():
            yield Fault(reason, str(folder / "workflow.yaml"), workflow.id, "改正")
    rule_ids = {rule.id for rule in pack.rules}
    for item in pack.appraisal.items:
        if item.rule and item.rule not in rule_ids:
            yield Fault(f"没有规则 {item.rule}", str(folder), f"考核项 {item.id}", "改正名称")
    yield from _case_faults(folder, pack)
    yield from planning_faults(folder, pack)


def _fault(folder: Path, rule_id: str, reason: str, remedy: str) -> Fault:
    """Return a fault of a rule with the file and the line where its id stands."""
    if place := place_of_id(sorted((folder / "rules").glob("*.yaml")), rule_id):
        return Fault(f"规则 {rule_id}：{reason}", str(place[0]), f"第{place[1]}行", remedy)
    return Fault(reason, str(folder), f"规则 {rule_id}", remedy)


def _ladder_faults(folder: Path, pack: Pack) -> Iterator[Fault]:
    """Tell of levels and kinds of gap that no rule on communities decides."""
    of_communities = {rule.id for rule in pack.rules if rule.subject == "community"}
    for level in pack.header.ladder.levels if pack.header.ladder else ():
        if level.rule not in of_communities:
            reason = f"没有以社区为对象的规则 {level.rule}"
            yield Fault(reason, str(folder / "pack.yaml"), f"ladder：{level.id}", "改正名称")
    for kind in pack.header.gap_kinds:
        if kind.rule not in of_communities:
            reason = f"没有以社区为对象的规则 {kind.rule}"
            yield Fault(reason, str(folder / "pack.yaml"), f"gap_kinds：{kind.id}", "改正名称")


def _header_faults(folder: Path, pack: Pack) -> Iterator[Fault]:
    file = str(folder / "pack.yaml")
    header = pack.header
    if header.id != folder.name:
        reason = f"id 是 {header.id}，文件夹叫 {folder.name}，两者要相同"
        yield Fault(reason, file, "id", f"把 id 改成 {folder.name}，或给文件夹改名")
    for code, kind in header.kinds.items():
        for category in kind.categories:
            if category not in categories():
                yield Fault(f"没有设施类别 {category}", file, f"kinds.{code}", "改正")
    rule_ids = {rule.id for rule in pack.rules}
    for size in header.planning_sizes:
        for name in (size.ratio, size.minimum):
            if name not in rule_ids:
                yield Fault(f"没有规则 {name}", file, f"planning_sizes.{size.id}", "改正名称")


def _measure_faults(pack: Pack, rule: Rule) -> Iterator[str]:
    measure = rule.measure
    wanted = SUBJECTS.get(type(measure))
    if wanted is not None and rule.subject not in wanted:
        yield f"{measure.name} 不能用于 {rule.subject}，只能用于 {'、'.join(wanted)}"
    if isinstance(measure, SpreadOfAreasMeeting):
        yield from _spread_faults(pack, rule, measure)
    if isinstance(measure, WalkMeasure) and pack.header.walking is None:
        yield "用到步行时间，但 pack.yaml 没有 walking"
    if isinstance(measure, FacilityMeasure):
        yield from _category_faults(pack, measure)
    for name in records_of(measure):
        if name not in pack.header.records:
            yield f"records 里没有 {name}"


def _spread_faults(pack: Pack, rule: Rule, measure: SpreadOfAreasMeeting) -> Iterator[str]:
    if measure.between == rule.subject:
        yield f"between 要比 {rule.subject} 小一级"
    if any(part.subject != "community" for part in pack.rules if part.id == measure.rule):
        yield f"{measure.name} 的 rule 要以社区为对象"


def _category_faults(pack: Pack, measure: FacilityMeasure) -> Iterator[str]:
    if bool(measure.kind) == bool(measure.categories):
        yield "kind 和 categories 必须只写一个"
    if measure.kind and measure.kind not in pack.header.kinds:
        yield f"pack.yaml 的 kinds 里没有 {measure.kind}"
    for code in measure.categories:
        if code not in categories():
            yield f"没有设施类别 {code}"


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
        for name in parts_of(rule.measure):
            if name not in before:
                reason = f"前面没有规则 {name}"
                yield _fault(folder, rule.id, reason, "改正名称，或移到它后面")
        before.add(rule.id)


def _version_faults(folder: Path, pack: Pack) -> Iterator[Fault]:
    """Refuse two versions of a rule that are in force on one day."""
    for at, rule in enumerate(pack.rules):
        for other in pack.rules[at + 1 :]:
            if rule.id == other.id and _overlap(rule, other):
                reason = f"规则 {rule.id} 写了2次，有效日期重叠"
                yield _fault(folder, rule.id, reason, "改其中一个的 id，或写 from、to")


def _overlap(one: Rule, other: Rule) -> bool:
    starts = [rule.from_ for rule in (one, other) if rule.from_ is not None]
    day = max(starts) if starts else None
    if day is None:
        return True
    return one.in_force(day) and other.in_force(day)


def _case_faults(folder: Path, pack: Pack) -> Iterator[Fault]:
    """Tell of cases that name what the pack does not have."""
    file = str(folder / "cases")
    cases = pack.cases
    known: dict[str, set[str]] = {
        "规则": {rule.id for rule in pack.rules},
        "流程": {workflow.id for workflow in pack.workflows},
        "步骤": {f"{flow.id}.{step.id}" for flow in pack.workflows for step in flow.steps},
        "规模": {size.id for size in pack.header.planning_sizes},
    }
    named = [("规则", case.rule, case.name) for case in cases.cases]
    named += [("步骤", f"{case.workflow}.{case.do}", case.name) for case in cases.steps]
    named += [("流程", case.workflow, case.name) for case in cases.bars]
    named += [("规模", case.size, case.name) for case in cases.sizes if case.size]
    named += [("规则", rule, case.name) for case in cases.orders for rule in case.rules]
    named += [
        ("规则", rule, case.name) for case in cases.orders for one in case.expect for rule in one
    ]
    for what, name, where in named:
        if name not in known[what]:
            yield Fault(f"没有{what} {name}", file, where, "改正名称")
    areas = [(case.name, case.area) for case in cases.cases]
    areas += [(case.name, case.area) for case in cases.sizes]
    for where, area in areas:
        for name, value in area.items():
            attribute = attributes().get(name)
            if attribute is None or value not in attribute.values:
                yield Fault(f"area 里 {name}: {value} 不在属性表里", file, where, "改正")
