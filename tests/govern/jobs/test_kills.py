"""A worker killed again and again: the job ends, every step of it took effect once."""

from __future__ import annotations

import random
import time
from pathlib import Path

from tests.govern.processes import Home, kill, own_home

STEPS = 60

WORK = """
from datetime import date, timedelta
import time
from lifecircle.govern.actor import system
from lifecircle.govern.jobs import leases, worker
from lifecircle.govern.jobs.handlers import Step, handler
from lifecircle.govern.records.services import begin
leases.LEASE, worker.BEAT_S, worker.POLL_S = timedelta(seconds=1), 0.2, 0.1
@handler("count")
def count(task):
    for n in range(task.cursor or 0, %d):
        time.sleep(0.02)
        yield Step(lambda: begin(system("x"), date(2026, 1, 1), str(n)), n + 1, n, %d)
print("up", flush=True)
worker.run_worker()
""" % (STEPS, STEPS)  # noqa: UP031 - the program has braces of its own

HAND_OVER = """
import time
from lifecircle.govern.actor import system
from lifecircle.govern.jobs.services import enqueue
enqueue(system("x"), "count", "1")
"""

ASK = """
from lifecircle.govern.jobs.models import Job
print(Job.objects.get(kind="count").state)
"""

COUNT = """
from lifecircle.govern.records.models import Change
print(*sorted(map(int, Change.objects.values_list("reason", flat=True))))
"""


def test_killed_again_and_again_every_step_takes_effect_once(
    tmp_path: Path, migrated: Path | None
) -> None:
    dice = random.Random(9)
    with own_home(tmp_path / "home", migrated) as home:
        home.run(HAND_OVER)
        for _ in range(3):
            workers = [home.start(WORK) for _ in range(2)]
            for one in workers:
                assert one.stdout
                assert one.stdout.readline() == "up\n"
            time.sleep(dice.uniform(0.05, 0.3))
            for one in workers:
                kill(one)
        last = home.start(WORK)
        begun = time.monotonic()
        _wait_until_done(home)
        assert time.monotonic() - begun < 60
        kill(last)
        assert home.run(COUNT).split() == [str(n) for n in range(STEPS)]


def _wait_until_done(home: Home) -> None:
    for _ in range(60):
        if home.run(ASK).strip() == "done":
            return
        time.sleep(0.2)
    raise AssertionError("the job never ended")
