"""The import: 50,000 rows checked and committed beside others' single writes, and killed at will.

    python -m benchmarks.importing                       # SQLite
    python -m tools.postgres python -m benchmarks.importing

Prints seconds, the worker's peak of resident memory, and how long single writes by others took
meanwhile; with ``--kills 20`` also whether an import killed so often ends as one never killed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import xlsxwriter

from lifecircle.place.formats.blanks import shown
from lifecircle.place.forms.forms import forms
from tests.govern.processes import Home, kill, own_home

COMMUNITIES = 400
NAMES = ("facility", "shop", "house")
"""Three imports one after another: the first adds everything, the others change every name."""
CITY = """
from datetime import date
from lifecircle.govern.actor import system
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.services import found
who, day = system("bench"), date(2020, 1, 1)
city = found(who, "city", Level.CITY, None, on=day, code="610100000000")
town = found(who, "town", Level.TOWNSHIP, city, on=day, code="610102001000")
for n in range(%d):
    found(who, f"community {n}", Level.COMMUNITY, town, on=day, code=f"6101020{n:05}")
"""
WORKER = """
from datetime import timedelta
from lifecircle.govern.jobs import leases, worker
leases.LEASE, worker.BEAT_S, worker.POLL_S = timedelta(seconds=%s), %s, 0.1
print("up", flush=True)
worker.run_worker()
"""
BRING_IN = """
import sys
from datetime import date
from pathlib import Path
from lifecircle.govern.actor import system
from lifecircle.govern.areas.models import Area
from lifecircle.govern.imports.services import bring_in
path = Path(%r)
city = Area.objects.get(name="city")
with path.open("rb") as file:
    print(bring_in(system("bench"), iter(lambda: file.read(2**20), b""), "a.xlsx", city,
        date(2026, 5, 1), form="facilities").pk)
"""
COMMIT = """
from lifecircle.govern.actor import system
from lifecircle.govern.imports.models import Batch
from lifecircle.govern.imports.services import commit
commit(system("bench"), Batch.objects.get(pk=%d))
"""
WAIT = """
import json, sys, time
from lifecircle.govern.imports.models import Batch
while (batch := Batch.objects.get(pk=%d)).state in ("checking", "committing"):
    time.sleep(0.1)
print(json.dumps([batch.state, batch.counts, batch.root]))
"""
WRITE = """
import json, sys, time, random
from datetime import date
from lifecircle.govern.actor import system
from lifecircle.govern.areas.models import Area
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.records.services import put
area, dice, took, number = Area.objects.get(name="community 7"), random.Random(%d), [], %d
print("up", flush=True)
import signal, threading
ended = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: ended.set())
while not ended.is_set():
    begun = time.monotonic()
    put(system("bench"), Facility, f"W{number}-{len(took)}", area,
        {"name": "w", "area": area, "categories": ["bank"]},
        permission="inventory.change", effective_on=date(2026, 5, 1))
    took.append(time.monotonic() - begun)
    ended.wait(dice.uniform(0.1, 0.4))
print(json.dumps(took))
"""
HASH = """
import hashlib
from lifecircle.govern.inventory.models import Facility
digest = hashlib.sha256()
rows = Facility.versions.current().select_related("record").order_by("record__own_id")
for one in rows.iterator(chunk_size=1000):
    digest.update(f"{one.record.own_id}{one.record.area_id}{sorted(one.data().items())}".encode())
print(digest.hexdigest(), rows.count(), Facility.versions.count())
"""


def write_rows(path: Path, rows: int, name: str = "facility") -> None:
    """Write a workbook of so many facilities with twenty columns filled."""
    form = forms()["facilities"]
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet(form.zh)
        for at, column in enumerate(form.columns.values()):
            sheet.write(0, at, column.zh)
        for number in range(rows):
            row = _row(number, name)
            for at, column in enumerate(form.columns.values()):
                value = shown(column, row.get(column.code))
                if value is not None:
                    sheet.write(number + 1, at, value)


def _row(number: int, name: str) -> dict[str, object]:
    return {
        "id": f"F{number:06}", "name": f"{name} {number}", "category": ["community_canteen"],
        "community": f"6101020{number % COMMUNITIES:05}", "functions": (),
        "lon": 108.9 + number % 1000 / 10_000, "lat": 34.2 + number // 1000 / 1000,
        "floor_m2": 200 + number % 500, "usable_m2": 150 + number % 50, "site_m2": 300,
        "childcare_places": 10, "nursing_beds": 5, "beds": 20, "seats": 40,
        "hours": "每天 08:00-20:00", "address": f"示例路{number}号", "hotline": "029-00000000",
        "opened_on": "2025-09-01", "remark": "没有",
    }  # fmt: skip


def measure(home: Home, workbook: Path, clients: int) -> None:
    """Import once beside writing clients and print the figures."""
    worker = started(home, WORKER % (20, 5))
    writers = [started(home, WRITE % (number, number)) for number in range(clients)]
    begun = time.monotonic()
    batch = int(home.run(BRING_IN % str(workbook)))
    print("checked", home.run(WAIT % batch).strip()[:150], f"{time.monotonic() - begun:.1f} s")
    confirmed = time.monotonic()
    home.run(COMMIT % batch)
    print(
        "committed", home.run(WAIT % batch).strip()[:150], f"{time.monotonic() - confirmed:.1f} s"
    )
    peak = Path(f"/proc/{worker.pid}/status").read_text(encoding="ascii")
    peak_kb = int(peak.split("VmHWM:")[1].split()[0])
    took = sorted(one for writer in writers for one in _ended(writer))
    seconds = time.monotonic() - begun
    ticks = Path(f"/proc/{worker.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    cpu_s = (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")
    print(f"all {seconds:.1f} s, worker {peak_kb / 1024:.0f} MB, {cpu_s:.1f} s of a processor")
    if took:
        p95_ms = statistics.quantiles(took, n=20)[18] * 1000
        print(f"{len(took)} single writes: p95 {p95_ms:.0f} ms, longest {took[-1] * 1000:.0f} ms")
    kill(worker)


def started(home: Home, program: str) -> subprocess.Popen[str]:
    """Start a program and return when it is up."""
    process = home.start(program)
    assert process.stdout
    assert process.stdout.readline() == "up\n"
    return process


def _ended(writer: subprocess.Popen[str]) -> list[float]:
    writer.terminate()
    out, _ = writer.communicate(timeout=60)
    took: list[float] = json.loads(out)
    return took


def imported(home: Home, workbooks: list[Path], times: int, seed: int) -> str:
    """Import one workbook after another, the worker killed so often; return the hash of all rows.

    A worker is killed at a random moment of checking or of committing, and another started.
    """
    dice = random.Random(seed)  # noqa: S311 - dice of a drill
    killed = {"checking": 0, "committing": 0}
    for workbook in workbooks:
        batch = int(home.run(BRING_IN % str(workbook)))
        for phase, goal in (("checking", "checked"), ("committing", "done")):
            if phase == "committing":
                home.run(COMMIT % batch)
            while (state := _state(home, batch)) != goal:
                if state != phase:
                    raise SystemExit(f"the import ended as {state}")
                worker = started(home, WORKER % (1, 0.2))
                if sum(killed.values()) < times:
                    time.sleep(dice.uniform(1.0, 5.0))
                    killed[phase] += 1
                else:
                    home.run(WAIT % batch)
                kill(worker)
    print("killed", killed)
    return home.run(HASH)


def _state(home: Home, batch: int) -> str:
    return str(json.loads(home.run(STATE % batch)))


STATE = """
import json
from lifecircle.govern.imports.models import Batch
print(json.dumps(Batch.objects.get(pk=%d).state))
"""


def main() -> None:
    """Run what was asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=50_000)
    asked.add_argument("--clients", type=int, default=4)
    asked.add_argument("--kills", type=int, default=0)
    asked.add_argument("--seed", type=int, default=9)
    how = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        books = [Path(folder) / f"{name}.xlsx" for name in NAMES]
        for book in books[: len(NAMES) if how.kills else 1]:
            write_rows(book, how.rows, book.stem)
        if not how.kills:
            with own_home(Path(folder) / "home") as home:
                home.run(CITY % COMMUNITIES)
                measure(home, books[0], how.clients)
            return
        hashes = []
        for times in (0, how.kills):
            with own_home(Path(folder) / f"killed {times} times") as home:
                home.run(CITY % COMMUNITIES)
                hashes.append(imported(home, books, times, how.seed))
        print("the same as never killed:", hashes[0] == hashes[1], hashes[0].strip())


if __name__ == "__main__":
    main()
