"""The form that attaches a file."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.identity import no_number


class AttachForm(forms.Form):
    """A file and what it shows."""

    file = forms.FileField(label=_("文件或照片"), max_length=200)
    caption = forms.CharField(
        label=_("说明"), max_length=200, required=False, validators=[no_number]
    )
