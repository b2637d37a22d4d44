"""What runs keep in Chinese is shown in the reader's language, or marked as Chinese."""

from __future__ import annotations

import inspect
import re

import pytest
from django.utils import translation

from lifecircle.assess.examining import Examination
from lifecircle.assess.profiles import WALKERS
from lifecircle.govern.assessments import wording
from lifecircle.govern.assessments.accounts import LABELS, told
from lifecircle.govern.assessments.wording import (
    changed_said,
    figure_said,
    marks_said,
    rule_called,
    rule_reads,
    rule_title,
)
from lifecircle.place.tables import City
from lifecircle.policy.packs import load_pack
from lifecircle.policy.reading import rule_en, rule_zh
from lifecircle.publish import why
from lifecircle.publish.handbook.traditional import in_traditional
from lifecircle.walk.network import Network
from tests.assess.cities import DAY
from tools.languages import HAN

PACK, RULE, TITLE = "xian-2020", "one-vegetable-shop", "12个一：便民蔬菜店"
MARKED = re.compile(r'<span lang="zh-Hans">.*?</span>', re.DOTALL)


@pytest.mark.parametrize(
    ("kept", "english", "traditional"),
    [
        ("1处", "1 facility", "1處"),
        ("0处", "0 facilities", "0處"),
        ("＞12处", ">12 facilities", "＞12處"),
        ("3项", "3 rules", "3項"),
        ("30平方米/百户", "30 m2 per 100 households", "30平方公尺/百戶"),
        ("≤1200.5平方米", "≤1200.5 m2", "≤1200.5平方公尺"),
        ("50%", "50%", "50%"),
        ("40%～60%", "40%–60%", "40%～60%"),
        ("每10000中3", "3 in 10000", "每10000中3"),
        ("—", "—", "—"),
        ("", "", ""),
        ("只列数，不判定", "shown, not judged", "只列數，不判定"),
    ],
)
def test_a_figure_keeps_its_number_and_changes_its_unit(
    kept: str, english: str, traditional: str
) -> None:
    for language, wanted in (("en", english), ("zh-hant", traditional), ("zh-hans", kept)):
        with translation.override(language):
            assert figure_said(kept) == wanted


def test_a_title_is_that_of_the_pack_as_long_as_the_pack_says_so() -> None:
    with translation.override("en"):
        assert rule_title(PACK, RULE, TITLE) == "Twelve ones: vegetable shop"
        assert rule_title(PACK, RULE, "改过的题目") == '<span lang="zh-Hans">改过的题目</span>'
        assert rule_title("no-such-pack", RULE, "<题>") == '<span lang="zh-Hans">&lt;题&gt;</span>'
        assert rule_called(PACK, RULE) == "Twelve ones: vegetable shop"
        assert rule_called("no-such-pack", "gone") == "no-such-pack gone"
    with translation.override("zh-hant"):
        assert rule_title(PACK, RULE, TITLE) == in_traditional(TITLE) != TITLE
    with translation.override("zh-hans"):
        assert rule_title(PACK, RULE, TITLE) == TITLE


def test_how_a_rule_read_is_translated_as_long_as_it_reads_so() -> None:
    pack = load_pack(PACK)
    rule = pack.rule(RULE)
    with translation.override("en"):
        assert rule_reads(PACK, RULE, rule_zh(pack, rule)) == rule_en(pack, rule)
        assert "lang=" in rule_reads(PACK, RULE, "社区：从前不是这样读的")


def test_marks_and_changes_are_translated() -> None:
    with translation.override("en"):
        assert HAN.search(marks_said("推定、待核")) is None
        assert marks_said("") == ""
        assert changed_said("chief自2026-01-01起：counted again") == (
            "chief, from 2026-01-01: counted again"
        )
        assert changed_said("something else") == "something else"


def test_every_walker_has_a_name_in_english() -> None:
    assert set(WALKERS.values()) <= set(wording.WALKERS)


def test_every_label_of_an_explanation_is_known() -> None:
    said = re.findall(r'said\.say\(\s*"([^"]+)"', inspect.getsource(why))
    assert len(said) > 20
    assert set(said) == set(LABELS)


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_an_explanation_leaves_no_chinese_unmarked(
    language: str, example_city: City, example_network: Network
) -> None:
    pack = load_pack("xian-2024")
    for rule in pack.in_force(DAY)[::5]:
        examined = Examination(pack, example_city, example_network, DAY, rule)
        accounts = why.Explainer(examined).explain(examined.subjects.id[0])
        with translation.override(language):
            shown = [told(one, pack, rule) for one in accounts]
        bare = [MARKED.sub("", text) for one in shown for line in one.lines for text in line]
        bare += [one.title for one in shown]
        if language == "en":
            assert [text for text in bare if HAN.search(text)] == []
        else:
            assert [text for text in bare if in_traditional(text) != text] == []
