"""Leases: one holder at a time whatever the clock does, every step counted once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lifecircle.govern.actor import system
from lifecircle.govern.jobs.leases import GAVE_UP, LEASE, MOST_ATTEMPTS, end, give_back, take, tell
from lifecircle.govern.jobs.models import Job, State
from lifecircle.govern.jobs.services import ask_to_stop, enqueue
from lifecircle.govern.refused import Conflict

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
WORKERS = ("a", "b", "c")


class Leases(RuleBasedStateMachine):
    """What workers believe that they hold, against what the table lets them write."""

    @initialize()
    def begin(self) -> None:
        Job.objects.all().delete()
        self.now = NOON
        self.holds: dict[str, Job] = {}
        self.steps: dict[int, int] = {}
        self.newest: dict[int, int] = {}

    @rule(key=st.sampled_from("xyz"))
    def hand_over(self, key: str) -> None:
        job = enqueue(system("test"), "count", key)
        if job.pk not in self.steps:
            Job.objects.filter(pk=job.pk).update(due_at=self.now)
        self.steps.setdefault(job.pk, 0)

    @rule(worker=st.sampled_from(WORKERS))
    def take_one(self, worker: str) -> None:
        job = take(worker, self.now)
        if job is None:
            return
        assert job.lease > self.newest.get(job.pk, 0), "a lease was given twice"
        self.newest[job.pk] = job.lease
        self.holds[worker] = job

    @precondition(lambda self: bool(self.holds))
    @rule(data=st.data())
    def step(self, data: st.DataObject) -> None:
        worker = data.draw(st.sampled_from(sorted(self.holds)))
        job = self.holds[worker]
        cursor = Job.objects.get(pk=job.pk).cursor or 0
        told = tell(job, self.now, cursor=cursor + 1, attempt=0)
        assert told == self._really_holds(job)
        self.steps[job.pk] += told

    @precondition(lambda self: bool(self.holds))
    @rule(data=st.data(), how=st.sampled_from(["end", "give back", "die"]))
    def let_go(self, data: st.DataObject, how: str) -> None:
        worker = data.draw(st.sampled_from(sorted(self.holds)))
        job = self.holds.pop(worker)
        held = self._really_holds(job)
        if how == "end":
            assert end(job, State.DONE, "", self.now) == held
        if how == "give back":
            assert give_back(job, self.now) == held

    @rule(seconds=st.sampled_from([1, 10, 21, 60]))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def _really_holds(self, job: Job) -> bool:
        row = Job.objects.get(pk=job.pk)
        return row.state == State.RUNNING and self.newest[job.pk] == job.lease == row.lease

    @invariant()
    def one_effect_a_step(self) -> None:
        for job in Job.objects.all() if hasattr(self, "steps") else ():
            assert (job.cursor or 0) == self.steps[job.pk]

    @invariant()
    def what_lapsed_is_taken_again(self) -> None:
        for job in Job.objects.filter(state=State.RUNNING) if hasattr(self, "steps") else ():
            assert job.lease_until is not None
            assert job.lease_until <= self.now + LEASE


@pytest.mark.django_db
def test_no_history_gives_two_workers_one_lease() -> None:
    few = settings(
        max_examples=30,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Leases, settings=few)


@pytest.mark.django_db
def test_the_same_job_twice_is_one() -> None:
    first = enqueue(system("test"), "count", "x", {"n": 1})
    assert enqueue(system("test"), "count", "x", {"n": 2}) == first
    assert Job.objects.get().payload == {"n": 1}


@pytest.mark.django_db
def test_a_job_that_never_gets_on_ends_with_a_sentence() -> None:
    enqueue(system("test"), "count", "x")
    now = datetime.now(UTC)
    for _ in range(MOST_ATTEMPTS):
        now += LEASE * 2
        assert take("a", now) is not None
    assert take("a", now + LEASE * 2) is None
    job = Job.objects.get()
    assert (job.state, job.said) == (State.FAILED, GAVE_UP)


@pytest.mark.django_db
def test_what_waits_stops_at_once_and_what_ended_cannot() -> None:
    job = enqueue(system("test"), "count", "x")
    ask_to_stop(system("test"), job)
    assert Job.objects.get().state == State.STOPPED
    with pytest.raises(Conflict, match="已经结束"):
        ask_to_stop(system("test"), job)
