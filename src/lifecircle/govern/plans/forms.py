"""The forms of plans: what is asked for, which alternative is stood for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.assessments.models import Run
from lifecircle.govern.assessments.packs import pack_with
from lifecircle.govern.plans.models import Plan
from lifecircle.govern.plans.wishing import Asked, all_decided, budget_of, shares_of, words_of
from lifecircle.govern.plans.wording import called, fault_said
from lifecircle.govern.wording import worded
from lifecircle.plan.wishes import Wishes
from lifecircle.publish.planning.writing import MOST_PLANS
from lifecircle.terms.errors import InputError

MOST_S = 1800.0
Amounts = Mapping[float, Any]
_OF = _("%(title)s（%(pack)s）")


class LinesField(forms.CharField):
    """Lines that are read into values; what cannot be read is told line by line."""

    def __init__(self, read: Callable[[str], Any], **given: Any) -> None:
        """Read with a function that raises InputError."""
        self._read = read
        super().__init__(
            required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}), **given
        )

    def clean(self, value: Any) -> Any:
        """Return what was read; raises ValidationError."""
        try:
            return self._read(str(super().clean(value)))
        except InputError as error:
            raise ValidationError([fault_said(one) for one in error.faults]) from error


SECONDS: Amounts = {
    60: _("1分钟"), 300: _("5分钟"), 1800: _("30分钟"),
}  # fmt: skip
GAPS: Amounts = {
    0: _("找到最好的，或到时间"), 0.01: _("和最好的至多差1%就停"), 0.05: _("和最好的至多差5%就停"),
}  # fmt: skip
EXPLAIN_SECONDS: Amounts = {
    0: _("不要"), 60: _("要，最多1分钟"), 300: _("要，最多5分钟"), 1800: _("要，最多30分钟"),
}  # fmt: skip


class AmountField(forms.TypedChoiceField):
    """A number that is chosen by words."""

    def __init__(self, amounts: Amounts, **given: Any) -> None:
        """Offer numbers, each with what it means."""
        choices = [(f"{number:g}", words) for number, words in amounts.items()]
        self._offered = choices
        super().__init__(choices=choices, coerce=float, **given)

    def offer(self, number: float) -> str:
        """Return the choice of a number; of one that no words stand for, another beside them."""
        value = f"{number:g}"
        if value not in dict(self._offered):
            own = (value, _("照原来的：%(value)s") % {"value": value})
            self.choices = [*self._offered, own]
        return value


class AskForm(forms.Form):
    """What plan is asked for."""

    source = forms.ChoiceField(
        label=_("按哪一次评估"), help_text=_("补这次评估里的缺口，一次一个政策包")
    )
    title = forms.CharField(label=_("标题"), max_length=200, required=False)
    budget = LinesField(
        budget_of, label=_("预算（万元）"),
        help_text=_("一年一行，例如 2026=500；空着就用“预算”表里的"),
    )  # fmt: skip
    shares = LinesField(
        shares_of, label=_("每个区县至少补上的比例"),
        help_text=_("例如 30%；只管一类的写 类=30%，一行一个"),
    )  # fmt: skip
    decided = LinesField(
        all_decided, label=_("已定要建的"),
        help_text=_(
            "空间编号=类别@年份，可加 :建设方式，例如 K001=community_canteen@2027，一行一个"
        ),
    )  # fmt: skip
    not_use = LinesField(words_of, label=_("不用的空间"), help_text=_("写空间编号，一行一个"))
    set_aside = forms.MultipleChoiceField(
        label=_("这次不照办的先后"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("政策包里的先后，不照办要有理由"),
    )  # fmt: skip
    plans = forms.IntegerField(
        label=_("要几个方案"), min_value=1, max_value=MOST_PLANS, initial=3,
        help_text=_("都差不多好，任两个有三成花费不同"),
    )  # fmt: skip
    seconds = AmountField(
        SECONDS, label=_("给多少时间找"), initial="60",
        help_text=_("时间到了就用当时最好的，结果里会写明；城市大、空间多的给多些"),
    )  # fmt: skip
    gap = AmountField(
        GAPS, label=_("找到多好为止"), initial="0",
        help_text=_("差的是新服务人次；找到最好的最慢，差一点点的快得多"),
    )  # fmt: skip
    explain_seconds = AmountField(
        EXPLAIN_SECONDS, label=_("要不要说明少了哪一项会怎样"), initial="60",
        help_text=_("逐项去掉，重新求解，看少服务多少人"),
    )  # fmt: skip

    def __init__(self, runs: list[Run], *args: Any, **kwargs: Any) -> None:
        """Offer the packs of some runs."""
        super().__init__(*args, **kwargs)
        self._runs = {str(one.pk): one for one in runs}
        for name, field in self.fields.items():
            if isinstance(field, AmountField) and name in self.initial:
                self.initial[name] = field.offer(self.initial[name])
        source, aside = self.fields["source"], self.fields["set_aside"]
        assert isinstance(source, forms.ChoiceField)
        assert isinstance(aside, forms.MultipleChoiceField)
        source.choices = [
            (f"{one.pk}:{pack}", _OF % {"title": one, "pack": pack})
            for one in runs
            for pack in one.manifest
        ]
        packs = {pack for one in runs for pack in one.manifest}
        known = [pack for name in sorted(packs) if (pack := pack_with(name))]
        aside.choices = [
            (one.id, _OF % {"title": worded(one.title), "pack": pack.id})
            for pack in known
            for one in pack.planning.precedence
        ]

    def chosen(self) -> tuple[Run, str]:
        """Return the run and the pack."""
        number, _colon, pack = self.cleaned_data["source"].partition(":")
        return self._runs[number], pack

    def asked(self) -> Asked:
        """Return what is asked for."""
        told = self.cleaned_data
        wishes = Wishes(told["shares"], tuple(told["set_aside"]), told["decided"], told["not_use"])
        return Asked(
            told["budget"], wishes, told["plans"], told["seconds"], told["explain_seconds"],
            told["gap"],
        )  # fmt: skip


class ChooseForm(forms.Form):
    """Which alternative the office stands for, and why."""

    alternative = forms.TypedChoiceField(label=_("选定哪个方案"), coerce=int)
    reason = forms.CharField(label=_("理由"), max_length=500)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, plan: Plan, *args: Any, **kwargs: Any) -> None:
        """Offer the alternatives of a plan."""
        super().__init__(*args, **kwargs)
        field = self.fields["alternative"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (one["number"], called(one["number"])) for one in plan.alternatives
        ]  # fmt: skip
