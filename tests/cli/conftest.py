"""How tests run the command: in a fork of a process that has imported it."""

from __future__ import annotations

from subprocess import CompletedProcess
from typing import Protocol

import pytest

from tests.forking import Run

PATIENCE_S = 120.0


class Command(Protocol):
    """Runs the command to its end."""

    def __call__(self, *arguments: object) -> CompletedProcess[str]:
        """Return the code it ended with and what it wrote."""


@pytest.fixture(scope="session")
def run(forked: Run) -> Command:
    """Run the command in a process of its own, without the seconds of a start."""

    def ended(*arguments: object) -> CompletedProcess[str]:
        found = forked(*arguments, patience_s=PATIENCE_S)
        return CompletedProcess([*map(str, arguments)], found["code"], found["out"], found["err"])

    return ended
