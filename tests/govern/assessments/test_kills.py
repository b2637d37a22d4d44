"""A run whose worker is killed is begun again by another: once in the list, no finding twice."""

from __future__ import annotations

import time
from pathlib import Path

from tests.govern.processes import Home, kill, own_home

FOUND = """
from pathlib import Path
from django.conf import settings
from django.db import transaction
from lifecircle.demo.files import write_example
from lifecircle.govern.actor import system
from lifecircle.govern.inventory.loading import load_city
from lifecircle.govern.assessments.services import ask
from datetime import date
folder = Path(settings.HOME) / "example"
write_example(folder, 6)
load_city(folder, system("x"), keep_at=settings.CITY)
ask(system("x"), ["xian-2020"], date(2026, 6, 30))
"""

WORK = """
import time
from datetime import timedelta
from lifecircle.govern.assessments import handlers
from lifecircle.govern.jobs import leases, worker
leases.LEASE, worker.BEAT_S, worker.POLL_S = timedelta(seconds=2), 0.3, 0.1
keep = handlers._keep
handlers.Pace = lambda *_, **__: type("Slow", (), {"rows": 100, "took": lambda *_: None})()
def slow(rows):
    keep(rows)
    time.sleep(%s)
handlers._keep = slow
print("up", flush=True)
worker.run_worker()
"""

LEFT = """
from lifecircle.govern.assessments.models import Finding
print(Finding.objects.count())
"""

STATE = """
from lifecircle.govern.assessments.models import Finding, Run
from lifecircle.govern.audit.models import Entry
run = Run.objects.get()
of = sum(sum(one["run"]["verdicts"].values()) for one in run.manifest.values())
done = Entry.objects.filter(action="assessment.done").count()
folders = sorted(one.name for one in run.folder.parent.iterdir())
print(run.state, Finding.objects.count(), of, done, *folders)
"""


def test_killed_amid_its_findings_a_run_has_each_of_them_once(
    tmp_path: Path, migrated: Path | None
) -> None:
    with own_home(tmp_path / "home", migrated) as home:
        home.run(FOUND)
        worker = home.start(WORK % 3)
        _until(home, LEFT, lambda said: int(said) > 0)
        kill(worker)
        assert home.run(STATE).startswith("waiting")
        worker = home.start(WORK % 0)
        said = _until(home, STATE, lambda said: said.startswith("done"))
        kill(worker)
        _state, many, of, done, *folders = said.split()
        assert int(many) == int(of) > 100
        assert (done, folders) == ("1", ["1"])


def _until(home: Home, ask: str, enough: object) -> str:
    assert callable(enough)
    until = time.monotonic() + 180
    while time.monotonic() < until:
        said = home.run(ask)
        if enough(said):
            return said
        time.sleep(0.2)
    raise AssertionError(said)
