"""One community, one plan (一社区一策) as a table and as data for documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lifecircle.place.tables import City
from lifecircle.plan.community_plans import CommunityPlan, Site
from lifecircle.plan.planning import Planned, Worked
from lifecircle.policy.planning_reading import fields_zh
from lifecircle.publish.planning.columns import head, m2_text
from lifecircle.publish.planning.words import OPEN_ZH, code_zh, space_zh
from lifecircle.publish.tables import Columns
from lifecircle.terms.taxonomy import names_zh


def community_columns(city: City, planned: Planned) -> Columns:
    """Return one plan for each community in the words of the policy's five fields."""
    rows = [
        (number, own)
        for number, worked in enumerate(planned.plans, start=1)
        for own in worked.communities
    ]
    years = [row.year for row in planned.proposal.money]
    areas = city.communities
    return {
        **head(city, planned.proposal, len(rows)),
        "plan": [number for number, _ in rows],
        "community": [areas.id[own.community] for _, own in rows],
        "community_name": [areas.name[own.community] for _, own in rows],
        "township": [areas.township[own.community] for _, own in rows],
        "unit": [areas.managed_by[own.community] for _, own in rows],
        "complete": [completeness_zh(own) for _, own in rows],
        "goal": [goal_zh(own) for _, own in rows],
        "content": ["；".join(content_zh(city, site) for site in own.sites) for _, own in rows],
        "mode": ["；".join(_modes(own.sites)) for _, own in rows],
        "schedule": ["；".join(schedule_zh(site, years) for site in own.sites) for _, own in rows],
        "operation": ["；".join(_operation(own.sites)) for _, own in rows],
        "yuan": [sum(_whole_yuan(site) for site in own.sites) for _, own in rows],
        "claims": ["；".join(_claims(own)) for _, own in rows],
        "open": ["；".join(_open(own)) for _, own in rows],
        "caveats": ["；".join(_caveats(own)) for _, own in rows],
    }


def completeness_zh(own: CommunityPlan) -> str:
    """Say whether a community's plan has all that the policy wants in it."""
    if not own.sites and not own.goals:
        return "本期没有项目"
    if own.complete:
        return "完整"
    return f"缺{fields_zh(own.missing)}"


def goal_zh(own: CommunityPlan) -> str:
    """Say which clauses are met when the plan is built."""
    return "；".join(f"{need.rule.title.zh}（{need.people or 0:,}人）" for need in own.goals)


def content_zh(city: City, site: Site) -> str:
    """Say what is built on a site."""
    kinds = "、".join(
        f"{names_zh((one.standard.category,))}{m2_text(one.offer.floor_m2)}平方米"
        for one in site.projects
    )
    return f"{space_zh(city, site.space)}：{kinds}"


def schedule_zh(site: Site, years: Sequence[int]) -> str:
    """Say when works begin and when the last of a site is ready."""
    ready = [project.ready_on for project in site.projects]
    begun = f"{years[site.way.start]}年开工"
    days = [day for day in ready if day is not None]
    if len(days) < len(ready):
        return f"{begun}，完工时间未定（没有写工期）"
    last = max(days)
    return f"{begun}，{last.year}年{last.month}月具备运营条件"


def _whole_yuan(site: Site) -> int:
    return site.hold_yuan + sum(project.yuan for project in site.projects)


def _modes(sites: Sequence[Site]) -> list[str]:
    return [
        code_zh("build_mode", site.way.mode) + ("（推定）" if site.way.assumed else "")
        for site in sites
    ]


def _operation(sites: Sequence[Site]) -> list[str]:
    modes = [p.standard.operating_mode for site in sites for p in site.projects]
    return [code_zh("operating_mode", mode) for mode in dict.fromkeys(modes) if mode]


def _claims(own: CommunityPlan) -> list[str]:
    return [
        f"{one.permit.estate}{names_zh((one.permit.category,))}"
        f"{code_zh('permit_state', one.permit.actual)}，"
        f"{'、'.join(code_zh('claim_remedy', code) for code in one.remedies)}"
        for one in own.owed
    ]


def _open(own: CommunityPlan) -> list[str]:
    return [f"{need.rule.title.zh}：{OPEN_ZH[why]}" for need, why in own.open]


def _caveats(own: CommunityPlan) -> list[str]:
    return list(dict.fromkeys(said for site in own.sites for said in site.way.caveats))


def community_data(city: City, planned: Planned, worked: Worked) -> list[dict[str, Any]]:
    """Return the plans of communities as data that documents and project proposals are made of."""
    years = [row.year for row in planned.proposal.money]
    areas = city.communities
    return [
        {
            "community": areas.id[own.community],
            "name": areas.name[own.community],
            "township": areas.township[own.community],
            "unit": areas.managed_by[own.community],
            "complete": own.complete and bool(own.sites or own.goals),
            "missing": list(own.missing),
            "goals": [
                {"rule": need.rule.id, "title": need.rule.title.zh, "people": need.people}
                for need in own.goals
            ],
            "sites": [_site_data(city, site, years) for site in own.sites],
            "claims": [
                {
                    "permit": one.permit.id,
                    "estate": one.permit.estate,
                    "category": one.permit.category,
                    "actual": one.permit.actual,
                    "remedies": list(one.remedies),
                    "missing_m2": one.missing_m2,
                }
                for one in own.owed
            ],
            "open": [{"rule": need.rule.id, "why": why} for need, why in own.open],
        }
        for own in worked.communities
    ]


def _site_data(city: City, site: Site, years: Sequence[int]) -> dict[str, Any]:
    space = city.spaces[site.space]
    return {
        "space": space.id,
        "name": space.name,
        "mode": site.way.mode,
        "mode_assumed": site.way.assumed,
        "start_year": years[site.way.start],
        "site_yuan": site.hold_yuan,
        "caveats": list(site.way.caveats),
        "projects": [
            {
                "category": one.standard.category,
                "floor_m2": one.offer.floor_m2,
                "capacity_people": one.offer.capacity_people,
                "yuan": one.yuan,
                "ready_on": one.ready_on.isoformat() if one.ready_on else None,
                "operating_mode": one.standard.operating_mode,
            }
            for one in site.projects
        ],
    }
