"""A small city with people in it: one inside an area, one outside, one without a grant."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lifecircle.govern.accounts.actors import actor_of
from lifecircle.govern.accounts.models import Grant, Role, User
from lifecircle.govern.actor import Actor, system
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.models import Area
from lifecircle.govern.areas.services import found
from lifecircle.govern.pages.context import _city_name
from tests.govern.platform import Platform, running
from tests.govern.processes import lay, own_database

# Playwright's driver of a whole run keeps a loop in this thread; Django would take it for async
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

FOUNDED = date(2020, 1, 1)
TODAY = date(2026, 7, 1)


Granted = Callable[..., Actor]


@pytest.fixture(autouse=True)
def _city_named_anew() -> None:
    """Each test founds a city of its own."""
    _city_name.cache_clear()


@dataclass(frozen=True)
class SmallCity:
    """A tree worked by hand.

    city ─┬─ east ─┬─ bridge ─┬─ mill
          │        │          └─ pond
          │        └─ hill ──── pine
          └─ west ─── lake ──── reed
    """

    areas: dict[str, Area]

    def __getitem__(self, name: str) -> Area:
        return self.areas[name]


def founded(city: str = "city") -> dict[str, Area]:
    """Found the areas of the small city; ``city`` is what it is called."""
    command = system("test")
    areas: dict[str, Area] = {}
    for name, level, above in (
        ("city", Level.CITY, None),
        ("east", Level.COUNTY, "city"),
        ("west", Level.COUNTY, "city"),
        ("bridge", Level.TOWNSHIP, "east"),
        ("hill", Level.TOWNSHIP, "east"),
        ("lake", Level.TOWNSHIP, "west"),
        ("mill", Level.COMMUNITY, "bridge"),
        ("pond", Level.COMMUNITY, "bridge"),
        ("pine", Level.COMMUNITY, "hill"),
        ("reed", Level.COMMUNITY, "lake"),
    ):
        parent = areas[above] if above else None
        called = city if name == "city" else name
        areas[name] = found(command, called, level, parent, on=FOUNDED)
    return areas


@pytest.fixture
def small_city(db: None) -> SmallCity:
    return SmallCity(founded())


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory, migrated: Path | None) -> Iterator[Platform]:
    """A platform that answers, with the small city and its people; see tests/govern/platform.py."""
    folder = tmp_path_factory.mktemp("platform") / "home"
    lay(migrated, folder)
    with own_database() as url, running(folder, DATABASE_URL=url) as platform:
        yield platform


@pytest.fixture
def granted(small_city: SmallCity) -> Granted:
    """Make an account with permissions over an area and return its actor."""

    def grant(name: str, area: str | None, *permissions: str) -> Actor:
        user = User.objects.create(username=name, name=name)
        if area:
            role = Role.objects.create(
                code=f"role-{name}", name=name, permissions=list(permissions)
            )
            Grant.objects.create(
                user=user, role=role, area=small_city[area], from_on=FOUNDED, given_by="test"
            )
        return actor_of(user, TODAY)

    return grant


@pytest.fixture(autouse=True)
def own_keys(settings: Any, tmp_path: Path) -> None:
    """Lock personal data with keys of the test's own, and publish into a folder of its own."""
    settings.PERSONAL_KEYS = tmp_path / "personal-keys"
    settings.PUBLICATIONS = tmp_path / "publications"


@pytest.fixture(autouse=True)
def own_folders(settings: Any, tmp_path: Path) -> None:
    """Keep the city's files, runs and networks apart."""
    for name in ("CITY", "RUNS", "PLANS", "NETWORKS", "PUBLICATIONS"):
        setattr(settings, name, tmp_path / "home" / name.lower())


@pytest.fixture(autouse=True)
def plain_files(settings: Any) -> None:
    """Serve pages without gathering styles and scripts first."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "whitenoise" not in one]
