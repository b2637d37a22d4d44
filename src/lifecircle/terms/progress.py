"""How long work tells what it is doing; rooms report, the caller decides how to show it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called once when a stage of the work begins."""

    def __call__(self, stage: str) -> None:
        """Announce ``stage``, a short Chinese phrase such as 读取路网."""


def silent(stage: str) -> None:
    """Show nothing; the default of every library call."""
