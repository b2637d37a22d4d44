"""The work of every day: handed over once a day by whoever works, after a standstill as well."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.apps import apps

from lifecircle.govern.actor import Actor, Holding
from lifecircle.govern.jobs import handlers
from lifecircle.govern.jobs.handlers import Step, Steps, Task, handler
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.jobs.worker import Worker
from tests.govern.conftest import SmallCity
from tests.govern.processes import own_home


@pytest.fixture(autouse=True)
def _apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers, "_handlers", {})
    for app in apps.get_app_configs():
        monkeypatch.setattr(
            app, "daily", {"sweep": "每天清扫"} if app.label == "jobs" else {}, raising=False
        )

    @handler("sweep")
    def sweep(task: Task) -> Steps:
        yield Step(lambda: None, task.payload["today"])

    @handler("other")
    def other(task: Task) -> Steps:
        del task
        yield Step(lambda: None, 1)


def test_each_day_has_its_work_once(small_city: SmallCity) -> None:
    now = datetime(2026, 6, 30, 15, 59, tzinfo=UTC)
    first, second = (Worker(name, lambda: now) for name in "ab")
    for _ in range(3):
        first.begin_day()
        second.begin_day()
    job = Job.objects.get()
    assert (job.kind, job.key, job.title) == ("sweep", "2026-06-30", "每天清扫")
    keeper = Actor("x", holdings=(Holding(small_city["city"].path, frozenset({"job.view"})),))
    clerk = Actor("y", holdings=(Holding(small_city["east"].path, frozenset({"job.view"})),))
    assert Job.objects.visible_to(keeper).get() == job
    assert not Job.objects.visible_to(clerk).exists()
    now += timedelta(minutes=1)  # midnight in the city
    first.begin_day()
    now += timedelta(days=9)  # a standstill
    second.begin_day()
    days = list(Job.objects.order_by("pk").values_list("key", flat=True))
    assert days == ["2026-06-30", "2026-07-01", "2026-07-10"]


@pytest.mark.django_db
def test_without_a_city_the_day_begins_as_well() -> None:
    Worker("a").begin_day()
    assert Job.objects.get().area_path == ""


CONTACTS = """
from datetime import date, timedelta
from lifecircle.govern.actor import system
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.services import found
from lifecircle.govern.jobs.services import enqueue
from lifecircle.govern.personal.services import add
x, today = system("x"), date.today()
city = found(x, "city", Level.CITY, None, on=date(2020, 1, 1))
for ends in (0, 1, 400):
    day = today - timedelta(days=500)
    add(x, city, "Wang", "13987654321", post="p", purpose="facility", source="person",
        retain_until=day + timedelta(days=ends), today=day)
add(x, city, "Wang", "13987654321", post="p", purpose="facility", source="person",
    retain_until=today + timedelta(days=2), today=today)
"""

WORKED = """
import time
from lifecircle.govern.site.working import Jobs
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.personal.models import Contact
jobs = Jobs()
jobs.keep()
for _ in range(300):
    if Job.objects.filter(kind="personal.expire", state="done").exists():
        break
    time.sleep(0.1)
time.sleep(%s)
jobs.end()
expired = Job.objects.filter(kind="personal.expire")
print(Contact.objects.count(), *expired.values_list("kind", "state", "said"))
"""


def test_the_worker_of_the_server_lets_contacts_expire(
    tmp_path: Path, migrated: Path | None
) -> None:
    with own_home(tmp_path / "home", migrated) as home:
        home.run(CONTACTS)
        said = home.run(WORKED % 0)
        assert said.strip() == "1 ('personal.expire', 'done', '删除到期的联系人3位。')"
        assert home.run(WORKED % 2.5) == said, "started again on the same day it does nothing more"


LOADED = """
import json, sys
from lifecircle.govern.jobs.handlers import daily_work, handler_of
light = handler_of("personal.expire") and "pyarrow" in sys.modules
daily = sorted(kind for kind in daily_work() if handler_of(kind))
print(json.dumps([light, daily, "numba" in sys.modules]))
"""


def test_a_kind_loads_its_own_app_alone(tmp_path: Path) -> None:
    """What an import may take of memory is not used up by the libraries of an assessment."""
    with own_home(tmp_path / "home") as home:
        light, daily, walking = json.loads(home.run(LOADED))
    assert daily == ["imports.clear", "personal.expire"]
    assert not light
    assert not walking
