"""One migrated database of SQLite for a whole run: all migrations take ten seconds each time."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db.backends.signals import connection_created

MIGRATE = (
    "import gc, django; gc.disable(); django.setup()\n"  # a third of the time went to rings
    "from django.core.management import call_command; call_command('migrate', verbosity=0)\n"
)


def once_migrated(folder: Path) -> Path:
    """Return the database in a folder that all workers share; who comes first makes it."""
    made = folder / "migrated.sqlite3"
    with (folder / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make(folder / "migrating", made)
    return made


def _make(home: Path, made: Path) -> None:
    home.mkdir()
    env = {**os.environ, "LIFECIRCLE_HOME": str(home),
           "DJANGO_SETTINGS_MODULE": "lifecircle.govern.site.settings"}  # fmt: skip
    subprocess.run([sys.executable, "-W", "ignore", "-c", MIGRATE], env=env, check=True)
    file = home / "platform.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode=DELETE")  # a database in memory keeps no log beside
    file.rename(made)


def fill_the_next(migrated: Path) -> None:
    """Give the next database in memory that Django opens all that a migrated one has."""

    def fill(connection: Any, **_: Any) -> None:
        assert "memory" in str(connection.settings_dict["NAME"])
        connection_created.disconnect(fill)
        with closing(sqlite3.connect(migrated)) as source:
            source.backup(connection.connection)

    connection_created.connect(fill, weak=False)
