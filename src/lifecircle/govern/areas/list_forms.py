"""The forms by which files of many areas come in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.lists.reading import LONGEST_NAME, Row
from lifecircle.govern.areas.models import Area
from lifecircle.govern.areas.services import CHANGE
from lifecircle.govern.widgets import SinceDay

HOLDS_OTHERS = (Level.CITY, Level.COUNTY, Level.TOWNSHIP)


class Files(forms.FileInput):
    """Takes several files at a time."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, none of them empty."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the files as a list."""
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in given or [None]]


class UploadForm(forms.Form):
    """To which area files belong, from which day they hold, and the files."""

    area = forms.ModelChoiceField(label=_("哪个区划的"), queryset=Area.objects.none())
    on = SinceDay(label=_("生效日期"), initial=timezone.localdate)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["area"]
        open_to = Area.objects.visible_to(actor, CHANGE).standing()
        field.queryset = open_to.filter(level__in=HOLDS_OTHERS).order_by("path")
        field.initial = field.queryset.first()


class ListForm(UploadForm):
    """A list of codes and names."""

    lists = FilesField(
        label=_("代码表"),
        help_text=_(
            "CSV或Excel，有“区划代码”“名称”两列即可。"
            "街道、区县的名称在另一份表里的，可以一起选，一次几个文件。"
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lists"].widget.attrs["accept"] = ".csv,.xlsx,.xls,.ods"


class NamesForm(forms.Form):
    """The names that no list gave: what is left empty keeps its code for a name."""

    def __init__(self, unnamed: Iterable[Row], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in unnamed:
            self.fields[f"name_{row.code}"] = forms.CharField(
                label=f"{row.code}（{row.level.label}）", required=False, max_length=LONGEST_NAME
            )

    def names(self) -> dict[str, str]:
        """Return the names given, by code."""
        return {
            name.removeprefix("name_"): said.strip()
            for name, said in self.cleaned_data.items()
            if said.strip()
        }
