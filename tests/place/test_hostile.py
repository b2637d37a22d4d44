"""What nobody should open is refused in a sentence, quickly and in little memory.

How it is counted: a process loads the command once and forks for every attack (see
`tests.forking`), so that neither the interpreter nor the imports are in the figures. Time
is the processor seconds of the fork, since a busy machine is slow, not wrong. Memory is the peak
of the fork less that of an ordinary `check` of the example city, forked in the same way.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import pytest
from click.testing import CliRunner

from lifecircle.cli.forms import file_stem
from lifecircle.cli.main import main
from lifecircle.place.formats.blanks import write_workbook
from lifecircle.place.formats.drivers import only
from lifecircle.place.formats.vector import DRIVERS, KNOWN_SUFFIXES
from lifecircle.policy.documents import read_document
from lifecircle.policy.models import PackFile
from lifecircle.publish.tables import write_csv
from lifecircle.terms.errors import InputError
from tests.forking import Run
from tests.hostile.attacks import ATTACKS
from tests.hostile.texts import YAML_LAUGHS
from tests.hostile.writing import (
    CLINIC,
    HEADERS,
    SECRET,
    collection,
    feature,
    repacked,
    workbook,
)

MOST_S = 2.0
MOST_BYTES = 300 * 2**20
READ_ANYWAY = {"a pickled column in parquet", "a polygon of two hundred thousand points"}
"""What was pickled is never run, the column is read as the plain one it also is; and a long border
is only long."""


@pytest.fixture(scope="module")
def run(forked: Run) -> Run:
    return forked


@pytest.fixture(scope="module")
def ordinary(run: Run, example_folder: Path) -> dict[str, Any]:
    found = run("check", example_folder)
    assert found["code"] == 0, found
    return found


def city_with(folder: Path, example: Path, part: str, path: Path) -> Path:
    """Write a lifecircle.toml of the example city with one file exchanged or added."""
    names = {"network": "city.osm.pbf", "communities": "communities.geojson"}
    files = {key: str(example / name) for key, name in names.items()}
    files["facilities"] = str(example / "facilities.geojson")
    said = f"{part} = {json.dumps(str(path))}\n" if part in ("headers", "kinds") else ""
    if part in files:
        files[part] = str(path)
    lines = [
        f"network = {json.dumps(files['network'])}",
        said,
        f"[communities]\nfile = {json.dumps(files['communities'])}",
        f"[[facilities]]\nfile = {json.dumps(files['facilities'])}",
    ]
    if part == "rasters":
        lines.append(f'[rasters]\nsource = "x"\nresidents = {json.dumps(str(path))}')
    (folder / "lifecircle.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused(
    name: str, tmp_path: Path, example_folder: Path, run: Run, ordinary: dict[str, Any]
) -> None:
    part, write = ATTACKS[name]
    path = write(tmp_path)
    found = run("check", city_with(tmp_path, example_folder, part, path))
    said = found["out"] + found["err"]
    assert found["code"] == (0 if name in READ_ANYWAY else 1), said
    assert found["cpu_s"] < MOST_S
    assert found["peak_bytes"] - ordinary["peak_bytes"] < MOST_BYTES
    assert SECRET not in said
    assert "Traceback" not in said
    assert "Warning" not in said
    assert not (tmp_path / "pickled").exists()
    if name not in READ_ANYWAY:
        assert path.name in said
        assert "1处错误" in said or "处错误" in said
    if path.is_file() and not path.is_symlink() and path.stat().st_size > 2**24:
        path.unlink()


def test_the_command_itself_ends_as_quickly(tmp_path: Path, example_folder: Path) -> None:
    """Once through the real door: the whole command, less the command that only starts."""
    _, write = ATTACKS["a zip bomb that says what it is"]
    folder = city_with(tmp_path, example_folder, "facilities", write(tmp_path))
    seconds = []
    for arguments in (["--version"], ["check", str(folder)]):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        ended = subprocess.run(
            [sys.executable, "-m", "lifecircle", *arguments], capture_output=True, check=False
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert ended.returncode == 1
    assert seconds[1] - seconds[0] < MOST_S


def test_a_link_to_an_ordinary_file_is_an_ordinary_file(
    tmp_path: Path, example_folder: Path, run: Run
) -> None:
    link = tmp_path / "设施.geojson"
    link.symlink_to(example_folder / "facilities.geojson")
    found = run("check", city_with(tmp_path, example_folder, "facilities", link))
    assert found["code"] == 0, found


@pytest.mark.parametrize("part", ["network", "communities", "facilities", "headers", "kinds"])
def test_a_path_to_somebody_elses_file_tells_nothing_of_it(
    part: str, tmp_path: Path, example_folder: Path, run: Run
) -> None:
    """Offices keep shared data in a folder beside; what is no data file is not opened at all."""
    (tmp_path / "passwd").write_text(f"root:{SECRET}:0\n{SECRET} = 1\n", encoding="utf-8")
    folder = tmp_path / "city"
    folder.mkdir()
    path = Path("..") / "passwd"
    found = run("check", city_with(folder, example_folder, part, path))
    assert found["code"] == 1, found
    assert SECRET not in found["out"] + found["err"]
    assert "passwd" in found["out"]


@pytest.mark.parametrize(
    "name", ["/vsicurl/http://127.0.0.1:9/a.geojson", "http://127.0.0.1:9/a.gpkg", "a\u0000b.xlsx"]
)
def test_addresses_and_odd_names_are_no_files(
    name: str, tmp_path: Path, example_folder: Path, run: Run
) -> None:
    found = run("check", city_with(tmp_path, example_folder, "communities", Path(name)))
    assert found["code"] == 1, found
    assert "没有这个文件" in found["out"] or "控制字符" in found["out"]


def test_a_name_of_300_characters_is_refused(
    tmp_path: Path, example_folder: Path, run: Run
) -> None:
    found = run(
        "check", city_with(tmp_path, example_folder, "facilities", Path("长" * 300 + ".csv"))
    )
    assert found["code"] == 1, found
    assert "打不开" in found["out"]


@pytest.mark.parametrize("where", ["folder", "file"])
def test_the_toml_itself_may_be_hostile(where: str, tmp_path: Path, run: Run) -> None:
    if where == "folder":
        (tmp_path / "lifecircle.toml").mkdir()
    else:
        (tmp_path / "lifecircle.toml").write_text("a = " + "[" * 50_000, encoding="utf-8")
    found = run("assess", tmp_path, "--out", tmp_path / "out")
    assert found["code"] == 3, found
    assert found["err"].count("错误：") == 1


def test_gdal_reads_a_file_as_what_its_name_says_and_forgets_no_driver() -> None:
    before = set(pyogrio.list_drivers())
    assert set(KNOWN_SUFFIXES.values()) == {*DRIVERS, "GeoParquet"}
    for names in DRIVERS.values():
        with only(names):
            assert set(pyogrio.list_drivers()) == set(names)
    assert set(pyogrio.list_drivers()) == before


def test_aliases_of_a_pack_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "pack.yaml"
    path.write_text(YAML_LAUGHS, encoding="utf-8")
    with pytest.raises(InputError, match=r"pack\.yaml，第2行：.*引用"):
        read_document(path, PackFile)


def test_a_refused_workbook_is_not_opened_to_be_marked(
    tmp_path: Path, example_folder: Path, run: Run, ordinary: dict[str, Any]
) -> None:
    _, write = ATTACKS["a zip bomb that says what it is"]
    city_with(tmp_path, example_folder, "facilities", write(tmp_path))
    found = run("check", tmp_path, "--marked", tmp_path / "out")
    assert found["code"] == 1, found
    assert "没有写副本" in found["err"]
    assert found["peak_bytes"] - ordinary["peak_bytes"] < MOST_BYTES


def test_marked_copies_stay_in_their_folder(tmp_path: Path, example_folder: Path, run: Run) -> None:
    path = workbook(tmp_path / "设施.xlsx", [HEADERS, ["f1", "=1+1", "不知道什么", 122.9, 30.8]])
    with_dots = repacked(
        path,
        {"xl/workbook.xml": _workbook_xml("../../设施")},
    )
    found = run(
        "check",
        city_with(tmp_path, example_folder, "facilities", with_dots),
        "--marked",
        tmp_path / "out",
    )
    assert found["code"] == 1, found
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["设施.xlsx"]


def _workbook_xml(name: str) -> bytes:
    main_ = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return (
        f'<workbook xmlns="{main_}" xmlns:r="{relations}"><sheets>'
        f'<sheet name="{name}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    ).encode()


def test_names_of_townships_become_names_of_files() -> None:
    for name in ("../../etc", "a/b", "CON", "nul", "..", "街道\u202e", "长" * 300, "a\nb", " "):
        stem = file_stem(name)
        assert Path(stem).name == stem
        assert stem not in ("", ".", "..")
        assert stem.lower() not in ("con", "nul")
        assert len(os.fsencode(stem)) < 250


def test_forms_for_two_townships_of_like_names_are_two_files(tmp_path: Path) -> None:
    areas = tmp_path / "areas.geojson"
    features = []
    for at, name in enumerate(["../x", "//?x", "CON"]):
        corners = [(0, 0), (0.05, 0), (0.05, 0.02), (0, 0.02), (0, 0)]
        ring = [[122.9 + at / 10 + x, 30.8 + y] for x, y in corners]
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append(feature(shape, id=str(at), name="甲", township=name))
    areas.write_text(json.dumps(collection(features)), encoding="utf-8")
    out = tmp_path / "out"
    arguments = ["forms", "--communities", str(areas), "--each", "township", "--out", str(out)]
    done = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert sorted(p.name for p in out.iterdir()) == ["_CON.xlsx", "___x-2.xlsx", "___x.xlsx"]


FORMULAS = ("=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1")


def test_a_csv_of_ours_runs_no_formula(tmp_path: Path) -> None:
    """Excel runs what begins with one of these; an apostrophe before it makes it text."""
    write_csv(tmp_path / "a.csv", {"name": FORMULAS, "count": [-1] * len(FORMULAS)})
    rows = (tmp_path / "a.csv").read_bytes().decode("utf-8-sig")
    for text in FORMULAS:
        assert f"'{text}" in rows
    assert "'-1\n" not in rows, "a negative number is a number"


def test_a_workbook_of_ours_holds_formulas_as_text(
    tmp_path: Path, example_folder: Path, run: Run
) -> None:
    path = tmp_path / "a.xlsx"
    rows = [{"id": f"f{at}", "name": text} for at, text in enumerate(FORMULAS)]
    write_workbook(path, {"facilities": rows}, "=1+1")
    marked = workbook(tmp_path / "设施.xlsx", [HEADERS, [*CLINIC[:2], "=x()", *CLINIC[3:]]])
    with_text = marked.with_suffix(".csv")
    with_text.write_text("编号,设施名称,设施类别,经度,纬度\nf1,=1+1,=2+2,122.9,30.8\n")
    run(
        "check",
        city_with(tmp_path, example_folder, "facilities", with_text),
        "--marked",
        tmp_path / "out",
    )
    for file in (path, tmp_path / "out" / "设施.xlsx"):
        book = openpyxl.load_workbook(file)
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert [cell.value for cell in cells if cell.data_type == "f"] == []
        assert any(str(cell.value).startswith("=") for cell in cells)
