"""The days on which the rule of the week does not hold."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarYear(models.Model):
    """A year whose holidays are known, and from where."""

    year = models.PositiveSmallIntegerField(_("年份"), primary_key=True)
    source = models.CharField(_("来源"), max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = _("年历")

    def __str__(self) -> str:
        return str(self.year)


class Exceptional(models.Model):
    """A weekday off or a weekend worked."""

    day = models.DateField(_("日期"), primary_key=True)
    works = models.BooleanField(_("上班"))
    name = models.CharField(_("名目"), max_length=50, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("调休和节假日")

    def __str__(self) -> str:
        says = _("上班") if self.works else _("放假")
        return f"{self.day} {says}"
