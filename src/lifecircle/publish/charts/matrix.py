"""The matrix of verdicts: communities by rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from lifecircle.publish.charts import drawing
from lifecircle.publish.charts.drawing import ROW, SMALL, WIDTH, box, said, shortened
from lifecircle.publish.charts.patterns import LOOKS, fill_of
from lifecircle.publish.tables import Columns

VERDICTS = ("met", "not met", "not assessed", "not applicable")
CELL, NAMES = 22.0, 128.0


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
        kinds = [*VERDICTS, *marks]
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
        return drawing.whole(prefix, self.title, self.told(), body + rows + under, kinds, size)

    def _rows(self, prefix: str, y: float) -> tuple[str, float]:
        drawn = ""
        for name, verdicts in zip(self.communities, self.verdicts, strict=True):
            drawn += said(shortened(name, NAMES - 6, SMALL), 0, y + 16, size=SMALL)
            for at, verdict in enumerate(verdicts):
                x = NAMES + CELL * at
                drawn += box(x, y, CELL, CELL, fill_of(prefix, verdict))
            y += CELL
        return drawn, y

    def _titles(self, prefix: str, y: float, width: float) -> tuple[str, float]:
        """Return what the numbers over the columns stand for."""
        drawn = ""
        for at, rule in enumerate(self.rules):
            x = 0.0
            for mark in rule.marks:
                drawn += box(x, y + 3, 14, 14, fill_of(prefix, mark))
                x += 18
            title = shortened(f"{at + 1} {rule.title}", width - x, SMALL)
            drawn += said(title, x, y + 15, size=SMALL)
            y += ROW
        return drawn, y
