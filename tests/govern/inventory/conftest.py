"""People of the small city who open pages and call the API, with some facilities in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from lifecircle.govern.accounts.models import User
from lifecircle.govern.actor import Actor, system
from lifecircle.govern.areas.models import Area
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.inventory.services import add
from lifecircle.govern.records.models import Version
from tests.govern.conftest import Granted, SmallCity

MARCH, JUNE = date(2026, 3, 1), date(2026, 6, 1)
VIEW, CHANGE = "inventory.view", "inventory.change"
Opened = Callable[..., Client]
Made = Callable[..., Version]


@pytest.fixture
def opened(granted: Granted, settings: Settings, tmp_path: Path) -> Opened:
    """Sign somebody in who may see and change an area, and return their browser."""
    settings.DEMO = True
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }

    def sign_in(name: str, area: str | None, *permissions: str) -> Client:
        granted(name, area, *(permissions or (VIEW, CHANGE, "area.view")))
        client = Client()
        backend = settings.AUTHENTICATION_BACKENDS[-1]
        client.force_login(User.objects.get(username=name), backend=backend)
        return client

    return sign_in


@pytest.fixture
def made(small_city: SmallCity) -> Made:
    """Put a facility on record."""

    def facility(own_id: str, at: str = "mill", on: date = MARCH, **values: Any) -> Version:
        area = Area.objects.get(pk=small_city[at].pk)
        data = {"name": own_id, "categories": ["clinic"], **values}
        return add(command(), Facility, data, area=area, on=on, own_id=own_id)

    return facility


def command() -> Actor:
    """Return who may do everything."""
    return system("test")
