"""A small example city with a run, and plans made of it on the spot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lifecircle.demo.files import write_example
from lifecircle.govern.actor import system
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.assessments.services import ask as ask_run
from lifecircle.govern.inventory.loading import load_city
from lifecircle.govern.jobs import worker
from lifecircle.govern.plans.models import Plan
from lifecircle.govern.plans.services import ask
from lifecircle.govern.plans.wishing import Asked
from tests.govern.assessments.conftest import DAY, work
from tests.govern.parts import plain_pages

PACK = "xian-2024"
ME = system("test")
QUICK = Asked(plans=1, seconds=20, explain_seconds=0)
Planned = Callable[..., Plan]


@pytest.fixture(scope="session")
def example_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plans") / "示例市"
    write_example(folder, 12)
    return folder


@pytest.fixture
def run(db: None, example_files: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run of the example city under a pack."""
    monkeypatch.setattr(worker, "BEAT_S", 3600.0)
    plain_pages(settings)
    settings.DEMO = True
    load_city(example_files, ME, keep_at=Path(settings.CITY))
    made = ask_run(ME, [PACK], DAY)
    work()
    made.refresh_from_db()
    return made


@pytest.fixture
def planned(run: Run) -> Planned:
    """Make a plan and return it at its end."""

    def make(asked: Asked = QUICK, **told: Any) -> Plan:
        made = ask(ME, run, PACK, asked, **told)
        work()
        made.refresh_from_db()
        return made

    return make
