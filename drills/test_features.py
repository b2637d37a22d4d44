"""GDAL and QGIS read all 50,000 facilities page by page; one publication takes over another."""

from __future__ import annotations

import hashlib
import json
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely

from drills.conftest import POSTGRESQL
from drills.figures import tell
from drills.serving import Served
from drills.test_public import cpu_s
from tests.govern.processes import Home

MANY, AFTERWARDS = 50_000, 10_000
PYTHON_OF_QGIS = Path("/usr/bin/python3")
"""QGIS comes with the system's own Python, and no wheel of it is published."""

FOUND = f"""
import json
from datetime import date
from lifecircle.govern.actor import system
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.services import found
from tests.govern.features.placed import place
from tests.govern.publications.stock import published_in
city = found(system("drill"), "city", Level.CITY, None, on=date(2020, 1, 1))
one = published_in(city, "Rivermouth", 1000, {MANY})
place(one)
print(one.pk)
"""
PREPARE = f"""
from tests.govern.features.placed import place
from tests.govern.publications.stock import published_in
from lifecircle.govern.publications.models import Publication
old = Publication.objects.get(state="published")
place(published_in(old.area, "Other", 1000, {AFTERWARDS}, state="approved", published_at=None))
"""
REPLACE = """
from django.utils import timezone
from tests.govern.publications.stock import superseded
from lifecircle.govern.publications.models import Publication
superseded(Publication.objects.get(state="published"))
new = Publication.objects.filter(state="approved")
new.update(state="published", published_at=timezone.now())
"""
WITHDRAW = """
from django.utils import timezone
from tests.govern.publications.stock import superseded
from lifecircle.govern.publications.models import Publication
superseded(Publication.objects.get(state="published"), "withdrawn", withdrawn_at=timezone.now())
"""
ROWS = """
import json
from lifecircle.govern.publications.models import PublicFeature
rows = PublicFeature.objects.filter(
    publication__state="published", collection="facilities").values_list(
    "own_id", "name", "community", "geometry", "properties")
import sys
json.dump(list(rows), sys.stdout)
"""
Told = tuple[str, str, str, dict[str, Any], dict[str, Any]]


@pytest.fixture(scope="module")
def served(home: Home) -> Iterator[Served]:
    """Publish by hand and serve it with two processes."""
    home.run(FOUND)
    served = Served(home)
    try:
        served.start()
        yield served
    finally:
        served.stop()


def mark(own_id: str, shape: Any, values: dict[str, Any]) -> int:
    """Return the hash of a thing: its id, its place to 1e-7 degrees, all its properties."""
    xy = [round(float(one) * 1e7) for one in shapely.get_coordinates(shape).ravel()]
    text = json.dumps([own_id, xy, values], sort_keys=True, ensure_ascii=False)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big")


def held(home: Home, *, told: Callable[[Any], Any] = lambda value: value) -> tuple[int, int]:
    """Return how many facilities the database holds as live, and the sum of their hashes.

    ``told`` turns a property into what a program makes of it.
    """
    rows: list[Told] = json.loads(home.run(ROWS))
    marks = [
        mark(
            own, shapely.geometry.shape(geometry),
            {"name": name, "community": near, **{one: told(rest[one]) for one in rest}},
        )
        for own, name, near, geometry, rest in rows
    ]  # fmt: skip
    return len(marks), sum(marks) % 2**128


def read(port: int, **options: str) -> tuple[int, int]:
    """Return the same of what GDAL reads."""
    meta, _fids, shapes, columns = pyogrio.raw.read(
        f"OAPIF:http://127.0.0.1:{port}/ogc/", layer="facilities", **options
    )
    names = list(meta["fields"])
    marks = []
    for shape, *values in zip(shapes, *columns, strict=True):
        told = {name: plain(value) for name, value in zip(names, values, strict=True)}
        marks.append(mark(told.pop("id"), shapely.from_wkb(shape), told))
    assert len(set(marks)) == len(marks)
    return len(marks), sum(marks) % 2**128


def plain(value: Any) -> Any:
    """Return a value as JSON has it: GDAL makes days of text, and text or arrays of lists."""
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, date):
        return value.isoformat()
    return json.loads(value) if isinstance(value, str) and value[:1] in "[{" and value else value


def test_gdal_reads_all(served: Served, home: Home, database: str) -> None:
    before = cpu_s(served)
    assert read(served.port) == held(home)
    tell("50,000 facilities by GDAL: CPU", database, [(cpu_s(served) - before) * 1000], "ms")


def read_by_qgis(port: int) -> tuple[int, int]:
    """Return the same of what QGIS reads."""
    command = [str(PYTHON_OF_QGIS), str(Path(__file__).parent / "reading_qgis.py")]
    # without the slash at its end, as people type the address
    command += [f"http://127.0.0.1:{port}/ogc", "facilities", "1000"]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    marks = []
    for line in done.stdout.splitlines():
        x, y, told = json.loads(line)
        marks.append(mark(told.pop("id"), shapely.points(x, y), told))
    assert len(set(marks)) == len(marks)
    return len(marks), sum(marks) % 2**128


def test_qgis_reads_all(served: Served, home: Home, database: str) -> None:
    if database == POSTGRESQL:
        pytest.skip("QGIS reads the same of both databases; once is enough")
    if subprocess.run([PYTHON_OF_QGIS, "-c", "import qgis"], check=False).returncode:
        pytest.skip("QGIS is not installed (apt-get install python3-qgis)")
    began = time.perf_counter()
    assert read_by_qgis(served.port) == held(
        home, told=lambda value: None if value == [] else value
    )
    tell("50,000 facilities by QGIS", database, [time.perf_counter() - began], "s")


def test_another_publication_takes_over(served: Served, home: Home) -> None:
    old = held(home)
    home.run(PREPARE)
    taking_over = threading.Thread(target=home.run, args=(REPLACE,))
    taking_over.start()
    found = read(served.port, PAGE_SIZE="200")
    taking_over.join()
    new = held(home)
    assert new != old
    assert found in (old, new)
    assert read(served.port) == new


def test_a_withdrawal_is_told_to_who_is_reading(served: Served, home: Home) -> None:
    first = f"http://127.0.0.1:{served.port}/ogc/collections/facilities/items?limit=1000"
    with urllib.request.urlopen(first) as answer:
        told = json.load(answer)
    following = next(one["href"] for one in told["links"] if one["rel"] == "next")
    home.run(WITHDRAW)
    with pytest.raises(urllib.error.HTTPError) as wrong:
        urllib.request.urlopen(following)
    wrong.value.close()
    assert wrong.value.code == 410
    with pytest.raises(pyogrio.errors.DataSourceError):
        read(served.port)
