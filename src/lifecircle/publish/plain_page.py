"""The plain page: one document without scripts, for what is read from top to bottom."""

from __future__ import annotations

import html
from importlib import resources


def plain_page(title: str, body: str, *, simulated: bool) -> str:
    """Return a page with a title and ``body``, which is markup; simulated data say so on top."""
    template = resources.files(__package__).joinpath("assets", "plain.html")
    return template.read_text(encoding="utf-8").format(
        title=html.escape(title),
        mark='<p class="mark">全部是模拟数据。</p>' if simulated else "",
        body=body,
    )
