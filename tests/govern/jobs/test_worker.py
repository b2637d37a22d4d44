"""The worker: steps with their cursor, failures as sentences, stops between two steps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lifecircle.govern.actor import system
from lifecircle.govern.jobs import handlers
from lifecircle.govern.jobs.handlers import Pace, Step, Steps, Task, handler
from lifecircle.govern.jobs.lanes import Lane
from lifecircle.govern.jobs.models import Job, State
from lifecircle.govern.jobs.services import ask_to_stop, enqueue, try_again
from lifecircle.govern.jobs.worker import Worker
from lifecircle.terms.errors import stop

DID: list[int] = []


@pytest.fixture(autouse=True)
def _apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers, "_handlers", {})
    DID.clear()


def counting(task: Task) -> Steps:
    for number in range(task.cursor or 0, task.payload["to"]):
        if number == task.payload.get("breaks_at") and task.job.lease < 2:
            raise KeyError(number)
        yield Step(lambda n=number: DID.append(n), number + 1, number + 1, 5)  # type: ignore[misc]
    task.said = "数完了。"


@pytest.mark.django_db
def test_a_job_runs_to_its_end_and_says_what_came_of_it() -> None:
    handler("count")(counting)
    enqueue(system("test"), "count", "x", {"to": 5})
    assert Worker("a").run_one()
    job = Job.objects.get()
    assert (job.state, job.said, job.percent, DID) == (State.DONE, "数完了。", 100, [0, 1, 2, 3, 4])
    assert not Worker("a").run_one()


@pytest.mark.django_db
def test_what_broke_off_goes_on_after_a_while_from_where_it_was() -> None:
    handler("count")(counting)
    enqueue(system("test"), "count", "x", {"to": 5, "breaks_at": 3})
    now = datetime.now(UTC)
    worker = Worker("a", lambda: now)
    assert worker.run_one()
    assert Job.objects.get().cursor == 3
    assert not worker.run_one(), "it waits before the next attempt"
    now += timedelta(minutes=1)
    assert worker.run_one()
    assert (Job.objects.get().state, DID) == (State.DONE, [0, 1, 2, 3, 4])


@pytest.mark.django_db
def test_a_fault_of_the_input_is_told_and_not_tried_again() -> None:
    @handler("read")
    def read(task: Task) -> Steps:
        yield Step(lambda: None, 1)
        raise stop("文件是空的", file="a.xlsx", remedy="重新导出")

    enqueue(system("test"), "read", "x")
    Worker("a").run_one()
    job = Job.objects.get()
    assert (job.state, job.said) == (State.FAILED, "a.xlsx：文件是空的；请重新导出。")


@pytest.mark.django_db
def test_it_stops_between_two_steps_and_can_go_on() -> None:
    @handler("count")
    def asked(task: Task) -> Steps:
        for number in range(task.cursor or 0, 4):
            yield Step(lambda n=number: DID.append(n), number + 1)  # type: ignore[misc]
            if number == 1 and task.job.lease == 1:
                ask_to_stop(system("test"), task.job)

    job = enqueue(system("test"), "count", "x")
    Worker("a").run_one()
    job.refresh_from_db()
    # asked after the second step, seen after the third
    assert (job.state, DID) == (State.STOPPED, [0, 1, 2])
    try_again(system("test"), job)
    Worker("a").run_one()
    job.refresh_from_db()
    assert (job.state, DID) == (State.DONE, [0, 1, 2, 3])


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_writes_nothing_more() -> None:
    @handler("count")
    def slow(task: Task) -> Steps:
        yield Step(lambda: DID.append(0), 1)
        Job.objects.filter(pk=task.job.pk).update(lease=task.job.lease + 1, leased_by="b")
        yield Step(lambda: DID.append(1), 2)

    enqueue(system("test"), "count", "x")
    Worker("a").run_one()
    job = Job.objects.get()
    assert (job.state, job.cursor, job.leased_by, DID) == (State.RUNNING, 1, "b", [0])


def test_the_pace_keeps_a_step_short() -> None:
    pace = Pace(rows=100, aim_s=0.1, most=1000)
    pace.took(0.01)
    assert pace.rows == 200
    pace.took(0.4)
    assert pace.rows == 50
    for _ in range(20):
        pace.took(0.0)
    assert pace.rows == 1000


@pytest.mark.django_db
def test_a_job_that_repeats_itself_is_given_up() -> None:
    @handler("circle")
    def circle(task: Task) -> Steps:
        yield Step(lambda: None, "same")
        raise KeyError

    enqueue(system("test"), "circle", "x")
    now = datetime.now(UTC)
    worker = Worker("a", lambda: now)
    for _ in range(10):
        now += timedelta(minutes=5)
        worker.run_one()
    assert Job.objects.get().state == State.FAILED


@pytest.mark.django_db
def test_who_reckons_holds_up_no_other() -> None:
    """What holds a whole city is done by one worker, the rest by another; one alone does all."""
    for kind in ("assessment.run", "plan.make", "imports.check", "plansomething"):
        handler(kind)(counting)
        enqueue(system("test"), kind, "x", {"to": 1})
    done = {}
    for lane in (Lane.RECKONING, Lane.OTHERS):
        worker = Worker(lane.value, lane=lane)
        while worker.run_one():
            pass
        done[lane] = set(Job.objects.filter(leased_by=lane.value).values_list("kind", flat=True))
    assert done[Lane.RECKONING] == {"assessment.run", "plan.make"}
    assert done[Lane.OTHERS] == {"imports.check", "plansomething"}
    enqueue(system("test"), "plan.make", "y", {"to": 1})
    assert Worker("alone").run_one()
