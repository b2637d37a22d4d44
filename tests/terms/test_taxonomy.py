from __future__ import annotations

from lifecircle.terms.taxonomy import categories, categories_of_tags, osm_keys
from lifecircle.terms.words import kinds, word, words


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
            assert {key for key, _ in tags} <= osm_keys()
            filled = {key: "x" if value == "*" else value for key, value in tags}
            assert code in categories_of_tags(filled)


def test_every_word_is_there_in_three_languages() -> None:
    for kind in kinds():
        for code in words(kind):
            simplified, traditional = word(kind, code), word(kind, code, "zh-Hant")
            assert simplified
            assert traditional
            assert word(kind, code, "en").isascii()
