"""The forms of a round: its plan, a section of a community's answers, the steps of a return."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.models import Area
from lifecircle.govern.files.services import keep
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.govern.surveys.access import RUN
from lifecircle.govern.surveys.asking import is_standing
from lifecircle.govern.surveys.filled import Filled, Key, Row
from lifecircle.govern.surveys.models import ON_BEHALF, Channel
from lifecircle.govern.surveys.questions import Question, Section
from lifecircle.govern.surveys.values import BadValueError, read, shown
from lifecircle.govern.widgets import DayInput, ManyWords
from lifecircle.govern.wording import worded
from lifecircle.policy.packs import load_pack, shipped
from lifecircle.policy.parts import Text
from lifecircle.terms.errors import InputError

AT_A_GLANCE = 6
"""So few choices are laid out as buttons, for a thumb; more go into a list."""

LONG_TEXT = 200


@contextmanager
def told_in(form: forms.Form) -> Iterator[None]:
    """Tell a refusal in the form, so that nothing typed is lost; a lost race has its own page."""
    try:
        yield
    except Conflict:
        raise
    except Refused as refusal:
        form.add_error(None, str(refusal))


class RoundForm(forms.Form):
    """The plan of a round."""

    title = forms.CharField(label=_("名称"), max_length=100)
    area = forms.ModelChoiceField(label=_("范围"), queryset=Area.objects.none())
    each = forms.BooleanField(
        label=_("每个区县各开展一轮"),
        required=False,
        help_text=_("范围是市的，各区县分别开始、分别办结"),
    )
    pack = forms.ChoiceField(label=_("政策包"), help_text=_("按它的规则问有哪些设施"))
    as_on = forms.DateField(
        label=_("底数日期"), widget=DayInput(), help_text=_("问的是这一天的情况")
    )
    opens_on = forms.DateField(label=_("开始填报"), widget=DayInput())
    due_on = forms.DateField(label=_("社区报送期限"), widget=DayInput())
    review_due_on = forms.DateField(label=_("乡镇级审核期限"), widget=DayInput())
    basis = forms.CharField(
        label=_("依据"), max_length=200, required=False, help_text=_("通知的文号")
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        """Offer the cities and counties where one may run a round, and the city's packs."""
        super().__init__(*args, **kwargs)
        mine = Area.objects.visible_to(actor, RUN).standing()
        area = self.fields["area"]
        assert isinstance(area, forms.ModelChoiceField)
        area.queryset = mine.filter(level__in=(Level.CITY, Level.COUNTY))
        packs = self.fields["pack"]
        assert isinstance(packs, forms.ChoiceField)
        names = settings.PACKS or sorted(shipped())
        packs.choices = [(name, _pack_title(str(name))) for name in names]


def _pack_title(name: str) -> str:
    """Return what a pack is called; its name where it cannot be read, which drafting tells."""
    title = _title(name)
    return (
        str(_("%(title)s（%(pack)s）") % {"title": worded(title), "pack": name}) if title else name
    )


@cache
def _title(name: str) -> Text | None:
    try:
        return load_pack(name).header.title
    except InputError:
        return None


class AnswerField(forms.Field):
    """A field for one answer, read as every channel reads it."""

    row_label = ""
    """What the row is called where a form has the same question for several."""

    def __init__(self, question: Question, initial: Any, on_file: Any) -> None:
        """Show what was answered, and beside it what is on file."""
        self.question = question
        hint = question.help
        if on_file is not None:
            known = _("记录：%(value)s") % {"value": shown(question, on_file)}
            both = _("%(hint)s；%(known)s") % {"hint": hint, "known": known}
            hint = str(both) if hint else str(known)
        super().__init__(
            label=question.label, required=False, help_text=escape(hint), widget=_widget(question),
            initial=_initial(question, initial),
        )  # fmt: skip
        if isinstance(self.widget, forms.RadioSelect | forms.SelectMultiple | ManyWords):
            empty = [("", _("没有看过"))] if question.required else [("", _("不填"))]
            several = isinstance(self.widget, forms.SelectMultiple)
            codes = [(one.code, one.label) for one in question.choices]
            self.widget.choices = codes if several else [*empty, *codes]

    def clean(self, value: Any) -> Any:
        """Return the value; raises ValidationError where it is none."""
        if isinstance(value, UploadedFile):
            value = keep(value.chunks()).sha256
        elif self.question.kind == "photo":
            return self.initial
        try:
            return read(self.question, value)
        except BadValueError as error:
            raise ValidationError(str(error)) from error


def _widget(question: Question) -> forms.Widget:
    kind = question.kind
    if kind in ("yes_no", "choice"):
        return forms.RadioSelect() if len(question.choices) <= AT_A_GLANCE else ManyWords()
    if kind == "choices":
        return forms.SelectMultiple(attrs={"size": 6})
    if kind == "day":
        return DayInput()
    if kind == "photo":
        return forms.FileInput(attrs={"accept": "image/jpeg,image/png"})
    attrs: dict[str, Any] = {"maxlength": question.longest} if question.longest else {}
    if kind == "text" and question.longest > LONG_TEXT:
        return forms.Textarea(attrs=attrs | {"rows": 3})
    modes = {"integer": "numeric", "decimal": "decimal"}
    return forms.TextInput(attrs=attrs | ({"inputmode": modes[kind]} if kind in modes else {}))


def _initial(question: Question, value: Any) -> Any:
    if question.kind == "point" and value:
        return f"{value[0]} {value[1]}"
    return "" if value is None and question.kind != "photo" else value


class SectionForm(forms.Form):
    """The answers of a section, of all its fixed rows or of one row; entered on behalf too."""

    channel = forms.ChoiceField(
        label=_("怎样填的"), initial=Channel.PAGE, widget=forms.RadioSelect,
        choices=[(one.value, one.label) for one in (Channel.PAGE, *sorted(ON_BEHALF))],
    )  # fmt: skip
    note = forms.CharField(
        label=_("代填：谁说的"), max_length=200, required=False,
        help_text=_("写岗位，不写姓名和电话，例如 社区书记"),
    )  # fmt: skip
    said_on = forms.DateField(label=_("代填：哪天说的"), required=False, widget=DayInput())
    seen = forms.IntegerField(widget=forms.HiddenInput)
    row = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, filled: Filled, section: Section, rows: Sequence[Row], *args: Any, **kwargs: Any
    ) -> None:
        """Ask every question of a section for these rows."""
        super().__init__(*args, **kwargs)
        self.keys: dict[str, Key] = {}
        own = {name: self.fields.pop(name) for name in list(self.fields)}
        for at, row in enumerate(rows):
            for question in section.questions:
                if row.is_new and is_standing(question):
                    continue  # there is no record yet to agree with
                name = f"{question.code}__{at}" if len(rows) > 1 else question.code
                self.keys[name] = (question.code, row.key)
                value = filled.value(question.code, row.key)
                field = AnswerField(question, value, row.on_file.get(question.code))
                field.row_label = row.label if len(rows) > 1 else ""
                self.fields[name] = field
        self.fields |= own

    def clean(self) -> dict[str, Any]:
        """Ask who said it where it is entered on behalf."""
        data = super().clean() or self.cleaned_data
        if data.get("channel") in ON_BEHALF and not (data.get("note") and data.get("said_on")):
            self.add_error("note", _("代填要写是谁说的、哪天说的"))
        return data

    @property
    def answers(self) -> Mapping[Key, Any]:
        """Return what was answered, by question and row."""
        return {key: self.cleaned_data[name] for name, key in self.keys.items()}

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the fields by row, for a page that sets each row apart."""
        found: dict[str, list[forms.BoundField]] = {}
        for name, (_code, row) in self.keys.items():
            found.setdefault(row, []).append(self[name])
        return list(found.items())


class HandInForm(forms.Form):
    """Handing in, with a word about what stays blank."""

    missing = forms.CharField(
        label=_("有没答的，写明为什么"), max_length=300, required=False,
        help_text=_("空着的算“未摸底”，不算没有"),
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput)


class ReviewForm(forms.Form):
    """Passing a return or sending it back."""

    verdict = forms.ChoiceField(
        label=_("审核意见"), widget=forms.RadioSelect,
        choices=[("pass", _("通过")), ("back", _("退回改正"))],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("退回原因"), max_length=500, required=False, widget=forms.Textarea({"rows": 3})
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of sending back."""
        data = super().clean() or self.cleaned_data
        if data.get("verdict") == "back" and not data.get("reason"):
            self.add_error("reason", _("写明要改什么"))
        return data


class CloseForm(forms.Form):
    """Closing a round: a reason for each community that is not waited for."""

    def __init__(self, left: Sequence[Any], *args: Any, **kwargs: Any) -> None:
        """Ask for the reason of each return that is left."""
        super().__init__(*args, **kwargs)
        for back in left:
            self.fields[f"return_{back.pk}"] = forms.CharField(
                label=back.area.name, max_length=200, required=False,
                help_text=back.get_state_display(),
            )  # fmt: skip

    @property
    def exceptions(self) -> Mapping[int, str]:
        """Return the reasons by return."""
        told = self.cleaned_data.items()
        return {int(name.removeprefix("return_")): text for name, text in told if text}
