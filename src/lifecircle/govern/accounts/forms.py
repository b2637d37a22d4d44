"""The forms of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.accounts.listed_roles import permission_names
from lifecircle.govern.accounts.many import text_of_table
from lifecircle.govern.accounts.models import Role
from lifecircle.govern.accounts.services import GRANT, may_hand_on
from lifecircle.govern.accounts.tokens import LONGEST_DAYS
from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.identity import no_number
from lifecircle.govern.widgets import DayInput
from lifecircle.terms.errors import LifecircleError

if TYPE_CHECKING:
    AreaField = forms.ModelChoiceField[Area]
else:
    AreaField = forms.ModelChoiceField

FEW = 200
"""Up to so many areas are offered as a list; of more one writes the name or the code."""


class AreaByWord(AreaField):
    """An area by its code, or by its name where only one bears it."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid_choice": _("您的区划里没有这个名称或代码，请核对。"),
        "several": _("有几个区划都叫这个名称，请写区划代码。"),
    }

    def to_python(self, value: Any) -> Area | None:
        """Return the area that is meant."""
        word = str(value or "").strip()
        if not word:
            return None
        assert self.queryset is not None
        meant: list[Area] = list(self.queryset.filter(Q(code=word) | Q(name=word))[:2])
        if len(meant) == 1:
            return meant[0]
        raise forms.ValidationError(self.error_messages["several" if meant else "invalid_choice"])


def area_field(areas: QuerySet[Area], label: Any, **options: Any) -> AreaField:
    """Return a field for one of some areas."""
    if areas[: FEW + 1].count() <= FEW:
        return AreaField(areas, label=label, **options)
    options.pop("empty_label", None)
    return AreaByWord(areas, label=label, help_text=_("写区划名称或者12位代码。"), **options)


class Filters(forms.Form):
    """What the list of accounts is narrowed by."""

    q = forms.CharField(label=_("姓名或用户名"), required=False, max_length=50)
    role = forms.ChoiceField(label=_("角色"), required=False, choices=())
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[
            ("", _("全部")),
            ("open", _("启用")),
            ("closed", _("停用")),
            ("bare", _("无授权")),
            ("ending", _("授权30天内到期")),
            ("unproved", _("未设第二重验证")),
            ("locked", _("登录被锁")),
        ],
    )

    area = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = _choice(_("角色"), [(one.code, one.called) for one in Role.known()])


class NewUser(forms.Form):
    """A new account."""

    username = forms.CharField(
        label=_("用户名"),
        max_length=150,
        help_text=_("登录用，小写字母和数字，不用身份证号和手机号。"),
    )
    name = forms.CharField(label=_("姓名"), max_length=50)


class Name(forms.Form):
    """What pages call a person."""

    name = forms.CharField(label=_("姓名"), max_length=50)


class Give(forms.Form):
    """A grant: only roles and areas that the giver may hand on."""

    role = forms.ChoiceField(label=_("角色"))
    area = forms.ModelChoiceField(label=_("区划"), queryset=Area.objects.none())
    from_on = forms.DateField(label=_("起"), widget=DayInput())
    to_on = forms.DateField(
        label=_("止"), widget=DayInput(), required=False, help_text=_("不填就是长期。")
    )
    reason = forms.CharField(label=_("事由"), max_length=200, required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        paths = actor.paths(GRANT)
        roles = [
            (role.code, role.called)
            for role in Role.known()
            if role.account and any(may_hand_on(actor, role.permissions, path) for path in paths)
        ]
        self.fields["role"] = forms.ChoiceField(label=_("角色"), choices=roles)
        areas = Area.objects.visible_to(actor, GRANT).standing()
        self.fields["area"] = area_field(areas, _("区划"))
        self.fields["from_on"].initial = timezone.localdate()


class GiveMany(forms.Form):
    """Rows of grants, pasted or as a table."""

    rows = forms.CharField(
        label=_("每行一人"),
        widget=forms.Textarea(attrs={"rows": 10}),
        required=False,
        max_length=200_000,
        strip=False,
        help_text=_(
            "依次写用户名、角色、区划代码、起、止，用逗号隔开或者从表格里粘贴。"
            "起不填就是今天，止不填就是长期。例如：wangwu，社区工作者，610103001002，2027-01-01，"
        ),
    )
    file = forms.FileField(
        label=_("或者选一个表格文件"),
        required=False,
        help_text=_("Excel 或 CSV，第一张表，同样的五列。选了文件就不看上面写的。"),
    )
    reason = forms.CharField(
        label=_("事由"), max_length=200, required=False, validators=[no_number]
    )

    def clean(self) -> dict[str, Any]:
        """Turn the file into rows."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("file"):
            try:
                said["rows"] = text_of_table(said["file"])
            except LifecircleError as error:
                self.add_error("file", str(error))
        if not self.errors and not said.get("rows", "").strip():
            self.add_error("rows", _("没有写要授权的人。"))
        return said


class End(forms.Form):
    """The end of a grant, at once or on a day."""

    on = forms.DateField(
        label=_("终止日期"), widget=DayInput(), required=False, help_text=_("不填就是现在终止。")
    )
    reason = forms.CharField(label=_("事由"), max_length=200, required=False)


class Act(forms.Form):
    """What can be done to an account."""

    act = forms.ChoiceField(
        choices=[(one, one) for one in ("open", "close", "password", "second_factor", "unlock")]
    )
    reason = forms.CharField(max_length=200, required=False)


class NewToken(forms.Form):
    """A token for the API: some of one's own permissions, an area of one's own."""

    name = forms.CharField(label=_("用途"), max_length=50)
    permissions = forms.MultipleChoiceField(
        label=_("权限"), widget=forms.CheckboxSelectMultiple, choices=()
    )
    area = forms.ModelChoiceField(
        label=_("只限区划"),
        queryset=Area.objects.none(),
        required=False,
    )
    days = forms.IntegerField(
        label=_("有效期（天）"), initial=90, min_value=1, max_value=LONGEST_DAYS
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = [(word, name) for word, name in permission_names().items() if actor.may(word)]
        self.fields["permissions"] = forms.MultipleChoiceField(
            label=_("权限"), widget=forms.CheckboxSelectMultiple, choices=held
        )
        areas = Area.objects.visible_to(actor).standing()
        everywhere = _("我的全部区划")
        self.fields["area"] = area_field(
            areas, _("只限区划"), required=False, empty_label=everywhere
        )


def _choice(label: Any, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", _("全部")), *choices], required=False)
