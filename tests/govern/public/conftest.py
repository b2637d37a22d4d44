"""A published city, read by somebody without an account."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lifecircle.govern.public import live, searching
from lifecircle.govern.publications.models import Publication
from tests.govern.conftest import SmallCity
from tests.govern.publications.stock import published_in


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Let nothing that is kept in memory go from one test to another."""
    live.forget()
    searching.names.cache_clear()
    yield
    live.forget()
    searching.names.cache_clear()


@pytest.fixture
def homes(settings: Any, tmp_path: Path) -> None:
    settings.PUBLICATIONS = tmp_path / "publications"


@pytest.fixture
def shown(small_city: SmallCity, homes: None) -> Publication:
    return published_in(small_city["city"], "春晖")


@pytest.fixture
def reader() -> Client:
    return Client(headers={"Accept-Language": "zh-CN"})
