"""What all tests share: the example city, the two estates, and where real data are."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from lifecircle.assess.findings import Assessment
from lifecircle.assess.judge import assess
from lifecircle.assess.walks import network_of as network_of_streets
from lifecircle.demo.files import write_example
from lifecircle.demo.workbooks import FOLDER
from lifecircle.place.city import read_city
from lifecircle.place.sources import read_sources
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from lifecircle.policy.packs import load_pack
from lifecircle.walk.network import Network
from tests.browsers import ARGUMENTS, CHROMIUM, SOFTWARE_WEBGL
from tests.forking import Run, held_ready
from tests.migrated import fill_the_next, once_migrated

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# a busy machine is slow, not wrong; and everything random is seeded
settings.register_profile("house", deadline=None, derandomize=True)
# to look for more: pytest --hypothesis-profile=search
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile("house")

ROOT = Path(__file__).parent.parent
DAY = date(2026, 11, 22)


def network_of(city: City) -> Network:
    """Return the network of a city's streets."""
    return network_of_streets(city.streets)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what opens a browser: `make test` leaves it to `make drill`."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Callable[[Sequence[str]], Browser]]:
    """Give what launches Chromium with further arguments, or say why there is none."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as playwright:
        yield lambda more: playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*ARGUMENTS, *more]
        )


@pytest.fixture(scope="session")
def browser(chromium: Callable[[Sequence[str]], Browser]) -> Iterator[Browser]:
    """Give one Chromium with software WebGL for all tests."""
    opened = chromium(SOFTWARE_WEBGL)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def forked() -> Iterator[Run]:
    """Run the command in forks of one process, see tests/forking.py."""
    with held_ready() as run:
        yield run


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path | None:
    """A migrated database of SQLite to copy; None where the tests run on PostgreSQL."""
    if os.environ.get("DATABASE_URL"):
        return None
    folder = tmp_path_factory.getbasetemp()
    return once_migrated(folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, migrated: Path | None
) -> None:
    """Let pytest-django find its database migrated."""
    if migrated:
        fill_the_next(migrated)


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack("xian-2020")


@pytest.fixture(scope="session")
def example_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example") / "示例 市#1"
    write_example(folder)
    return without_registers(folder)


def without_registers(folder: Path) -> Path:
    """Take the workbooks out of an example city: what is left is a map, judged by one pack."""
    shutil.rmtree(folder / FOLDER)
    toml = folder / "lifecircle.toml"
    text = toml.read_text(encoding="utf-8")
    before, rest = text.split("# 各区县填报的资料表")
    packs = next(line for line in before.splitlines() if line.startswith("packs = "))
    day = next(line for line in before.splitlines() if line.startswith("as_of = "))
    before = before.replace(packs, 'packs = ["xian-2020"]').replace(f"{day}\n", "")
    toml.write_text(before + rest[rest.index("[people]") :], encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def example_city(example_folder: Path) -> City:
    return read_city(read_sources(example_folder))


@pytest.fixture(scope="session")
def example_network(example_city: City) -> Network:
    return network_of(example_city)


@pytest.fixture(scope="session")
def example(example_city: City, example_network: Network, pack: Pack) -> Assessment:
    return assess(pack, example_city, example_network, DAY)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data; tests that need it say so when it is not there."""
    folder = Path(os.environ.get("LIFECIRCLE_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder} (set LIFECIRCLE_DATA)")
    return folder


@pytest.fixture(scope="session")
def policies(shared_data: Path) -> Path:
    """The folder of the policies' texts, beside the real data."""
    folder = shared_data.parent / "policies"
    if not folder.is_dir():
        pytest.skip(f"no policy texts at {folder}")
    return folder
