"""The forms of need lists: of which area, which items are shown, what people decide on one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.needs.access import CHANGE
from lifecircle.govern.needs.models import FUNCTION, NeedItem, NeedList
from lifecircle.govern.needs.services import LEVELS, done_runs
from lifecircle.govern.widgets import ManyWords
from lifecircle.govern.wording import listed, worded
from lifecircle.terms.codes import code_sets

ANY = ("", _("全部"))
MOST_RUNS = 30
FEW = 12
"""So few areas are chosen from a list; more are asked for by code or name."""


def functions() -> list[tuple[str, str]]:
    """Return the functions with what they are called."""
    return [(code, worded(one)) for code, one in code_sets()[FUNCTION].items()]


class AreaField(forms.CharField):
    """An area by its code or its name, of those offered."""

    def __init__(self, offered: Any, **given: Any) -> None:
        """Offer a query set of areas."""
        self._offered = offered
        super().__init__(max_length=120, **given)

    def clean(self, value: Any) -> Any:
        """Return the area; raises ValidationError where there is none or several."""
        text = str(super().clean(value))
        found = list(self._offered.filter(code=text)[:2] or self._offered.filter(name=text)[:2])
        if not found:
            raise ValidationError(_("没有这个区划，或者不在您的授权范围内"))
        if len(found) > 1:
            raise ValidationError(_("有几个区划同名，请写代码"))
        return found[0]


class CompileForm(forms.Form):
    """Of which area a list is compiled."""

    title = forms.CharField(
        label=_("名称"), max_length=200, required=False, help_text=_("空着就沿用上一版的名称")
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        """Offer the communities, townships and counties where one may."""
        super().__init__(*args, **kwargs)
        mine = Area.objects.visible_to(actor, CHANGE).standing().filter(level__in=LEVELS)
        words = {"label": _("范围"), "help_text": _("社区、乡镇、街道或区县的代码或名称")}
        self.fields["area"] = AreaField(mine, **words)
        few = list(mine.order_by("path")[: FEW + 1])
        if len(few) <= FEW:
            choices = [("", _("请选择")), *((one.code or one.name, one.name) for one in few)]
            self.fields["area"].widget = forms.Select(choices=choices)
        runs = {str(one.pk): one for one in done_runs(actor)[:MOST_RUNS]}
        if runs:
            self.fields["run"] = forms.TypedChoiceField(
                label=_("按哪一次评估"), required=False, coerce=runs.__getitem__, empty_value=None,
                choices=[(key, _called(one)) for key, one in runs.items()],
                help_text=_("只列这一次评估过的政策包的缺口"),
            )  # fmt: skip
        self.order_fields(["area", "run", "title"])


def _called(run: Run) -> str:
    return str(_("%(title)s（%(pack)s）") % {"title": run, "pack": listed(run.packs)})


class Filters(forms.Form):
    """Which items of a list are shown."""

    area = forms.CharField(label=_("区划代码或名称"), max_length=100, required=False)
    function = forms.ChoiceField(label=_("功能"), required=False)
    priority = forms.ChoiceField(
        label=_("缓急"), required=False, choices=[ANY, *NeedItem.Priority.choices]
    )
    kept = forms.ChoiceField(
        label=_("列入"), required=False, choices=[ANY, ("yes", _("列入")), ("no", _("不列入"))]
    )
    verify = forms.BooleanField(label=_("只看待核的"), required=False)

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        function = self.fields["function"]
        assert isinstance(function, forms.ChoiceField)
        function.choices = [ANY, *functions()]

    def wanted(self) -> dict[str, Any]:
        """Return what is asked for; what cannot be read asks for nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class ItemForm(forms.Form):
    """What people decide on an item."""

    ask = forms.ChoiceField(label=_("要什么"), choices=NeedItem.Ask.choices)
    priority = forms.TypedChoiceField(
        label=_("缓急"), choices=NeedItem.Priority.choices, coerce=int
    )
    kept = forms.TypedChoiceField(
        label=_("列入清单"),
        choices=[("yes", _("列入")), ("no", _("不列入"))],
        coerce=lambda given: given == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("不列入的理由"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    note = forms.CharField(
        label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("不写姓名、电话、门牌号"),
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where an item is struck."""
        told = super().clean() or {}
        if told.get("kept") is False and not told.get("reason", "").strip():
            self.add_error("reason", _("写上不列入的理由"))
        return told


class AddForm(forms.Form):
    """An item that people add by hand."""

    function = forms.ChoiceField(label=_("功能"), required=False, widget=ManyWords)
    what = forms.CharField(
        label=_("要求"), max_length=200, required=False, help_text=_("不属于上面哪一项时，写是什么")
    )
    ask = forms.ChoiceField(label=_("要什么"), choices=NeedItem.Ask.choices)
    priority = forms.TypedChoiceField(
        label=_("缓急"), choices=NeedItem.Priority.choices, coerce=int, initial=2
    )
    asked_by = forms.IntegerField(
        label=_("提出的人"), min_value=0, max_value=9_999_999, required=False,
        help_text=_("不知道就空着"),
    )  # fmt: skip
    note = forms.CharField(
        label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("不写姓名、电话、门牌号"),
    )  # fmt: skip

    def __init__(self, actor: Actor, needs: NeedList, *args: Any, **kwargs: Any) -> None:
        """Offer the areas of a list."""
        super().__init__(*args, **kwargs)
        inside = Area.objects.visible_to(actor, CHANGE).standing().below(needs.area)
        self.fields["area"] = AreaField(inside, label=_("社区或区划"), initial=needs.area.name)
        function = self.fields["function"]
        assert isinstance(function, forms.ChoiceField)
        function.choices = [("", _("不属于哪一项")), *functions()]
        self.order_fields(["area", "function", "what"])

    def clean(self) -> dict[str, Any]:
        """Ask for a function or words."""
        told = super().clean() or {}
        if not told.get("function") and not told.get("what", "").strip():
            self.add_error("what", _("选一项功能，或者写是什么"))
        return told


class StepForm(forms.Form):
    """A step of a list, as it was seen."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class TakeBackForm(StepForm):
    """Why a proposed list is taken back."""

    reason = forms.CharField(label=_("退回修改的理由"), max_length=500)


class CompareForm(forms.Form):
    """Which version a list is compared with."""

    before = forms.TypedChoiceField(label=_("与哪一版相比"), coerce=int)

    def __init__(self, lists: list[NeedList], *args: Any, **kwargs: Any) -> None:
        """Offer other versions."""
        super().__init__(*args, **kwargs)
        before = self.fields["before"]
        assert isinstance(before, forms.ChoiceField)
        before.choices = [(one.pk, str(one)) for one in lists]
