"""A day stands in its field in every language."""

from datetime import date
from importlib import import_module

import pytest
from django import forms
from django.utils import translation
from pytest_django.asserts import assertHTMLEqual

from lifecircle.govern.widgets import DayInput, ManyWords


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_browsers_find_the_day_in_the_field(language: str) -> None:
    with translation.override(language):
        shown = DayInput().render("on", date(2026, 6, 1))
    assert 'type="date"' in shown
    assert 'value="2026-06-01"' in shown


@pytest.mark.parametrize("app", ["accounts", "areas", "audit", "imports", "inventory", "personal"])
def test_forms_of_all_apps_use_it(app: str) -> None:
    made = vars(import_module(f"lifecircle.govern.{app}.forms")).values()
    kinds = [one for one in made if isinstance(one, type) and issubclass(one, forms.BaseForm)]
    fields = [field for one in kinds for field in getattr(one, "base_fields", {}).values()]
    days = [field for field in fields if isinstance(field, forms.DateField)]
    assert days
    assert all(isinstance(field.widget, DayInput) for field in days)


@pytest.mark.parametrize("value", [None, "", "a", "<", "c"])
def test_a_list_of_many_words_is_the_one_of_django(value: str | None) -> None:
    choices = [("", "—"), ("a", "A & B"), ("<", "<less>"), ("b", "B")]
    own, theirs = ManyWords(choices=choices), forms.Select(choices=choices)
    attrs = {"id": "id_x", "required": False}

    def plain(select: forms.Select) -> str:
        return select.render("x", value, attrs).replace("\n", "").replace("  ", "")

    assertHTMLEqual(plain(own), plain(theirs))
