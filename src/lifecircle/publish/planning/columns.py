"""The tables of a plan as columns: one function a table, codes beside what people read."""

from __future__ import annotations

from collections.abc import Sequence

from lifecircle.assess.ground import Ground
from lifecircle.place.tables import City
from lifecircle.plan.community_plans import Project, Site
from lifecircle.plan.deciding import Loss
from lifecircle.plan.effects import Gain
from lifecircle.plan.model.outcome import Aim
from lifecircle.plan.planning import Planned, Worked
from lifecircle.plan.proposal import Proposal
from lifecircle.publish.planning.words import (
    OPEN_ZH,
    STATES_ZH,
    class_zh,
    code_zh,
    minutes_text,
)
from lifecircle.publish.sentences import marks_zh
from lifecircle.publish.tables import Columns, simulated_mark
from lifecircle.terms.figures import decimal_text
from lifecircle.terms.taxonomy import names_zh
from lifecircle.terms.words import word


def demand_columns(ground: Ground, proposal: Proposal) -> Columns:
    """Return the demand list: gaps in the policy's order, what residents asked for beside them."""
    pack, needs = proposal.pack, proposal.needs
    found = [need.finding for need in needs]
    rules = [need.rule for need in needs]
    columns: Columns = {
        **head(ground.city, proposal, len(needs)),
        "priority": [need.priority + 1 for need in needs],
        "priority_zh": [class_zh(pack, need.priority) for need in needs],
        "level": [need.level for need in needs],
        "area": [need.subject for need in needs],
        "area_name": [ground.levels.name(need.level, need.subject) for need in needs],
        "unit": [need.unit for need in needs],
        "rule": [rule.id for rule in rules],
        "rule_title": [rule.title.zh for rule in rules],
        "state": [need.state for need in needs],
        "state_zh": [STATES_ZH[need.state] for need in needs],
        "kept_out": [need.kept_out for need in needs],
        "kept_out_zh": [OPEN_ZH[need.kept_out] for need in needs],
        "people": [need.people for need in needs],
        "older": [need.older for need in needs],
        "children": [need.children for need in needs],
        "asked_for_by": [need.stated for need in needs],
        "missing_m2": [
            "" if need.missing_m2 is None else decimal_text(need.missing_m2, 2) for need in needs
        ],
    }
    for name in ("verdict", "observed", "required", "shortfall", "people_basis", "confidence"):
        columns[name] = [getattr(one, name) for one in found]
    columns["figure_unit"] = [one.unit for one in found]
    columns["people_estimated"] = ["估计" if one.people_estimated else "" for one in found]
    columns["marks"] = [marks_zh(pack, rule) for rule in rules]
    columns["clause_where"] = [rule.clause.where for rule in rules]
    columns["clause"] = [rule.clause.quote for rule in rules]
    return columns


def claim_columns(city: City, proposal: Proposal) -> Columns:
    """Return the permits that were not kept, with the remedies in the order they are tried."""
    rows = proposal.owed
    permits = [one.permit for one in rows]
    return {
        **head(city, proposal, len(rows)),
        "permit": [one.id for one in permits],
        "estate": [one.estate for one in permits],
        "community": [
            city.communities.id[p.community] if p.community >= 0 else "" for p in permits
        ],
        "community_name": [
            city.communities.name[p.community] if p.community >= 0 else "" for p in permits
        ],
        "category": [one.category for one in permits],
        "category_zh": [names_zh((one.category,)) for one in permits],
        "permitted_m2": [m2_text(one.permitted_m2) for one in permits],
        "actual_m2": [m2_text(one.actual_m2) for one in permits],
        "missing_m2": [m2_text(one.missing_m2) for one in rows],
        "actual": [one.actual for one in permits],
        "actual_zh": [code_zh("permit_state", one.actual) for one in permits],
        "remedies": ["；".join(one.remedies) for one in rows],
        "remedies_zh": [
            "、".join(code_zh("claim_remedy", code) for code in one.remedies) for one in rows
        ],
        "fills": ["；".join(rule for _, rule in one.fills) for one in rows],
        "owner": [code_zh("ownership", one.owner) for one in permits],
        "inferred": ["；".join(i.says for i in one.statement.inferred) for one in rows],
        "clause_where": [one.statement.clause.where for one in rows],
        "clause": [one.statement.clause.quote for one in rows],
    }


def plan_columns(planned: Planned) -> Columns:
    """Return one row for each aim of each plan: what it reaches, what no plan can beat, the gap."""
    pack = planned.proposal.pack
    rows = [
        (number, stage)
        for number, worked in enumerate(planned.plans, start=1)
        for stage in worked.plan.stages
    ]
    return {
        "plan": [number for number, _ in rows],
        "aim": [stage.aim for _, stage in rows],
        "aim_zh": [
            "花费（元）" if s.aim is Aim.COST else f"新服务的人：{class_zh(pack, s.priority or 0)}"
            for _, s in rows
        ],
        "value": [stage.value for _, stage in rows],
        "bound": [stage.bound for _, stage in rows],
        "gap": [decimal_text(stage.gap, 6) for _, stage in rows],
        "status": [stage.status for _, stage in rows],
        "status_zh": [stage.status.words for _, stage in rows],
    }


def action_columns(city: City, planned: Planned) -> Columns:
    """Return one row for each facility that a plan builds, by plan and site."""
    rows = [
        (number, worked, site, project)
        for number, worked in enumerate(planned.plans, start=1)
        for site in worked.sites
        for project in site.projects
    ]
    spaces = [city.spaces[site.space] for _, _, site, _ in rows]
    return {
        **head(city, planned.proposal, len(rows)),
        "plan": [row[0] for row in rows],
        "action": [project.action for *_, project in rows],
        "space": [space.id for space in spaces],
        "space_name": [space.name for space in spaces],
        "community": [city.communities.id[space.community] for space in spaces],
        "community_name": [city.communities.name[space.community] for space in spaces],
        **_what(planned, [(site, project) for _, _, site, project in rows]),
        **_for_whom([(worked, project) for _, worked, _, project in rows]),
        "caveats": ["；".join(site.way.caveats) for _, _, site, _ in rows],
        "source": [project.standard.source for *_, project in rows],
    }


def _what(planned: Planned, rows: Sequence[tuple[Site, Project]]) -> Columns:
    """Return what is built, how, for how much and when."""
    years = [row.year for row in planned.proposal.money]
    standards = [project.standard for _, project in rows]
    ways = [site.way for site, _ in rows]
    return {
        "category": [one.category for one in standards],
        "category_zh": [names_zh((one.category,)) for one in standards],
        "siting_zh": ["综合体" if site.is_complex else "插花" for site, _ in rows],
        "mode": [way.mode for way in ways],
        "mode_zh": [code_zh("build_mode", way.mode) for way in ways],
        "mode_assumed": ["推定" if way.assumed else "" for way in ways],
        "floor_m2": [m2_text(project.offer.floor_m2) for _, project in rows],
        "capacity_people": [project.offer.capacity_people for _, project in rows],
        "yuan": [project.yuan for _, project in rows],
        "site_yuan": [site.hold_yuan for site, _ in rows],
        "start_year": [years[way.start] for way in ways],
        "ready_on": [_day(project) for _, project in rows],
        "operating_mode_zh": [code_zh("operating_mode", one.operating_mode) for one in standards],
    }


def _for_whom(rows: Sequence[tuple[Worked, Project]]) -> Columns:
    """Return how many gain, and what is lost without."""
    gains = [_reached(worked, project) for worked, project in rows]
    lost = [loss_of(worked, project) for worked, project in rows]
    return {
        "people": [sum(gain.people for gain in own) for own in gains],
        "rules_met": [sum(gain.met for gain in own) for own in gains],
        "lost_people": [_first_lost(one, 1) for one in lost],
        "lost_class": [_first_lost(one, 0) for one in lost],
        "lost_yuan": ["" if one is None else one.yuan for one in lost],
        "lost_status": [_status_zh(one) for one in lost],
    }


def gain_columns(ground: Ground, planned: Planned) -> Columns:
    """Return who gains by each action: people, minutes before and after, the clause."""
    rows = [
        (number, gain)
        for number, worked in enumerate(planned.plans, start=1)
        for gain in worked.gains
    ]
    pack = planned.proposal.pack
    needs = [gain.need for _, gain in rows]
    spaces = [ground.city.spaces[planned.proposal.way_of(gain.action).space].id for _, gain in rows]
    return {
        **head(ground.city, planned.proposal, len(rows)),
        "plan": [number for number, _ in rows],
        "action": [gain.action for _, gain in rows],
        "space": spaces,
        "level": [need.level for need in needs],
        "area": [need.subject for need in needs],
        "area_name": [ground.levels.name(need.level, need.subject) for need in needs],
        "rule": [need.rule.id for need in needs],
        "rule_title": [need.rule.title.zh for need in needs],
        "people": [gain.people for _, gain in rows],
        "before_min": [minutes_text(gain.before_min) for _, gain in rows],
        "after_min": [minutes_text(gain.after_min) for _, gain in rows],
        "verdict": [gain.before.verdict for _, gain in rows],
        "verdict_then": [gain.after.verdict for _, gain in rows],
        "verdict_zh": [word("verdict", gain.before.verdict) for _, gain in rows],
        "verdict_then_zh": [word("verdict", gain.after.verdict) for _, gain in rows],
        "marks": [marks_zh(pack, need.rule) for need in needs],
        "clause_where": [need.rule.clause.where for need in needs],
        "clause": [need.rule.clause.quote for need in needs],
    }


def promise_columns(ground: Ground, planned: Planned) -> Columns:
    """Return the findings whose verdict another would be once a plan is built."""
    rows = [
        (number, pair)
        for number, worked in enumerate(planned.plans, start=1)
        for pair in worked.promise.turned
    ]
    before = [pair[0] for _, pair in rows]
    pack = planned.proposal.pack
    columns: Columns = {
        **head(ground.city, planned.proposal, len(rows)),
        "plan": [number for number, _ in rows],
        "subject_level": [one.subject_level for one in before],
        "subject": [one.subject for one in before],
        "subject_name": [ground.levels.name(o.subject_level, o.subject) for o in before],
        "rule": [one.rule for one in before],
        "rule_title": [pack.rule(one.rule).title.zh for one in before],
        "reading": [one.reading for one in before],
        "people": [one.people for one in before],
    }
    for name, place in (("", 0), ("_then", 1)):
        own = [pair[place] for _, pair in rows]
        for field in ("verdict", "observed", "share", "people_affected"):
            columns[field + name] = [getattr(one, field) for one in own]
        columns[f"verdict{name}_zh"] = [word("verdict", one.verdict) for one in own]
    columns["required"] = [one.required for one in before]
    columns["unit"] = [one.unit for one in before]
    return columns


def site_columns(city: City, planned: Planned) -> Columns:
    """Return every space: in which plans it is, or why it is in none."""
    proposal = planned.proposal
    taken: dict[int, list[str]] = {}
    for number, worked in enumerate(planned.plans, start=1):
        for site in worked.sites:
            taken.setdefault(site.space, []).append(f"{number}")
    refused: dict[int, list[str]] = {}
    for one in proposal.refused:
        mode = code_zh("build_mode", one.mode)
        refused.setdefault(one.space, []).append(f"{mode}：{one.reason}" if mode else one.reason)
    yielded: dict[int, dict[str, None]] = {}
    for given in proposal.yielded:
        if given.all:
            space = proposal.ways[given.offer.way].space
            yielded.setdefault(space, {})[given.precedence.title.zh] = None
    offered = {proposal.ways[offer.way].space for offer in proposal.offers.offers}
    spaces = city.spaces
    return {
        **head(city, proposal, len(spaces)),
        "space": [space.id for space in spaces],
        "name": [space.name for space in spaces],
        "community": [city.communities.id[s.community] if s.community >= 0 else "" for s in spaces],
        "kind_zh": [code_zh("space_kind", space.kind) for space in spaces],
        "ownership_zh": [code_zh("ownership", space.ownership) for space in spaces],
        "owner": [space.owner for space in spaces],
        "terms": [space.terms for space in spaces],
        "planning_use": [space.planning_use for space in spaces],
        "safety_zh": [code_zh("safety_check", space.safety) for space in spaces],
        "condition_zh": [code_zh("space_condition", space.condition) for space in spaces],
        "floor_m2": [m2_text(space.amounts.get("floor_m2")) for space in spaces],
        "modes_zh": ["、".join(code_zh("build_mode", m) for m in s.modes) for s in spaces],
        "purchase_yuan": [space.purchase_yuan for space in spaces],
        "rent_yuan_per_year": [space.rent_yuan_per_year for space in spaces],
        "works_yuan": [space.works_yuan for space in spaces],
        "offered": ["yes" if row in offered else "no" for row in range(len(spaces))],
        "plans": ["、".join(taken.get(row, ())) for row in range(len(spaces))],
        "refused_zh": ["；".join(refused.get(row, ())) for row in range(len(spaces))],
        "yields_to_zh": ["；".join(yielded.get(row, ())) for row in range(len(spaces))],
    }


def head(city: City, proposal: Proposal, rows: int) -> Columns:
    """Return the columns that every table begins with."""
    return {"simulated": [simulated_mark(city)] * rows, "pack": [proposal.pack.id] * rows}


def m2_text(value: float | None) -> str:
    """Return square metres, nothing where unknown."""
    return "" if value is None else decimal_text(value, 2)


def _day(project: Project) -> str:
    return project.ready_on.isoformat() if project.ready_on else ""


def _reached(worked: Worked, project: Project) -> list[Gain]:
    return [gain for gain in worked.gains if gain.action == project.action]


def loss_of(worked: Worked, project: Project) -> Loss | None:
    """Return what is lost without a project, None where nobody solved for that."""
    return next((one for one in worked.losses if one.action == project.action), None)


def _first_lost(loss: Loss | None, place: int) -> int | str:
    """Return the most urgent class that is served less (0), counted from 1, or by how many (1)."""
    if loss is None or loss.status is None:
        return ""
    if loss.first is None or loss.first[1] <= 0:
        return 0 if place else ""
    return loss.first[1] if place else loss.first[0] + 1


def _status_zh(loss: Loss | None) -> str:
    if loss is None:
        return "没有重算"
    return loss.status.words if loss.status else "没有它就没有可行方案"
