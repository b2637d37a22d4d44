"""What is asked of plans and told of them, in the reader's language."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from lifecircle.govern.plans.forms import AskForm, LinesField
from lifecircle.govern.plans.wishing import all_decided, budget_of, shares_of
from lifecircle.govern.plans.wording import (
    decided_text,
    gap_said,
    precedences_said,
    stopped_said,
    years_said,
)
from lifecircle.plan.wishes import Decided
from lifecircle.policy.packs import load_pack
from tools.languages import HAN

LANGUAGES = ("zh-hans", "zh-hant", "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mode", ["", "conversion"])
def test_what_is_decided_is_read_back_as_it_is_shown(language: str, mode: str) -> None:
    one = Decided("K001", "community_canteen", 2027, mode)
    with translation.override(language):
        shown = decided_text(one)
        assert all_decided(shown) == (one,)
        assert language == "zh-hans" or HAN.search(shown) is None


@pytest.mark.parametrize("read", [budget_of, shares_of, all_decided])
def test_what_cannot_be_read_is_told_line_by_line_in_english(read: object) -> None:
    field = LinesField(read)  # type: ignore[arg-type]
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        field.clean("x=y=z\nno")
    assert [HAN.search(text) for text in refused.value.messages] == [None, None]
    assert "no" in refused.value.messages[1]


def test_a_gap_to_the_best_is_translated_or_marked() -> None:
    with translation.override("en"):
        assert gap_said("已证明没有服务更多人的方案") == "proved: no plan serves more people"
        assert gap_said("最好的方案至多再多1,204人").endswith("1,204 more people")
        assert gap_said("一老一小至多再多3人").startswith('<span lang="zh-Hans">')
        assert years_said({"2027": 305_000, "2028": 0}) == "2027: 30.5, 2028: 0"


def test_a_precedence_is_told_by_its_title() -> None:
    packs = [load_pack(name) for name in ("xian-2024", "leshan-2022", "sichuan-2021")]
    pack = next(one for one in packs if one.planning.precedence)
    own = pack.planning.precedence[0]
    with translation.override("en"):
        assert precedences_said(pack.id, [own.id, "gone"]) == f"{own.title.en}, gone"


def test_the_limits_that_were_met_are_told() -> None:
    effort = {"plans": 3, "seconds": 300.0, "gap": 0.01, "explain_seconds": 37.0}

    def told(number: int = 1, **said: object) -> list[str]:
        base = {"exact": True, "ended": "optimal", "explained": "all"}
        ended = [{"number": 1, "stopped": said.pop("stopped", "optimal")}]
        return stopped_said({**base, "alternatives": ended, **said}, effort, number)

    assert told() == []
    assert stopped_said({"alternatives": [{"number": 1}]}, effort, 1) == [], "an older plan"
    (late,) = told(stopped="time limit")
    assert "5分钟的时限" in late
    (near,) = told(stopped="within gap")
    assert "至多差1%就停" in near
    (large,) = told(stopped="time limit", exact=False, ended="time limit")
    assert "近似" in large
    assert told(ended="time limit") == ["备选方案到时限还没有找完。"]
    (some,) = told(explained="some")
    assert "37秒" in some
    assert told(number=2, explained="some") == []


def test_a_limit_is_chosen_by_words_and_an_own_one_is_kept() -> None:
    form = AskForm([], initial={"seconds": 37.0, "gap": 0.05, "explain_seconds": 0.0})
    chosen = {name: form[name].value() for name in ("seconds", "gap", "explain_seconds")}
    assert chosen == {"seconds": "37", "gap": "0.05", "explain_seconds": "0"}
    assert "照原来的：37" in str(form["seconds"])
    assert "照原来的" not in str(form["gap"])
    assert '<option value="60" selected>1分钟</option>' in str(AskForm([])["seconds"])
