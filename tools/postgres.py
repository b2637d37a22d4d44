"""Runs a command with DATABASE_URL naming a PostgreSQL of its own, thrown away afterwards.

    python -m tools.postgres pytest tests/govern

Uses the newest server that Debian installed; as root it runs as the user `postgres`, since the
server refuses root.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MISSING = "No PostgreSQL server is installed: apt-get install postgresql"


def missing() -> bool:
    """Say whether no server is installed."""
    return _initdb() is None


def binaries() -> Path:
    """Return the folder of the newest installed server."""
    found = _initdb()
    if found is None:
        sys.exit(MISSING)
    return found.resolve().parent


def _initdb() -> Path | None:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda at: int(at.parts[4])
    )
    on_path = shutil.which("initdb")
    return found[-1] if found else Path(on_path) if on_path else None


@contextmanager
def server() -> Iterator[str]:
    """Run a server on a free port of this machine and yield its DATABASE_URL."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    as_owner: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        as_owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, programs = folder / "data", binaries()
    run = [*as_owner, str(programs / "initdb"), "-D", str(data), "-U", "lifecircle", "-A", "trust"]
    subprocess.run([*run, "-E", "UTF8", "--no-sync"], check=True, stdout=subprocess.DEVNULL)
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200"
    control = [*as_owner, str(programs / "pg_ctl"), "-D", str(data), "-w"]
    subprocess.run(
        [*control, "-o", options, "-l", str(folder / "log"), "start"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    try:
        yield f"postgres://lifecircle@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            [*control, "-m", "immediate", "stop"], check=False, stdout=subprocess.DEVNULL
        )
        shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run a command against a server of its own and return how it ended.

    Where none is installed nothing is run; in CI that is a failure.
    """
    if missing() and os.environ.get("CI") != "true":
        sys.stderr.write(f"{MISSING}. Left out: {' '.join(command)}\n")
        return 0
    with server() as url:
        return subprocess.run(
            command, check=False, env={**os.environ, "DATABASE_URL": url}
        ).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
