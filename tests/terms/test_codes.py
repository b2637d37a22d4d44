from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.policy.packs import shipped
from lifecircle.terms.attributes import attributes
from lifecircle.terms.codes import choices_zh, code_of, code_sets, suggestions_in, title_zh
from lifecircle.terms.shipped import read_shipped
from lifecircle.terms.spellings import Spellings, folded

FORMS_NEED = [
    "function",
    "survey_state",
    "facility_status",
    "build_mode",
    "operating_mode",
    "space_kind",
    "ownership",
    "community_class",
    "area_kind",
    "area_size",
    "charge",
    "people_group",
]
EVERY_SPELLING = [
    (name, code.code, spelling)
    for name, codes in code_sets().items()
    for code in codes.values()
    for spelling in (code.code, code.zh, code.en, *code.names)
]


def test_the_sets_that_forms_need_are_there() -> None:
    for name in FORMS_NEED:
        assert len(choices_zh(name)) >= 2
        assert title_zh(name)


def test_the_drop_down_list_of_a_survey() -> None:
    assert choices_zh("survey_state") == ("已建成", "已运营", "没有", "未摸底")
    nine = (
        "养老服务、婴幼儿托育、儿童托管、社区助餐、家政便民、健康服务、体育健身、文化休闲、儿童游憩"
    )
    assert "、".join(choices_zh("function")) == nine


@pytest.mark.parametrize(
    ("set_name", "text", "code"),
    [
        ("area_size", " 特大（型） ", "very_large"),
        ("function", "ELDER CARE", "elder_care"),
        ("function", "ｅｌｄｅｒ＿ｃａｒｅ", "elder_care"),
        ("build_mode", "改扩建", "conversion"),
        ("community_class", "城乡结合部", "urban_fringe"),
        ("demand_source", "１２３４５", "appeal"),
        ("survey_state", "", None),
        ("survey_state", "也许", None),
    ],
)
def test_a_code_is_known_by_its_spellings(set_name: str, text: str, code: str | None) -> None:
    assert code_of(set_name, text) == code


@given(st.sampled_from(EVERY_SPELLING), st.sampled_from(["", " ", "　", "（", "-"]), st.data())
def test_width_case_spaces_and_brackets_do_not_matter(
    known: tuple[str, str, str], mark: str, data: st.DataObject
) -> None:
    set_name, code, spelling = known
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in spelling)
    text = data.draw(st.sampled_from([spelling, spelling.upper(), wide]))
    at = data.draw(st.integers(0, len(text)))
    assert code_of(set_name, f"{mark}{text[:at]}{mark}{text[at:]}") == code


@given(st.text(max_size=4), st.sampled_from(sorted(code_sets())))
def test_what_no_spelling_says_has_no_code(text: str, set_name: str) -> None:
    said = {
        code for name, code, s in EVERY_SPELLING if name == set_name and folded(s) == folded(text)
    }
    assert code_of(set_name, text) == (said.pop() if said else None)


def test_one_spelling_may_not_lead_to_two_codes() -> None:
    with pytest.raises(ValueError, match="新建 leads to both a and b"):
        Spellings([("a", ["新 建"]), ("b", ["新建"])])


def test_a_close_spelling_is_offered() -> None:
    assert suggestions_in("build_mode", "新建设") == ("新建",)
    assert suggestions_in("space_kind", "小区的空地")[0] == "居住小区空地"
    assert suggestions_in("space_kind", "") == ()


def test_every_code_says_where_it_comes_from() -> None:
    for name, body in read_shipped("codes.yaml").items():
        assert body["en"].isascii()
        for code, row in body["codes"].items():
            printed = "clauses" in row or ("clauses" in body and "ours" not in row)
            assert printed != row.get("ours", False), f"{name}.{code}"
            assert code_sets()[name][code].ours == row.get("ours", False)
            assert row["en"].isascii()


def test_clauses_stand_verbatim_in_the_policies(policies: Path) -> None:
    for name, codes in code_sets().items():
        for code in codes.values():
            for policy, words in code.clauses.items():
                assert policy in shipped()
                (file,) = policies.glob(f"{policy}-*.txt")
                assert words in file.read_text(encoding="utf-8"), f"{name}.{code.code}"


def test_functions_are_of_the_nine() -> None:
    for codes in code_sets().values():
        for code in codes.values():
            assert set(code.functions) <= set(code_sets()["function"])


def test_attributes_take_their_values_from_code_sets() -> None:
    assert attributes()["size"].values["dispersed"] == "分散"
    assert attributes()["mode"].zh == "建设方式"
    assert attributes()["kind"].values == {"community": "城市社区", "village": "村"}
    assert set(attributes()) >= {"kind", "size", "class", "zone", "status", "mode", "programme"}
