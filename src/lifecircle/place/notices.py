"""Sentences about data that were taken but that a reader of the results must know of."""

from __future__ import annotations

from collections import Counter

from lifecircle.place.tables import AcceptedFault, Doubt, Layer
from lifecircle.terms.taxonomy import categories
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


def declarations(layers: tuple[Layer, ...]) -> list[str]:
    """Say what the layers of facilities claim; workbooks that claim the same share a sentence."""
    said: dict[str, list[str]] = {}
    for layer in layers:
        said.setdefault(_declaration(layer), []).append(layer.name)
    return [f"{_together(names)} {claim}。" for claim, names in said.items()]


def _together(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{'、'.join(names[:2])}等{len(names)}个文件"


def _declaration(layer: Layer) -> str:
    """Say in a clause what a layer of facilities claims."""
    declared = layer.census | layer.counted
    if not declared:
        return f"是不完整名录（按{layer.looked_for}识别）：找到的算有，没找到的不算没有"
    whole = len(declared) == len(categories())
    complete = "全部类别" if whole else f"{len(declared)}个类别"
    said = f"的{complete}由{layer.declared_by}声明为{layer.census_on}的普查"
    if layer.counted:
        said += f"，其中{len(layer.counted)}个类别有设施没有坐标：按社区计数时算查全，步行时不算"
    return said
