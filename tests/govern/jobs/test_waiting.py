"""Failed jobs wait for whoever may let them go on, for a month."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from lifecircle.govern.actor import system
from lifecircle.govern.jobs.models import Job, State
from lifecircle.govern.jobs.services import enqueue
from lifecircle.govern.jobs.waiting import waiting
from tests.govern.conftest import Granted, SmallCity
from tests.govern.parts import signed_in


@pytest.mark.parametrize("state", State)
def test_only_what_failed_waits(small_city: SmallCity, granted: Granted, state: State) -> None:
    keeper = granted("keeper", "city", "job.view", "job.change")
    path = small_city["bridge"].path
    job = enqueue(system("test"), "count", "1", area_path=path)
    lease = {"lease_until": timezone.now()} if state == State.RUNNING else {}
    Job.objects.filter(pk=job.pk).update(state=state, ended_at=timezone.now(), **lease)
    assert len(list(waiting(keeper, timezone.localdate()))) == (state == State.FAILED)


def test_whom_failed_jobs_wait_for(small_city: SmallCity, granted: Granted, settings: Any) -> None:
    settings.DEMO = True
    today, path = timezone.localdate(), small_city["bridge"].path
    people = {
        "keeper": granted("keeper", "city", "job.view", "job.change"),
        "reader": granted("reader", "city", "job.view"),
        "beside": granted("beside", "west", "job.view", "job.change"),
        "owner": granted("owner", "mill", "area.view"),
    }
    first, second = (enqueue(people["owner"], "count", str(n), area_path=path) for n in range(2))
    Job.objects.update(state=State.FAILED, ended_at=timezone.now())
    told = {name: [(one.url, one.count) for one in waiting(actor, today)]
            for name, actor in people.items()}  # fmt: skip
    assert told == {
        "keeper": [("/jobs/?state=failed", 2)],
        "reader": [],
        "beside": [],
        "owner": [(f"/jobs/{second.pk}/", 2)],
    }
    for name in ("keeper", "owner"):
        [(url, _)] = told[name]
        assert signed_in(people[name]).get(url).status_code == 200
    Job.objects.filter(pk=first.pk).update(ended_at=timezone.now() - timedelta(days=32))
    assert [one.count for one in waiting(people["keeper"], today)] == [1]
