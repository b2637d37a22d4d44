"""Two hundred readers at once on the public pages of a city of 1,000 communities."""

from __future__ import annotations

import asyncio
import json
import math
import os
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from drills.figures import percentile, tell
from drills.serving import Served, workers_of
from tests.govern.processes import Home

READERS = 200
SECONDS = 15.0
PAUSE_S = 1.0
"""A reader looks at a page for longer; this is a crowd that does not."""

GOAL_MS = 300.0
CACHED_US = 1500.0
FOUND = """
import json
from lifecircle.govern.actor import system
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.services import found
from tests.govern.publications.stock import published_in
from datetime import date
city = found(system("drill"), "city", Level.CITY, None, on=date(2020, 1, 1))
print(json.dumps(published_in(city, "Rivermouth", 1000, 12000).pk))
"""


@dataclass
class Told:
    """How long the answers took and what came back."""

    took_ms: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)


@pytest.fixture(scope="module")
def served(home: Home) -> Iterator[tuple[Served, int]]:
    """Publish by hand and serve it with two processes."""
    number = int(home.run(FOUND))
    served = Served(home)
    try:
        served.start()
        # both processes learn their routes and the names before anybody is measured
        asyncio.run(crowd(served.port, [*paths_of(number)[:40], "/public/search/?q=C1"], 8, 0.2))
        yield served, number
    finally:
        served.stop()


async def read_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> str:
    """Ask for a page over a connection that stays open; return its status."""
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: zh-CN\r\n\r\n".encode()
    )
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = next(
        int(line.partition(":")[2])
        for line in head.split("\r\n")
        if line.lower().startswith("content-length:")
    )
    await reader.readexactly(length)
    return head[9:12]


async def reader_of(
    port: int, paths: list[str], until: float, pause_s: float, told: Told, number: int
) -> None:
    """Read one page after another like one of a crowd."""
    choice = Random(number)
    await asyncio.sleep(choice.random() * min(pause_s, 1.0))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.monotonic() < until:
        began = time.perf_counter()
        told.statuses[await read_one(reader, writer, choice.choice(paths))] += 1
        told.took_ms.append((time.perf_counter() - began) * 1000)
        if pause_s:
            await asyncio.sleep(pause_s * (0.5 + choice.random()))
    writer.close()


async def crowd(port: int, paths: list[str], seconds: float, pause_s: float) -> Told:
    """Let all readers read at once."""
    told, until = Told(), time.monotonic() + seconds
    await asyncio.gather(
        *(reader_of(port, paths, until, pause_s, told, one) for one in range(READERS))
    )
    return told


def cpu_s(served: Served) -> float:
    """Return the seconds that the answering processes have worked since they began."""
    assert served.process
    ticks = 0
    for pid in workers_of(served.process.pid):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def paths_of(number: int) -> list[str]:
    """Return what the crowd reads: the front page, and communities and facilities of all kinds."""
    some = [f"/public/communities/C{at}/" for at in range(0, 1000, 4)]
    some += [f"/public/facilities/F/{at}/" for at in range(0, 12000, 48)]
    some += [f"/public/search/?q=C{at}" for at in range(40)]
    some += ["/public/", "/public/results/", f"/public/results/{number}/"] * 40
    return some + [f"/public/map/{number}/index.html"] * 40


@pytest.mark.parametrize("pause_s", [PAUSE_S, 0.0], ids=["a crowd", "without a breath"])
def test_two_hundred_readers_at_once(
    served: tuple[Served, int], database: str, pause_s: float
) -> None:
    platform, number = served
    before, began = cpu_s(platform), time.monotonic()
    told = asyncio.run(crowd(platform.port, paths_of(number), SECONDS, pause_s))
    took, worked = time.monotonic() - began, cpu_s(platform) - before
    many = len(told.took_ms)
    name = f"200 readers, pause {pause_s:g} s"
    # a crowd also has each page made once; without a breath nearly all come out of the cache
    goal, goal_us = (GOAL_MS, None) if pause_s else (None, CACHED_US)
    p95 = percentile(told.took_ms, 0.95)
    tell(f"{name}: p95", database, [p95], "ms", goal)
    tell(f"{name}: p50", database, [percentile(told.took_ms, 0.5)], "ms")
    tell(f"{name}: answers a second", database, [many / took], "1/s")
    tell(f"{name}: CPU a request", database, [worked / many * 1e6], "us", goal_us)
    print(json.dumps(dict(told.statuses)))
    assert set(told.statuses) == {"200"}
    assert p95 < (goal or math.inf)
    assert worked / many * 1e6 < (goal_us or math.inf)
