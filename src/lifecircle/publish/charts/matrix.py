"""The matrix of verdicts: communities by rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lifecircle.publish.charts import drawing
from lifecircle.publish.charts.drawing import (
    ROW,
    SMALL,
    WIDTH,
    box,
    number,
    said,
    shape,
    shortened,
)
from lifecircle.publish.charts.patterns import LOOKS, fill_of
from lifecircle.publish.tables import Columns

VERDICTS = ("met", "not met", "partial list", "not assessed", "not applicable")
"""What a cell may hold; those of ``partial list`` are not assessed for that reason."""

CELL, NAMES, TITLE = 22.0, 128.0, 220.0
"""A cell, the names of communities, and at least what the title of a rule gets."""
_SQUARE = f"h{number(CELL)}v{number(CELL)}h{number(-CELL)}z"


@dataclass(frozen=True)
class Ruled:
    """A column: a rule by title, and the marks of what it rests on (unverified, inferred)."""

    title: str
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Matrix:
    """Verdicts of ``communities`` (rows, by name) by ``rules`` (columns); ``verdicts`` by row.

    No score is drawn from it: every verdict stands for itself.
    """

    title: str
    communities: tuple[str, ...]
    rules: tuple[Ruled, ...]
    verdicts: tuple[tuple[str, ...], ...]
    simulated: bool = False

    def columns(self) -> Columns:
        """Return what is drawn, a row a community and rule."""
        pairs = [(r, c) for r in range(len(self.communities)) for c in range(len(self.rules))]
        return {
            "simulated": [LOOKS["simulated"].zh * self.simulated] * len(pairs),
            "community_name": [self.communities[row] for row, _ in pairs],
            "rule_title": [self.rules[column].title for _, column in pairs],
            "verdict": [self.verdicts[row][column] for row, column in pairs],
            "verdict_zh": [LOOKS[self.verdicts[row][column]].zh for row, column in pairs],
            "marks": [
                "；".join(LOOKS[mark].zh for mark in self.rules[column].marks)
                for _, column in pairs
            ],
        }

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Return headers and rows of texts: the numbers of the rules that each verdict has."""
        found = [kind for kind in VERDICTS if any(kind in row for row in self.verdicts)]
        rows = [
            [name, *("、".join(f"{at}" for at, own in enumerate(row, start=1) if own == kind)
                     for kind in found)]
            for name, row in zip(self.communities, self.verdicts, strict=True)
        ]  # fmt: skip
        return ["社区", *(LOOKS[kind].zh for kind in found)], rows

    def part(self, rows: Sequence[int], title: str) -> Matrix:
        """Return the matrix of some communities, by row."""
        return replace(
            self,
            title=title,
            communities=tuple(self.communities[row] for row in rows),
            verdicts=tuple(self.verdicts[row] for row in rows),
        )

    def told(self) -> str:
        """Return in words how many communities each rule finds how."""
        lines = ["模拟数据"] * self.simulated
        for at, rule in enumerate(self.rules):
            counts = Counter(row[at] for row in self.verdicts)
            found = "，".join(f"{LOOKS[one].zh}{counts[one]}个" for one in VERDICTS if counts[one])
            marks = "".join(f"（{LOOKS[mark].zh}）" for mark in rule.marks)
            lines.append(f"{rule.title}{marks}：{found}")
        return "。".join(lines) + "。"

    def svg(self, prefix: str) -> str:
        """Return the chart; ``prefix`` is a name that no other chart of the page has."""
        width = max(WIDTH, NAMES + CELL * len(self.rules))
        body, y = "", 0.0
        if self.simulated:
            body, y = drawing.simulated_band(prefix, width), ROW + 6
        marks = list(dict.fromkeys(mark for rule in self.rules for mark in rule.marks))
        kinds = [kind for kind in VERDICTS if any(kind in row for row in self.verdicts)] + marks
        key, y = drawing.legend(prefix, [(kind, LOOKS[kind].zh) for kind in kinds], y, width)
        body += key
        for at, _ in enumerate(self.rules):
            middle = NAMES + CELL * (at + 0.5)
            body += said(f"{at + 1}", middle, y + 14, anchor="middle", size=SMALL)
        y += ROW
        rows, y = self._rows(prefix, y)
        under, y = self._titles(prefix, y + 8, width)
        kinds += ["simulated"] * self.simulated
        size = (width, y + 4)
        body += rows + under
        return drawing.whole(prefix, self.title, self.told(), body, kinds, size, "chart matrix-of")

    def _rows(self, prefix: str, y: float) -> tuple[str, float]:
        """Return the names and the cells: one shape of each verdict, or large cities weigh much."""
        drawn, cells = "", dict[str, str]()
        for name, verdicts in zip(self.communities, self.verdicts, strict=True):
            drawn += said(shortened(name, NAMES - 6, SMALL), 0, y + 16, size=SMALL)
            for at, verdict in enumerate(verdicts):
                cell = f"M{number(NAMES + CELL * at)},{number(y)}" + _SQUARE
                cells[verdict] = cells.get(verdict, "") + cell
            y += CELL
        drawn += "".join(shape(cells[kind], fill_of(prefix, kind)) for kind in sorted(cells))
        return drawn, y

    def _titles(self, prefix: str, y: float, width: float) -> tuple[str, float]:
        """Return what the numbers over the columns stand for, side by side where there is room."""
        beside = max(1, int(width // TITLE))
        down = -(-len(self.rules) // beside)
        drawn, room = "", width / beside
        for at, rule in enumerate(self.rules):
            left, top = room * (at // down), y + ROW * (at % down)
            x = left
            for mark in rule.marks:
                drawn += box(x, top + 3, 14, 14, fill_of(prefix, mark))
                x += 18
            title = shortened(f"{at + 1} {rule.title}", left + room - x - 6, SMALL)
            drawn += said(title, x, top + 15, size=SMALL)
        return drawn, y + ROW * down
