"""Reads facility categories from cells: in our words, an office's own, or Amap type codes."""

from __future__ import annotations

from collections.abc import Mapping

from lifecircle.place.forms.columns import SEVERAL, Columns
from lifecircle.terms.taxonomy import categories_named, categories_of_amap, suggestions

Kinds = Mapping[str, tuple[str, ...]]
"""Categories by the office's own words, folded."""


def categories_of(columns: Columns, kinds: Kinds) -> list[tuple[str, ...]]:
    """Return the categories of each row: of its words, or of its Amap type code where it has none.

    A type code that is no kind of ours leaves the row without a category: exports hold anything.
    """
    if len(columns.layer) == 0:
        return []
    typed = [categories_of_amap(text) for text in columns.texts("typecode")]
    if not columns.has("category") and columns.has("typecode"):
        return typed
    if not columns.require("category", "设施类别"):
        return [()] * len(columns.layer)
    found = []
    # a register has few words, each many times
    known: dict[str, tuple[str, ...]] = {}
    for row, text in enumerate(columns.texts("category"), start=1):
        own: set[str] = set()
        for part in SEVERAL.split(text):
            if part not in known:
                known[part] = categories_named(part, kinds) or categories_of_amap(part)
            codes = known[part]
            own.update(codes)
            if not codes and not typed[row - 1]:
                _tell_unknown(columns, row, part, "写上类别，几类用顿号隔开")
        found.append(tuple(sorted(own or typed[row - 1])))
    return found


def category_of_each(columns: Columns, kinds: Kinds) -> list[str]:
    """Return the one category of each row, empty where it is none; several are a fault."""
    if not columns.require("category", "设施类别"):
        return [""] * len(columns.layer)
    found = []
    for row, text in enumerate(columns.texts("category"), start=1):
        codes = categories_named(text, kinds)
        if not codes and len(SEVERAL.split(text)) == 1:
            _tell_unknown(columns, row, text, "写上类别")
        elif len(codes) != 1:
            reason = f"“{columns.header('category')}”写了几类：{text}"
            columns.fault(
                reason, row, "一行只写一类，其余另写一行", "category", "several-categories"
            )
        found.append(codes[0] if len(codes) == 1 else "")
    return found


def suggest(text: str) -> str:
    """Return what to do about a word that names no category."""
    close = suggestions(text)[:2]
    return f"改为 {' 或 '.join(close)}" if close else "用 lifecircle packs categories 查类别表"


def _tell_unknown(columns: Columns, row: int, word: str, fill: str) -> None:
    reason, remedy = f"不认识的设施类别 {word}", suggest(word)
    if not word:
        reason, remedy = "没有写设施类别", fill
    columns.fault(reason, row, remedy, "category", "unknown-category")
