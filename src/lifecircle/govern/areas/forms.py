"""The forms by which areas change."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.assigning import by_outlines
from lifecircle.govern.areas.choices import LEVELS, Level, may_hang
from lifecircle.govern.areas.codes import URBAN_RURAL, problems
from lifecircle.govern.areas.models import Area, AreaState
from lifecircle.govern.areas.services import CHANGE, Part
from lifecircle.govern.areas.trees import today_of
from lifecircle.govern.widgets import DayInput, SinceDay
from lifecircle.govern.wording import worded
from lifecircle.terms.codes import code_sets

CLASSES: Mapping[str, str] = {
    "kind": "area_kind",
    "class": "community_class",
    "size": "area_size",
    "status": "moving_back",
    "setting": "setting",
}
"""The attributes of a community and the code sets that their words come from."""

COUNTS = {
    "households": _("户数（户）"),
    "residents": _("常住人口（人）"),
    "older": _("60岁及以上（人）"),
    "children": _("0—14岁（人）"),
}
LABELS = {
    "kind": _("类型"),
    "class": _("社区分类"),
    "size": _("规模"),
    "status": _("回迁情况"),
    "setting": _("城乡"),
}
MOST_PARTS = 4


def words(code_set: str) -> list[tuple[str, str]]:
    """Return the choices of a code set, the empty one first."""
    return [("", "—"), *((code, worded(one)) for code, one in code_sets()[code_set].items())]


class Filters(forms.Form):
    """What the list of areas is narrowed by."""

    q = forms.CharField(label=_("名称或代码"), required=False)
    level = forms.ChoiceField(
        label=_("层级"), required=False, choices=[("", _("全部")), *Level.choices]
    )
    ended = forms.BooleanField(label=_("连同已撤销的"), required=False)


class DatedForm(forms.Form):
    """What every change of an area says: from which day it holds, and on what basis."""

    on = SinceDay(label=_("生效日期"), initial=timezone.localdate)
    basis = forms.CharField(label=_("依据"), help_text=_("批复或移交文件的文号"), required=False)

    def __init__(self, actor: Actor, area: Area, *args: Any, **kwargs: Any) -> None:
        self.actor, self.area = actor, area
        super().__init__(*args, **kwargs)
        self.order_fields([*(name for name in self.fields if name not in LAST), *LAST])


LAST = ("on", "basis")


class StateForm(DatedForm):
    """An area's name, code and classes."""

    name = forms.CharField(label=_("名称"), max_length=100)
    code = forms.CharField(
        label=_("区划代码"), required=False, max_length=12, help_text=_("12位统计用区划代码")
    )
    urban_rural = forms.ChoiceField(
        label=_("城乡分类代码"), required=False,
        choices=[("", "—"), *((code, code) for code in URBAN_RURAL)],
    )  # fmt: skip
    zones = forms.MultipleChoiceField(
        label=_("片区"), required=False, widget=forms.CheckboxSelectMultiple
    )
    counted_on = forms.DateField(label=_("统计日期"), required=False, widget=DayInput())

    def __init__(self, actor: Actor, area: Area, *args: Any, **kwargs: Any) -> None:
        super().__init__(actor, area, *args, **kwargs)
        zones: Any = self.fields["zones"]
        zones.choices = words("zone")[1:]
        if self.level() == Level.GRID:
            del self.fields["code"], self.fields["urban_rural"], self.fields["zones"]
            self.fields["number"] = forms.CharField(
                label=_("网格编号"), required=False, max_length=40,
                help_text=_("本地使用的网格编号；网格没有统计用区划代码"),
            )  # fmt: skip
        if self.level() == Level.COMMUNITY:
            for name, code_set in CLASSES.items():
                self.fields[name] = forms.ChoiceField(
                    label=LABELS[name], required=False, choices=words(code_set)
                )
        if self.level() in {Level.COMMUNITY, Level.GRID}:
            for name, label in COUNTS.items():
                self.fields[name] = forms.IntegerField(label=label, required=False, min_value=0)
        self.order_fields([*(name for name in self.fields if name not in LAST), *LAST])

    def level(self) -> Level:
        """Return the level of the area that the form is of."""
        return Level(self.area.level)

    def above_code(self) -> str:
        """Return the code of the area above."""
        above = self.area.above
        return Area.objects.visible_to(self.actor).filter(pk__in=above[-1:]).values_list(
            "code", flat=True
        ).first() or ""  # fmt: skip

    def clean_code(self) -> str:
        """Hold the code against its level and the area above."""
        code: str = self.cleaned_data["code"].strip()
        for problem in problems(code, self.level(), self.above_code()):
            self.add_error("code", problem)
        return code

    def told(self) -> dict[str, Any]:
        """Return the fields of a state."""
        data = self.cleaned_data
        attributes = (*CLASSES, "number")
        known = {name: data.get(name) for name in (*attributes, *COUNTS)}
        return {
            "urban_rural": data.get("urban_rural", ""),
            "zones": data.get("zones", []),
            "counted_on": data["counted_on"],
            "attributes": {name: known[name] for name in attributes if known[name]},
            "counts": {name: known[name] for name in COUNTS if known[name] is not None},
        }


def as_initial(state: AreaState) -> dict[str, Any]:
    """Return a state as a form shows it."""
    plain = ("name", "code", "urban_rural", "zones", "counted_on")
    told = {name: getattr(state, name) for name in plain}
    return {**told, **state.attributes, **state.counts}


class FoundForm(StateForm):
    """A new area below another."""

    new_level = forms.ChoiceField(label=_("层级"))

    def __init__(self, actor: Actor, area: Area, *args: Any, **kwargs: Any) -> None:
        super().__init__(actor, area, *args, **kwargs)
        field: Any = self.fields["new_level"]
        field.choices = [(level.value, level.label) for level in self.open_levels()]
        self.order_fields(["new_level", *self.fields])

    def level(self) -> Level:
        """Return the level that is asked for."""
        asked = self.data.get("new_level", "")
        return Level(asked) if asked in Level.values else self.open_levels()[-1]

    def open_levels(self) -> list[Level]:
        """Return the levels that may hang below the area."""
        return [level for level in LEVELS if may_hang(level, Level(self.area.level))]

    def above_code(self) -> str:
        """Return the code of the area that it is founded below."""
        return self.area.code


class ParentForm(DatedForm):
    """Where an area goes."""

    parent = forms.ModelChoiceField(label=_("归到"), queryset=Area.objects.none())

    def __init__(self, actor: Actor, area: Area, *args: Any, **kwargs: Any) -> None:
        super().__init__(actor, area, *args, **kwargs)
        higher = [above for above in LEVELS if may_hang(Level(area.level), above)]
        field: Any = self.fields["parent"]
        open_to = Area.objects.visible_to(actor, CHANGE).standing()
        field.queryset = open_to.filter(level__in=higher).order_by("path")


class MergeForm(DatedForm):
    """With which areas one is merged, and into which."""

    others = forms.ModelMultipleChoiceField(
        label=_("与它合并的"), queryset=Area.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    name = forms.CharField(
        label=_("新区划的名称"), required=False, help_text=_("并入本区划的留空；成立新区划的写名称")
    )
    code = forms.CharField(label=_("新区划的代码"), required=False, max_length=12)

    def __init__(self, actor: Actor, area: Area, *args: Any, **kwargs: Any) -> None:
        super().__init__(actor, area, *args, **kwargs)
        peers = Area.objects.visible_to(actor, CHANGE).standing().filter(level=area.level)
        above = area.path.removesuffix(f"{area.pk}.")
        if area.level in {Level.COMMUNITY, Level.GRID}:
            peers = peers.filter(path__startswith=above)
        field: Any = self.fields["others"]
        field.queryset = peers.exclude(pk=area.pk).order_by("path")


class AssignForm(DatedForm):
    """To which of the areas that one became all that still lies in it goes."""

    target = forms.ModelChoiceField(label=_("归到"), queryset=Area.objects.none())

    def __init__(self, actor: Actor, area: Area, *args: Any, **kwargs: Any) -> None:
        super().__init__(actor, area, *args, **kwargs)
        del self.fields["on"]
        field: Any = self.fields["target"]
        became = today_of(area.pk, area.began_on)
        open_to = Area.objects.visible_to(actor, CHANGE).standing()
        field.queryset = open_to.filter(pk__in=became).order_by("path")


class OutlinesForm(DatedForm):
    """That all that still lies in an area goes by the outlines of those that it became."""

    def __init__(self, actor: Actor, area: Area, *args: Any, **kwargs: Any) -> None:
        super().__init__(actor, area, *args, **kwargs)
        del self.fields["on"]

    @property
    def preview(self) -> list[str]:
        """Return how much would go where, and how much lies in none."""
        told = []
        names = dict(Area.objects.visible_to(self.actor).values_list("pk", "name"))
        for kept, own, rest in by_outlines(self.area):
            for pk, keys in own.items():
                said = {"number": len(keys), "text": kept.text, "area": names.get(pk, "—")}
                told.append(_("%(number)d条%(text)s归到%(area)s") % said)
            said = {"number": rest, "text": kept.text}
            told.append(_("%(number)d条%(text)s不在任何一个新边界里，留着另归") % said)
        return told


class SplitForm(DatedForm):
    """Into which new areas one is split, with the shares of its people."""

    def __init__(self, actor: Actor, area: Area, *args: Any, **kwargs: Any) -> None:
        super().__init__(actor, area, *args, **kwargs)
        for number in range(1, MOST_PARTS + 1):
            needed = number <= 2
            which = {"number": number}
            self.fields[f"name_{number}"] = forms.CharField(
                label=_("第%(number)d个的名称") % which, required=needed
            )
            self.fields[f"code_{number}"] = forms.CharField(
                label=_("第%(number)d个的代码") % which, required=False, max_length=12
            )
            self.fields[f"share_{number}"] = forms.CharField(
                label=_("第%(number)d个的人口比例") % which, required=False,
                help_text=_("例如 2/5 或 0.4；不知道就留空"),
            )  # fmt: skip
        self.order_fields([*(name for name in self.fields if name not in LAST), *LAST])

    def clean(self) -> dict[str, Any]:
        """Read the shares."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for number in range(1, MOST_PARTS + 1):
            said = data.get(f"share_{number}", "")
            try:
                share = Fraction(said) if said else None
            except (ValueError, ZeroDivisionError):
                share = Fraction(0)
            if share is not None and not 0 < share <= 1:
                self.add_error(f"share_{number}", _("比例要大于0、不大于1"))
            data[f"share_{number}"] = share
        return data

    def parts(self) -> list[Part]:
        """Return the new areas."""
        data = self.cleaned_data
        return [
            Part(data[f"name_{number}"], data[f"code_{number}"], data[f"share_{number}"])
            for number in range(1, MOST_PARTS + 1)
            if data[f"name_{number}"]
        ]
