"""The forms of the inventory: one for every kind, made of its fields and the words of terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.identity import no_number
from lifecircle.govern.inventory.access import CHANGE
from lifecircle.govern.inventory.choices import CATEGORY, FUNCTION, called, words
from lifecircle.govern.inventory.derived import HALF_HOURS, MINUTES
from lifecircle.govern.inventory.kinds import filled, in_words, label, set_of
from lifecircle.govern.inventory.queries import DOUBTFUL, Wanted
from lifecircle.govern.inventory.tables import fields_of, has_area
from lifecircle.govern.records.models import Record, Version
from lifecircle.govern.widgets import DayInput, ManyWords, SinceDay
from lifecircle.terms.codes import code_of

NOT_KNOWN = [("", _("不清楚"))]
ALL = [("", _("全部"))]


class UsesField(forms.CharField):
    """Uses of a room, a line each: hours, then a function."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value: Any) -> Any:
        """Return rows of hours and a function code."""
        uses = []
        for line in str(value or "").splitlines():
            if not line.strip():
                continue
            use = _use(line.split())
            if use is None:
                reason = _("每行写时段、空格、九项功能之一，例如 08:00-12:00 养老服务")
                raise ValidationError(reason)
            uses.append(use)
        return uses

    def validate(self, value: Any) -> None:
        """Leave it to the model."""

    def run_validators(self, value: Any) -> None:
        """Leave it to the model."""

    def prepare_value(self, value: Any) -> Any:
        """Return the lines of stored uses."""
        if not isinstance(value, list):
            return value
        return "\n".join(f"{use['hours']} {called(FUNCTION, use['function'])}" for use in value)


def _use(parts: list[str]) -> dict[str, str] | None:
    """Return hours and a function code; the name of a function may have several words."""
    said = {name: code for code, name in words(FUNCTION)}
    for at in range(1, len(parts)):
        name = " ".join(parts[at:])
        code = said.get(name) or code_of(FUNCTION, name)
        if code:
            return {"hours": " ".join(parts[:at]), "function": code}
    return None


class RecordForm(forms.Form):
    """A record of any kind with the day from which it is true, the reason and the version seen."""

    def __init__(
        self,
        actor: Actor,
        model: type[Version],
        *args: Any,
        now: Version | None = None,
        is_part: bool = False,
        **kwargs: Any,
    ) -> None:
        """Take who fills it in and, of a change, the version that is changed."""
        super().__init__(*args, **kwargs)
        self._actor, self._model, self._now = actor, model, now
        self._overtaken: bool | None = None
        if not is_part:
            if now is None:
                self.fields["own_id"] = forms.CharField(
                    label=_("编号"),
                    max_length=64,
                    required=False,
                    validators=[no_number],
                    help_text=_("没有就留空，由平台编"),
                )
            self.fields["place"] = forms.CharField(
                label=_("所属社区编号或名称"), initial=self._place(), max_length=100
            )
        for name in filled(model):
            self.fields[name] = _field(model, name, getattr(now, name) if now else None)
        self.fields["on"] = SinceDay(label=_("自何日起属实"), initial=timezone.localdate)
        self.fields["reason"] = forms.CharField(
            label=_("事由"), max_length=200, required=False, validators=[no_number]
        )
        if now is not None:
            self.fields["seen"] = forms.IntegerField(widget=forms.HiddenInput, initial=now.pk)

    def _place(self) -> str:
        if self._now is None:
            return ""
        area = self._now.record.area
        return area.code or area.name

    def clean_place(self) -> Area:
        """Return the area that a code or a name means, among those that one may change."""
        text = self.cleaned_data["place"].strip()
        mine = Area.objects.visible_to(self._actor, CHANGE).standing()
        if self._now is not None and text == self._place():
            return self._now.record.area
        found = list(mine.filter(code=text)[:1]) or list(mine.filter(name=text)[:2])
        if len(found) != 1:
            raise ValidationError(_("没有找到这个社区，或者有几个同名；请写12位编号"))
        return found[0]

    def clean(self) -> dict[str, Any]:
        """Hold the values against the fields and the constraints of the kind."""
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        kept = {name: data[name] for name in filled(self._model)}
        area = data.get("place")
        values = {**kept, "area": area} if has_area(self._model) else kept
        record = Record(kind=self._model.kind(), own_id=data.get("own_id") or "-", area=area)
        version = self._model(record=record, **values)
        try:
            version.clean_fields(exclude={"record", "since", "until", "since_on", "until_on"})
            version.validate_constraints(exclude={"record", "until", "until_on", "since_on"})
        except ValidationError as error:
            self._tell(error)
        return data

    def _tell(self, error: ValidationError) -> None:
        known = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, texts in known.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)

    def overtaken(self) -> bool:
        """Say whether somebody else changed the record since it was opened; tell their values.

        What was typed stays in the form, the value on record stands beside each that differs. The
        form then names the version that holds now, so that sending it again is a decision.
        """
        if self._overtaken is not None:
            return self._overtaken
        now, seen = self._now, self.cleaned_data.get("seen")
        self._overtaken = now is not None and seen is not None and seen != now.pk
        if now is None or not self._overtaken:
            return False
        self.add_error(None, _("别人刚刚改过这条档案。您填的还在，看过旁边现在的内容再保存。"))
        for name, typed in list(self.values.items()):
            if typed != getattr(now, name):
                held = in_words(self._model, name, getattr(now, name)) or _("空")
                self.add_error(name, _("现在的内容：%(held)s") % {"held": held})
        latest = QueryDict(mutable=True)
        latest.update(self.data)
        latest["seen"] = str(now.pk)
        self.data = latest
        return True

    @property
    def values(self) -> dict[str, Any]:
        """Return the fields of the record, once the form is valid."""
        return {
            name: self.cleaned_data[name]
            for name in filled(self._model)
            if name in self.cleaned_data
        }


def _field(model: type[Version], name: str, value: Any) -> forms.Field:
    """Return the field of a form for a field of a record."""
    own = next(one for one in fields_of(model) if one.name == name)
    code_set = set_of(model, name)
    if name == "uses":
        hint = _("每行一个时段，例如 08:00-12:00 养老服务")
        return UsesField(label=label(model, name), required=False, initial=value, help_text=hint)
    if isinstance(own, models.JSONField):
        return forms.MultipleChoiceField(
            label=label(model, name),
            choices=words(code_set),
            required=name == "categories",
            initial=value,
            widget=forms.CheckboxSelectMultiple,
        )
    if code_set:
        return forms.ChoiceField(
            label=label(model, name),
            choices=[*NOT_KNOWN, *words(code_set)],
            required=not own.blank,
            initial=value,
        )
    found = own.formfield(initial=value)
    assert found is not None
    if isinstance(own, models.DateField):
        found.widget = DayInput()
    if isinstance(own, models.FloatField):
        found.widget.attrs["step"] = "any"
    return found


class RemoveForm(forms.Form):
    """Why and since when a record is no more."""

    on = SinceDay(label=_("自何日起注销"), initial=timezone.localdate)
    reason = forms.CharField(label=_("事由"), max_length=200, validators=[no_number])
    seen = forms.IntegerField(widget=forms.HiddenInput)


class Filters(forms.Form):
    """What a list of facilities is filtered by."""

    q = forms.CharField(label=_("名称、地址或编号"), required=False, max_length=100)
    area = forms.CharField(label=_("区划编号"), required=False, max_length=12)
    category = forms.ChoiceField(label=_("设施类别"), required=False, widget=ManyWords)
    function = forms.ChoiceField(label=_("服务功能"), required=False, widget=ManyWords)
    status = forms.ChoiceField(label=_("状态"), required=False, widget=ManyWords)
    open = forms.ChoiceField(label=_("何时开放"), required=False, widget=ManyWords)
    on = forms.DateField(label=_("截至日期"), required=False, widget=DayInput())
    order = forms.ChoiceField(
        label=_("排序"),
        required=False,
        choices=[
            ("", _("登记先后")),
            ("name", _("名称")),
            ("floor", _("面积从大到小")),
            ("changed", _("最近改动")),
            ("number", _("编号")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take the words of the lists as they are today."""
        super().__init__(*args, **kwargs)
        clocks = [_clock(half) for half in range(HALF_HOURS)]
        self._choose("category", [*ALL, *words(CATEGORY)])
        self._choose("function", [*ALL, *words(FUNCTION)])
        open_ = [("unknown", _("没有写")), (DOUBTFUL, _("待核实"))]
        self._choose("status", [*ALL, *words("facility_status"), *open_])
        self._choose("open", [*ALL, ("now", _("现在开放")), *((c, c) for c in clocks)])

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


@dataclass(frozen=True)
class Filtering:
    """What a list of facilities is asked for, and the fields that say so.

    They go by the language and what was typed alone, and nearly every list is asked for nothing:
    to make the form anew would take as long as to read its rows.
    """

    data: Mapping[str, Any]
    fields: SafeString

    @classmethod
    def of(cls, asked: QueryDict) -> Filtering:
        """Return what an address asks for."""
        typed = tuple(asked.get(name, "") for name in Filters.base_fields)
        return _filtering(get_language(), typed)

    def wanted(self) -> Wanted:
        """Return what is wanted; what makes no sense is left out."""
        data = self.data
        return Wanted(
            text=data.get("q") or "",
            area=data.get("area") or "",
            category=data.get("category") or "",
            function=data.get("function") or "",
            status=data.get("status") or "",
            open_at=clock_of(data.get("open") or ""),
            as_of=data.get("on"),
            order=data.get("order") or "",
        )


@lru_cache(maxsize=256)
def _filtering(_language: str | None, typed: tuple[str, ...]) -> Filtering:
    form = Filters(dict(zip(Filters.base_fields, typed, strict=True)))
    form.is_valid()
    fields = render_to_string("parts/fields.html", {"form": form, "quiet": True})
    return Filtering(form.cleaned_data, fields)


def clock_of(text: str) -> time | None:
    """Return a time of day as a filter says it: `now`, or hours and minutes."""
    if text == "now":
        return timezone.localtime().time()
    try:
        return time.fromisoformat(text) if text else None
    except ValueError:
        return None


def day_of(text: str) -> date | None:
    """Return a day of an address, or None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _clock(half: int) -> str:
    minute = half * MINUTES
    return f"{minute // 60:02d}:{minute % 60:02d}"
