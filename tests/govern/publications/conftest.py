"""A city of records with a run that was judged, ready to be proposed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from lifecircle.demo.files import write_example
from lifecircle.govern.accounts.actors import actor_of
from lifecircle.govern.accounts.models import Grant, Role, User
from lifecircle.govern.actor import Actor, system
from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.handlers import told_hash
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.assessments.reckoning import reckon
from lifecircle.govern.inventory.loading import load_city
from lifecircle.govern.jobs import worker
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.jobs.worker import Worker
from lifecircle.govern.publications import kinds
from lifecircle.govern.publications.models import Publication
from lifecircle.govern.publications.run_writing import results_of
from lifecircle.govern.publications.runs import Runs
from lifecircle.govern.publications.services import approve, propose
from lifecircle.govern.publications.subjects import Feature, Publishable, Subject, write_features
from lifecircle.policy.packs import load_pack
from tests.govern.conftest import SmallCity

DAY = date(2026, 6, 30)
PACK = "xian-2024"
Office = Callable[..., Actor]


@pytest.fixture(scope="session")
def example_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("publications") / "city"
    write_example(folder, 12)
    return folder


@pytest.fixture(scope="session")
def judged(
    example_city: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> dict[str, Any]:
    """What the example city's run tells of itself: its manifest, judged once for all tests."""
    from django.conf import settings  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415

    with django_db_blocker.unblock(), transaction.atomic():
        kept = settings.CITY, settings.NETWORKS
        settings.CITY, settings.NETWORKS = example_city, example_city.parent / "networks"
        load_city(example_city, system("test"))
        manifest = results_of(reckon([load_pack(PACK)], DAY))
        settings.CITY, settings.NETWORKS = kept
        transaction.set_rollback(True)
    return dict(manifest)


@pytest.fixture
def homes(
    settings: Any, tmp_path: Path, example_city: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Give the platform folders of the test's own; no heartbeat, the database is in memory."""
    monkeypatch.setattr(worker, "BEAT_S", 3600.0)
    settings.CITY, settings.PUBLICATIONS = example_city, tmp_path / "publications"
    settings.RUNS, settings.NETWORKS = tmp_path / "runs", tmp_path / "networks"


class Slips(Publishable):
    """A run published as slips of paper: two communities and a hall, without any judging."""

    def __init__(self) -> None:
        self.halls = ["甲", "乙"]

    def offered(self, actor: Actor, area: Area | None = None) -> list[Subject]:
        return Runs().offered(actor, area)

    def subject(self, actor: Actor, pk: int) -> Subject | None:
        return Runs().subject(actor, pk)

    def write(self, publication: Publication, out: Path) -> Iterator[tuple[int, int]]:
        (out / "map").mkdir(exist_ok=True)
        (out / "map" / "index.html").write_text("map", encoding="utf-8")
        yield 1, 2
        square = {"type": "Polygon", "coordinates": [[[1, 2], [3, 2], [3, 5], [1, 2]]]}
        features = [Feature("communities", "c1", "春晖社区", "c1", square, {"as_of": "x"})]
        features += [Feature("facilities", one, f"{one}食堂", "c1") for one in self.halls]
        many = write_features(out, features)
        told = {"features": many, "subject_sha256": publication.subject_sha256}
        (out / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
        yield 2, 2


@pytest.fixture
def slips(monkeypatch: pytest.MonkeyPatch) -> Slips:
    """Publish runs as slips: for what does not depend on what is published."""
    own = Slips()
    monkeypatch.setattr(kinds, "KINDS", {Publication.Kind.RUN: own})
    return own


@pytest.fixture
def city(db: None, homes: None, example_city: Path) -> Area:
    return load_city(example_city, system("test")).city


@pytest.fixture
def run(city: Area, judged: dict[str, Any]) -> Run:
    return run_of(city, judged)


def run_of(city: Area, judged: dict[str, Any]) -> Run:
    return Run.objects.create(
        city=city, packs=[PACK], as_of=DAY, tree=Run.Tree.ADMINISTRATIVE,
        boundaries=Run.Boundaries.THEN, state=Run.State.DONE, done_at=timezone.now(),
        manifest=judged, sha256=told_hash(judged), simulated=True, actor="test",
    )  # fmt: skip


@pytest.fixture
def paper(small_city: SmallCity, homes: None, slips: Slips) -> Run:
    """A run of the small city that is published as slips."""
    return run_of(small_city["city"], {PACK: {"run_sha256": "ab" * 32}})


@pytest.fixture
def office(db: None) -> Office:
    """Make somebody of the office with permissions over the city, or another area."""

    def make(name: str, *permissions: str, area: Area | None = None) -> Actor:
        user = User.objects.create(username=name, name=name)
        role = Role.objects.create(code=f"r-{name}", name=name, permissions=list(permissions))
        where = area or Area.objects.get(level="city")
        Grant.objects.create(
            user=user, role=role, area=where, from_on=date(2020, 1, 1), given_by="test"
        )
        return actor_of(user, timezone.localdate())

    return make


ALL = (
    "publication.view",
    "publication.propose",
    "publication.approve",
    "assessment.view",
    "job.view",
)


def work() -> list[Job]:
    """Work on every job that waits; return those that failed."""
    one = Worker("test")
    while one.run_one():
        pass
    return list(Job.objects.filter(state="failed"))


def published(run: Run, one: Actor, other: Actor) -> Publication:
    """Send a run through the exit."""
    made = propose(one, Publication.Kind.RUN, run.pk, "每年一次")
    work()
    made.refresh_from_db()
    approve(other, made, made.version, "同意")
    assert work() == []
    made.refresh_from_db()
    return made


def let_out(made: Publication, other: Any) -> Publication:
    """Have another approve a proposal and let it out."""
    assert work() == []
    made.refresh_from_db()
    approve(other, made, made.version, "同意")
    assert work() == []
    made.refresh_from_db()
    assert made.state == Publication.State.PUBLISHED
    return made
