"""What the parts of pages need beyond Django's own tags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from django import template
from django.core.paginator import Page
from django.utils.safestring import SafeString, mark_safe

from lifecircle.govern.wording import in_chinese, listed, told, worded

register = template.Library()
register.filter(in_chinese)
register.filter(listed)
register.filter(told)
register.filter(worded)


@register.filter
def numbers(page: Page[Any]) -> Iterable[int | str]:
    """Return the numbers of the pages around one, with an ellipsis for those left out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)


@register.simple_tag
def rows_of(rows: Iterable[tuple[str, Sequence[str]]]) -> SafeString:
    """Return rows of a table, each of where its first cell leads and its cells.

    A loop of a template takes ten times as long, Django's own joining of formats four times, and
    lists are what staff open most.
    """
    cells = (
        f'<tr><th scope="row"><a href="{_safe(url)}">{_safe(first)}</a></th>'
        f"{''.join(f'<td>{_safe(cell)}</td>' for cell in rest)}</tr>"
        for url, (first, *rest) in rows
    )
    return mark_safe("\n".join(cells))  # noqa: S308 - made of escaped words


def _safe(words: str) -> str:
    """Return words escaped, once: those that are marked as another language are safe already."""
    return words if isinstance(words, SafeString) else escape(words)
