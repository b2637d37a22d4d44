"""What a handbook is made of, before it is set: sections of texts, plates and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Section:
    """A heading and what stands under it, in order."""

    heading: str
    parts: list[dict[str, Any]] = field(default_factory=list)

    def text(self, *said: str) -> None:
        """Add a paragraph for each text."""
        self.parts += [{"kind": "text", "text": one} for one in said]

    def note(self, *said: str) -> None:
        """Add a small paragraph for each text."""
        self.parts += [{"kind": "note", "text": one} for one in said]

    def subheading(self, said: str) -> None:
        """Add a heading inside the section."""
        self.parts.append({"kind": "subheading", "text": said})

    def picture(self, svg: str, alt: str) -> None:
        """Add a drawing of the width of the page, with what it shows in words."""
        self.parts.append({"kind": "picture", "svg": svg, "alt": alt})

    def table(
        self, header: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str]]
    ) -> None:
        """Add a table whose columns share the width of the page as ``widths`` say."""
        assert len(header) == len(widths)
        assert all(len(row) == len(header) for row in rows)
        cells = [list(row) for row in rows]
        self.parts.append(
            {"kind": "table", "header": list(header), "widths": list(widths), "rows": cells}
        )

    def codes(self, shown: Sequence[tuple[str, str]]) -> None:
        """Add small square drawings in rows, each as (SVG, what stands under it)."""
        cells = [{"svg": svg, "alt": said} for svg, said in shown]
        self.parts.append({"kind": "codes", "cells": cells})


def book(
    title: str, subtitle: str, cover: Sequence[str], mark: str, sections: Sequence[Section]
) -> dict[str, Any]:
    """Return a book as the template reads it; ``mark`` stands on every page, if there is one."""
    return {
        "title": title,
        "subtitle": subtitle,
        "cover": list(cover),
        "mark": mark,
        "contents": "目录",
        "sections": [{"heading": one.heading, "parts": one.parts} for one in sections],
    }
