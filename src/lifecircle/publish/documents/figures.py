"""The figures of one document: each with an id, what it says, and what it was counted from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lifecircle.assess.findings import Finding
from lifecircle.publish.documents.marking import figure_mark, picture_mark
from lifecircle.publish.documents.pictures import Chart, Picture, picture_of

Block = Mapping[str, Any]
"""One piece of a document: its kind under ``类``, and its text, or the rows of its table."""


@dataclass(frozen=True)
class Figure:
    """A printed figure, or one row of a table whose figures lead back together.

    ``printed`` is the figure, or the cells of the row by header. ``says`` tells what it counts;
    ``findings`` are those it was counted from, ``table`` the table of results where it also stands;
    ``source`` says where it comes from when it is of no finding.
    """

    id: str
    printed: tuple[tuple[str, str], ...]
    says: str
    rule: str = ""
    reading: str = ""
    table: str = ""
    source: str = ""
    findings: tuple[Finding, ...] = ()

    @property
    def text(self) -> str:
        """Return the figure as printed, the cells of a row one after another."""
        return "，".join(f"{name}{value}" for name, value in self.printed)


@dataclass
class Figures:
    """Numbers the figures of a document in the order they are written."""

    all: list[Figure] = field(default_factory=list)
    in_text: list[Figure] = field(default_factory=list)
    pictures: dict[str, Picture] = field(default_factory=dict)

    def one(self, value: object, says: str, findings: Iterable[Finding] = (), **more: str) -> str:
        """Return a figure of the text with its mark."""
        text = f"{value:,}" if isinstance(value, int) else str(value)
        figure = self._next((("", text),), says, findings, more)
        self.in_text.append(figure)
        return figure_mark(figure.id, text)

    def row(
        self, cells: Mapping[str, str], says: str, findings: Iterable[Finding] = (), **more: str
    ) -> dict[str, str]:
        """Return the cells of a row of a table with the id of its figures as ``编号``."""
        figure = self._next(tuple(cells.items()), says, findings, more)
        return {**cells, "编号": figure_mark(figure.id, figure.id)}

    def picture(self, chart: Chart) -> list[Block]:
        """Return a chart with its caption below; its numbers stand in a table beside it."""
        name = f"chart{len(self.pictures) + 1}"
        self.pictures[name] = picture_of(chart, name)
        caption = f"图{len(self.pictures)}　{chart.title}"
        return [{"类": "图", "文": picture_mark(name)}, {"类": "图题", "文": caption}]

    def _next(
        self,
        printed: tuple[tuple[str, str], ...],
        says: str,
        findings: Iterable[Finding],
        more: Mapping[str, str],
    ) -> Figure:
        own = tuple(findings)
        known = {"rule": own[0].rule, "reading": own[0].reading} if own else {}
        figure = Figure(f"D{len(self.all) + 1}", printed, says, findings=own, **{**known, **more})
        self.all.append(figure)
        return figure


def heading(level: int, text: str) -> Block:
    """Return a heading of the first to the third level."""
    return {"类": ("一级标题", "二级标题", "三级标题")[level - 1], "文": text}


def paragraph(text: str) -> Block:
    """Return a paragraph of the text."""
    return {"类": "公文正文", "文": text}


def table(kind: str, title: str, rows: Sequence[Mapping[str, str]]) -> list[Block]:
    """Return a table with its title above; nothing where it has no rows."""
    return [{"类": "表题", "文": title}, {"类": kind, "行": list(rows)}] if rows else []
