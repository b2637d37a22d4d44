"""A home of its own with a database of its own, for processes that are killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).parent.parent.parent
START = "import django; django.setup(); "
MIGRATE = "from django.core.management import call_command; call_command('migrate', verbosity=0)"


@dataclass(frozen=True)
class Home:
    """Where processes of a test live. ``env`` leads them there."""

    folder: Path
    env: dict[str, str]

    def run(self, program: str) -> str:
        """Run a program to its end and return what it printed; raises where it failed."""
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", START + program],
            env=self.env, cwd=ROOT, check=False, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, program: str) -> subprocess.Popen[str]:
        """Start a program that is going to be killed."""
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", START + program],
            env=self.env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip


@contextmanager
def own_database() -> Iterator[str]:
    """Yield the address of a new database beside that of the tests; empty where they use SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        yield ""
        return
    name = f"own_{os.getpid()}_{time.monotonic_ns()}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def lay(migrated: Path | None, folder: Path) -> None:
    """Lay a migrated database of SQLite into a home, so that it need not be made once more."""
    folder.mkdir(parents=True, exist_ok=True)
    if migrated:
        shutil.copy(migrated, folder / "platform.sqlite3")


@contextmanager
def own_home(folder: Path, migrated: Path | None = None) -> Iterator[Home]:
    """Yield a migrated home on the kind of database that the tests run on."""
    lay(migrated, folder)
    with own_database() as url:
        env = {
            **os.environ,
            "LIFECIRCLE_HOME": str(folder),
            "DJANGO_SETTINGS_MODULE": "lifecircle.govern.site.settings",
            "DATABASE_URL": url,
        }
        home = Home(folder, env)
        if not migrated:
            home.run(MIGRATE)
        yield home


def kill(process: subprocess.Popen[str]) -> None:
    """End a process as a power cut would."""
    with suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()
