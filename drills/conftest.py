"""Homes on both databases, and the table of figures at the end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from drills import figures
from tests.govern.processes import Home, own_home
from tools.postgres import missing, server

collect_ignore = (
    [f"test_{name}.py" for name in ("api", "features", "public", "reassess")]
    if figures.BRIEF
    else []
)
"""What takes longest is left to those who have the time."""

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL of this run."""
    if missing() and os.environ.get("CI") != "true":
        pytest.skip("No PostgreSQL server is installed (apt-get install postgresql)")
    with server() as url:
        yield url


@pytest.fixture(scope="module", params=[SQLITE, POSTGRESQL])
def database(request: pytest.FixtureRequest) -> str:
    """On which database a drill runs."""
    return str(request.param)


@pytest.fixture(scope="module")
def home(
    database: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Home]:
    """A home of a drill, with its database."""
    url = request.getfixturevalue("postgresql") if database == POSTGRESQL else ""
    with homed(tmp_path_factory.mktemp("drill") / "home", url) as home:
        (home.folder / "secret").write_text("drill" * 10, encoding="ascii")
        (home.folder / "secret").chmod(0o600)
        yield home


def homed(folder: Path, url: str) -> AbstractContextManager[Home]:
    """Return a home with a database of its own on the server at ``url``, or SQLite."""
    os.environ["DATABASE_URL"] = url
    return own_home(folder)


def pytest_configure(config: pytest.Config) -> None:
    """Let connections that a killed server dropped be closed when they are collected."""
    config.addinivalue_line("filterwarnings", "ignore::ResourceWarning")
    config.addinivalue_line("filterwarnings", "ignore::pytest.PytestUnraisableExceptionWarning")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the figures."""
    if figures.told:
        terminalreporter.section("figures")
        for line in figures.table():
            terminalreporter.write_line(line)
