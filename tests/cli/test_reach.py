"""`lifecircle reach`: what it writes, what it says, and the document about it."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pyogrio
import pytest
import shapely
from click.testing import CliRunner, Result

from lifecircle.cli.main import main
from lifecircle.demo.files import write_example
from lifecircle.publish.reaching import LAYERS, MANIFEST, TABLES
from lifecircle.terms.errors import LifecircleError
from tests.conftest import ROOT


def run(*options: object) -> Result:
    return CliRunner().invoke(main, ["reach", *map(str, options)])


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reach") / "city"
    write_example(folder)
    return folder


@pytest.fixture(scope="module")
def out(city: Path) -> Path:
    out = city.parent / "out"
    done = run(city, "--out", out)
    assert done.exit_code == 0, done.output
    (out.parent / "said.txt").write_text(done.output, encoding="utf-8")
    return out


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_what_is_written(out: Path) -> None:
    assert {file.name for file in out.iterdir()} == {*TABLES, *LAYERS, MANIFEST}
    for name in TABLES:
        rows = rows_of(out / name)
        assert rows, name
        assert {row["simulated"] for row in rows} == {"模拟数据"}, name
    assert len(rows_of(out / "isochrones.csv")) == 36
    assert len(rows_of(out / "circle_walkable.csv")) == 12
    for row in rows_of(out / "circle_walkable.csv"):
        share = float(row["walked_m2"]) / float(row["circle_m2"])
        assert float(row["share"]) == pytest.approx(share, abs=1e-4)
    # a number below zero stays a number
    assert all(
        not row["concentration_older"].startswith("'") for row in rows_of(out / "equity.csv")
    )


def test_people_assigned_and_left_are_all(out: Path) -> None:
    left: dict[str, int] = {}
    residents: dict[str, int] = {}
    for row in rows_of(out / "capacity.csv"):
        left[row["capacity"]] = left.get(row["capacity"], 0) + int(row["people_left"])
        residents[row["capacity"]] = residents.get(row["capacity"], 0) + int(row["residents"])
    for row in rows_of(out / "capacity_assigned.csv"):
        left[row["capacity"]] += int(row["people"])
    assert left == residents


def test_the_layers_hold_the_tables(out: Path) -> None:
    table = rows_of(out / "isochrones.csv")
    for path, layer in ((out / LAYERS[0], "areas"), (out / LAYERS[1], None)):
        meta, _, shapes, fields = pyogrio.raw.read(path, layer=layer)
        columns = dict(zip(meta["fields"], fields, strict=True))
        assert columns["area_km2"].tolist() == [row["area_km2"] for row in table]
        assert shapely.is_valid(shapely.from_wkb(shapes)).all()
    _, _, streets, _ = pyogrio.raw.read(out / LAYERS[0], layer="streets")
    assert len(streets) == 12


def test_the_same_again(city: Path, out: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    done = run(city, "--out", again, "--json")
    manifest = json.loads(done.stdout)
    assert manifest == json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    for file in out.iterdir():
        assert (again / file.name).read_bytes() == file.read_bytes(), file.name
    assert manifest["options"]["minutes"] == [5.0, 10.0, 15.0]


def test_what_is_said(out: Path) -> None:
    said = (out.parent / "said.txt").read_text(encoding="utf-8")
    for words in ("模拟数据", "5分钟", "政策的圆里走得到的面积", "托位", "没有余位的居民", "基尼"):
        assert words in said
    assert not re.search(r"[\u4e00-\u9fff],[\u4e00-\u9fff]", said)


def test_a_pack_without_minutes_is_refused(city: Path, tmp_path: Path) -> None:
    done = run(city, "--out", tmp_path / "out", "--pack", "nantong-2011")
    assert done.exit_code == 2
    assert "没有写步行多少分钟" in done.output


def test_somebodys_folder_is_left_alone(city: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    done = run(city, "--out", tmp_path)
    assert isinstance(done.exception, LifecircleError)
    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]


def test_the_document_knows_every_option_file_and_column(out: Path) -> None:
    text = (ROOT / "docs" / "reach-and-equity.md").read_text(encoding="utf-8")
    told = set(re.findall(r"(?<!-)--[a-z][a-z-]+", text))
    options = {opt for param in main.commands["reach"].params for opt in param.opts}
    assert told == {opt for opt in options if opt.startswith("--")}
    for name in (*TABLES, *LAYERS, MANIFEST):
        assert f"`{name}`" in text
    for name in TABLES:
        for column in rows_of(out / name)[0]:
            assert f"`{column}`" in text, (name, column)
