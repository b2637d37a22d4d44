"""Back up while others write, destroy, restore, compare; also into the other database."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tarfile
import threading
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from drills.conftest import POSTGRESQL, SQLITE, homed
from drills.figures import tell
from drills.serving import Caller, Served
from drills.test_load import added, key
from tests.govern.processes import ROOT, Home

CLIENTS = 4
FOUND = """
import json
from drills.city import big_city
from drills.people import staff
from pathlib import Path
from django.conf import settings
city = big_city(7, facilities=2000, communities=4000)
photo = Path(settings.MEDIA_ROOT, "ab", "abcd")
photo.parent.mkdir(parents=True)
photo.write_bytes(b"photo" * 1000)
print(json.dumps(staff(city, 20)))
"""
HASHES = """
import json
from lifecircle.govern.backups.rows import digest, lines, tables
from lifecircle.govern.audit.verify import verify_database
told = {model._meta.label_lower: digest(lines(model, "default")) for model in tables()}
print(json.dumps([told, verify_database().number]))
"""
SIGN_IN = """
import re, time
from django.test import Client
from django.conf import settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from drills.people import PASSWORD, SECRET
client = Client()
answer = client.post("/account/login/", {"login": "drill1", "password": PASSWORD})
assert answer.status_code == 302, answer.content.decode()
code = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
answer = client.post(answer["Location"], {"code": code})
assert answer.status_code == 302, answer.content.decode()
assert client.get("/inventory/").status_code == 200
"""
TEST_HOST = "from django.conf import settings; settings.ALLOWED_HOSTS = ['*']\n"


def command(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command on a home."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "lifecircle", *arguments, "--home",
         str(home.folder)],
        env=home.env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def write_until(stop: threading.Event, served: Served, session: str, done: list[int]) -> None:
    """Add facilities until asked to stop."""
    dice = random.Random(session)
    caller = Caller(served.port, session)
    while not stop.is_set():
        answer = caller.call(
            "POST", "/api/inventory/facilities", added(dice), Idempotency_Key=key()
        )
        assert answer.status == 201, answer.body
        done.append(answer.json()["record"])


def told(home: Home) -> Any:
    """Return the hashes of all tables, and of the chain that it holds."""
    hashes, wrong = json.loads(home.run(HASHES))
    assert wrong == 0
    return hashes


def destroy(home: Home) -> None:
    """Lose the home and the database, as when a disk dies; the key was kept elsewhere."""
    secret = (home.folder / "secret").read_bytes()
    shutil.rmtree(home.folder)
    put_key(home, secret)
    if url := home.env.get("DATABASE_URL"):
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute("DROP SCHEMA public CASCADE")
            admin.execute("CREATE SCHEMA public")


def put_key(home: Home, secret: bytes) -> None:
    """Lay the key of the platform into a home: backups do not hold it."""
    home.folder.mkdir(exist_ok=True)
    key_file = home.folder / "secret"
    key_file.write_bytes(secret)
    key_file.chmod(0o600)


def test_restored_is_what_was(
    home: Home, database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    sessions = json.loads(home.run(FOUND))
    served = Served(home)
    request.addfinalizer(served.stop)
    served.start()
    stop, done = threading.Event(), list[int]()
    threads = [
        threading.Thread(target=write_until, args=(stop, served, sessions[at], done))
        for at in range(CLIENTS)
    ]
    for thread in threads:
        thread.start()
    time.sleep(3)
    backup = tmp_path / "whole.lifecircle-backup"
    before, began = len(done), time.perf_counter()
    made = command(home, "backup", "--out", str(backup))
    tell("backup beside 4 writers", database, [time.perf_counter() - began], "s")
    assert made.returncode == 0, made.stderr
    during = len(done) - before
    time.sleep(1)
    stop.set()
    for thread in threads:
        thread.join(30)
    served.stop()
    tell("writes answered during the backup", database, [during], "")
    assert during > 0
    assert len(done) > 20
    refuses_a_cut_backup(home, backup, tmp_path)
    destroy(home)
    back = restore(home, database, backup)
    assert (home.folder / "files" / "ab" / "abcd").read_bytes() == b"photo" * 1000
    home.run(TEST_HOST + SIGN_IN)
    into_the_other(backup, home, database, tmp_path, request)
    assert told(home) == back


def restore(home: Home, database: str, backup: Path) -> Any:
    """Restore a backup and return what the database holds then; it can be backed up again."""
    began = time.perf_counter()
    restored = command(home, "restore", str(backup))
    tell("restore", database,
         [time.perf_counter() - began], "s")  # fmt: skip
    assert restored.returncode == 0, restored.stderr
    hashes = told(home)
    manifest = json.loads(tar_member(backup, "manifest.json"))
    assert {name: list(one) for name, one in hashes.items()} == {
        name: [one["rows"], one["sha256"]] for name, one in manifest["tables"].items()
    }
    return hashes


def tar_member(backup: Path, name: str) -> bytes:
    with tarfile.open(backup, "r:gz") as archive:
        content = archive.extractfile(name)
        assert content
        return content.read()


def refuses_a_cut_backup(home: Home, backup: Path, folder: Path) -> None:
    """Hold that a backup cut short is refused and nothing changes."""
    before = told(home)
    whole = backup.read_bytes()
    for share in (0.1, 0.5, 0.999):
        cut = folder / f"cut-{share}.lifecircle-backup"
        cut.write_bytes(whole[: int(len(whole) * share)])
        refused = command(home, "restore", str(cut))
        assert refused.returncode != 0
        assert "现有数据没有动" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert told(home) == before


def into_the_other(
    backup: Path, home: Home, database: str, folder: Path, request: pytest.FixtureRequest
) -> None:
    """Restore into the other kind of database: the same rows, and back again."""
    url = "" if database == POSTGRESQL else request.getfixturevalue("postgresql")
    held = os.environ.get("DATABASE_URL", "")
    try:
        with homed(folder / "other" / "home", url) as other:
            put_key(other, (home.folder / "secret").read_bytes())
            restore(other, POSTGRESQL if url else SQLITE, backup)
            again = folder / "again.lifecircle-backup"
            made = command(other, "backup", "--out", str(again))
            assert made.returncode == 0, made.stderr
            other.run(TEST_HOST + SIGN_IN)
        restore(home, database, again)
    finally:
        os.environ["DATABASE_URL"] = held
