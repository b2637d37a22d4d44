"""The packs a run may be asked for, each with what the office decided on its inferred readings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from lifecircle.govern.assessments.models import Interpretation
from lifecircle.govern.audit.chain import canonical
from lifecircle.govern.refused import Refused
from lifecircle.policy.changes import apply_changes
from lifecircle.policy.fitting import pack_faults
from lifecircle.policy.models import Change, Pack, Rule
from lifecircle.policy.packs import load_pack, shipped
from lifecircle.terms.errors import InputError, raise_all, stop

FIELD_OF: Mapping[str, str] = {
    "value": "require",
    "comparator": "require",
    "require": "require",
    "due": "due",
    "scope": "scope",
    "strength": "strength",
    **dict.fromkeys(
        ("measure", "basis", "minutes", "denominator", "where", "leaving_out", "categories"),
        "measure",
    ),
}
"""Which field of a rule settles what a pack inferred of it; what is not here stays the pack's."""


@cache
def _shipped() -> Mapping[str, Pack]:
    return {name: load_pack(name) for name in shipped()}


def offered() -> dict[str, Pack]:
    """Return the packs by the name under which a run is asked for them.

    Those that the city works under come first, then those that come with lifecircle. Raises
    Refused where a folder of a pack cannot be read.
    """
    own = {name: _named(name) for name in settings.PACKS}
    return own | {name: pack for name, pack in _shipped().items() if name not in own}


def _named(name: str) -> Pack:
    """Return a pack by name; a folder is read again once a file of it changed."""
    if name in _shipped():
        return _shipped()[name]
    files = sorted(Path(name).rglob("*.yaml"))
    try:
        return _read(name, tuple((str(one), one.stat().st_mtime_ns) for one in files))
    except InputError as error:
        reason = _("政策包读不了：%(reason)s") % {"reason": error.faults[0].reason}
        raise Refused(reason, remedy=_("找管理平台的人用 lifecircle packs check 检查")) from error


@lru_cache(maxsize=16)
def _read(name: str, _stamps: tuple[tuple[str, int], ...]) -> Pack:
    return load_pack(name)


def in_order(pack_id: str, rules: Iterable[str]) -> list[str]:
    """Return rules in the order of their policy: PostgreSQL keeps the keys of JSON in its own."""
    pack = pack_with(pack_id)
    at = {rule.id: at for at, rule in enumerate(pack.rules)} if pack else {}
    return sorted(rules, key=lambda rule: at.get(rule, len(at)))


def pack_with(pack_id: str) -> Pack | None:
    """Return the offered pack with an id."""
    return next((pack for pack in offered().values() if pack.id == pack_id), None)


def packs_on(names: Sequence[str], day: date) -> list[Pack]:
    """Return packs by name, with the interpretations that hold on a day.

    Raises InputError for a name that is not offered, or an interpretation that does not fit.
    """
    known = offered()
    for name in names:
        if name not in known:
            raise stop(f"没有名为 {name} 的政策包", remedy=f"用{'、'.join(known)}")
    return [interpreted(known[name], day) for name in names]


def interpreted(pack: Pack, day: date) -> Pack:
    """Return a pack with the interpretations that hold on a day as its change set."""
    held = Interpretation.objects.holding(day).filter(pack=pack.id).order_by("on", "pk")
    changes = [change_of(one.rule, one.on, one.by, one.reason, one.change) for one in held]
    return with_changes(pack, changes) if changes else pack


def change_of(rule: str, on: date, by: str, reason: str, fields: Mapping[str, Any]) -> Change:
    """Return an interpretation as a change of a pack; raises ValidationError of pydantic."""
    return Change.model_validate({"rule": rule, "from": on, "by": by, "why": reason, **fields})


def with_changes(pack: Pack, changes: Sequence[Change]) -> Pack:
    """Return a pack with changes made, under a hash of its own; raises InputError where one fails.

    Rules that the pack has from the change on, and only they, are changed.
    """
    named = Path(pack.id)
    rules, faults = apply_changes(named, pack.rules, tuple(changes))
    raise_all(faults)
    plain = [one.model_dump(mode="json", by_alias=True) for one in changes]
    digest = hashlib.sha256(f"{pack.sha256}{canonical({'changes': plain})}".encode()).hexdigest()
    changed = pack.model_copy(update={"rules": rules, "sha256": digest})
    raise_all(pack_faults(named, changed))
    return changed


def open_fields(rule: Rule) -> list[str]:
    """Return the fields of a rule that rest on an inferred reading: these an office may change."""
    found = {FIELD_OF[item.of] for item in rule.inferred if item.of in FIELD_OF}
    return [name for name in ("require", "due", "strength", "scope", "measure") if name in found]


def rule_of(pack_id: str, rule_id: str, day: date) -> tuple[Pack, Rule] | None:
    """Return a pack as it is read on a day, and its rule then; None where there is none."""
    pack = pack_with(pack_id)
    return _rule(interpreted(pack, day), rule_id, day) if pack else None


def printed_rule_of(pack_id: str, rule_id: str, day: date) -> tuple[Pack, Rule] | None:
    """Return a pack as it came, before any interpretation, and its rule."""
    pack = pack_with(pack_id)
    return _rule(pack, rule_id, day) if pack else None


def _rule(pack: Pack, rule_id: str, day: date) -> tuple[Pack, Rule] | None:
    """Return a pack and its rule on a day; one not in force then as it is of another day."""
    for on in (day, None):
        with suppress(KeyError):
            return pack, pack.rule(rule_id, on)
    return None
