"""What the inventory keeps. The fields of a kind are the columns of its form, by the same names."""

from __future__ import annotations

from django.db import models

from lifecircle.govern.areas.models import Area
from lifecircle.govern.records.models import Version


class Facility(Version):
    """A facility as the form `facilities` tells it; empty words and None are unknown.

    ``categories`` are codes of the taxonomy, ``functions`` of the code set `function`. Longitude
    and latitude are WGS84 degrees; ``shape`` is GeoJSON where it is more than a point, with its
    bounding box.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="所属区划")
    name = models.CharField("设施名称", max_length=100, blank=True)
    categories = models.JSONField("设施类别", default=list)
    functions = models.JSONField("服务功能", default=list, blank=True)
    lon = models.FloatField("经度", null=True, blank=True)
    lat = models.FloatField("纬度", null=True, blank=True)
    shape = models.TextField("形状", blank=True)
    west = models.FloatField(null=True, editable=False)
    south = models.FloatField(null=True, editable=False)
    east = models.FloatField(null=True, editable=False)
    north = models.FloatField(null=True, editable=False)
    part_of = models.CharField("并入设施编号", max_length=64, blank=True)
    floor_m2 = models.DecimalField(
        "建筑面积（平方米）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    usable_m2 = models.DecimalField(
        "使用面积（平方米）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    site_m2 = models.DecimalField(
        "用地面积（平方米）", max_digits=12, decimal_places=2, null=True, blank=True
    )
    childcare_places = models.PositiveIntegerField("托位（个）", null=True, blank=True)
    nursing_beds = models.PositiveIntegerField("护理型床位（张）", null=True, blank=True)
    beds = models.PositiveIntegerField("床位（张）", null=True, blank=True)
    seats = models.PositiveIntegerField("座位（个）", null=True, blank=True)
    hours = models.CharField("开放时间", max_length=200, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    hotline = models.CharField("服务热线", max_length=40, blank=True)
    operating_mode = models.CharField("运营方式", max_length=40, blank=True)
    mode = models.CharField("建设方式", max_length=40, blank=True)
    stage = models.CharField("新建或既有", max_length=40, blank=True)
    status = models.CharField("状态", max_length=40, blank=True)
    opened_on = models.DateField("启用日期", null=True, blank=True)
    remark = models.CharField("备注", max_length=500, blank=True)

    class Meta(Version.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "设施"
        ordering = ("record_id",)

    def __str__(self) -> str:
        return self.name or self.record.own_id
