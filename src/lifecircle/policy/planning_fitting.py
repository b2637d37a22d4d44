"""Checks that what a pack says on planning fits its rules, its sizes and the code sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from lifecircle.policy.casebook import CasesFile
from lifecircle.policy.documents import place_of_id
from lifecircle.policy.models import Pack
from lifecircle.policy.planning import (
    Claim,
    Precedence,
    PriorityClass,
    SizeByMode,
    Statement,
)
from lifecircle.terms.codes import code_sets
from lifecircle.terms.errors import Fault


def planning_faults(folder: Path, pack: Pack) -> Iterator[Fault]:
    """Tell everything in ``planning.yaml`` and in the cases on planning that does not fit."""
    file = folder / "planning.yaml"
    statements = list(pack.planning.statements())
    for name, times in Counter(said.id for said in statements).items():
        if times > 1:
            yield _fault(file, name, f"规划 {name} 写了{times}次", "改其中一个的 id")
    for said in statements:
        for reason in _statement_faults(pack, said):
            yield _fault(file, said.id, f"规划 {said.id}：{reason}", "改正")
    for reason, name in _twice(pack):
        yield _fault(file, name, f"规划 {name}：{reason}", "只留一处")
    for reason, case in _case_faults(pack.cases):
        yield Fault(reason, str(folder / "cases"), case, "改正")


def _fault(file: Path, name: str, reason: str, remedy: str) -> Fault:
    """Return a fault with the line where the id stands, or the folder where it was inherited."""
    if place := place_of_id([file], name):
        return Fault(reason, str(place[0]), f"第{place[1]}行", remedy)
    return Fault(reason, str(file.parent), f"规划 {name}", remedy)


def _statement_faults(pack: Pack, said: Statement) -> Iterator[str]:
    match said:
        case PriorityClass():
            of_communities = {rule.id for rule in pack.rules if rule.subject == "community"}
            unknown = (name for name in said.rules if name not in of_communities)
            yield from (f"没有以社区为对象的规则 {name}" for name in unknown)
        case Precedence():
            for chosen in (*said.first, *said.then):
                yield from _ways_faults(chosen.space_kinds, chosen.ownership, chosen.modes)
            for chosen in said.then:
                if any(chosen.within(other) for other in said.first):
                    yield "then 里的一条已经全在 first 里，等于没有先后"
        case Claim():
            yield from _unknown("permit_state", "states", said.states)
            yield from _unknown("claim_remedy", "remedies", said.remedies)
        case SizeByMode():
            if said.size not in {size.id for size in pack.header.planning_sizes}:
                yield f"pack.yaml 的 planning_sizes 里没有 {said.size}"
            yield from _unknown("build_mode", "modes", said.modes)


def _ways_faults(
    kinds: Iterable[str], ownership: Iterable[str], modes: Iterable[str]
) -> Iterator[str]:
    yield from _unknown("space_kind", "space_kinds", kinds)
    yield from _unknown("ownership", "ownership", ownership)
    yield from _unknown("build_mode", "modes", modes)


def _unknown(set_name: str, field: str, codes: Iterable[str]) -> Iterator[str]:
    known = code_sets()[set_name]
    for code in codes:
        if code not in known:
            offered = "、".join(f"{name}（{one.zh}）" for name, one in known.items())
            yield f"{field} 没有取值 {code}（有 {offered}）"


def _twice(pack: Pack) -> Iterator[tuple[str, str]]:
    """Tell what two statements say of one thing, with the later of them."""
    said = [("规则", name, one.id) for one in pack.planning.priority for name in one.rules]
    said += [("许可情况", name, one.id) for one in pack.planning.claims for name in one.states]
    said += [("建设方式", name, one.id) for one in pack.planning.sizes for name in one.modes]
    before: dict[tuple[str, str], str] = {}
    for what, name, statement in said:
        if (what, name) in before:
            yield f"{what} {name} 已写在 {before[what, name]} 里", statement
        before.setdefault((what, name), statement)


def _case_faults(cases: CasesFile) -> Iterator[tuple[str, str]]:
    """Tell of codes in cases that do not exist, with the name of the case."""
    for sized in cases.sizes:
        if sized.mode:
            yield from (
                (reason, sized.name) for reason in _unknown("build_mode", "mode", [sized.mode])
            )
    for ways in cases.ways:
        names = {way.name for way in ways.ways}
        yield from ((f"ways 里没有 {name}", ways.name) for name in ways.expect if name not in names)
        for way in ways.ways:
            said = _ways_faults([way.kind], [way.ownership], [way.mode])
            yield from ((reason, ways.name) for reason in said)
    for claim in cases.claims:
        yield from ((why, claim.name) for why in _unknown("permit_state", "state", [claim.state]))
        yield from ((why, claim.name) for why in _unknown("claim_remedy", "expect", claim.expect))
