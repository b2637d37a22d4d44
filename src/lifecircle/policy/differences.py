"""What changed between two packs, or two versions of one, in words."""

from __future__ import annotations

from collections.abc import Iterator

from lifecircle.policy.models import Pack, Rule
from lifecircle.policy.planning_reading import planning_zh
from lifecircle.policy.reading import rule_zh
from lifecircle.terms.words import word

Key = tuple[str, str]


def differences(old: Pack, new: Pack) -> Iterator[str]:
    """Yield one sentence per rule that came, went or changed, in the order of the new pack.

    Those on planning follow. Versions of a rule are told apart by the day they begin.
    """
    before, after = _by_key(old), _by_key(new)
    for key, rule in after.items():
        if key not in before:
            since = f"自{rule.from_}起" if rule.from_ else ""
            why = f"（{rule.changed}）" if rule.changed else ""
            yield f"增加 {rule.id}{since}：{rule_zh(new, rule)}{why}"
            continue
        for said in _changes(old, before[key], new, rule):
            yield f"修改 {rule.id}：{said}"
    for key, rule in before.items():
        if key not in after:
            yield f"删去 {rule.id}：{rule_zh(old, rule)}"
    yield from _planning_changes(old, new)


def _planning_changes(old: Pack, new: Pack) -> Iterator[str]:
    """Yield one sentence per statement on planning that came, went or changed."""
    before, after = ({said.id: (said, zh) for said, zh in planning_zh(one)} for one in (old, new))
    for name, (said, zh) in after.items():
        if name not in before:
            yield f"增加 规划 {name}：{zh}"
            continue
        was, was_zh = before[name]
        if was_zh != zh:
            yield f"修改 规划 {name}：由“{was_zh}”改为“{zh}”"
        if was.clause != said.clause:
            yield f"修改 规划 {name}：条文引文不同"
    for name, (_, zh) in before.items():
        if name not in after:
            yield f"删去 规划 {name}：{zh}"


def _by_key(pack: Pack) -> dict[Key, Rule]:
    return {(rule.id, str(rule.from_ or "")): rule for rule in pack.rules}


def _changes(old: Pack, one: Rule, new: Pack, other: Rule) -> Iterator[str]:
    said = rule_zh(old, one), rule_zh(new, other)
    if said[0] != said[1]:
        yield f"由“{said[0]}”改为“{said[1]}”"
    if one.strength != other.strength:
        words = [word("strength", rule.strength) for rule in (one, other)]
        yield f"力度由{words[0]}改为{words[1]}"
    if one.source != other.source:
        words = [word("source", rule.source) for rule in (one, other)]
        yield f"来源由{words[0]}改为{words[1]}"
    for name, zh in (("due", "期限"), ("to", "有效期至")):
        dates = getattr(one, name), getattr(other, name)
        if dates[0] != dates[1]:
            yield f"{zh}由{dates[0] or '未定'}改为{dates[1] or '未定'}"
    if one.clause != other.clause:
        yield "条文引文不同"
    if one.inferred != other.inferred:
        yield f"推定由{len(one.inferred)}处改为{len(other.inferred)}处"
