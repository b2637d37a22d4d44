"""A published city as layers, read by somebody without an account."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lifecircle.govern.features import layers, telling
from lifecircle.govern.public import live
from lifecircle.govern.publications.models import Publication
from tests.govern.conftest import SmallCity
from tests.govern.features.placed import place
from tests.govern.publications.stock import published_in


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Let nothing that is kept in memory go from one test to another."""
    forget()
    yield
    forget()


def forget() -> None:
    """Look again at what is published."""
    live.forget()
    layers._stock.cache_clear()
    telling._properties.cache_clear()


@pytest.fixture
def shown(small_city: SmallCity, settings: Any, tmp_path: Path) -> Publication:
    """Two communities and twelve facilities in a row."""
    settings.PUBLICATIONS = tmp_path / "publications"
    publication = published_in(small_city["city"], "春晖", 2, 12)
    place(publication)
    return publication


@pytest.fixture
def reader() -> Client:
    return Client(headers={"Accept-Language": "zh-CN"})
