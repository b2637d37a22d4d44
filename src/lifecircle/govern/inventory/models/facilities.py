"""Facilities. The fields of a kind are the columns of its form, by the same names."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.areas.models import Area
from lifecircle.govern.inventory.choices import (
    CATEGORY,
    FUNCTION,
    area_m2,
    count,
    known,
    not_negative,
    on_earth,
    word,
    word_list,
)
from lifecircle.govern.inventory.derived import half_hours_open, marks
from lifecircle.govern.inventory.models.places import bounds_of
from lifecircle.govern.records.models import Version


class Facility(Version):
    """A facility as the form `facilities` tells it; empty words and None are unknown.

    ``categories`` are codes of the taxonomy, ``functions`` of the code set `function`. Longitude
    and latitude are WGS84 degrees; ``shape`` is GeoJSON where it is more than a point. What is in
    ``DERIVED`` follows from the rest, for searching: the box around it, its codes between bars,
    and a bit for each half hour of every day at whose beginning it is open.
    """

    DERIVED = frozenset(
        {
            "west", "south", "east", "north",
            "category_marks", "function_marks", "open_half_hours",
        }
    )  # fmt: skip

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("所属区划"))
    name = models.CharField(_("设施名称"), max_length=100, blank=True)
    categories = word_list(_("设施类别"), CATEGORY)
    functions = word_list(_("服务功能"), FUNCTION)
    lon = models.FloatField(_("经度"), null=True, blank=True)
    lat = models.FloatField(_("纬度"), null=True, blank=True)
    shape = models.TextField(_("形状"), blank=True)
    west = models.FloatField(null=True, editable=False)
    south = models.FloatField(null=True, editable=False)
    east = models.FloatField(null=True, editable=False)
    north = models.FloatField(null=True, editable=False)
    category_marks = models.CharField(max_length=2000, editable=False, default="")
    function_marks = models.CharField(max_length=500, editable=False, default="")
    open_half_hours = models.BigIntegerField(null=True, editable=False)
    part_of = models.CharField(_("并入设施编号"), max_length=64, blank=True)
    floor_m2 = area_m2(_("建筑面积（平方米）"))
    usable_m2 = area_m2(_("使用面积（平方米）"))
    site_m2 = area_m2(_("用地面积（平方米）"))
    childcare_places = count(_("托位（个）"))
    nursing_beds = count(_("护理型床位（张）"))
    beds = count(_("床位（张）"))
    seats = count(_("座位（个）"))
    hours = models.CharField(_("开放时间"), max_length=200, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    hotline = models.CharField(_("服务热线"), max_length=40, blank=True)
    to_bring = models.CharField(_("办理所需材料"), max_length=300, blank=True)
    charges = models.CharField(_("收费说明"), max_length=300, blank=True)
    operating_mode = word(_("运营方式"), "operating_mode")
    mode = word(_("建设方式"), "build_mode")
    stage = word(_("新建或既有"), "stage")
    status = word(_("状态"), "facility_status")
    opened_on = models.DateField(_("启用日期"), null=True, blank=True)
    remark = models.CharField(_("备注"), max_length=500, blank=True)

    class Meta(Version.Meta):
        abstract = False
        verbose_name = verbose_name_plural = _("设施")
        ordering = ("record_id",)
        indexes = (
            models.Index(fields=("name",), condition=Q(until__isnull=True), name="facility_name"),
            models.Index(
                fields=("west", "south"), condition=Q(until__isnull=True), name="facility_box"
            ),
            models.Index(fields=("until", "since", "removed"), name="facility_held"),
        )
        constraints = (
            *Version.Meta.constraints,
            on_earth("facility"),
            known("facility", "operating_mode", "operating_mode"),
            known("facility", "mode", "build_mode"),
            known("facility", "stage", "stage"),
            known("facility", "status", "facility_status"),
            *not_negative("facility", "floor_m2", "usable_m2", "site_m2"),
            models.CheckConstraint(
                condition=Q(usable_m2__isnull=True)
                | Q(floor_m2__isnull=True)
                | Q(usable_m2__lte=F("floor_m2")),
                name="facility_usable_within_floor",
                violation_error_message=_("使用面积不能大于建筑面积"),
            ),
        )

    def __str__(self) -> str:
        return self.name or self.record.own_id

    @classmethod
    def data_fields(cls) -> list[str]:
        """Return the names of the fields that a form fills."""
        return [name for name in super().data_fields() if name not in cls.DERIVED]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the version with what follows from it."""
        self.derive()
        super().save(*args, **kwargs)

    def derive(self) -> None:
        """Set what follows from the rest; bulk writers call this themselves."""
        self.west, self.south, self.east, self.north = bounds_of(self.lon, self.lat, self.shape)
        self.category_marks = marks(self.categories)
        self.function_marks = marks(self.functions)
        self.open_half_hours = half_hours_open(self.hours)
