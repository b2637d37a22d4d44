"""Runs jobs in processes: each by itself, all of them stopped when the work is stopped.

A crew is spawned, not forked, so that it works alike on every system. A process that dies takes
only its own job along.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Self

import click

from lifecircle.cli.ending import BROKEN, TERMINATED, signalled
from lifecircle.terms.errors import Fault, LifecircleError, why
from lifecircle.terms.progress import Progress

Job = Callable[[Any, Progress], Any]
"""What is done: a function of a module, from what can be pickled to what can be pickled."""

_PATIENCE_S = 60.0
"""A stopped process may first have to end a compiled search and to put away its files."""


@dataclass(frozen=True)
class Outcome:
    """What became of a job: its result, or the faults of its input, or a report for maintainers."""

    result: Any = None
    faults: tuple[Fault, ...] = ()
    report: str = ""


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Crew:
    """Processes that do one kind of job; leaving the ``with`` stops whatever still runs."""

    def __init__(self, job: Job, processes: int) -> None:
        """Hire nobody yet; at most ``processes`` will work at a time."""
        self._job = job
        self._most = processes
        self._hands: dict[Connection, _Hand] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Stop everyone; each puts its half-written files away first."""
        for hand in self._hands.values():
            hand.process.terminate()
        for hand in self._hands.values():
            hand.process.join(_PATIENCE_S)
            hand.process.kill()
            hand.process.join()

    def run(
        self, jobs: Mapping[str, Any], tell: Callable[[str, str], None]
    ) -> Iterator[tuple[str, Outcome]]:
        """Yield each job's name and outcome as it ends; ``tell`` hears name and stage."""
        waiting = deque(jobs.items())
        while waiting and len(self._hands) < self._most:
            self._hire(waiting.popleft())
        while self._hands:
            for pipe in wait(list(self._hands)):
                assert isinstance(pipe, Connection)
                hand = self._hands[pipe]
                said = hand.hear()
                if isinstance(said, str):
                    tell(hand.doing, said)
                    continue
                yield hand.doing, said
                self._next(hand, waiting, sound=hand.process.is_alive() and not said.report)

    def _next(self, hand: _Hand, waiting: deque[tuple[str, Any]], *, sound: bool) -> None:
        """Give a hand that ended its job another one; one that broke is replaced."""
        if waiting and sound:
            hand.give(*waiting.popleft())
            return
        del self._hands[hand.pipe]
        hand.dismiss()
        if waiting:
            self._hire(waiting.popleft())

    def _hire(self, first: tuple[str, Any]) -> None:
        hand = _Hand(self._job)
        self._hands[hand.pipe] = hand
        hand.give(*first)


class _Hand:
    """One process, seen from outside."""

    def __init__(self, job: Job) -> None:
        context = get_context("spawn")
        self.pipe, inner = context.Pipe()
        self.process: SpawnProcess = context.Process(target=_serve, args=(job, inner), daemon=True)
        self.doing = ""
        with _deaf():
            self.process.start()
        inner.close()

    def give(self, name: str, job: Any) -> None:
        """Hand out a job."""
        self.doing = name
        with suppress(ConnectionError):  # who died is not heard of any more
            self.pipe.send(job)

    def hear(self) -> str | Outcome:
        """Return a stage or an outcome; the death of the process is one too."""
        try:
            said = self.pipe.recv()
        except (EOFError, OSError):
            self.process.join()
            code = self.process.exitcode
            reason = f"计算进程意外结束（退出码{code}），可能是内存不够"
            return Outcome(faults=(Fault(reason, remedy="减少 --processes 再试"),))
        assert isinstance(said, str | Outcome)
        return said

    def dismiss(self) -> None:
        """Let a process go that has nothing to do."""
        self.pipe.close()
        self.process.join(_PATIENCE_S)


@contextmanager
def _deaf() -> Iterator[None]:
    """Start processes deaf to Ctrl-C, which reaches a whole terminal: their crew stops them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _serve(job: Job, pipe: Connection) -> None:
    """Do jobs until there are no more, or until nobody listens any longer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        while True:
            pipe.send(_outcome(job, pipe.recv(), pipe.send))
    except (EOFError, ConnectionError):
        return
    except Exception as error:
        if not isinstance(signalled(error), SystemExit):
            pipe.send(Outcome(report=traceback.format_exc()))
        raise SystemExit(BROKEN) from error


def _outcome(job: Job, given: Any, tell: Callable[[str], None]) -> Outcome:
    """Do a job; what is wrong with its input is an outcome too."""

    def progress(stage: str) -> None:
        tell(stage)

    try:
        return Outcome(job(given, progress))
    except LifecircleError as error:
        return Outcome(faults=error.faults)
    except click.ClickException as error:
        return Outcome(faults=(Fault(error.format_message().rstrip("。")),))
    except ConnectionError:
        raise
    except OSError as error:
        reason = f"读写不了（{why(error)}）"
        return Outcome(faults=(Fault(reason, remedy="检查磁盘空间和权限"),))
