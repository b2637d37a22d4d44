from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.place.forms.own_kinds import read_kinds
from lifecircle.terms.errors import InputError
from lifecircle.terms.taxonomy import categories, categories_named
from tests.conftest import ROOT


def written(folder: Path, text: str) -> Path:
    path = folder / "own-kinds.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_own_words_and_numbers_stand_for_categories(tmp_path: Path) -> None:
    text = (
        "kinds:\n"
        "  邻里中心: [community_complex, 社区助餐点]\n"
        "  长者 驿站: 居家养老服务站\n"
        "  060200: clinic\n"
        "  A-7: [诊所]\n"
    )
    kinds = read_kinds(written(tmp_path, text))
    assert categories_named("邻里中心", kinds) == ("community_canteen", "community_complex")
    assert categories_named("长者驿站", kinds) == ("home_care_station",)
    assert categories_named("060200", kinds) == ("clinic",)
    assert categories_named("Ａ7", kinds) == ("clinic",)
    assert categories_named("公厕", kinds) == ("public_toilet",)


def test_every_fault_is_told_with_its_line(tmp_path: Path) -> None:
    text = 'kinds:\n  甲: 社区助餐店\n  乙: []\n  甲 : clinic\n  "-": clinic\n  丙: {a: b}\n'
    with pytest.raises(InputError) as caught:
        read_kinds(written(tmp_path, text))
    said = [(fault.place, fault.reason) for fault in caught.value.faults]
    assert said == [
        ("第2行", "甲 的类别 社区助餐店 不认识"),
        ("第3行", "乙 没有写类别"),
        ("第4行", "甲 写了2次"),
        ("第5行", "名称是空的"),
        ("第6行", "丙 没有写类别"),
    ]
    assert "社区助餐点" in caught.value.faults[0].remedy


@pytest.mark.parametrize(
    "text", ["", "kinds: 3", "kinds:\n  a: b\nmore: {}", "- a", "kinds: {a: [", "[]: a"]
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError):
        read_kinds(written(tmp_path, text))


def test_a_file_that_is_not_there_or_not_utf_8_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有这个文件"):
        read_kinds(tmp_path / "none.yaml")
    (tmp_path / "gbk.yaml").write_bytes("kinds: {邻里中心: clinic}".encode("gbk"))
    with pytest.raises(InputError, match="UTF-8"):
        read_kinds(tmp_path / "gbk.yaml")


@given(st.binary(max_size=60))
def test_no_bytes_make_it_fail_otherwise(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own-kinds.yaml"
        path.write_bytes(b"kinds: " + content)
        try:
            kinds = read_kinds(path)
        except InputError:
            return
        assert {code for codes in kinds.values() for code in codes} <= set(categories())


def test_the_example_of_the_document_is_right(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "taxonomy.md").read_text(encoding="utf-8")
    example = text.partition("```yaml\n")[2].partition("```")[0]
    assert len(read_kinds(written(tmp_path, example))) >= 3
