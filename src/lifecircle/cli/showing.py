"""Shows progress and tables in the terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from shutil import get_terminal_size

import click
from rich.cells import set_cell_size
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


class Board:
    """Tells which of many cities is at which stage, on standard error.

    A terminal shows one line that is written over, and a line for each city that ended;
    elsewhere, as in a log, every line names its city.
    """

    def __init__(self, total: int, *, quiet: bool) -> None:
        """Start the clock; ``quiet`` shows nothing."""
        self._quiet = quiet
        self._total = total
        self._begun = time.monotonic()
        self._stage: dict[str, str] = {}
        self._ended = 0

    def __call__(self, name: str, stage: str) -> None:
        """Announce that a city is at a stage."""
        kind = stage.partition(" ")[0]
        again = self._stage.get(name, "").partition(" ")[0] == kind
        self._stage[name] = stage
        if self._quiet:
            return
        if sys.stderr.isatty():
            self._now()
        elif not again:
            self._line(f"{name}：{stage}")

    def ended(self, name: str, how: str) -> None:
        """Announce that a city ended, and how."""
        self._stage.pop(name, None)
        self._ended += 1
        if self._quiet:
            return
        if sys.stderr.isatty():
            click.echo("\r\x1b[K", nl=False, err=True)
        self._line(f"{name}：{how}（{self._ended}/{self._total}）")
        if sys.stderr.isatty():
            self._now()

    def done(self) -> None:
        """Leave the line."""
        if not self._quiet and sys.stderr.isatty():
            click.echo("\r\x1b[K", nl=False, err=True)

    def _now(self) -> None:
        """Write the line of the terminal, cut to its width."""
        told = "；".join(f"{name} {stage}" for name, stage in sorted(self._stage.items()))
        line = set_cell_size(f"{self._clock()} {told}", get_terminal_size().columns - 1)
        click.echo(f"\r\x1b[K{line}", nl=False, err=True)

    def _line(self, text: str) -> None:
        click.echo(f"{self._clock()} {text}", err=True)

    def _clock(self) -> str:
        return f"[{time.monotonic() - self._begun:5.1f} 秒]"


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
