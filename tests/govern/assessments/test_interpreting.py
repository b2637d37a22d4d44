"""An inferred reading is changed in words: what is chosen is what the rule then says."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.interpret_form import InterpretForm, read_as
from lifecircle.govern.assessments.models import Interpretation
from lifecircle.govern.assessments.packs import offered, open_fields, packs_on
from lifecircle.govern.assessments.reading_fields import MEASURES, measures_for, open_parts
from lifecircle.policy.models import Pack, Rule
from lifecircle.policy.packs import load_pack
from lifecircle.policy.reading import rule_zh
from lifecircle.terms.taxonomy import categories
from tests.govern.conftest import Granted
from tests.govern.parts import plain_pages, signed_in

PACK = "leshan-2022"
SAID = {"by": "李局长", "reason": "按本市实际"}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(PACK)


@pytest.fixture
def client(granted: Granted, settings: Any) -> Client:
    plain_pages(settings)
    settings.PACKS = [PACK]
    return signed_in(granted("chief", "city", "assessment.view", "assessment.interpret"))


def url_of(rule: Rule) -> str:
    return f"/assessments/rules/{PACK}/{rule.id}/interpret/"


def as_it_is(pack: Pack, rule: Rule, measure: str = "") -> dict[str, Any]:
    """Return what a browser sends of a form that nobody touched."""
    form = InterpretForm(pack, rule, measure)
    told = {name: form[name].initial for name in form.fields}
    return {name: value for name, value in told.items() if value not in (None, "")}


def given(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, **SAID, "on": timezone.localdate().isoformat()}


@pytest.mark.parametrize("name", ["leshan-2022", "xian-2020"])
def test_what_nobody_touched_changes_nothing(name: str) -> None:
    pack = load_pack(name)
    told = 0
    for rule in pack.rules:
        if not open_fields(rule):
            continue
        form = InterpretForm(pack, rule, "", given(as_it_is(pack, rule)))
        assert not form.is_valid(), (rule.id, form.change())
        assert form.errors == {"__all__": ["没有改任何一项。"]}, (rule.id, form.errors)
        told += 1
    assert told


def test_every_measure_that_is_offered_has_fields_and_no_notation(pack: Pack) -> None:
    seen = set[str]()
    for rule in pack.rules:
        for name in {name for name, _called in measures_for(rule)} - seen:
            form = InterpretForm(pack, rule, name)
            assert form.measure == name
            parts = {part.partition("_")[2] for part in form.fields if part[:8] == "measure_"}
            for part in MEASURES[name].model_fields:
                assert any(own == part or own.startswith(f"{part}_") for own in parts), (name, part)
            seen.add(name)
    assert {"share_of_areas_meeting", "recorded_value", "rate_from_records", "count_in_area",
            "area_per_100_households", "facility_area", "rules_met"} <= seen  # fmt: skip


def test_categories_are_chosen_by_name_looked_at_and_recorded(client: Client, pack: Pack) -> None:
    rule = next(r for r in pack.rules if r.id == "one-kindergarten")
    page = client.get(url_of(rule)).content.decode()
    assert categories()["kindergarten"].zh in page
    assert "照政策包的写法" not in page
    assert "measure_minutes" not in page
    data = as_it_is(pack, rule) | {"measure_categories": ["kindergarten", "park"]}
    looked = client.post(url_of(rule), {**data, "look": "1"}).content.decode()
    sentence = f"{categories()['kindergarten'].zh}、{categories()['park'].zh}"
    assert sentence in looked
    assert "还没有登记" in looked
    assert not Interpretation.objects.exists()
    short = client.post(url_of(rule), data)
    assert short.status_code == 200
    assert not Interpretation.objects.exists()
    assert client.post(url_of(rule), given(data)).status_code == 302
    (kept,) = Interpretation.objects.all()
    assert kept.change == {
        "measure": {"name": "count_in_area", "categories": ["kindergarten", "park"]}
    }
    today = timezone.localdate()
    (read,) = packs_on([next(n for n, p in offered().items() if p.id == PACK)], today)
    own = read.rule(rule.id, today)
    assert (
        rule_zh(read, own) in client.get(f"/assessments/rules/{PACK}/{rule.id}/").content.decode()
    )
    assert sentence in rule_zh(read, own)
    both = given(data | {"measure_kind": "service-facility"})
    assert "只用一样" in client.post(url_of(rule), both).content.decode()


def test_the_scope_is_chosen_by_name(client: Client, pack: Pack) -> None:
    rule = next(r for r in pack.rules if r.id == "fringe-households")
    data = as_it_is(pack, rule) | {"scope_class": ["resettlement"]}
    assert client.post(url_of(rule), given(data)).status_code == 302
    (kept,) = Interpretation.objects.all()
    assert kept.change == {"scope": {"kind": ["community"], "class": ["resettlement"]}}
    everyone = {k: v for k, v in as_it_is(pack, rule).items() if not k.startswith("scope_")}
    form = InterpretForm(pack, rule, "", given(everyone))
    assert form.is_valid()
    assert form.change() == {"scope": {}}
    assert read_as(pack, rule, form.change()).scope == {}


def test_another_measure_is_asked_for_in_words(client: Client, pack: Pack) -> None:
    rule = next(r for r in pack.rules if r.id == "box1-04-certified-workers")
    assert "换成这种量法" in client.get(url_of(rule)).content.decode()
    other = client.get(url_of(rule), {"measure": "recorded_value"}).content.decode()
    assert "哪个登记值" in other
    data = as_it_is(pack, rule, "recorded_value") | {"measure_record": "full_time_workers"}
    assert client.post(url_of(rule), given(data)).status_code == 302
    (kept,) = Interpretation.objects.all()
    assert kept.change["measure"] == {"name": "recorded_value", "record": "full_time_workers"}


def test_only_what_was_inferred_is_open(pack: Pack) -> None:
    rule = next(r for r in pack.rules if r.id == "box1-01-area-per-100-households")
    assert open_parts(rule) == {"basis"}
    assert measures_for(rule) == []
    form = InterpretForm(pack, rule, "count_in_area")
    assert form.measure == rule.measure.name
    assert {n for n in form.fields if n.startswith("measure_")} == {"measure_name", "measure_basis"}
    data = given(as_it_is(pack, rule) | {"measure_basis": "usable"})
    form = InterpretForm(pack, rule, "", data)
    assert form.is_valid(), form.errors
    assert form.change()["measure"] == {
        "name": "area_per_100_households", "kind": "service-facility", "basis": "usable"
    }  # fmt: skip


def test_figures_that_do_not_fit_are_told_in_words(small_city: Any, pack: Pack) -> None:
    assert Area.objects.exists()
    rule = next(r for r in pack.rules if r.id == "one-service-station")
    data = given(as_it_is(pack, rule))
    for changed, said in (
        ({"require_comparator": "between"}, {"require_low", "require_high", "require_value"}),
        ({"require_value": ""}, {"require_value"}),
        ({"require_comparator": "between", "require_value": "", "require_low": "3",
          "require_high": "2"}, {"require_low"}),
    ):  # fmt: skip
        form = InterpretForm(pack, rule, "", data | changed)
        assert not form.is_valid()
        assert set(form.errors) == said
