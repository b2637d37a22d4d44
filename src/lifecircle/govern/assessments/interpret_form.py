"""The form by which an office reads otherwise what a pack inferred, and what it then says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifecircle.govern.assessments.forms import COMPARATORS, DecidedForm
from lifecircle.govern.assessments.packs import change_of, open_fields, with_changes
from lifecircle.govern.assessments.reading_fields import (
    MEASURES,
    conditions_read,
    measure_fields,
    measure_read,
    measures_for,
    scope_fields,
)
from lifecircle.govern.assessments.wording import known, reads
from lifecircle.govern.widgets import DayInput
from lifecircle.policy.models import Pack, Rule
from lifecircle.terms.errors import InputError

LOOK = "look"
"""The button that only shows what the rule would say."""


class InterpretForm(DecidedForm):
    """What an inferred reading is read as instead; only what was inferred may be changed."""

    measure_name = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, pack: Pack, rule: Rule, measure: str = "", *given: Any) -> None:
        super().__init__(*given)
        self.rule, self.open = rule, open_fields(rule)
        self.offered = measures_for(rule)
        asked = self.data.get("measure_name") or measure
        self.measure = asked if asked in dict(self.offered) else rule.measure.name
        self.fields["measure_name"].initial = self.measure
        for name, field in _own_fields(pack, rule, self.measure).items():
            if name.partition("_")[0] in self.open:
                self.fields[name] = field
        if LOOK in self.data:
            for name in DecidedForm.base_fields:
                self.fields[name].required = False
        self.order_fields([*(n for n in self.fields if n not in DecidedForm.base_fields)])

    def clean(self) -> dict[str, Any]:
        """See that what is given belongs together and changes something."""
        data = super().clean() or self.cleaned_data
        if data.get("require_comparator"):
            self._check_figures(data)
        if {"measure_kind", "measure_categories"} <= data.keys():
            self._check_what(data)
        if not self.errors and not self.change():
            raise ValidationError(_("没有改任何一项。"))
        return data

    def _check_figures(self, data: dict[str, Any]) -> None:
        between, none = (data["require_comparator"] == word for word in ("between", "none"))
        wanted = () if none else ("low", "high") if between else ("value",)
        for name in ("value", "low", "high"):
            field = f"require_{name}"
            if name in wanted and data.get(field) is None and field not in self.errors:
                self.add_error(field, _("请填写数值。"))
            elif name not in wanted and data.get(field) is not None:
                self.add_error(field, _("这种比较不用这个数，请留空。"))
        low, high = data.get("require_low"), data.get("require_high")
        if between and low is not None and high is not None and low > high:
            self.add_error("require_low", _("下限不能大于上限。"))

    def _check_what(self, data: dict[str, Any]) -> None:
        if bool(data["measure_kind"]) == bool(data["measure_categories"]):
            said = _("选一类服务，或者选设施类别，只用一样。")
            self.add_error("measure_categories", said)

    def change(self) -> dict[str, Any]:
        """Return the fields that differ from the rule, as a pack's change has them."""
        data, rule = self.cleaned_data, self.rule
        numbers = ("value", "low", "high")
        given = {name: data.get(f"require_{name}") for name in ("comparator", *numbers)}
        required = {name: str(value) for name, value in given.items() if value not in (None, "")}
        now = rule.require.model_dump(mode="json", exclude_none=True)
        found: dict[str, Any] = {}
        if "require" in self.open and required != {k: str(v) for k, v in now.items()}:
            found["require"] = required
        if data.get("due") and data["due"] != rule.due:
            found["due"] = data["due"].isoformat()
        if data.get("strength") and data["strength"] != rule.strength:
            found["strength"] = data["strength"]
        return found | self._places_and_measure()

    def _places_and_measure(self) -> dict[str, Any]:
        data, rule = self.cleaned_data, self.rule
        found: dict[str, Any] = {}
        if "scope" in self.open:
            scope = conditions_read(data, "scope", rule.scope)
            if scope != {name: list(values) for name, values in rule.scope.items()}:
                found["scope"] = scope
        if "measure" in self.open:
            told = MEASURES[self.measure].model_validate(measure_read(data, rule, self.measure))
            if told != rule.measure:
                found["measure"] = told.model_dump(mode="json", exclude_defaults=True)
        return found


def read_as(pack: Pack, rule: Rule, fields: Mapping[str, Any]) -> Rule:
    """Return a rule as it would be read; raises as `with_changes` and `change_of` do."""
    day = timezone.localdate()
    changed = with_changes(pack, [change_of(rule.id, day, "—", "—", fields)])
    return changed.rule(rule.id, day)


def change_said(pack: Pack, rule: Rule, change: Mapping[str, Any]) -> str:
    """Return what a rule reads with a change; nothing where the rule is no more what it was."""
    try:
        return reads(pack, read_as(pack, rule, change))
    except (InputError, ValueError, KeyError):
        return ""


def _own_fields(pack: Pack, rule: Rule, measure: str) -> Mapping[str, forms.Field]:
    """Return a field for each part of a rule that may be inferred, filled with what it says now."""
    require = rule.require
    numbers = {
        f"require_{name}": forms.DecimalField(
            label=label, required=False, initial=getattr(require, name)
        )
        for name, label in (
            ("value", gettext_lazy("数值")), ("low", gettext_lazy("下限")),
            ("high", gettext_lazy("上限")),
        )
    }  # fmt: skip
    return {
        "require_comparator": forms.ChoiceField(
            label=_("比较"), choices=COMPARATORS, initial=require.comparator
        ),
        **numbers,
        "due": forms.DateField(
            label=_("期限"), required=False, initial=rule.due, widget=DayInput()
        ),
        "strength": forms.ChoiceField(
            label=_("力度"), required=False, choices=list(known("strength").items()),
            initial=rule.strength,
        ),
        **scope_fields(rule),
        **measure_fields(pack, rule, measure),
    }  # fmt: skip
