"""`lifecircle publish handbook` on the example city, as an office runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from lifecircle.cli.main import main
from lifecircle.place.sources import read_sources
from lifecircle.terms.errors import InputError
from tests.publish.test_typesetting import fonts_of

TWO = "990001001001,990001001002"


def ran(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["publish", "handbook", *map(str, words)])


@pytest.fixture(scope="module")
def out(example_folder: Path) -> Path:
    out = example_folder.parent / "手册"
    result = ran(example_folder, "--out", out, "--communities", TWO, "--large")
    assert result.exit_code == 0, result.output
    assert "全部是模拟数据" in result.output
    return out


def pages(path: Path) -> list[str]:
    return [page.extract_text() for page in PdfReader(path).pages]


def test_each_community_and_the_city_have_their_books(out: Path) -> None:
    names = {"city", "city-traditional", "community-990001001001", "community-990001001002"}
    ends = (".pdf", "-large.pdf")
    assert {p.name for p in out.iterdir()} == {
        "manifest.json",
        *(name + end for name in names for end in ends),
    }


def test_every_page_says_that_the_data_are_simulated_and_has_the_one_font(out: Path) -> None:
    for path in out.glob("*.pdf"):
        mark = "模擬數據" if "traditional" in path.name else "模拟数据"
        assert all(mark in page for page in pages(path)), path.name
        assert {name[:11] for name in fonts_of(path.read_bytes())} == {"NotoSansCJK"}


def test_the_books_can_be_read_by_machines(out: Path) -> None:
    text = "\n".join(pages(out / "community-990001001001.pdf"))
    for words in ("春晖社区便民服务手册", "走路几分钟到", "设施表", "怎样提意见"):
        assert words in text
    assert "便民服務手冊" in pages(out / "city-traditional.pdf")[0]
    assert len(pages(out / "city-large.pdf")) > len(pages(out / "city.pdf"))


def test_a_second_run_gives_the_same_bytes_and_replaces_the_first(
    out: Path, example_folder: Path
) -> None:
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert ran(example_folder, "--out", out, "--communities", TWO, "--large").exit_code == 0
    after = {path.name: path.read_bytes() for path in out.iterdir()}
    assert before == after
    told = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert set(told["files"]) == set(after) - {"manifest.json"}


def test_what_is_not_ours_is_left_alone(example_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "我的.txt").write_text("不要动", encoding="utf-8")
    result = ran(example_folder, "--out", tmp_path, "--communities", TWO)
    assert result.exit_code != 0
    assert [path.name for path in tmp_path.iterdir()] == ["我的.txt"]


def test_an_unknown_community_is_named(example_folder: Path, tmp_path: Path) -> None:
    result = ran(example_folder, "--out", tmp_path / "o", "--communities", "990001001001,5")
    assert result.exit_code == 2
    assert "没有编号为 5 的社区" in result.output


def test_a_name_that_the_font_lacks_stops_the_run(example_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "city"
    folder.mkdir()
    for path in example_folder.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    areas = folder / "communities.geojson"
    told = json.loads(areas.read_text(encoding="utf-8"))
    told["features"][0]["properties"]["name"] = "\U00030001晖社区"
    areas.write_text(json.dumps(told), encoding="utf-8")
    result = ran(folder, "--out", tmp_path / "o")
    assert isinstance(result.exception, InputError)
    (fault,) = result.exception.faults
    assert "U+30001" in str(fault)
    assert "\U00030001晖社区" in str(fault)
    assert not (tmp_path / "o").exists()


def test_the_address_of_pages_is_of_the_web(example_folder: Path, tmp_path: Path) -> None:
    text = (example_folder / "lifecircle.toml").read_text(encoding="utf-8")
    (tmp_path / "lifecircle.toml").write_text(
        f'{text}\n[handbook]\npage_base_url = "example.org"\n', encoding="utf-8"
    )
    with pytest.raises(InputError, match=r"handbook.page_base_url"):
        read_sources(tmp_path)
