"""The published map in a browser, under the policy that this server sends."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lifecircle.assess.ground import Ground
from lifecircle.assess.judge import assess_on
from lifecircle.assess.walks import network_of
from lifecircle.demo.files import write_example
from lifecircle.place.city import read_city
from lifecircle.place.sources import read_sources
from lifecircle.policy.packs import load_pack
from lifecircle.publish.map.writing import Wanted, write_map
from tests.browsers import SOFTWARE_WEBGL
from tests.govern.platform import Platform

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def drawn(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Lay a real map where the publication of the platform has its own, and return its address."""
    folder = tmp_path_factory.mktemp("map")
    write_example(folder / "city", 12)
    sources = read_sources(folder / "city")
    city = read_city(sources)
    ground = Ground(city, network_of(city.streets), date(2026, 6, 30))
    found = [assess_on(ground, load_pack("xian-2024"))]
    write_map(folder / "map", Wanted(ground, found, sources.public))
    own: Path = platform.home / "publications" / str(platform.known["publication"]) / "map"
    shutil.rmtree(own)
    shutil.copytree(folder / "map", own)
    return f"{platform.url}/public/map/"


def test_the_map_runs_under_the_policy(
    drawn: str, chromium: Callable[[Sequence[str]], Browser]
) -> None:
    browser = chromium(SOFTWARE_WEBGL)
    page = browser.new_page()
    told: list[str] = []
    page.on("console", lambda one: told.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(f"{drawn}#facility=none")
    page.wait_for_selector('html[data-map="ready"]', timeout=60_000)
    assert page.url.endswith("index.html#facility=none")
    page.get_by_text("我的15分钟").first.click()
    page.wait_for_timeout(500)
    assert told == []
    assert not page.context.cookies()
    browser.close()
