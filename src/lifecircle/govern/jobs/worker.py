"""The worker: takes jobs, runs their steps, says that it lives; any number may run side by side."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from lifecircle.govern.jobs.daily import hand_over_day
from lifecircle.govern.jobs.handlers import Registered, Step, Task, handler_of, timed
from lifecircle.govern.jobs.lanes import Lane
from lifecircle.govern.jobs.leases import end, give_back, take, tell
from lifecircle.govern.jobs.models import Job, State
from lifecircle.terms.errors import LifecircleError

POLL_S = 1.0
BEAT_S = 5.0
log = logging.getLogger(__name__)


class LeaseLost(Exception):  # noqa: N818 - nothing is wrong, another goes on
    """Another worker took the job over."""


class Worker:
    """Takes and runs jobs. ``clock`` is of the wall; leases do not rest on clocks agreeing."""

    def __init__(
        self,
        name: str = "",
        clock: Callable[[], datetime] = timezone.now,
        lane: Lane = Lane.ALL,
    ) -> None:
        own = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        self.name, self.clock, self.lane = name or own, clock, lane
        self.stopping = threading.Event()
        self._day: date | None = None

    def run(self) -> None:
        """Work until asked to stop; a database that is away is waited for."""
        while not self.stopping.is_set():
            try:
                close_old_connections()
                self.begin_day()
                busy = self.run_one()
            except DatabaseError:
                log.exception("the database does not answer")
                connection.close()
                busy = False
            if not busy:
                self.stopping.wait(POLL_S)
        connection.close()

    def begin_day(self) -> None:
        """Hand over the day's work where that is not done yet."""
        today = timezone.localdate(self.clock())
        if today != self._day:
            hand_over_day(today)
            self._day = today

    def run_one(self) -> bool:
        """Take one job and run it to its end, a stop or a failure; False where none waits."""
        job = take(self.name, self.clock(), self.lane)
        if job is None:
            return False
        with _Heartbeat(job, self.clock):
            try:
                self._run(job)
            except LeaseLost:
                log.warning("job %s: another worker has it", job.pk)
            except LifecircleError as error:
                end(job, State.FAILED, str(error), self.clock())
            except Exception:
                log.exception("job %s broke off", job.pk)
                give_back(job, self.clock(), timedelta(seconds=2**job.attempt))
        return True

    def _run(self, job: Job) -> None:
        task = Task(job, stop_asked=job.stop_asked, payload=job.payload)
        how = _handler(job)
        steps = how.run(task)
        took: float | None = None
        while True:
            if self.stopping.is_set():
                steps.close()
                give_back(job, self.clock())
                return
            if task.stop_asked and not how.ends_itself:
                steps.close()
                end(job, State.STOPPED, gettext_noop("按要求停止了。"), self.clock())
                return
            try:
                step = next(steps) if took is None else steps.send(took)
            except StopIteration:
                state = State.STOPPED if task.stop_asked else State.DONE
                end(job, state, task.said, self.clock())
                return
            took = timed(lambda step=step: self._commit(job, step))  # type: ignore[misc]
            task.stop_asked = Job.objects.values_list("stop_asked", flat=True).get(pk=job.pk)
            if step.rest:
                time.sleep(took * step.rest)

    def _commit(self, job: Job, step: Step) -> None:
        """Run a step and move the cursor in one transaction, unless another holds the lease."""
        news = {"cursor": step.cursor, "done": step.done, "of": step.of}
        if step.cursor != job.cursor:
            news["attempt"] = 0
        with transaction.atomic():
            if not tell(job, self.clock(), **news):
                raise LeaseLost
            step.effect()
        job.cursor = step.cursor


def _handler(job: Job) -> Registered:
    try:
        return handler_of(job.kind)
    except KeyError as error:
        raise RuntimeError(f"Nothing handles jobs of the kind {job.kind}") from error


class _Heartbeat:
    """Says while a job runs that its worker lives, from a thread with a connection of its own."""

    def __init__(self, job: Job, clock: Callable[[], datetime]) -> None:
        self.job, self.clock = job, clock
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()

    def _beat(self) -> None:
        try:
            while not self.ended.wait(BEAT_S):
                try:
                    tell(self.job, self.clock())
                except DatabaseError:
                    log.exception("no heartbeat of job %s", self.job.pk)
                    connection.close()
        finally:
            connection.close()


def run_worker(lane: Lane = Lane.ALL) -> None:
    """Work in this process until it is asked to end; what runs is given back between two steps."""
    worker = Worker(lane=lane)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stopping.set())
    worker.run()


def start_thread() -> Worker:
    """Work in a thread beside others; ``stopping.set()`` of what is returned ends it."""
    worker = Worker()
    threading.Thread(target=worker.run, name="jobs", daemon=True).start()
    return worker
