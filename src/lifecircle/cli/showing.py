"""Shows progress and tables in the terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table

from lifecircle.assess.findings import Assessment
from lifecircle.terms.figures import decimal_text
from lifecircle.terms.words import word


class Stages:
    """Tells each stage of long work on standard error, with the seconds since the start."""

    def __init__(self, *, quiet: bool) -> None:
        """Start the clock; ``quiet`` shows nothing."""
        self._quiet = quiet
        self._begun = time.monotonic()

    def __call__(self, stage: str) -> None:
        """Announce ``stage``."""
        if not self._quiet:
            click.echo(f"[{time.monotonic() - self._begun:5.1f} 秒] {stage}", err=True)


def table(title: str, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; all columns but the first are set to the right."""
    shown = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for at, header in enumerate(headers):
        shown.add_column(header, justify="left" if at == 0 else "right", overflow="fold")
    for row in rows:
        shown.add_row(*row)
    width = None if sys.stdout.isatty() else 100
    Console(width=width, highlight=False, markup=False).print(shown)


def summary(assessment: Assessment) -> None:
    """Print how many communities meet each rule, in each reading."""
    pack = assessment.pack
    headers = ["规则", "读法", *(word("verdict", v) for v in ("met", "not met", "not assessed"))]
    rows = [
        [
            pack.rule(row.rule).title.zh,
            word("reading", row.reading),
            str(row.met),
            str(row.not_met),
            str(row.not_assessed),
            _people(row.people_affected, row.not_met),
        ]
        for row in assessment.rollup
    ]
    title = f"{pack.header.title.zh}（{assessment.as_of}，按社区计）"
    table(title, [*headers, "未达标涉及人数"], rows)
    for finding in assessment.findings:
        if finding.subject_level == "city":
            share = decimal_text(float(finding.observed or 0) * 100, 2)
            click.echo(
                f"{pack.rule(finding.rule).title.zh}（{word('reading', finding.reading)}）："
                f"{word('verdict', finding.verdict)}，{share}%，{word('due', finding.due)}"
            )


def _people(count: int | None, short: int) -> str:
    if not short:
        return "—"
    return "未知" if count is None else f"{count:,}"
