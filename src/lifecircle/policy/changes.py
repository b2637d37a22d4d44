"""A city's pack as a named change set over its parent."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from lifecircle.policy.models import Change, Pack, PackFile, Rule
from lifecircle.policy.parts import InferredReading
from lifecircle.terms.errors import Fault

_INHERITED = ("walking", "circle", "ladder")
_FIELDS = ("require", "strength", "scope", "due", "measure", "source", "clause")


def inherit(parent: Pack, header: PackFile) -> PackFile:
    """Return the header with what it does not say itself taken from the parent."""
    taken = {
        name: getattr(parent.header, name) for name in _INHERITED if getattr(header, name) is None
    }
    for name in ("kinds", "records"):
        taken[name] = {**getattr(parent.header, name), **getattr(header, name)}
    taken["planning_sizes"] = parent.header.planning_sizes + header.planning_sizes
    return header.model_copy(update=taken)


def apply_changes(
    file: Path, rules: tuple[Rule, ...], changes: tuple[Change, ...]
) -> tuple[tuple[Rule, ...], list[Fault]]:
    """Return the rules with each change as a new version from its day on, and the faults found.

    The version before ends on the day before; a withdrawn rule just ends.
    """
    faults = []
    result = list(rules)
    for change in changes:
        at = next(
            (n for n, r in enumerate(result) if r.id == change.rule and r.in_force(change.from_)),
            None,
        )
        place = f"{change.rule} 自 {change.from_}"
        if at is None:
            faults.append(Fault("没有在这一天有效的规则", str(file), place, "改正 rule 或 from"))
            continue
        updates = {
            name: getattr(change, name) for name in _FIELDS if getattr(change, name) is not None
        }
        if bool(updates) == change.withdraw:
            faults.append(Fault("没有写改什么", str(file), place, "写要改的字段或 withdraw: true"))
            continue
        old = result[at]
        result[at] = old.model_copy(update={"to": change.from_ - timedelta(days=1)})
        if not change.withdraw:
            result.insert(at + 1, _changed(old, change, updates))
    return tuple(result), faults


def _changed(old: Rule, change: Change, updates: dict[str, object]) -> Rule:
    """Return the new version of a rule; what the office decided is no longer inferred."""
    decided = {"require": ("value", "comparator"), "scope": ("scope",), "due": ("due",)}
    settled = {name for field in updates for name in decided.get(field, (field,))}
    left: tuple[InferredReading, ...] = tuple(i for i in old.inferred if i.of not in settled)
    return old.model_copy(
        update={
            **updates,
            "from_": change.from_,
            "to": old.to,
            "inferred": left,
            "changed": f"{change.by}自{change.from_}起：{change.why}",
        }
    )
