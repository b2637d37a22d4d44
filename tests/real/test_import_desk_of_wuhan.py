"""The import desk on real files: without communities, in the office's words, in a wrong datum."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from lifecircle.govern.actor import system
from lifecircle.govern.areas.models import Area
from lifecircle.govern.imports.models import Batch, BatchState, Row, What
from lifecircle.govern.imports.services import bring_in
from lifecircle.govern.inventory.loading import load_city
from lifecircle.govern.jobs import worker
from lifecircle.govern.jobs.worker import Worker
from lifecircle.place.coordinates.datums import to_wgs84
from lifecircle.place.formats.vector import read_vector
from tests.govern.conftest import own_folders, plain_files  # noqa: F401 - fixtures
from tests.real.test_a_year_of_wuhan import DAY
from tests.real.wuhan import PLACES, places, write_wuhan

OFFICE = system("test")
ACCEPTED = """
[[accepted]]
code = "datum-contradicted"
by = "王某（测绘院）"
as_of = 2026-06-30
reason = "逐点核对过"
"""


@pytest.fixture
def files(shared_data: Path, tmp_path: Path) -> Path:
    return write_wuhan(tmp_path / "武汉", shared_data / "wuhan")


@pytest.fixture
def city(files: Path, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Area:
    monkeypatch.setattr(worker, "BEAT_S", 3600.0)
    settings.MEDIA_ROOT = Path(settings.CITY).parent / "files"
    return load_city(files, OFFICE, keep_at=Path(settings.CITY)).city


def brought(city: Area, content: bytes, datum: str = "gcj02") -> Batch:
    batch = bring_in(OFFICE, [content], "地点.csv", city, DAY, form="facilities", datum=datum)
    while Worker("test").run_one():
        pass
    batch.refresh_from_db()
    return batch


def table(rows: Iterable[Iterable[str]], encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([PLACES, *rows])
    return text.getvalue().encode(encoding)


def test_the_list_that_the_city_was_founded_from_changes_nothing(
    city: Area, shared_data: Path
) -> None:
    """In the office's own words for kinds, which stand in a file of the city, and in GB18030."""
    rows = places(shared_data / "wuhan")
    batch = brought(city, table(rows, "gb18030"))
    assert batch.state == BatchState.CHECKED, batch.faults
    assert batch.counts == {**dict.fromkeys(What, 0), What.UNCHANGED: len(rows)}


def test_a_wrong_datum_is_refused_unless_somebody_took_it_upon_himself(
    city: Area, shared_data: Path, settings: Any
) -> None:
    """All streets: as far as the places lie. As `lifecircle check` does with this list."""
    toml = Path(settings.CITY) / "lifecircle.toml"
    text = toml.read_text(encoding="utf-8").replace("roads.gpkg", "roads.parquet")
    toml.write_text(text, encoding="utf-8")
    roads = shared_data / "wuhan" / "wuhan_8989_original.parquet"
    shutil.copyfile(roads, toml.with_name("roads.parquet"))
    content = table(places(shared_data / "wuhan"))
    for datum in ("wgs84", ""):
        batch = brought(city, content, datum)
        assert batch.state == BatchState.FAILED
        (fault,) = batch.faults
        assert "看起来" in fault["reason"]
        assert "GCJ-02" in fault["reason"]
        assert "这个图层下" not in fault["remedy"]
        assert not Row.objects.filter(batch=batch).exists()
    toml.write_text(text + ACCEPTED, encoding="utf-8")
    assert brought(city, content, "wgs84").state == BatchState.CHECKED


def test_new_places_lie_where_the_outlines_say(city: Area, shared_data: Path, files: Path) -> None:
    rows = [[f"N{own_id}", *rest] for own_id, *rest in places(shared_data / "wuhan")]
    batch = brought(city, table(rows))
    said = {
        row.own_id: row.area.code if row.area else ""
        for row in Row.objects.filter(batch=batch).select_related("area")
    }
    squares = read_vector(files / "squares.gpkg")
    lon, lat = (np.array([float(row[at]) for row in rows]) for at in (2, 3))
    points = shapely.points(np.column_stack(to_wgs84(lon, lat, "gcj02")))
    inside = shapely.contains(squares.geometry[None, :], points[:, None])
    codes = squares.columns["id"]
    assert said == {
        row[0]: str(codes[own.argmax()]) if own.any() else ""
        for row, own in zip(rows, inside, strict=True)
    }
    assert batch.counts[What.ADDED] == len(rows)
    outside = [own_id for own_id, code in said.items() if not code]
    assert 100 < len(outside) < len(rows) - 100
    doubt = "不在任何社区的边界里，算全市的"
    doubted = {
        row.own_id
        for row in Row.objects.filter(batch=batch)
        if doubt in {one["reason"] for one in row.told}
    }
    assert doubted == set(outside)
