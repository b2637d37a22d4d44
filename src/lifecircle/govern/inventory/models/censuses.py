"""Censuses: of which categories the records of a community are complete, as on a day."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area


class CensusQuerySet(models.QuerySet["Census"]):
    """Censuses, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "inventory.view") -> CensusQuerySet:
        """Return the censuses of the areas where a permission is held."""
        return self.filter(actor.scope(permission, "area__path"))

    def standing(self) -> CensusQuerySet:
        """Return what was not taken back."""
        return self.filter(withdrawn_at__isnull=True)


class Census(models.Model):
    """That every facility of some categories in a community was on record on a day.

    ``states`` are codes of survey_state by function, as far as they were surveyed. ``source`` is
    what declared it, such as `survey:5`; a later one does not end an earlier one. Taken back it
    stays on record, ``withdrawn_at`` says since when it stands no more.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("社区"))
    categories = models.JSONField(_("设施类别"), default=list)
    states = models.JSONField(_("功能建设运营情况"), default=dict)
    on = models.DateField(_("底数日期"))
    declared_by = models.CharField(_("声明人"), max_length=200)
    source = models.CharField(_("来源"), max_length=64)
    recorded_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)

    objects = CensusQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("普查声明")
        ordering = ("area", "on")
        constraints = (
            models.UniqueConstraint(
                fields=("area", "source"),
                condition=Q(withdrawn_at__isnull=True),
                name="census_stands_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.area} {self.on}"
