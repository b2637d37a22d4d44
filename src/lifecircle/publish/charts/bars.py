"""Bars: people by minutes, before and after, units beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lifecircle.publish.charts import drawing
from lifecircle.publish.charts.drawing import ROW, SMALL, WIDTH, box, said, shortened, wide
from lifecircle.publish.charts.patterns import LOOKS, fill_of
from lifecircle.publish.tables import Columns
from lifecircle.terms.figures import decimal_text, percent_text, share_text

HIGH, GAP = 16.0, 10.0
MOST_SAID = 20
"""What is read aloud of longer charts stops here; the table has all of it."""


@dataclass(frozen=True)
class Bar:
    """A bar: its name, the count of each kind (None unknown), and marks of what it rests on."""

    name: str
    counts: tuple[int | None, ...]
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bars:
    """A chart of bars. ``kinds`` are looks and words of the counts, in their order.

    ``beside`` draws the counts of a bar under each other on one scale; otherwise they follow each
    other and make up the bar, whose length is its whole, or with ``shares`` always the same.
    ``what`` heads the names in the table.
    """

    title: str
    unit: str
    kinds: tuple[tuple[str, str], ...]
    bars: tuple[Bar, ...]
    beside: bool = False
    shares: bool = False
    simulated: bool = False
    what: str = "区县、开发区"

    def columns(self) -> Columns:
        """Return the numbers that are drawn, a row a bar."""
        columns: Columns = {"name": [bar.name for bar in self.bars]}
        for at, (kind, _) in enumerate(self.kinds):
            columns[kind.replace(" ", "_")] = [bar.counts[at] for bar in self.bars]
        columns["marks"] = ["；".join(LOOKS[one].zh for one in bar.marks) for bar in self.bars]
        columns["simulated"] = [LOOKS["simulated"].zh * self.simulated] * len(self.bars)
        return columns

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Return headers and rows of texts, the same numbers as people read them."""
        marked = any(bar.marks for bar in self.bars)
        rows = [
            [
                bar.name,
                *("未知" if count is None else f"{count:,}" for count in bar.counts),
                *["；".join(LOOKS[one].zh for one in bar.marks)] * marked,
            ]
            for bar in self.bars
        ]
        return [
            self.what,
            *(f"{zh}（{self.unit}）" for _, zh in self.kinds),
            *["标记"] * marked,
        ], rows

    def told(self) -> str:
        """Return in words what the chart shows."""
        lines = ["模拟数据"] * self.simulated
        lines += [f"{bar.name}：{self._words(bar)}" for bar in self.bars[:MOST_SAID]]
        more = len(self.bars) - MOST_SAID
        lines += [f"另有{more}行，见表"] if more > 0 else []
        return "。".join(lines) + "。"

    def svg(self, prefix: str) -> str:
        """Return the chart; ``prefix`` is a name that no other chart of the page has."""
        y = 0.0
        body = ""
        if self.simulated:
            body, y = drawing.simulated_band(prefix, WIDTH), ROW + 6
        marks = list(dict.fromkeys(mark for bar in self.bars for mark in bar.marks))
        named = [*self._kinds_there(), *((mark, LOOKS[mark].zh) for mark in marks)]
        unknown = any(None in bar.counts for bar in self.bars)
        named += [("not assessed", "未知")] if unknown else []
        key, y = drawing.legend(prefix, named, y, WIDTH)
        body += key
        longest = max((self._length(bar) for bar in self.bars), default=0)
        for bar in self.bars:
            drawn, y = self._bar(prefix, bar, y, longest)
            body += drawn
        kinds = [*(kind for kind, _ in named), *["simulated"] * self.simulated]
        return drawing.whole(prefix, self.title, self.told(), body, kinds, (WIDTH, y + 4))

    def _kinds_there(self) -> list[tuple[str, str]]:
        """Return the kinds for the legend: not those that no bar has any of."""
        there = [any(bar.counts[at] for bar in self.bars) for at, _ in enumerate(self.kinds)]
        if self.beside or not any(there):
            return list(self.kinds)
        return [kind for kind, one in zip(self.kinds, there, strict=True) if one]

    def _length(self, bar: Bar) -> int:
        known = [count or 0 for count in bar.counts]
        return max(known) if self.beside else sum(known)

    def _words(self, bar: Bar) -> str:
        parts = [
            f"{zh}{'未知' if count is None else f'{count:,}{self.unit}'}"
            for (_, zh), count in zip(self.kinds, bar.counts, strict=True)
        ]
        marks = [LOOKS[mark].zh for mark in bar.marks]
        return "，".join([*parts, *marks])

    def _figure(self, bar: Bar) -> str:
        """Return what stands at the end of a bar's name."""
        counts = [0 if count is None else count for count in bar.counts]
        if None in bar.counts:
            return "未知"
        if self.beside:
            return "→".join(f"{count:,}" for count in counts) + self.unit
        share = f"（{percent_text(share_text(counts[0], sum(counts)))}）" if sum(counts) else ""
        return f"{self.kinds[0][1]}：{counts[0]:,} / {sum(counts):,}{self.unit}{share}"

    def _bar(self, prefix: str, bar: Bar, y: float, longest: int) -> tuple[str, float]:
        y += GAP
        figure = self._figure(bar)
        room = WIDTH - wide(figure, SMALL) - 10 - 18 * len(bar.marks)
        name = shortened(bar.name, room)
        drawn = said(name, 0, y + 14) + said(figure, WIDTH, y + 14, anchor="end", size=SMALL)
        for at, mark in enumerate(bar.marks):
            drawn += box(wide(name) + 6 + 18 * at, y + 2, 14, 14, fill_of(prefix, mark))
        y += ROW
        if None in bar.counts:
            return drawn + box(0, y, WIDTH, HIGH, fill_of(prefix, "not assessed")), y + HIGH
        scale = (self._length(bar) if self.shares else longest) or 1
        parts = zip(self.kinds, bar.counts, strict=True)
        x = 0.0
        for (kind, _), count in parts:
            long = WIDTH * (count or 0) / scale
            if long:
                drawn += box(x, y, long, HIGH, fill_of(prefix, kind))
            x, y = (0.0, y + HIGH + 2) if self.beside else (x + long, y)
        return drawn, y if self.beside else y + HIGH


def units_compared(
    title: str, rows: Sequence[tuple[str, int, int]], *, simulated: bool = False
) -> Bars:
    """Return units of the county level with people short of something and those newly served."""
    bars = tuple(Bar(name, (served, short - served)) for name, short, served in rows)
    kinds = tuple((kind, LOOKS[kind].zh) for kind in ("served", "left"))
    return Bars(title, "人", kinds, bars, shares=True, simulated=simulated)


def verdicts_compared(title: str, unit: str, bars: Sequence[Bar], *, simulated: bool) -> Bars:
    """Return areas beside each other by verdict: met, not met, partial list, not assessed."""
    there = ("met", "not met", "partial list", "not assessed")
    kinds = tuple((kind, LOOKS[kind].zh) for kind in there)
    return Bars(title, unit, kinds, tuple(bars), shares=True, simulated=simulated)


def before_and_after(title: str, unit: str, bars: Sequence[Bar], *, simulated: bool) -> Bars:
    """Return the same count of each thing on two days, or before and after a plan."""
    kinds = tuple((kind, LOOKS[kind].zh) for kind in ("before", "after"))
    return Bars(title, unit, kinds, tuple(bars), beside=True, simulated=simulated, what="规则")


def people_by_minutes(
    title: str, minutes: Sequence[float], bars: Sequence[Bar], *, simulated: bool
) -> Bars:
    """Return people by their walk: within each of one to three ``minutes``, rising, and beyond.

    The counts of a bar, one more than the minutes, do not overlap.
    """
    said = [decimal_text(one, 1) for one in minutes]
    steps = [f"{said[0]}分钟以内", *(f"{less}至{more}分钟" for less, more in pairwise(said))]
    kinds = [(f"within-{at}", zh) for at, zh in enumerate(steps, start=1)]
    kinds.append(("beyond", f"超过{said[-1]}分钟"))
    return Bars(title, "人", tuple(kinds), tuple(bars), shares=True, simulated=simulated)
