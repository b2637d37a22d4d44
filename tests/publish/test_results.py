"""The result folder: whole or not at all, the same bytes for the same input, readable by others."""

from __future__ import annotations

import csv
import dataclasses
import errno
import json
from pathlib import Path

import pyarrow.parquet as pq
import pyogrio
import pytest

from lifecircle.assess.findings import Assessment
from lifecircle.assess.judge import assess
from lifecircle.place.tables import City
from lifecircle.policy.packs import load_pack, shipped
from lifecircle.publish.folder import Kind, check_replaceable, whole_folder
from lifecircle.publish.map_layers import MapLayers
from lifecircle.publish.payload import page_payload
from lifecircle.publish.results import MANIFEST, PAGE, write_results
from lifecircle.publish.sentences import Sentences
from lifecircle.publish.tables import write_csv
from lifecircle.terms.errors import OutputError
from lifecircle.walk.network import Network
from tests.conftest import DAY

MARKED = Kind(frozenset({"mark"}), "mark", "ours")

Run = tuple[City, Network, Assessment]


@pytest.fixture
def run(example_city: City, example_network: Network, example: Assessment) -> Run:
    return example_city, example_network, example


def layers_of(path: Path) -> set[str]:
    return {str(name) for name, _ in pyogrio.list_layers(path)}


def test_what_is_written(tmp_path: Path, run: Run) -> None:
    city, network, found = run
    manifest = write_results(tmp_path / "out", city, network, [found])
    names = {file.name for file in (tmp_path / "out").iterdir()}
    assert names == {
        "findings.csv",
        "findings.parquet",
        "findings.gpkg",
        "rollup.csv",
        "rollup_areas.csv",
        "rollup_changes.csv",
        "circle_against_walk.csv",
        "levels.csv",
        "gaps.csv",
        "rows.csv",
        PAGE,
        MANIFEST,
    }
    assert manifest["run"]["verdicts"]["not met"] == 57
    stored = json.loads((tmp_path / "out" / MANIFEST).read_text(encoding="utf-8"))
    assert stored == manifest
    assert "模拟数据" in (tmp_path / "out" / PAGE).read_text(encoding="utf-8")


def test_all_containers_hold_the_same_findings(tmp_path: Path, run: Run) -> None:
    city, network, found = run
    out = tmp_path / "out"
    write_results(out, city, network, [found])
    with (out / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    parquet = pq.read_table(out / "findings.parquet").to_pylist()
    _, table = pyogrio.read_arrow(out / "findings.gpkg", layer="findings")
    assert len(rows) == len(parquet) == table.num_rows == len(found.findings)
    for row, same in zip(rows, parquet, strict=True):
        assert {name: "" if value is None else str(value) for name, value in same.items()} == row
    for layer in layers_of(out / "findings.gpkg"):
        _, content = pyogrio.read_arrow(out / "findings.gpkg", layer=layer)
        assert set(content.column("simulated").to_pylist()) == {"模拟数据"}, layer
    with (out / "rollup.csv").open(encoding="utf-8-sig", newline="") as file:
        assert {row["simulated"] for row in csv.DictReader(file)} == {"模拟数据"}
    for name in ("subject", "rule", "reading", "verdict", "observed"):
        assert table.column(name).to_pylist() == [row[name] for row in rows]
    assert layers_of(out / "findings.gpkg") == {"communities", "facilities", "origins", "findings"}


def test_the_same_run_writes_the_same_bytes(tmp_path: Path, run: Run) -> None:
    city, network, found = run
    write_results(tmp_path / "one", city, network, [found])
    write_results(tmp_path / "two", city, network, [found])
    for file in (tmp_path / "one").iterdir():
        assert (tmp_path / "two" / file.name).read_bytes() == file.read_bytes(), file.name


def test_several_packs_get_a_folder_each(tmp_path: Path, run: Run, example: Assessment) -> None:
    city, network, found = run
    other = dataclasses.replace(
        example,
        pack=example.pack.model_copy(
            update={"header": example.pack.header.model_copy(update={"id": "copy"})}
        ),
    )
    manifest = write_results(tmp_path / "out", city, network, [found, other])
    assert set(manifest["packs"]) == {"xian-2020", "copy"}
    assert (tmp_path / "out" / "copy" / PAGE).is_file()


def test_a_new_run_replaces_an_old_one_whole(tmp_path: Path, run: Run) -> None:
    city, network, found = run
    write_results(tmp_path / "out", city, network, [found])
    (tmp_path / "out" / "rollup.csv").write_text("old", encoding="utf-8")
    write_results(tmp_path / "out", city, network, [found])
    assert (
        (tmp_path / "out" / "rollup.csv").read_text(encoding="utf-8-sig").startswith("simulated,")
    )
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("theirs", ["notes.xlsx", "city/lifecircle.toml"])
def test_a_result_folder_that_somebody_works_in_is_refused(
    tmp_path: Path, run: Run, theirs: str
) -> None:
    city, network, found = run
    out = tmp_path / "out"
    write_results(out, city, network, [found])
    (out / theirs).parent.mkdir(exist_ok=True)
    (out / theirs).write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="没有改动"):
        write_results(out, city, network, [found])
    assert (out / theirs).read_text(encoding="utf-8") == "mine"


def test_a_manifest_of_somebody_else_is_no_permission(tmp_path: Path, run: Run) -> None:
    city, network, found = run
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / MANIFEST).write_text('{"name": "pwa"}', encoding="utf-8")
    with pytest.raises(OutputError, match="没有改动"):
        write_results(tmp_path / "web", city, network, [found])


def test_the_folder_one_stands_in_is_refused(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    city, network, found = run
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match="当前所在的文件夹"):
        write_results(Path(), city, network, [found])
    assert list(tmp_path.iterdir()) == []


def test_names_that_look_like_formulas_are_disarmed_for_excel(tmp_path: Path) -> None:
    names = ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "普通"]
    write_csv(tmp_path / "a.csv", {"name": names})
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [row["name"] for row in csv.DictReader(file)]
    assert cells == [f"'{name}" for name in names[:4]] + ["普通"]


def test_a_failure_leaves_the_old_result_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with whole_folder(out, MARKED) as folder:
        (folder / "mark").write_text("ours first", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt), whole_folder(out, MARKED) as folder:
        (folder / "mark").write_text("half", encoding="utf-8")
        raise KeyboardInterrupt
    assert (out / "mark").read_text(encoding="utf-8") == "ours first"
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_what_is_not_ours_is_never_overwritten(tmp_path: Path, kind: str) -> None:
    out = tmp_path / "out"
    if kind == "file":
        out.write_text("mine", encoding="utf-8")
    elif kind == "folder":
        out.mkdir()
        (out / "mine.txt").write_text("mine", encoding="utf-8")
    else:
        out.symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutputError, match="没有改动"), whole_folder(out, MARKED):
        pass
    assert out.is_symlink() or out.exists()
    assert len(list(tmp_path.iterdir())) == 1


def test_where_nothing_can_be_written_is_said_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="file 不是文件夹，写不进去；请换"):
        check_replaceable(tmp_path / "file" / "new" / "out", MARKED)


def test_what_the_system_refuses_is_said_in_chinese(tmp_path: Path) -> None:
    with (
        pytest.raises(OutputError, match="写不进去（磁盘满了）"),
        whole_folder(tmp_path / "x", None),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert list(tmp_path.iterdir()) == []


def test_the_payload_speaks_of_every_community_and_rule(run: Run) -> None:
    city, network, found = run
    payload = page_payload(MapLayers(city, network), found, Sentences(city, found.pack))
    assert payload["marks"] == ["模拟数据"]
    assert len(payload["communities"]["features"]) == 12
    assert len(payload["rules"]) == 28
    seen = {(row[0], row[1], row[2]) for row in payload["findings"]}
    assert len(seen) == len(payload["findings"]) == 12 * (28 + 21)
    assert json.loads(json.dumps(payload, allow_nan=False)) is not None


def test_every_rule_of_every_pack_has_findings_and_those_without_data_fail_nobody(
    tmp_path: Path, example_city: City, example_network: Network
) -> None:
    for name in shipped():
        found = assess(load_pack(name), example_city, example_network, DAY)
        rules = {rule.id for rule in found.pack.rules}
        assert {f.rule for f in found.findings} == rules
        assert len(found.without_data) > 0
        silent = [f for f in found.findings if f.rule in found.without_data]
        assert {f.verdict for f in silent} <= {"not assessed", "not applicable"}
        assert all(f.reasons for f in silent if f.verdict == "not assessed")
        manifest = write_results(tmp_path / name, example_city, example_network, [found])
        assert manifest["run"]["rules_without_data"] == list(found.without_data)
        page = (tmp_path / name / PAGE).read_text(encoding="utf-8")
        assert f"另有{len(found.without_data)}条规则" in page


def test_evidence_is_said_in_chinese(run: Run) -> None:
    city, network, found = run
    payload = page_payload(MapLayers(city, network), found, Sentences(city, found.pack))
    ids = [rule["id"] for rule in payload["rules"]]
    says = {
        (ids[row[1]], row[2], row[3]): row[8]
        for row in payload["findings"]
        if row[3] in ("not met", "not assessed")
    }
    finance = says["five-minutes-finance", "walk", "not met"]
    assert "的居民5分钟内走得到" in finance
    assert "银行网点" in finance
    tourism = says["fifteen-minutes-tourism", "walk", "not assessed"]
    assert "查找的是景点、博物馆" in tourism
    assert "圆内有0处" in says["one-government-station", "circle", "not met"]


def test_the_page_and_the_table_tell_where_circle_and_walk_differ(tmp_path: Path, run: Run) -> None:
    city, network, found = run
    payload = page_payload(MapLayers(city, network), found, Sentences(city, found.pack))
    ids = [rule["id"] for rule in payload["rules"]]
    rows = [row for row in payload["differences"] if ids[row[1]] == "one-clinic"]
    assert rows
    for _, _, circle_only, walk_only, share, why, between in rows:
        assert circle_only > 0
        assert walk_only is None
        assert share == "100%只在圆内"
        assert "隔着河" in why
        assert "直线" in between
    write_results(tmp_path / "out", city, network, [found])
    with (tmp_path / "out" / "circle_against_walk.csv").open(encoding="utf-8-sig") as file:
        table = [row for row in csv.DictReader(file) if row["rule"] == "one-clinic"]
    assert len(table) == 11, "the village is not asked"
    told = [int(row["people_circle_only"] or 0) for row in table]
    assert sum(told) == sum(row[2] for row in rows)


def test_the_page_rolls_a_rule_up_to_every_tree(run: Run) -> None:
    city, network, found = run
    payload = page_payload(MapLayers(city, network), found, Sentences(city, found.pack))
    trees = [row[2] for row in payload["areas"] if row[0] == 0]
    assert list(dict.fromkeys(trees)) == ["行政区划", "管理单位"]
