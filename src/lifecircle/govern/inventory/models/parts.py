"""The parts of a facility: its rooms, functions, tenure, off-hours plans and equipment."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from lifecircle.govern.inventory.choices import (
    FUNCTION,
    all_known,
    are_hours,
    area_m2,
    count,
    in_order,
    known,
    not_negative,
    word,
)
from lifecircle.govern.records.models import Version


def are_uses(uses: Any) -> None:
    """Raise ValidationError where uses are no list of hours and functions."""
    if not isinstance(uses, list):
        raise ValidationError(_("用途应为若干行，每行一个时段、一项功能"))
    for use in uses:
        if not isinstance(use, dict) or use.keys() != {"hours", "function"}:
            raise ValidationError(_("用途的每一行要写时段和功能"))
        are_hours(use["hours"])
        all_known(FUNCTION, [use["function"]])


class Room(Version):
    """A room or a group of rooms of a facility.

    ``kind`` says whether it is for the community's organisations (the office area) or for
    residents (the service area). ``uses`` are rows of hours and a function.
    """

    name = models.CharField(_lazy("用房名称"), max_length=100)
    kind_of_room = word(_lazy("用房种类"), "room_kind")
    floor_m2 = area_m2(_lazy("建筑面积（平方米）"))
    uses = models.JSONField(_lazy("分时用途"), default=list, blank=True, validators=[are_uses])
    remark = models.CharField(_lazy("备注"), max_length=500, blank=True)

    class Meta(Version.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _lazy("用房")
        constraints = (
            *Version.Meta.constraints,
            known("room", "kind_of_room", "room_kind"),
            *not_negative("room", "floor_m2"),
        )

    def __str__(self) -> str:
        return self.name


class FacilityFunction(Version):
    """A function that a facility serves: built, operating, how many it holds, since when."""

    function = word(_lazy("服务功能"), FUNCTION)
    state = word(_lazy("建设运营情况"), "survey_state")
    capacity = count(_lazy("可服务人数（人）"))
    began_on = models.DateField(_lazy("开始日期"), null=True, blank=True)
    ended_on = models.DateField(_lazy("停止日期"), null=True, blank=True)
    remark = models.CharField(_lazy("备注"), max_length=500, blank=True)

    class Meta(Version.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _lazy("服务功能")
        constraints = (
            *Version.Meta.constraints,
            known("facilityfunction", "function", FUNCTION),
            known("facilityfunction", "state", "survey_state"),
            in_order("facilityfunction"),
            models.CheckConstraint(
                condition=~Q(function=""),
                name="facilityfunction_named",
                violation_error_message=_lazy("要选一项服务功能"),
            ),
        )

    def __str__(self) -> str:
        return str(self.function)


class Tenure(Version):
    """Whose a facility is, who looks after it, its title and how it was handed over."""

    ownership = word(_lazy("产权归属"), "ownership")
    owner = models.CharField(_lazy("产权单位"), max_length=100, blank=True)
    manager = models.CharField(_lazy("管理单位"), max_length=100, blank=True)
    title_no = models.CharField(_lazy("不动产权证号"), max_length=100, blank=True)
    handed_over_on = models.DateField(_lazy("移交日期"), null=True, blank=True)
    handover_documents = models.TextField(_lazy("移交文件"), blank=True)
    remark = models.CharField(_lazy("备注"), max_length=500, blank=True)

    class Meta(Version.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _lazy("产权和移交")
        constraints = (*Version.Meta.constraints, known("tenure", "ownership", "ownership"))

    def __str__(self) -> str:
        return self.owner or self.ownership


class OffHours(Version):
    """A plan to open outside working hours."""

    plan = word(_lazy("开放方式"), "off_hours_plan")
    hours = models.CharField(_lazy("时段"), max_length=200, validators=[are_hours])
    began_on = models.DateField(_lazy("开始日期"), null=True, blank=True)
    ended_on = models.DateField(_lazy("停止日期"), null=True, blank=True)
    remark = models.CharField(_lazy("备注"), max_length=500, blank=True)

    class Meta(Version.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _lazy("八小时外开放计划")
        constraints = (
            *Version.Meta.constraints,
            known("offhours", "plan", "off_hours_plan"),
            in_order("offhours"),
        )

    def __str__(self) -> str:
        return self.hours


class Equipment(Version):
    """Equipment, a terminal or a kiosk of a facility."""

    name = models.CharField(_lazy("设备名称"), max_length=100)
    quantity = count(_lazy("数量"))
    place = models.CharField(_lazy("位置"), max_length=100, blank=True)
    condition = word(_lazy("设备状况"), "equipment_condition")
    checked_on = models.DateField(_lazy("检查日期"), null=True, blank=True)
    remark = models.CharField(_lazy("备注"), max_length=500, blank=True)

    class Meta(Version.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _lazy("设备")
        constraints = (
            *Version.Meta.constraints,
            known("equipment", "condition", "equipment_condition"),
        )

    def __str__(self) -> str:
        return self.name
