"""The forms of the exit: every step has its reason."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.publications.subjects import Subject


class ReasonForm(forms.Form):
    """Why, and which version was seen."""

    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea)
    seen = forms.IntegerField(widget=forms.HiddenInput)


class ProposeForm(forms.Form):
    """Under which title, and why."""

    title = forms.CharField(label=_("标题"), max_length=200, help_text=_("公众看到的标题。"))
    reason = forms.CharField(label=_("提请理由"), max_length=500, widget=forms.Textarea)


class CorrectForm(ReasonForm):
    """What takes the place of a live publication, and what was wrong with it."""

    subject = forms.TypedChoiceField(label=_("用哪一份代替"), coerce=int)
    field_order = ("subject", "reason", "seen")

    def __init__(
        self, subjects: Sequence[Subject], same: int, *given: object, **more: object
    ) -> None:
        """Offer subjects; ``same`` is the id of the one that is live."""
        super().__init__(*given, **more)  # type: ignore[arg-type]
        self.fields["reason"].label = _("更正说明")
        self.fields["reason"].help_text = _("哪里错了，公众会看到。")
        choice = self.fields["subject"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(one.pk, _said(one, same)) for one in subjects]


def _said(one: Subject, same: int) -> str:
    told = {"title": one.title, "day": one.as_of.isoformat()}
    if one.pk == same:
        return gettext("%(title)s（同一份，按现在的内容和办公室的说明重写）") % told
    return gettext("%(title)s（截至%(day)s）") % told
