"""Takes the waivers on record for the rules of a pack, and refuses those it does not allow."""

from __future__ import annotations

from lifecircle.place.tables import City
from lifecircle.policy.decide import WAIVABLE
from lifecircle.policy.models import Pack
from lifecircle.policy.parts import Waiver
from lifecircle.terms.errors import Fault, raise_all
from lifecircle.terms.words import word


def waivers_of(pack: Pack, city: City) -> dict[tuple[str, str], Waiver]:
    """Return the waivers by (community, rule) that concern rules of ``pack``.

    Raises InputError for a waiver of a rule that must not be excused. Rules of other packs are
    none of this pack's business.
    """
    strengths = {rule.id: rule.strength for rule in pack.rules}
    own = [waiver for waiver in city.waivers if waiver.pack in ("", pack.id)]
    concerned = [waiver for waiver in own if waiver.rule in strengths]
    raise_all(
        Fault(
            f"规则 {waiver.rule} 的力度是“{word('strength', strengths[waiver.rule])}”，不能豁免",
            "lifecircle.toml",
            f"waivers（{waiver.community}）",
            "删去这一条",
        )
        for waiver in concerned
        if strengths[waiver.rule] not in WAIVABLE
    )
    return {
        (waiver.community, waiver.rule): Waiver(by=waiver.by, on=waiver.on, reason=waiver.reason)
        for waiver in concerned
    }
