"""A contact in a community, and people with and without the right to it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from lifecircle.govern.actor import system
from lifecircle.govern.personal.models import Contact
from lifecircle.govern.personal.services import add
from tests.govern.conftest import Granted, SmallCity
from tests.govern.parts import signed_in

NAME, TELEPHONE = "欧阳测试", "13987654321"
TODAY, LATER = date(2026, 7, 1), date(2027, 7, 1)
ALL = ("inventory.view", "inventory.change", "person.reveal", "audit.view")

Made = Callable[..., Contact]
Signed = Callable[..., Client]


@pytest.fixture
def made(small_city: SmallCity) -> Made:
    """Add a contact."""

    def make(area: str = "mill", **other: Any) -> Contact:
        told = {
            "name": NAME, "telephone": TELEPHONE, "post": "食堂负责人", "purpose": "facility",
            "source": "person", "retain_until": LATER, "today": TODAY, **other,
        }  # fmt: skip
        return add(system("test"), small_city[area], **told)

    return make


@pytest.fixture
def signed(granted: Granted, settings: Any) -> Signed:
    """Sign somebody in who holds permissions over an area."""
    settings.DEMO = True

    def sign(area: str | None, *permissions: str) -> Client:
        return signed_in(granted(f"{area}-{len(permissions)}", area, *permissions))

    return sign
