from __future__ import annotations

import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from lifecircle.cli.main import main
from lifecircle.terms.errors import InputError
from lifecircle.terms.taxonomy import categories


def run(*options: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["packs", "categories", *options])
    return result.exit_code, result.output


def test_the_table_names_every_category_within_100_columns() -> None:
    code, said = run()
    assert code == 0
    assert all(cell_len(line) <= 100 for line in said.splitlines())
    first = {line.split()[0] for line in said.splitlines() if line and line[0].isalpha()}
    assert set(categories()) <= first


def test_a_word_shows_one_category_in_full() -> None:
    code, said = run("长者食堂")
    assert code == 0
    for part in ("community_canteen", "社区助餐点 / community canteen", "老年食堂", "服务功能"):
        assert part in said
    assert "OpenStreetMap  " not in said
    assert "clinic" in run("090102")[1]
    assert "060201" in run("brand_convenience_store")[1]


def test_all_shows_notes_and_codes() -> None:
    said = run("--all")[1]
    assert "（160101、160102、160103除外）" in said
    assert "待核" in said


@pytest.mark.parametrize(("word", "close"), [("老年就餐食堂", "社区助餐点"), ("（）", "列出全部")])
def test_an_unknown_word_is_answered_with_close_names(word: str, close: str) -> None:
    result = CliRunner().invoke(main, ["packs", "categories", word])
    assert isinstance(result.exception, InputError)
    assert close in str(result.exception)
