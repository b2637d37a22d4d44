"""A right that is taken away while a job runs is gone at the job's next step."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from lifecircle.govern.accounts.actors import actor_behind
from lifecircle.govern.accounts.models import Grant, Role, User
from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.scoping import over_all
from lifecircle.govern.imports import handlers
from lifecircle.govern.imports.models import Batch, BatchState, Row, What
from lifecircle.govern.imports.services import commit
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.jobs.handlers import Pace
from lifecircle.govern.jobs.models import Job, State
from lifecircle.govern.jobs.worker import Worker
from tests.govern.conftest import Granted, SmallCity
from tests.govern.imports.conftest import BringIn, facility

RIGHTS = ("import.run", "inventory.change", "inventory.view")


@pytest.fixture
def clerk(granted: Granted) -> Actor:
    return granted("clerk", "bridge", *RIGHTS)


def row_by_row(monkeypatch: Any, after: int, then: Any) -> None:
    """Let a commit write one row a step, and let something happen after some steps."""
    pace = lambda: Pace(1, most=1, least=1)  # noqa: E731
    monkeypatch.setattr(handlers, "_pace", pace)
    kept, steps = Worker._commit, []

    def commit_step(self: Worker, job: Job, step: Any) -> None:
        kept(self, job, step)
        steps.append(step)
        if len(steps) == after:
            then()

    monkeypatch.setattr(Worker, "_commit", commit_step)


def confirmed(clerk: Actor, small_city: SmallCity, brought: BringIn) -> Batch:
    rows = [facility(number) for number in range(1, 6)]
    batch = brought(rows, small_city["bridge"], clerk)
    commit(clerk, batch)
    return batch


def test_who_may_not_import_any_more_writes_nothing(
    clerk: Actor, small_city: SmallCity, brought: BringIn, monkeypatch: Any
) -> None:
    batch = confirmed(clerk, small_city, brought)
    ended = lambda: Grant.objects.update(ended_at=timezone.now())  # noqa: E731
    row_by_row(monkeypatch, 2, ended)
    Worker("test").run_one()
    batch.refresh_from_db()
    job = Job.objects.get(kind="imports.commit")
    assert (batch.state, job.state) == (BatchState.STOPPED, State.STOPPED)
    assert "权限已经收回" in job.sentence
    assert not Facility.versions.exists()


def test_who_may_not_change_any_more_changes_no_further_row(
    clerk: Actor, small_city: SmallCity, brought: BringIn, monkeypatch: Any
) -> None:
    batch = confirmed(clerk, small_city, brought)
    narrowed = lambda: Role.objects.update(permissions=["import.run"])  # noqa: E731
    row_by_row(monkeypatch, 2, narrowed)
    Worker("test").run_one()
    assert Facility.versions.count() == 2
    lost = Row.objects.filter(batch=batch, what=What.CONFLICT)
    assert {one.told[-1]["reason"] for one in lost} == {"写入时您对这里已经没有授权"}
    assert lost.count() == 3


def test_an_account_that_was_closed_writes_nothing(
    clerk: Actor, small_city: SmallCity, brought: BringIn, monkeypatch: Any
) -> None:
    batch = confirmed(clerk, small_city, brought)
    closed = lambda: User.objects.update(is_active=False)  # noqa: E731
    row_by_row(monkeypatch, 1, closed)
    Worker("test").run_one()
    batch.refresh_from_db()
    assert batch.state == BatchState.STOPPED


def test_over_all_is_as_old_as_the_actor(clerk: Actor, granted: Granted) -> None:
    chief = granted("chief", "city", *RIGHTS)
    assert over_all(chief, "import.run")
    assert not over_all(clerk, "import.run")
    assert chief.user_id
    Grant.objects.filter(user_id=chief.user_id).update(ended_at=timezone.now())
    again = actor_behind(chief.name, chief.user_id, "job")
    assert not over_all(again, "import.run")
