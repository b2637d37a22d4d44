"""Spaces: rooms and land that could hold a facility, as the form `spaces` tells it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.areas.models import Area
from lifecircle.govern.inventory.choices import (
    area_m2,
    known,
    not_negative,
    on_earth,
    word,
    word_list,
)
from lifecircle.govern.records.models import Version


class Space(Version):
    """A space; on land ``floor_m2`` is what may be built there. Money is whole yuan."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("所属区划"))
    name = models.CharField(_("名称"), max_length=100, blank=True)
    lon = models.FloatField(_("经度"), null=True, blank=True)
    lat = models.FloatField(_("纬度"), null=True, blank=True)
    shape = models.TextField(_("形状"), blank=True)
    kind_of_space = word(_("空间类型"), "space_kind")
    ownership = word(_("权属"), "ownership")
    floor_m2 = area_m2(_("建筑面积（平方米）"))
    usable_m2 = area_m2(_("使用面积（平方米）"))
    site_m2 = area_m2(_("用地面积（平方米）"))
    owner = models.CharField(_("产权单位"), max_length=100, blank=True)
    terms = models.CharField(_("使用条件"), max_length=500, blank=True)
    planning_use = models.CharField(_("规划用途"), max_length=100, blank=True)
    condition = word(_("可用情况"), "space_condition")
    safety = word(_("安全评估"), "safety_check")
    facility = models.CharField(_("所在设施编号"), max_length=64, blank=True)
    modes = word_list(_("可用建设方式"), "build_mode")
    purchase_yuan = models.BigIntegerField(_("购置价（元）"), null=True, blank=True)
    rent_yuan_per_year = models.BigIntegerField(_("年租金（元）"), null=True, blank=True)
    works_yuan = models.BigIntegerField(_("改造建设费（元）"), null=True, blank=True)
    available_on = models.DateField(_("可用日期"), null=True, blank=True)
    remark = models.CharField(_("备注"), max_length=500, blank=True)

    class Meta(Version.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("空间资源")
        ordering = ("record_id",)
        constraints = (
            *Version.Meta.constraints,
            on_earth("space"),
            known("space", "kind_of_space", "space_kind"),
            known("space", "ownership", "ownership"),
            known("space", "condition", "space_condition"),
            known("space", "safety", "safety_check"),
            *not_negative(
                "space",
                "floor_m2",
                "usable_m2",
                "site_m2",
                "purchase_yuan",
                "rent_yuan_per_year",
                "works_yuan",
            ),
        )

    def __str__(self) -> str:
        return self.name or self.record.own_id
