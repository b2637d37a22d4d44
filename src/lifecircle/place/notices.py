"""Sentences about data that were taken but that a reader of the results must know of."""

from __future__ import annotations

from collections import Counter

from lifecircle.place.tables import AcceptedFault, Doubt
from lifecircle.terms.words import word


def doubt_notices(doubts: list[Doubt], accepted: list[AcceptedFault]) -> list[str]:
    """Return one sentence a kind of doubt: how many, and the first of them."""
    count = Counter(doubt.code for doubt in doubts)
    first = {doubt.code: doubt.fault for doubt in reversed(doubts)}
    said = []
    for code in sorted(count):
        more = f"（共{count[code]}处，见 lifecircle check）" if count[code] > 1 else ""
        said.append(f"{word('reason', code)}：{first[code].reason}{more}。")
    said += [
        f"{word('reason', one.code)}：{one.count}处已由{one.by}于{one.on}认可（{one.reason}）。"
        for one in accepted
    ]
    return said
