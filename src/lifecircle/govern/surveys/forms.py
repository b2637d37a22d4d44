"""The forms of a return: a section of a community's answers, its steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.files.services import keep
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.govern.surveys.asking import is_standing
from lifecircle.govern.surveys.filled import Filled, Key, Row
from lifecircle.govern.surveys.models import ON_BEHALF, Channel
from lifecircle.govern.surveys.questions import Question, Section
from lifecircle.govern.surveys.values import BadValueError, read, shown
from lifecircle.govern.widgets import DayInput, ManyWords

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
        """Ask every question of a section for these rows; a fixed one is named by its key."""
        super().__init__(*args, **kwargs)
        self.keys: dict[str, Key] = {}
        own = {name: self.fields.pop(name) for name in list(self.fields)}
        for row in rows:
            for question in section.questions:
                if row.is_new and is_standing(question):
                    continue  # there is no record yet to agree with
                name = f"{question.code}__{row.key}" if section.rows else question.code
                self.keys[name] = (question.code, row.key)
                value = filled.value(question.code, row.key)
                field = AnswerField(question, value, row.on_file.get(question.code))
                field.row_label = row.label if section.rows else ""
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
