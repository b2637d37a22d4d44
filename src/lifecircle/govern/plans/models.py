"""Plans made of a run and a budget: what each builds, and what it is for communities."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.jobs.models import Job


class PlanQuerySet(models.QuerySet["Plan"]):
    """Plans, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "plan.view") -> PlanQuerySet:
        """Return the plans; one is of the whole city, as a run is.

        Who holds the permission anywhere sees that it is there and its totals; of what it builds
        and of communities one sees the own area (`PartQuerySet.visible_to`).
        """
        return self if actor.may(permission) else self.none()


class Plan(models.Model):
    """What to build for the gaps of a run, within a budget, as a job found it.

    ``wishes`` and ``effort`` are what was asked for (`wishing.Asked`). ``said`` tells the headline
    and each alternative, the recommended one first. ``chosen`` is the alternative that the office
    stands for; ``sha256`` is of the plan with it. ``edits`` grows with every step.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("等待规划")
        DONE = "done", _("已排好")
        FAILED = "failed", _("没有排成")

    run = models.ForeignKey(Run, models.PROTECT, related_name="+", verbose_name=_("评估"))
    city = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("城市"))
    pack = models.CharField(_("政策包"), max_length=64)
    title = models.CharField(_("标题"), max_length=200, blank=True)
    wishes = models.JSONField(_("已定的事"), default=dict)
    effort = models.JSONField(_("求解的时限"), default=dict)
    before = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.WAITING)
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    actor = models.CharField(_("办理人"), max_length=150)
    user_id = models.BigIntegerField(_("账号"), null=True)
    asked_at = models.DateTimeField(_("发起时间"), auto_now_add=True)
    done_at = models.DateTimeField(_("排好时间"), null=True)
    took_s = models.FloatField(_("用时（秒）"), null=True)
    manifest = models.JSONField(_("留底"), default=dict)
    said = models.JSONField(_("内容"), default=dict)
    chosen = models.PositiveSmallIntegerField(_("选定的方案"), default=1)
    chosen_by = models.CharField(_("选定人"), max_length=150, blank=True)
    chosen_reason = models.CharField(_("选定的理由"), max_length=500, blank=True)
    sha256 = models.CharField(_("内容指纹"), max_length=64, blank=True)
    simulated = models.BooleanField(_("模拟数据"), default=False)
    edits = models.PositiveIntegerField(default=1)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("方案")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "done", "failed")), name="plan_state_known"
            ),
            models.CheckConstraint(condition=Q(chosen__gte=1), name="plan_chosen_from_one"),
        )

    def __str__(self) -> str:
        if self.title:
            return self.title
        told = {"pack": self.pack, "day": self.run.as_of, "number": self.pk}
        return gettext("%(pack)s方案，%(day)s（%(number)s号）") % told

    @property
    def done(self) -> bool:
        """Say whether it may be shown."""
        return self.state == self.State.DONE

    @property
    def broken(self) -> bool:
        """Say whether nothing more happens to it by itself, and there is no plan."""
        ended = self.job is not None and self.job.ended
        return not self.done and (self.state == self.State.FAILED or ended)

    @property
    def alternatives(self) -> list[dict[str, Any]]:
        """Return what is told of each alternative, the recommended one first."""
        return list(self.said.get("alternatives", ()))

    @property
    def folder(self) -> Path:
        """Return where its results are: what `publish.planning.writing.write_plan` writes."""
        return Path(settings.PLANS) / str(self.pk)


class PartQuerySet(models.QuerySet[Any]):
    """Parts of plans, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "plan.view") -> PartQuerySet:
        """Return the parts in the areas where a permission is held."""
        return self.filter(actor.scope(permission, "area__path"))


class PlanAction(models.Model):
    """A facility that an alternative builds; ``said`` is its row, ``gains`` tell for whom."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="actions")
    alternative = models.PositiveSmallIntegerField(_("方案"))
    number = models.PositiveIntegerField(_("序号"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("社区"))
    said = models.JSONField(_("内容"))
    gains = models.JSONField(_("谁得到"), default=list)

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("要做的事")
        ordering = ("alternative", "number")
        constraints = (
            models.UniqueConstraint(
                fields=("plan", "alternative", "number"), name="plan_action_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan_id} {self.alternative} {self.number}"

    @property
    def yuan(self) -> int:
        """Return what it costs by itself, in yuan."""
        return int(self.said.get("yuan") or 0)

    @property
    def site_yuan(self) -> int:
        """Return what its whole space costs, in yuan, once for all that is built there."""
        return int(self.said.get("site_yuan") or 0)


class PlanCommunity(models.Model):
    """What an alternative means for a community (一社区一策); ``said`` is its row of the table."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="communities")
    alternative = models.PositiveSmallIntegerField(_("方案"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("社区"))
    built = models.BooleanField(_("本期有项目"), default=False)
    said = models.JSONField(_("内容"))

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("一社区一策")
        ordering = ("-built", F("area__path"))
        indexes = (
            models.Index(fields=("plan", "alternative", "built"), name="plan_community_built"),
        )

    def __str__(self) -> str:
        return f"{self.plan_id} {self.alternative} {self.area_id}"
