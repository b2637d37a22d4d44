"""Says what a policy says on planning in plain Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lifecircle.policy.models import Pack
from lifecircle.policy.planning import (
    Chosen,
    Claim,
    CommunityPlan,
    PlanningRules,
    Precedence,
    PriorityClass,
    SizeByMode,
    Statement,
)
from lifecircle.terms.codes import code_sets

_FIELDS = {
    "goal": "建设目标",
    "content": "建设内容",
    "mode": "建设方式",
    "schedule": "建设时限",
    "operation": "管理运营",
}


def code_zh(set_name: str, code: str) -> str:
    """Return the Chinese name of a code, the code itself where the set does not have it."""
    known = code_sets()[set_name].get(code)
    return known.zh if known else code


def fields_zh(fields: Iterable[str]) -> str:
    """Name the parts of a community's plan."""
    return "、".join(_FIELDS[name] for name in fields) or "无"


def planning_zh(pack: Pack) -> Iterator[tuple[Statement, str]]:
    """Yield every statement on planning with its sentence, in the order of the file."""
    for said in pack.planning.statements():
        yield said, _sentence(pack, pack.planning, said)


def _sentence(pack: Pack, planning: PlanningRules, said: Statement) -> str:
    match said:
        case PriorityClass():
            titles = "；".join(pack.rule(name).title.zh for name in said.rules)
            return f"补缺口的先后，第{planning.priority.index(said) + 1}类：{titles}"
        case Precedence():
            first, then = _ways(said.first), _ways(said.then)
            place = planning.precedence.index(said) + 1
            return f"选址的先后，第{place}条：先{first}；都不行，才{then}"
        case Claim():
            states = "、".join(code_zh("permit_state", code) for code in said.states)
            remedies = "、".join(code_zh("claim_remedy", code) for code in said.remedies)
            return f"许可{states}的，依次{remedies}"
        case SizeByMode():
            modes = "、".join(code_zh("build_mode", code) for code in said.modes)
            title = next(s.title.zh for s in pack.header.planning_sizes if s.id == said.size)
            return f"{modes}的，按“{title}”"
        case CommunityPlan():
            return f"社区方案要写明{fields_zh(said.fields)}"
        case _:
            raise TypeError(said)


def _ways(chosen: Iterable[Chosen]) -> str:
    return "，或".join(f"“{_way(one)}”" for one in chosen)


def _way(chosen: Chosen) -> str:
    """Say one choice: the kinds of space, then the owners, then the modes, then the functions."""
    lists = (
        ("space_kind", chosen.space_kinds, ""),
        ("ownership", chosen.ownership, "产权："),
        ("build_mode", chosen.modes, ""),
    )
    parts = [
        label + "、".join(code_zh(name, code) for code in codes)
        for name, codes, label in lists
        if codes
    ]
    if chosen.least_functions is not None:
        parts.append(f"能容下{chosen.least_functions}项以上所缺功能")
    if chosen.most_functions is not None:
        parts.append(f"只容得下{chosen.most_functions}项所缺功能")
    return "；".join(parts)
