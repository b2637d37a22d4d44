"""Shows progress and tables in the terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table

from lifecircle.assess.findings import Assessment, RollUp
from lifecircle.terms.figures import percent_text
from lifecircle.terms.words import Reading, word


class Stages:
    """Tells the stages of long work on standard error, with the seconds since the start.

    A terminal shows every stage on one line that is written over; elsewhere, as in a log, only
    the first of stages that begin with the same word gets a line.
    """

    def __init__(self, *, quiet: bool) -> None:
        """Start the clock; ``quiet`` shows nothing."""
        self._quiet = quiet
        self._begun = time.monotonic()
        self._kind = ""

    def __call__(self, stage: str) -> None:
        """Announce ``stage``."""
        if self._quiet:
            return
        kind, _, _ = stage.partition(" ")
        again, self._kind = kind == self._kind, kind
        line = f"[{time.monotonic() - self._begun:5.1f} 秒] {stage}"
        if sys.stderr.isatty():
            click.echo(f"\r\x1b[K{line}", nl=False, err=True)
        elif not again:
            click.echo(line, err=True)

    def done(self) -> None:
        """Say that the work is done, and leave the line."""
        self("完成")
        if not self._quiet and sys.stderr.isatty():
            click.echo(err=True)


def table(
    title: str, headers: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1
) -> None:
    """Print a table; the first ``texts`` columns are set to the left, figures to the right."""
    shown = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for at, header in enumerate(headers):
        shown.add_column(header, justify="left" if at < texts else "right", overflow="fold")
    for row in rows:
        shown.add_row(*row)
    width = None if sys.stdout.isatty() else 100
    Console(width=width, highlight=False, markup=False).print(shown)


def summary(assessment: Assessment) -> None:
    """Print how many communities meet each rule, one row a rule, both readings side by side."""
    pack = assessment.pack
    by_key = {(row.rule, row.reading): row for row in assessment.rollup}
    readings: tuple[Reading, ...] = ("walk", "circle")
    rows = []
    for rule in pack.rules:
        found = [by_key.get((rule.id, reading)) for reading in readings]
        if any(found):
            walked = found[0]
            people = _people(walked) if walked else "—"
            rows.append([rule.title.zh, *(_counts(row) for row in found), people])
    verdicts = "/".join(word("verdict", v) for v in ("met", "not met", "not assessed"))
    title = f"{pack.header.title.zh}\n{assessment.as_of}，社区数：{verdicts}"
    headers = ["规则", *(word("reading", reading) for reading in readings), "步行未达标涉及人数"]
    if rows:
        table(title, headers, rows)
    else:
        click.echo(title)
    click.echo()
    if assessment.without_data:
        count = len(assessment.without_data)
        click.echo(
            f"另有{count}条规则要用登记数据或面积、户数，文件里没有，未评估（见 manifest.json）。"
        )
    for finding in assessment.findings:
        if finding.subject_level == "city":
            known = "已知达标" if finding.verdict == "not assessed" else "达标"
            click.echo(
                f"{pack.rule(finding.rule).title.zh}（{word('reading', finding.reading)}）："
                f"{word('verdict', finding.verdict)}，{known}{percent_text(finding.observed)}，"
                f"{word('due', finding.due)}"
            )


def _counts(row: RollUp | None) -> str:
    return "" if row is None else f"{row.met}/{row.not_met}/{row.not_assessed}"


def _people(row: RollUp) -> str:
    if not row.not_met:
        return "—"
    if row.people_affected is None:
        return "未知"
    return (
        f"约{row.people_affected:,}（估计）" if row.people_estimated else f"{row.people_affected:,}"
    )
