"""A small example city on record, its files kept, and runs made on the spot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from lifecircle.demo.files import write_example
from lifecircle.govern.actor import Actor, system
from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.assessments.services import ask
from lifecircle.govern.inventory.loading import load_city
from lifecircle.govern.jobs.worker import Worker
from tests.govern.parts import plain_pages

DAY = date(2026, 6, 30)
PACK = "xian-2020"
ACTOR = system("test")
Ran = Callable[..., Run]


@pytest.fixture(scope="session")
def example_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("assessments") / "示例市"
    write_example(folder, 12)
    return folder


@pytest.fixture
def city(db: None, example_files: Path, settings: Any) -> Area:
    """Found the example city, its files kept."""
    plain_pages(settings)
    settings.DEMO = True
    return load_city(example_files, ACTOR, keep_at=Path(django_settings.CITY)).city


@pytest.fixture
def ran(city: Area) -> Ran:
    """Make a run and return it, done."""

    def make(
        packs: Sequence[str] = (PACK,), as_of: date = DAY, actor: Actor = ACTOR, **how: Any
    ) -> Run:
        run = ask(actor, packs, as_of, **how)
        work()
        run.refresh_from_db()
        return run

    return make


def work() -> None:
    """Run every job that waits."""
    worker = Worker("test")
    while worker.run_one():
        pass
