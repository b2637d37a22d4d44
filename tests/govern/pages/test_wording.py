"""Words of code sets in three languages, and sentences that readers of files say in Chinese."""

from __future__ import annotations

import pytest
from django.utils import translation

from lifecircle.govern.imports.comparing import TWICE
from lifecircle.govern.inventory.choices import CATEGORY, FUNCTION, called, words
from lifecircle.govern.inventory.forms import UsesField
from lifecircle.govern.wording import listed, told
from lifecircle.publish.handbook.traditional import in_traditional
from tests.govern.pages.test_languages import LANGUAGES
from tools.languages import HAN

SPOKEN = ["zh-hans", *(language.replace("_", "-").lower() for language in LANGUAGES)]


@pytest.mark.parametrize(
    ("language", "said", "both"),
    [
        ("zh-hans", "养老服务", "甲、乙"),
        ("zh-hant", "養老服務", "甲、乙"),
        ("en", "elder care", "甲, 乙"),
    ],
)
def test_a_code_is_called_in_the_readers_language(language: str, said: str, both: str) -> None:
    with translation.override(language):
        assert called(FUNCTION, "elder_care") == said
        assert called(FUNCTION, "no such code") == "no such code"
        assert listed(["甲", "乙"]) == both


@pytest.mark.parametrize("set_name", [CATEGORY, FUNCTION, "facility_status", "permit_state"])
def test_no_set_leaves_chinese_behind(set_name: str) -> None:
    with translation.override("en"):
        assert [one for _code, one in words(set_name) if HAN.search(one)] == []
    with translation.override("zh-hant"):
        assert [one for _code, one in words(set_name) if in_traditional(one) != one] == []


@pytest.mark.parametrize("language", SPOKEN)
def test_uses_of_a_room_are_read_as_they_are_shown(language: str) -> None:
    uses = [
        {"hours": f"0{hour}:00-0{hour + 1}:00", "function": code}
        for hour, (code, _word) in enumerate(words(FUNCTION)[:8])
    ]
    field = UsesField()
    with translation.override(language):
        assert field.to_python(field.prepare_value(uses)) == uses


def test_what_a_reader_said_is_translated_or_marked_as_chinese() -> None:
    marked = '<span lang="zh-Hans">第3行&lt;b&gt;</span>'
    with translation.override("en"):
        assert told(TWICE.reason) == "This number stands twice in the table"
        assert told("第3行<b>") == marked
        assert told("row 3") == "row 3"
        assert told("") == ""
    with translation.override("zh-hant"):
        assert told(TWICE.reason) == "這個編號在表裡出現了兩次"
