"""What a job does: a generator of steps, each committed together with how far the job then is."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps

from lifecircle.govern.jobs.models import Job

Effect = Callable[[], None]


def nothing() -> None:
    """Change nothing: for steps that only tell how far the job is."""


@dataclass(frozen=True)
class Step:
    """What a job does next: ``effect`` runs in the transaction that moves the ``cursor`` on.

    The cursor is JSON and never None. ``done`` of ``of`` is what a person sees. After the step the
    worker rests as long as it took times ``rest``, so that others come to write.
    """

    effect: Effect
    cursor: Any
    done: int = 0
    of: int = 0
    rest: float = 0.0


@dataclass
class Task:
    """A job as its handler sees it. ``stop_asked`` is as of the last step."""

    job: Job
    stop_asked: bool = False
    said: str = ""
    payload: dict[str, Any] = field(default_factory=dict)

    @property
    def cursor(self) -> Any:
        """Return how far the job was when it was taken; None at the very beginning."""
        return self.job.cursor


Steps = Generator[Step, float, None]
"""Yields steps, is sent the seconds that each took."""

Handler = Callable[[Task], Steps]


@dataclass(frozen=True)
class Registered:
    """A handler. One that ``ends_itself`` is asked to stop and cleans up by further steps."""

    run: Handler
    ends_itself: bool = False


_handlers: dict[str, Registered] = {}


def handler(kind: str, *, ends_itself: bool = False) -> Callable[[Handler], Handler]:
    """Make a function the handler of a kind of job; it lives in the ``handlers`` of its app.

    A kind begins with what its app's label begins with: only that app is loaded to run it.
    """

    def register(run: Handler) -> Handler:
        _handlers[kind] = Registered(run, ends_itself)
        return run

    return register


def handler_of(kind: str) -> Registered:
    """Return the handler of a kind; raises LookupError where no app has it."""
    if kind not in _handlers:
        _load(kind.partition(".")[0])
    return _handlers[kind]


def daily_work() -> Mapping[str, str]:
    """Return the title of each kind of job that every day has: apps name theirs in ``daily``."""
    found: dict[str, str] = {}
    for app in apps.get_app_configs():
        found |= getattr(app, "daily", {})
    return found


def _load(label: str) -> None:
    for app in apps.get_app_configs():
        name = f"{app.name}.handlers"
        ours = app.name.startswith("lifecircle.govern.") and app.label.startswith(label)
        if ours and find_spec(name):
            import_module(name)


class Pace:
    """How many rows the next step may take so that no step holds the lock too long.

    Waiting for the lock counts too, so there is a ``least``: with tiny steps the waits are all.
    """

    def __init__(
        self, rows: int = 100, aim_s: float = 0.1, most: int = 1000, least: int = 20
    ) -> None:
        self.rows, self.aim_s, self.most, self.least = rows, aim_s, most, least

    def took(self, seconds: float) -> None:
        """Learn from the last step: grow at most twofold, shrink at once."""
        grown = self.rows * min(2.0, self.aim_s / max(seconds, 1e-3))
        self.rows = int(min(self.most, max(self.least, grown)))


def timed(effect: Effect) -> float:
    """Run and return the seconds it took."""
    begun = time.monotonic()
    effect()
    return time.monotonic() - begun
