"""The filters of the audit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.audit.words import KINDS, VERBS, kind_words, models
from lifecircle.govern.widgets import DayInput


class Filters(forms.Form):
    """What the list of entries is narrowed by."""

    who = forms.CharField(label=_("操作人（全名）"), required=False, max_length=150)
    kind = forms.ChoiceField(label=_("对象类别"), required=False, choices=())
    act = forms.ChoiceField(label=_("操作"), required=False, choices=())
    subject = forms.CharField(label=_("对象编号"), required=False, max_length=128)
    area = forms.CharField(label=_("区划名称或代码"), required=False, max_length=100)
    since = forms.DateField(label=_("起"), required=False, widget=DayInput())
    until = forms.DateField(label=_("止"), required=False, widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = sorted((name, kind_words(name)) for name in _kinds())
        self.fields["kind"] = forms.ChoiceField(
            label=_("对象类别"), required=False, choices=[("", _("全部")), *kinds]
        )
        self.fields["act"] = forms.ChoiceField(
            label=_("操作"), required=False, choices=[("", _("全部")), *VERBS.items()]
        )


def _kinds() -> set[str]:
    """Return the kinds that acts are told of: models with a name in Chinese, and the others."""
    named = {
        kind for kind, model in models().items() if not str(model._meta.verbose_name).isascii()
    }
    return named | set(KINDS)
