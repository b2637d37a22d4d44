"""A hilly city with steps, lights and a railway, its map, and a browser to open it in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.assess.walks import network_of
from lifecircle.place.planning import Space
from lifecircle.place.sources import PublicSource
from lifecircle.place.tables import Barriers, City
from lifecircle.publish.map.writing import Wanted, write_map
from lifecircle.terms.streets import PASSAGES
from tests.conftest import DAY

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

READY_MS = 60_000
HOSTILE = '</script><img src=x onerror="window.harmed=1"><!-- @@TITLE@@'


@pytest.fixture(scope="session")
def hilly_city(example_city: City) -> City:
    """The example city with hills, odd pieces of way, a railway and a pond."""
    dice = np.random.default_rng(8)
    streets = example_city.streets
    codes = np.arange(len(PASSAGES))
    odd = dice.random(len(streets.segments)) < 0.15
    passage = np.where(odd, dice.choice(codes, len(streets.segments)), 0)
    height_m = 12 * np.sin(streets.x_m / 180) + 9 * np.cos(streets.y_m / 140)
    west, south, east, _ = shapely.total_bounds(example_city.communities.shape)
    railway = shapely.LineString([[west - 50, south + 133], [east + 50, south + 171]])
    pond = shapely.box(west + 180, south + 212, west + 260, south + 288)
    lines = np.array([railway, pond], dtype=object)
    details = list(example_city.facilities.details)
    details[0] = replace(details[0], hours="每天 08:00-20:00", address="示例路1号", hotline="96000")
    details[1] = replace(details[1], hours="Mo-Fr 22:00-06:00")
    names = list(example_city.facilities.name)
    names[2] = HOSTILE
    return replace(
        example_city,
        streets=replace(
            streets,
            z_m=np.round(height_m, 2),
            passage=passage,
            waits=np.where(odd, np.round(dice.random(len(odd)), 3), 0.0),
        ),
        barriers=Barriers(("railway", "water"), lines),
        facilities=replace(example_city.facilities, details=tuple(details), name=tuple(names)),
    )


@pytest.fixture(scope="session")
def planned_city(hilly_city: City) -> City:
    """The hilly city with a room that could be used."""
    room = Space("K1", "示例空房", 1, 120.5, 80.25, "idle_building", "", {}, None, "")
    return replace(hilly_city, spaces=(room,))


def write_plan(folder: Path, space: str, community: str) -> Path:
    """Write what the map reads of a plan's folder: one site with two clinics."""
    project = {"category": "clinic", "floor_m2": 120.0, "ready_on": "2027-10-01"}
    site = {
        "space": space,
        "name": "示例空房",
        "mode": "conversion",
        "mode_assumed": True,
        "start_year": 2027,
        "caveats": ["产权待确认"],
        "projects": [project, {**project, "ready_on": None}],
    }
    folder.mkdir(exist_ok=True)
    plans: Any = {"plans": [[{"community": community, "sites": [site]}]]}
    (folder / "communities.json").write_text(json.dumps(plans), encoding="utf-8")
    (folder / "manifest.json").write_text('{"lifecircle_plan": 1}', encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def ground(hilly_city: City) -> Ground:
    return Ground(hilly_city, network_of(hilly_city.streets), DAY)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, ground: Ground, example: Assessment) -> Path:
    """Write the map to a folder with a Chinese name, as people will, in GCJ-02."""
    out = tmp_path_factory.mktemp("map") / "便民 地图#1"
    public = PublicSource(datum="gcj02", map_approval_number="示例S（2026）001号", office="示例局")
    write_map(out, Wanted(ground, [example], public))
    return out


@pytest.fixture
def page(browser: Browser, folder: Path) -> Iterator[Page]:
    """Open the map from its file; afterwards hold it to silence and to its own folder."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    faults, requests = watched(opened)
    opened.goto((folder / "index.html").as_uri())
    opened.wait_for_selector("html[data-list]", state="attached", timeout=READY_MS)
    yield opened
    assert faults == []
    assert opened.evaluate("() => window.harmed") is None
    outside = [url for url in requests if url.partition(":")[0] not in ("blob", "data")]
    assert all(url.startswith(folder.as_uri()) for url in outside)
    context.close()


def watched(page: Page) -> tuple[list[str], list[str]]:
    """Collect what goes wrong on a page, and what it asks for."""
    faults: list[str] = []
    requests: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("request", lambda request: requests.append(request.url))
    return faults, requests


def with_map(page: Page) -> None:
    """Wait until the map stands still."""
    # The page's policy forbids eval, which wait_for_function needs.
    page.wait_for_selector("html[data-map]", state="attached", timeout=READY_MS)
    assert page.evaluate("() => document.documentElement.dataset.map") == "ready"


def view(page: Page, name: str, heading: str) -> None:
    """Go to a view and wait until it says what it shows."""
    page.click(f"[data-view={name}]")
    page.locator("#heading", has_text=heading).wait_for()


def ask(page: Page, script: str, value: Any = None) -> Any:
    """Run a script in the page and return its answer."""
    return page.evaluate(script, value)
