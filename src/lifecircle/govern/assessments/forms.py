"""The forms of assessments: what run is asked for, which findings are listed, what is decided."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lifecircle.assess.profiles import WALKERS
from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.access import EXCUSE
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.assessments.packs import in_order, offered
from lifecircle.govern.assessments.queries import Wanted
from lifecircle.govern.assessments.wording import known, plain_title
from lifecircle.govern.widgets import DayInput
from lifecircle.govern.wording import listed, worded
from lifecircle.policy.models import Pack

ANY = ("", _("全部"))
_OF = _("%(title)s（%(pack)s）")
COMPARATORS = (
    (">=", _("不少于")), (">", _("超过")), ("<=", _("不多于")), ("<", _("少于")), ("=", _("等于")),
    ("between", _("在下限和上限之间")), ("none", _("没有要求")),
)  # fmt: skip
ADULT = "adult"
"""Who walks for the packs; no walker beside."""


class AskForm(forms.Form):
    """What run is asked for."""

    packs = forms.MultipleChoiceField(
        label=_("政策包"), widget=forms.CheckboxSelectMultiple({"class": "long"})
    )
    as_of = forms.DateField(label=_("评估日期"), widget=DayInput(), initial=timezone.localdate)
    tree = forms.ChoiceField(
        label=_("汇总体系"), choices=Run.Tree.choices, initial=Run.Tree.MANAGING
    )
    boundaries = forms.ChoiceField(
        label=_("区划口径"), choices=Run.Boundaries.choices, initial=Run.Boundaries.THEN
    )
    profiles = forms.MultipleChoiceField(
        label=_("并列的步行者"),
        help_text=_("只作参考，不作判定。"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    title = forms.CharField(label=_("标题"), max_length=200, required=False)

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        packs, profiles = self.fields["packs"], self.fields["profiles"]
        assert isinstance(packs, forms.MultipleChoiceField)
        assert isinstance(profiles, forms.MultipleChoiceField)
        packs.choices = [
            (
                name,
                _OF
                % {"title": worded(pack.header.title), "pack": f"{pack.id} {pack.header.version}"},
            )
            for name, pack in offered().items()
        ]
        profiles.choices = [(name, gettext(zh)) for name, zh in WALKERS.items() if name != ADULT]


class Filters(forms.Form):
    """Which findings of a run are listed."""

    q = forms.CharField(label=_("对象"), max_length=100, required=False)
    area = forms.CharField(label=_("区划代码或名称"), max_length=100, required=False)
    pack = forms.ChoiceField(label=_("政策包"), required=False)
    rule = forms.ChoiceField(label=_("规则"), required=False)
    reading = forms.ChoiceField(label=_("读法"), required=False)
    verdict = forms.ChoiceField(label=_("结论"), required=False)
    strength = forms.ChoiceField(label=_("力度"), required=False)
    waived = forms.BooleanField(label=_("只看已豁免的"), required=False)

    def __init__(self, run: Run, *given: Any) -> None:
        super().__init__(*given)
        titles: dict[str, list[str]] = {}  # packs may give different rules the same id
        for pack, one in run.manifest.items():
            for rule in in_order(pack, one["run"]["rules"]):
                title = plain_title(pack, rule, run.title_of(pack, rule))
                titles.setdefault(rule, []).append(_OF % {"title": title, "pack": pack})
        words = {kind: list(known(kind).items()) for kind in ("reading", "strength", "verdict")}
        choices = {
            "pack": [(pack, pack) for pack in run.manifest],
            "rule": [(rule, listed(told)) for rule, told in titles.items()],
            **words,
        }
        for name, own in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [ANY, *own]

    def wanted(self) -> Wanted:
        """Return what is asked for; what cannot be read asks for nothing."""
        self.is_valid()
        told = {name: value for name, value in self.cleaned_data.items() if name != "q"}
        return Wanted(text=self.cleaned_data.get("q", ""), **told)


class CompareForm(forms.Form):
    """Which run a run is compared with, and of which pack."""

    before = forms.TypedChoiceField(label=_("与哪一次相比"), coerce=int)
    pack = forms.ChoiceField(label=_("政策包"))

    def __init__(self, before: list[Run], packs: list[str], *given: Any) -> None:
        super().__init__(*given)
        runs, own = self.fields["before"], self.fields["pack"]
        assert isinstance(runs, forms.ChoiceField)
        assert isinstance(own, forms.ChoiceField)
        runs.choices = [(one.pk, f"{one.pk}  {one}") for one in before]
        own.choices = [(one, one) for one in packs]


class DecidedForm(forms.Form):
    """Who decided, when, why."""

    by = forms.CharField(label=_("决定人"), max_length=100)
    on = forms.DateField(label=_("决定日期"), widget=DayInput(), initial=timezone.localdate)
    reason = forms.CharField(label=_("理由"), max_length=500)


class ExcuseForm(DecidedForm):
    """An excuse of a soft rule for a community."""

    area = forms.CharField(
        label=_("社区"), help_text=_("区划代码或名称；一次一个社区。"), max_length=100
    )
    field_order = ("area", "by", "on", "reason")

    def __init__(self, actor: Actor, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.actor = actor

    def clean_area(self) -> Area:
        """Return the community; one out of sight is told as none."""
        word = self.cleaned_data["area"].strip()
        seen = Area.objects.standing().visible_to(self.actor, EXCUSE)
        seen = seen.filter(level=Level.COMMUNITY)
        found = list(seen.filter(code=word)[:1] or seen.filter(name=word)[:2])
        if len(found) > 1:
            raise ValidationError(_("有几个区划叫这个名称，请写区划代码。"))
        if not found:
            raise ValidationError(_("您的授权范围内没有这个社区。"))
        return found[0]


class EndForm(forms.Form):
    """The end of a decision."""

    on = forms.DateField(label=_("停止日期"), widget=DayInput(), initial=timezone.localdate)
    reason = forms.CharField(label=_("停止的理由"), max_length=500)


class RulesForm(forms.Form):
    """Which pack's rules are listed."""

    pack = forms.ChoiceField(label=_("政策包"), required=False)

    def __init__(self, packs: list[Pack], *given: Any) -> None:
        super().__init__(*given)
        field = self.fields["pack"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (one.id, _OF % {"title": worded(one.header.title), "pack": one.id}) for one in packs
        ]
