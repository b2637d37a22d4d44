"""Estates with their gates, and what planning permits promised in them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.areas.models import Area
from lifecircle.govern.inventory.choices import (
    CATEGORY,
    area_m2,
    count,
    known,
    not_negative,
    on_earth,
    word,
)
from lifecircle.govern.records.models import Version


class Estate(Version):
    """An estate, a courtyard or a hamlet as the form `estates` tells it."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("所属区划"))
    name = models.CharField(_("小区名称"), max_length=100, blank=True)
    lon = models.FloatField(_("经度"), null=True, blank=True)
    lat = models.FloatField(_("纬度"), null=True, blank=True)
    shape = models.TextField(_("形状"), blank=True)
    stage = word(_("新建或既有"), "stage")
    households = count(_("户数（户）"))
    residents = count(_("常住人口（人）"))
    older = count(_("60岁及以上（人）"))
    children = count(_("0—14岁（人）"))
    remark = models.CharField(_("备注"), max_length=500, blank=True)

    class Meta(Version.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("小区")
        ordering = ("record_id",)
        indexes = (
            models.Index(fields=("name",), condition=Q(until__isnull=True), name="estate_name"),
        )
        constraints = (
            *Version.Meta.constraints,
            on_earth("estate"),
            known("estate", "stage", "stage"),
            *(
                models.CheckConstraint(
                    condition=Q(residents__isnull=True)
                    | Q(**{f"{part}__isnull": True})
                    | Q(**{f"{part}__lte": models.F("residents")}),
                    name=f"estate_{part}_within_residents",
                    violation_error_message=_("户数、老年人、儿童都不能多于常住人口"),
                )
                for part in ("households", "older", "children")
            ),
        )

    def __str__(self) -> str:
        return self.name or self.record.own_id


class Gate(Version):
    """A gate of an estate."""

    name = models.CharField(_("门名"), max_length=100, blank=True)
    lon = models.FloatField(_("经度"), null=True, blank=True)
    lat = models.FloatField(_("纬度"), null=True, blank=True)
    shape = models.TextField(_("形状"), blank=True)
    hours = models.CharField(_("开放时间"), max_length=200, blank=True)
    open_to = word(_("谁能走"), "gate_users")

    class Meta(Version.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("大门")
        constraints = (
            *Version.Meta.constraints,
            on_earth("gate"),
            known("gate", "open_to", "gate_users"),
        )

    def __str__(self) -> str:
        return self.name or self.record.own_id


class Permit(Version):
    """What a planning permit promised in an estate, as the form `permits` tells it."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("所属区划"))
    estate = models.CharField(_("小区名称"), max_length=100, blank=True)
    category = word(_("设施类别"), CATEGORY)
    permitted_m2 = area_m2(_("许可面积（平方米）"))
    actual_m2 = area_m2(_("实有面积（平方米）"))
    actual = word(_("落实情况"), "permit_state")
    owner = word(_("权属"), "ownership")
    space = models.CharField(_("空间编号"), max_length=64, blank=True)
    remark = models.CharField(_("备注"), max_length=500, blank=True)

    class Meta(Version.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("规划许可")
        ordering = ("record_id",)
        constraints = (
            *Version.Meta.constraints,
            known("permit", "actual", "permit_state"),
            known("permit", "owner", "ownership"),
            *not_negative("permit", "permitted_m2", "actual_m2"),
        )

    def __str__(self) -> str:
        return self.record.own_id


class Remedy(Version):
    """How a permit that was not kept is made good, part of the permit."""

    remedy = word(_("追补方式"), "claim_remedy")
    asked_on = models.DateField(_("提出日期"), null=True, blank=True)
    due_on = models.DateField(_("期限"), null=True, blank=True)
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    remark = models.CharField(_("备注"), max_length=500, blank=True)

    class Meta(Version.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("追补")
        constraints = (
            *Version.Meta.constraints,
            known("remedy", "remedy", "claim_remedy"),
            models.CheckConstraint(
                condition=~Q(remedy=""),
                name="remedy_named",
                violation_error_message=_("要选收回、置换或补建"),
            ),
        )

    def __str__(self) -> str:
        return str(self.remedy)
