"""The forms of a round: its plan, the communities it excuses, its deadlines, its closing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.models import Area
from lifecircle.govern.surveys.access import RUN
from lifecircle.govern.surveys.deadlines import DAYS
from lifecircle.govern.surveys.drafting import PLAN
from lifecircle.govern.surveys.models import Round
from lifecircle.govern.surveys.opening import asked_of
from lifecircle.govern.widgets import DayInput
from lifecircle.govern.wording import worded
from lifecircle.policy.packs import load_pack, shipped
from lifecircle.policy.parts import Text
from lifecircle.terms.errors import InputError


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

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, actor: Actor, *args: Any, of: Round | None = None, **kwargs: Any) -> None:
        """Offer the cities and counties where one may run a round, and the city's packs.

        ``of`` is the draft that is changed; one that there is covers one area.
        """
        if of is not None:
            kwargs["initial"] = {name: getattr(of, name) for name in PLAN} | {"seen": of.version}
        super().__init__(*args, **kwargs)
        if of is not None:
            del self.fields["each"]
        mine = Area.objects.visible_to(actor, RUN).standing()
        area = self.fields["area"]
        assert isinstance(area, forms.ModelChoiceField)
        area.queryset = mine.filter(level__in=(Level.CITY, Level.COUNTY))
        packs = self.fields["pack"]
        assert isinstance(packs, forms.ChoiceField)
        names = list(settings.PACKS or sorted(shipped()))
        if of is not None and of.pack not in names:
            names.append(of.pack)
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


class CommunityField(forms.CharField):
    """A community that a round asks, by its code or its name."""

    def __init__(self, round_: Round, **given: Any) -> None:
        self._offered = asked_of(round_)
        super().__init__(max_length=120, **given)

    def clean(self, value: Any) -> Any:
        """Return the area; raises ValidationError where there is none or several."""
        text = str(super().clean(value)).strip()
        found = list(self._offered.filter(code=text)[:2] or self._offered.filter(name=text)[:2])
        if not found:
            raise ValidationError(_("这一轮的范围里没有这个社区，或者已经免报"))
        if len(found) > 1:
            raise ValidationError(_("有几个社区同名，请写代码"))
        return found[0]


class ExcuseForm(forms.Form):
    """Which community need not report, and why."""

    reason = forms.CharField(
        label=_("免报的原因"), max_length=200, help_text=_("例如 整体拆迁，没有住户")
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, round_: Round, *args: Any, **kwargs: Any) -> None:
        """Ask for a community of a round."""
        super().__init__(*args, **kwargs)
        words = {"label": _("社区"), "help_text": _("代码或名称")}
        self.fields["area"] = CommunityField(round_, **words)
        self.order_fields(["area"])


class DeadlineForm(forms.Form):
    """New deadlines of a round, and why."""

    due_on = forms.DateField(label=_("社区报送期限"), widget=DayInput())
    review_due_on = forms.DateField(label=_("乡镇级审核期限"), widget=DayInput())
    reason = forms.CharField(
        label=_("原因"), max_length=500, help_text=_("各社区和乡镇级都看得到"),
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, of: Round, sent: Any = None) -> None:
        """Begin with the deadlines as they are."""
        told = {name: getattr(of, name) for name in DAYS}
        super().__init__(sent, initial=told | {"seen": of.version})


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
