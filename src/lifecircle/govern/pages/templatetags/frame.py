"""What the parts of pages need beyond Django's own tags."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.core.paginator import Page

from lifecircle.govern.wording import told

register = template.Library()
register.filter(told)


@register.filter
def numbers(page: Page[Any]) -> Iterable[int | str]:
    """Return the numbers of the pages around one, with an ellipsis for those left out."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
