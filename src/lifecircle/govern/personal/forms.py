"""The forms of contacts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.identity import carries_identity
from lifecircle.govern.personal.models import CHANGE, Contact
from lifecircle.govern.personal.telephones import carries_telephone, plain_telephone
from lifecircle.govern.records.models import Record
from lifecircle.govern.widgets import DayInput


def no_identity(text: str) -> None:
    """Refuse numbers of identity and words that head them."""
    if carries_identity(text):
        raise ValidationError(_("本平台不收集身份证号和人像，请把它删去。"))


def no_telephone(text: str) -> None:
    """Refuse telephone numbers in fields that are not locked."""
    if carries_telephone(text):
        raise ValidationError(_("这一栏不加密，请不要写电话号码。"))


class Filters(forms.Form):
    """What the list of contacts is narrowed by; never a personal value: URLs stay in logs."""

    q = forms.CharField(label=_("岗位或区划"), required=False, max_length=50)
    purpose = forms.ChoiceField(
        label=_("用途"), required=False, choices=[("", _("全部")), *Contact.Purpose.choices]
    )
    state = forms.ChoiceField(
        label=_("保存期限"),
        required=False,
        choices=[
            ("", _("全部")),
            ("soon", _("30天内到期")),
            ("over", _("已到期")),
            ("held", _("暂缓删除")),
        ],
    )


class Search(forms.Form):
    """Whom one looks for."""

    telephone = forms.CharField(
        label=_("电话"), max_length=40, help_text=_("写完整的号码。查找会留下记录，号码不会。")
    )

    def clean_telephone(self) -> str:
        """Return the plain form."""
        return _plain(self.cleaned_data["telephone"])


class Details(forms.Form):
    """What a contact is, without the area."""

    post = forms.CharField(
        label=_("岗位"), max_length=50, validators=[no_identity, no_telephone],
        help_text=_("例如：食堂负责人。不写姓名和电话。"),
    )  # fmt: skip
    name = forms.CharField(label=_("姓名"), max_length=50, validators=[no_identity, no_telephone])
    telephone = forms.CharField(label=_("电话"), max_length=40)
    purpose = forms.ChoiceField(label=_("用途"), choices=Contact.Purpose.choices)
    source = forms.ChoiceField(label=_("来源"), choices=Contact.Source.choices)
    retain_until = forms.DateField(
        label=_("保存至"), widget=DayInput(), help_text=_("过了这一天自动删除；还要用的可以延期。")
    )

    def clean_telephone(self) -> str:
        """Return the plain form."""
        said = self.cleaned_data["telephone"]
        return _plain(said) if said or self.fields["telephone"].required else ""

    def clean_retain_until(self) -> Any:
        """Refuse a day that is past."""
        day = self.cleaned_data["retain_until"]
        if day < timezone.localdate():
            raise ValidationError(_("请写今天或以后的日期。"))
        return day


class New(Details):
    """A new contact, of an area's office or of a facility."""

    area = forms.ModelChoiceField(label=_("区划"), queryset=Area.objects.none())
    facility = forms.CharField(
        label=_("设施编号"),
        required=False,
        max_length=64,
        help_text=_("是哪个设施的联系人；不填就是区划的。"),
    )
    field_order = ("area", "facility")

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        areas = Area.objects.visible_to(actor, CHANGE).standing()
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Find the facility; it lies in the area or below."""
        said: dict[str, Any] = super().clean() or {}
        wanted, area = said.pop("facility", ""), said.get("area")
        if wanted and area:
            seen = Record.objects.filter(self.actor.scope(CHANGE, "area__path"))
            found = seen.filter(kind="facility", own_id=wanted).first()
            if found is None or found.area_id != area.pk:
                self.add_error("facility", _("这个区划里没有这个编号的设施。"))
            said["record"] = found
        return said


class Edit(Details):
    """Changes to a contact; what is locked is not shown, an empty field leaves it as it is."""

    name = forms.CharField(
        label=_("姓名"), max_length=50, required=False, validators=[no_identity, no_telephone],
        help_text=_("不填就不改。"),
    )  # fmt: skip
    telephone = forms.CharField(
        label=_("电话"), max_length=40, required=False, help_text=_("不填就不改。")
    )
    seen = forms.IntegerField(widget=forms.HiddenInput())


class Why(forms.Form):
    """A reason for the audit."""

    reason = forms.CharField(
        label=_("事由"), max_length=200, validators=[no_identity, no_telephone],
        help_text=_("会长期留在操作记录里，不写姓名和号码。"),
    )  # fmt: skip


class MayWhy(forms.Form):
    """A reason, or none to take one back."""

    reason = forms.CharField(
        label=_("事由"), max_length=200, required=False, validators=[no_identity, no_telephone],
        help_text=_("依法不能删除的理由，例如有未了结的投诉。不填就是解除暂缓。"),
    )  # fmt: skip


def _plain(said: str) -> str:
    digits = plain_telephone(said)
    if not digits:
        raise ValidationError(_("电话号码不对：只写一个号码，5到20位数字。"))
    return digits
