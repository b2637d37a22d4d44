"""`lifecircle scenario` as a person runs it."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from pathlib import Path

import pyogrio
import pytest
from click.testing import Result

from lifecircle.publish.scenario import FINDINGS, MAP, PAGE, PEOPLE
from lifecircle.terms.errors import InputError, OutputError
from tests.cli.test_why_and_compare import run

PACK = ("--pack", "xian-2020")
NAMES = {FINDINGS, PEOPLE, MAP, PAGE, "manifest.json"}


def drawn(shape: str, coordinates: object, **said: object) -> dict[str, object]:
    geometry = {"type": shape, "coordinates": coordinates}
    return {"type": "Feature", "properties": said, "geometry": geometry}


# the one bridge of the example city is closed, and a footbridge laid where 1.5 km west none is
BRIDGE = drawn("LineString", [[123.021765, 30.0007], [123.021765, 29.9992]],
               操作="封闭道路", 名称="大桥维修")  # fmt: skip
FOOTBRIDGE = drawn("LineString", [[123.006219, 30.0009], [123.006219, 29.9991]],
                   操作="新增通道", 种类="天桥", 台阶米=12)  # fmt: skip


def write(path: Path, *features: dict[str, object]) -> Path:
    content = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An example city on both banks of its river."""
    folder = tmp_path_factory.mktemp("both banks") / "示例市"
    assert run("demo", "--communities", 24, "--out", folder).exit_code == 0
    return folder


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory, town: Path) -> tuple[Result, Path, Path]:
    folder = tmp_path_factory.mktemp("tried")
    edits = write(folder / "方案.geojson", BRIDGE, FOOTBRIDGE)
    out = folder / "方案结果"
    return run("scenario", town, *PACK, "--edits", edits, "--out", out), out, edits


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_it_tells_who_gains_and_who_loses(ended: tuple[Result, Path, Path]) -> None:
    result, out, _ = ended
    assert result.exit_code == 0, result.exception
    assert "全部是模拟数据。" in result.stdout
    # both sides of the bridge, from 78 m north of the middle of the river to its end 93 m south;
    # the footbridge goes from the near side of one bank road to that of the other
    assert "第1个要素 封闭道路 大桥维修：封闭道路342米。" in result.stdout
    assert "第2个要素 新增通道（天桥）：新增天桥196米，两端台阶各12米。" in result.stdout
    assert re.search(
        r"至少有一类设施变近的[\d,]+人（其中老人[\d,]+人、儿童[\d,]+人）", result.stdout
    )
    assert {path.name for path in out.iterdir()} == NAMES


def test_tables_map_and_manifest_agree(ended: tuple[Result, Path, Path]) -> None:
    _, out, edits = ended
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    run_ = manifest["run"]
    digest = hashlib.sha256(edits.read_bytes()).hexdigest()
    assert {"role": "edits", "name": "方案.geojson", "sha256": digest} in run_["inputs"]
    people, findings = rows_of(out / PEOPLE), rows_of(out / FINDINGS)
    assert {row["simulated"] for row in (*people, *findings)} == {"模拟数据"}
    (pack,) = run_["packs"]
    assert pack["turned"] == sum(row["turned"] == "yes" for row in findings)
    assert pack["findings"] == len(findings)
    (whole,) = [row for row in people if not row["kind"] and not row["community"]]
    assert int(whole["residents_nearer"]) == pack["people_nearer"]["residents"] > 0
    assert int(whole["residents_farther"]) == pack["people_farther"]["residents"] > 0
    for kind in {row["kind"] for row in people}:
        own = [row for row in people if row["kind"] == kind]
        (total,) = {row["residents_farther"] for row in own if not row["community"]}
        parts = [int(row["residents_farther"]) for row in own if row["community"]]
        assert sum(parts) == int(total)
    layers = {str(name) for name, _ in pyogrio.list_layers(out / MAP)}
    assert layers == {"edits", "changed", "origins"}
    assert len(pyogrio.raw.read(out / MAP, layer="edits")[2]) == 2


def test_the_page_has_no_scripts_and_says_simulated(ended: tuple[Result, Path, Path]) -> None:
    page = (ended[1] / PAGE).read_text(encoding="utf-8")
    assert "<script" not in page
    assert "全部是模拟数据" in page
    assert "大桥维修" in page
    assert not re.search(
        r"[一-鿿],[一-鿿]", re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    )


def test_the_same_again_is_the_same_bytes(
    tmp_path: Path, town: Path, ended: tuple[Result, Path, Path]
) -> None:
    _, out, edits = ended
    assert run("scenario", town, *PACK, "--edits", edits, "--out", tmp_path).exit_code == 0
    for name in NAMES:
        assert (tmp_path / name).read_bytes() == (out / name).read_bytes(), name


def test_somebody_elses_folder_is_left_alone(
    tmp_path: Path, town: Path, ended: tuple[Result, Path, Path]
) -> None:
    (tmp_path / "别人的.txt").write_text("…", encoding="utf-8")
    result = run("scenario", town, *PACK, "--edits", ended[2], "--out", tmp_path)
    assert isinstance(result.exception, OutputError)


def test_a_faulty_file_leaves_nothing_behind(tmp_path: Path, town: Path) -> None:
    edits = write(tmp_path / "错.geojson", drawn("Point", [123.0, 30.0], 操作="飞"))
    out = tmp_path / "结果"
    result = run("scenario", town, *PACK, "--edits", edits, "--out", out)
    assert isinstance(result.exception, InputError)
    assert "不认识操作“飞”" in str(result.exception)
    assert not out.exists()
