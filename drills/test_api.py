"""The API keeps its word over many calls: `tests/govern/api` with 500 examples an operation."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from drills.conftest import POSTGRESQL
from tests.govern.processes import ROOT

EXAMPLES = 500


def test_many_calls(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = request.getfixturevalue("postgresql") if database == POSTGRESQL else ""
    env = {
        **os.environ, "DATABASE_URL": url, "LIFECIRCLE_HOME": str(tmp_path),
        "LIFECIRCLE_EXAMPLES": str(EXAMPLES),
    }  # fmt: skip
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["tests/govern/api/test_described.py"]
    done = subprocess.run(command, env=env, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
