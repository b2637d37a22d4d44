"""The lists of the office that records were first told in.

A `City` of records names the rows as the office knows them, and reads them as they were written,
as long as nobody changed them since.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.records.models import Change, Record


class Register(models.Model):
    """A sheet or a map file: how it was read, and by which change its rows became records.

    ``headers`` are pairs of a header and the column it stands in, 0 in a map file; ``doubts`` are
    what reading found of it. ``file`` counts from the folder of the city.
    """

    file = models.CharField(_("文件"), max_length=200)
    form = models.CharField(_("资料表"), max_length=32)
    sheet = models.CharField(_("工作表"), max_length=100, blank=True)
    headers = models.JSONField(_("列"), default=list)
    doubts = models.JSONField(_("疑点"), default=list)
    remarks = models.JSONField(_("说明"), default=list)
    datum = models.CharField(_("坐标"), max_length=16, blank=True)
    change = models.ForeignKey(Change, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("来源")
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=("file", "form"), name="register_once"),)

    def __str__(self) -> str:
        return f"{self.file} {self.sheet}"


class Listed(models.Model):
    """The row of a record in its register; ``cells`` are those that say it in other words."""

    record = models.OneToOneField(Record, models.PROTECT, related_name="listed")
    register = models.ForeignKey(Register, models.PROTECT, related_name="rows")
    row = models.PositiveIntegerField(_("行"))
    place = models.CharField(_("位置"), max_length=40)
    cells = models.JSONField(_("原文"), default=dict)

    class Meta:
        verbose_name = verbose_name_plural = _("来源行")
        ordering = ("register", "row")

    def __str__(self) -> str:
        return f"{self.register} {self.place}"
