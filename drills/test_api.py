"""The API keeps its word over many calls: `tests/govern/api` with more examples an operation.

82 operations, called as described and not, by four people: 25 ms of processor a call. 500 examples
of each would take hours, so that few would ever run them; LIFECIRCLE_EXAMPLES=500 looks for more in
a night.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from drills.conftest import POSTGRESQL
from tests.govern.processes import ROOT

EXAMPLES = os.environ.get("LIFECIRCLE_EXAMPLES", "5")


def test_many_calls(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = request.getfixturevalue("postgresql") if database == POSTGRESQL else ""
    env = {
        **os.environ, "DATABASE_URL": url, "LIFECIRCLE_HOME": str(tmp_path),
        "LIFECIRCLE_EXAMPLES": EXAMPLES,
    }  # fmt: skip
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["tests/govern/api/test_described.py"]
    done = subprocess.run(command, env=env, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
