"""Shows progress and tables in the terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table


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


def labelled(title: str, lines: Sequence[tuple[str, str]]) -> None:
    """Print lines under a title, each label once, the texts folded beside it."""
    shown = Table(title=title, title_justify="left", box=None, pad_edge=False, show_header=False)
    shown.add_column(justify="left", no_wrap=True)
    shown.add_column(justify="left", overflow="fold")
    last = ""
    for label, text in lines:
        shown.add_row(label if label != last else "", text)
        last = label
    width = None if sys.stdout.isatty() else 100
    Console(width=width, highlight=False, markup=False).print(shown)
    click.echo()
