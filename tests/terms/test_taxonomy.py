from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.policy.packs import load_pack
from lifecircle.terms.codes import code_of, code_sets
from lifecircle.terms.spellings import folded
from lifecircle.terms.taxonomy import (
    categories,
    categories_named,
    categories_of_amap,
    categories_of_tags,
    category_of,
    matching,
    osm_pairs,
    suggestions,
)
from lifecircle.terms.words import kinds, word, words
from tests.conftest import ROOT
from tests.terms.amap_table import AMAP

SPELLINGS = [
    (cat.code, text)
    for cat in categories().values()
    for text in (cat.code, cat.zh, cat.en, *cat.names)
]


def test_a_brand_makes_a_brand_convenience_store() -> None:
    assert categories_of_tags({"shop": "convenience"}) == ("convenience_store",)
    assert categories_of_tags({"shop": "convenience", "brand": "便利蜂"}) == (
        "brand_convenience_store",
        "convenience_store",
    )


def test_private_grounds_do_not_count() -> None:
    assert categories_of_tags({"leisure": "pitch"}) == ("fitness_ground",)
    assert categories_of_tags({"leisure": "pitch", "access": "private"}) == ()


def test_what_is_no_facility_has_no_category() -> None:
    assert categories_of_tags({"amenity": "bench"}) == ()


def test_every_category_can_be_told_from_tags_by_an_exact_one() -> None:
    for code, cat in categories().items():
        for tags in cat.osm:
            assert any(value != "*" for _, value in tags)
            assert set(tags) & osm_pairs()
            filled = {key: "x" if value == "*" else value for key, value in tags}
            assert code in categories_of_tags(filled)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("clinic", "clinic"),
        ("社区就医点", "clinic"),
        ("Community Clinic", "clinic"),
        (" 社区卫生 服务站 ", "clinic"),
        ("县(市)区级社区服务中心", "county_service_centre"),
        ("社会组织孵化园（基地）", "incubation_base"),
        ("日间照料中心", "day_care_centre"),
        ("老年食堂", "community_canteen"),
        ("长者食堂", "community_canteen"),
        ("就餐點", "community_canteen"),
        ("ＫＴＶ", "entertainment_venue"),
        ("健身房", "gym"),
        ("home-care station for older people", "home_care_station"),
        ("驿站", None),
        ("邻里中心", None),
        ("", None),
    ],
)
def test_a_category_is_known_by_its_names(text: str, code: str | None) -> None:
    assert category_of(text) == code


def test_no_two_categories_share_a_spelling() -> None:
    first: dict[str, str] = {}
    for code, text in SPELLINGS:
        assert folded(text)
        assert first.setdefault(folded(text), code) == code, text


@given(st.sampled_from(SPELLINGS), st.sampled_from(" 　()（）【】-_·、"), st.integers(0, 40))
def test_marks_and_case_do_not_matter(known: tuple[str, str], mark: str, at: int) -> None:
    code, text = known
    assert category_of(text[:at] + mark + text[at:].upper()) == code


@given(st.text(alphabet="社区老年食堂点站卫生服务中心", max_size=5))
def test_a_category_is_found_exactly_where_a_slow_search_finds_it(text: str) -> None:
    said = {code for code, spelling in SPELLINGS if folded(spelling) == folded(text)}
    assert category_of(text) == (said.pop() if said else None)


def test_close_names_are_offered() -> None:
    assert suggestions("社区老年食堂点")[0] == "社区助餐点"
    assert "社区就医点" in suggestions("卫生服务占")
    assert suggestions("clinik")[0] == "clinic"
    assert suggestions("!!") == ()
    assert len(suggestions("服务")) <= 3


def test_names_and_notes_are_written_as_chinese_is() -> None:
    for cat in categories().values():
        assert cat.en.isascii()
        for text in (cat.zh, *cat.names):
            assert not set(text) & set(",;:()"), text
        assert not set(cat.note) & set(",;()")
        assert cat.note == "" or cat.note.endswith("。")


def test_functions_are_of_the_nine_and_agree_with_the_policy_of_the_nine() -> None:
    nine = code_sets()["function"]
    assert {f for cat in categories().values() for f in cat.functions} == set(nine)
    for kind in load_pack("xian-2024").header.kinds.values():
        function = code_of("function", kind.zh.partition("（")[0])
        assert function is not None
        for code in kind.categories:
            assert function in categories()[code].functions, code


def test_the_twelve_ones_are_categories() -> None:
    assert set(code_sets()["twelve_ones"]) - set(categories()) == {"leisure_place"}


@pytest.mark.parametrize(
    ("typecodes", "codes"),
    [
        ("060200", ("convenience_store",)),
        ("60200", ("convenience_store",)),
        ("060201", ("brand_convenience_store", "convenience_store")),
        ("050100|060200", ("convenience_store", "restaurant")),
        ("050117", ("restaurant",)),
        ("090102", ("clinic",)),
        ("090101", ("hospital",)),
        ("090202", ()),
        ("060705", ("food_market", "vegetable_shop")),
        ("0602001", ()),
        ("购物服务;便利店", ()),
        ("", ()),
    ],
)
def test_amap_codes_stand_for_categories(typecodes: str, codes: tuple[str, ...]) -> None:
    assert categories_of_amap(typecodes) == codes


def _slowly(typecode: str) -> set[str]:
    """Say what a type code stands for by comparing number ranges instead of digits."""

    def covers(wanted: str) -> bool:
        low = int(wanted)
        span = 10_000 if low % 10_000 == 0 else 100 if low % 100 == 0 else 1
        return low <= int(typecode) < low + span

    return {
        cat.code
        for cat in categories().values()
        if any(map(covers, cat.amap)) and not any(map(covers, cat.amap_except))
    }


@given(st.one_of(st.sampled_from(sorted(AMAP)), st.from_regex(r"[0-9]{6}", fullmatch=True)))
def test_amap_codes_cover_their_children_and_no_others(typecode: str) -> None:
    assert set(categories_of_amap(typecode)) == _slowly(typecode)


def test_every_amap_code_is_one_that_was_read() -> None:
    for cat in categories().values():
        assert set(cat.amap) | set(cat.amap_except) <= set(AMAP), cat.code
        for left_out in cat.amap_except:
            prefix = left_out[:4]
            assert any(code[:4] == prefix for code in cat.amap), f"{left_out} leaves out nothing"


def test_an_offices_own_words_come_first() -> None:
    own = {folded("驿站"): ("home_care_station", "rest_station"), folded("诊所"): ("hospital",)}
    assert categories_named("驿 站", own) == ("home_care_station", "rest_station")
    assert categories_named("诊所", own) == ("hospital",)
    assert categories_named("药店", own) == ()
    assert categories_named("公厕", own) == ("public_toilet",)


def test_a_word_finds_its_categories() -> None:
    assert [cat.code for cat in matching("长者食堂")] == ["community_canteen"]
    assert [cat.code for cat in matching("090102")] == ["clinic"]
    assert {cat.code for cat in matching("步道")} == {"fitness_trail"}
    assert matching("（）") == ()


def test_the_document_tells_every_judgement_and_every_code_set() -> None:
    text = (ROOT / "docs" / "taxonomy.md").read_text(encoding="utf-8")
    for cat in categories().values():
        if "属判断" in cat.note or "待核" in cat.note:
            assert f"| {cat.zh} | {cat.note} |" in text, cat.code
    for name in code_sets():
        assert f"`{name}`" in text, name


def test_every_word_is_there_in_three_languages() -> None:
    for kind in kinds():
        for code in words(kind):
            simplified, traditional = word(kind, code), word(kind, code, "zh-Hant")
            assert simplified
            assert traditional
            assert word(kind, code, "en").isascii()
