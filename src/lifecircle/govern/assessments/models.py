"""Runs and what they found; what named people excused and read otherwise."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.areas.scoping import where
from lifecircle.govern.jobs.models import Job


class RunQuerySet(models.QuerySet["Run"]):
    """Runs, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "assessment.view") -> RunQuerySet:
        """Return the runs that speak of an area where a permission is held.

        A run is of the whole city: who holds the permission anywhere below sees that it is there,
        and of its findings those of the own area (`FindingQuerySet.visible_to`).
        """
        return self if actor.may(permission) else self.none()


class Run(models.Model):
    """One assessment of the city by some packs, on a day, in a tree and on boundaries.

    ``manifest`` is what `publish.results.manifest_of` tells of each pack, by its id;
    ``sha256`` is the hash of all of them: equal input, equal hash. ``notices`` are what
    `notices.notices_of` tells of the data, with the records of the platform behind it.
    """

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("等待计算")
        DONE = "done", _("已算好")
        FAILED = "failed", _("没有算成")

    class Tree(models.TextChoices):
        """By which tree it is counted together."""

        ADMINISTRATIVE = "administrative", _("行政区划")
        MANAGING = "managing", _("管理归属")

    class Boundaries(models.TextChoices):
        """On whose boundaries it is told."""

        THEN = "then", pgettext_lazy("boundaries", "当时的区划")
        TODAY = "today", pgettext_lazy("boundaries", "今天的区划")

    city = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("城市"))
    packs = models.JSONField(_("政策包"))
    as_of = models.DateField(_("评估日期"))
    tree = models.CharField(_("汇总体系"), max_length=16, choices=Tree.choices)
    boundaries = models.CharField(_("区划口径"), max_length=8, choices=Boundaries.choices)
    profiles = models.JSONField(_("并列的步行者"), default=list)
    title = models.CharField(_("标题"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.WAITING)
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    actor = models.CharField(_("办理人"), max_length=150)
    user_id = models.BigIntegerField(_("账号"), null=True)
    asked_at = models.DateTimeField(_("发起时间"), auto_now_add=True)
    done_at = models.DateTimeField(_("算好时间"), null=True)
    took_s = models.FloatField(_("用时（秒）"), null=True)
    manifest = models.JSONField(_("留底"), default=dict)
    notices = models.JSONField(_("提示"), default=list)
    sha256 = models.CharField(_("结果指纹"), max_length=64, blank=True)
    simulated = models.BooleanField(_("模拟数据"), default=False)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("评估")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "done", "failed")), name="run_state_known"
            ),
        )

    def __str__(self) -> str:
        return self.title or _("%(day)s的评估") % {"day": self.as_of}

    @property
    def done(self) -> bool:
        """Say whether its findings may be shown."""
        return self.state == self.State.DONE

    @property
    def broken(self) -> bool:
        """Say whether nothing more happens to it by itself, and it has found nothing."""
        return not self.done and (self.state == self.State.FAILED or self.job_ended)

    @property
    def job_ended(self) -> bool:
        """Say whether its job came to an end."""
        return self.job is not None and self.job.ended

    @property
    def beside(self) -> list[str]:
        """Return the walkers whose walks stand among its findings and judge nothing."""
        told = (one["run"]["options"]["beside"] for one in self.manifest.values())
        return sorted({name for names in told for name in names})

    def told_of(self, pack: str, rule: str) -> dict[str, Any]:
        """Return what the manifest says that a rule was judged by; empty where it is not there."""
        told: dict[str, Any] = self.manifest.get(pack, {}).get("run", {}).get("rules", {})
        found: dict[str, Any] = told.get(rule, {})
        return found

    def title_of(self, pack: str, rule: str) -> str:
        """Return the title of a rule as it was judged."""
        return str(self.told_of(pack, rule).get("title", rule))

    @property
    def folder(self) -> Path:
        """Return where its results are: what `publish.results.write_results` writes."""
        return Path(settings.RUNS) / str(self.pk)


class FindingQuerySet(models.QuerySet["Finding"]):
    """Findings, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "assessment.view") -> FindingQuerySet:
        """Return the findings of the areas where a permission is held."""
        return self.filter(where(actor, permission, "area__path"))


class Finding(models.Model):
    """A finding of a run, as lists and maps ask for it; ``said`` holds all of its content.

    ``area`` is where the subject lies: a community, a higher area, of a facility its community.
    """

    run = models.ForeignKey(Run, models.CASCADE, related_name="findings")
    pack = models.CharField(_("政策包"), max_length=64)
    rule = models.CharField(_("规则"), max_length=64)
    reading = models.CharField(_("读法"), max_length=16)
    profile = models.CharField(_("步行者"), max_length=16, blank=True)
    subject_level = models.CharField(_("对象层级"), max_length=16)
    subject = models.CharField(_("对象"), max_length=120)
    subject_name = models.CharField(_("对象名称"), max_length=120, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("区划"))
    verdict = models.CharField(_("结论"), max_length=16)
    due = models.CharField(_("期限"), max_length=16, blank=True)
    strength = models.CharField(_("力度"), max_length=16, blank=True)
    waived = models.BooleanField(_("已豁免"), default=False)
    people_affected = models.IntegerField(_("受影响的人"), null=True)
    said = models.JSONField(_("内容"))

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("结论")
        constraints = (
            models.UniqueConstraint(
                fields=(
                    "run",
                    "pack",
                    "subject_level",
                    "subject",
                    "rule",
                    "reading",
                    "profile",
                ),
                name="finding_key_once",
            ),
        )
        indexes = (
            models.Index(fields=("run", "area", "verdict"), name="finding_by_area"),
            models.Index(
                fields=("run", "pack", "rule", "reading", "verdict"), name="finding_by_rule"
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule} {self.subject} {self.verdict}"


class DecidingQuerySet(models.QuerySet[Any]):
    """Decisions, for services."""

    def holding(self, day: date) -> Self:
        """Return those that hold on a day."""
        open_then = Q(ended_on__isnull=True) | Q(ended_on__gt=day)
        return self.filter(open_then, on__lte=day)


class Deciding(models.Model):
    """What a named person decided about a rule, for whom, why, from when until when."""

    pack = models.CharField(_("政策包"), max_length=64)
    rule = models.CharField(_("规则"), max_length=64)
    by = models.CharField(_("决定人"), max_length=100)
    on = models.DateField(_("决定日期"))
    reason = models.CharField(_("理由"), max_length=500)
    ended_on = models.DateField(_("停止日期"), null=True, blank=True)
    ended_reason = models.CharField(_("停止的理由"), max_length=500, blank=True)
    actor = models.CharField(_("登记人"), max_length=150)
    user_id = models.BigIntegerField(_("账号"), null=True)
    recorded_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    class Meta:
        abstract = True
        ordering: ClassVar[Any] = ("-pk",)
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=models.F("on")),
                name="%(class)s_ends_after_it_began",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pack} {self.rule} {self.on}"


class WaiverQuerySet(DecidingQuerySet):
    """Waivers, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "assessment.view") -> Self:
        """Return the waivers of the areas where a permission is held."""
        return self.filter(actor.scope(permission, "area__path"))


class Waiver(Deciding):
    """A soft rule excused for a community: its verdict stays, it is shown and counted apart."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("社区"))

    objects = WaiverQuerySet.as_manager()

    class Meta(Deciding.Meta):
        verbose_name = verbose_name_plural = _("豁免")
        constraints = (
            *Deciding.Meta.constraints,
            models.UniqueConstraint(
                fields=("area", "pack", "rule"),
                condition=Q(ended_on__isnull=True),
                name="waiver_once_at_a_time",
            ),
        )


class InterpretationQuerySet(DecidingQuerySet):
    """Interpretations; they are of the whole city."""

    def visible_to(self, actor: Actor, permission: str = "assessment.view") -> Self:
        """Return them where a permission is held anywhere."""
        return self if actor.may(permission) else self.none()


class Interpretation(Deciding):
    """An inferred reading of a rule that an office changed: ``change`` as a pack's change set."""

    change = models.JSONField(_("改成"))

    objects = InterpretationQuerySet.as_manager()

    class Meta(Deciding.Meta):
        verbose_name = verbose_name_plural = _("解读")


class ComparisonQuerySet(models.QuerySet["Comparison"]):
    """Comparisons, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "assessment.view") -> ComparisonQuerySet:
        """Return the comparisons of runs that an actor sees, as `RunQuerySet.visible_to` says."""
        return self if actor.may(permission) else self.none()


class Comparison(models.Model):
    """What changed between two runs by a pack, kept as a job found it.

    ``key`` is the hash of both runs' results and the pack: what is equal is compared once. It may
    be shown when it has ``done_at``; ``general`` speaks of the runs as a whole.
    """

    key = models.CharField(max_length=64, unique=True)
    before = models.ForeignKey(Run, models.CASCADE, related_name="+")
    after = models.ForeignKey(Run, models.CASCADE, related_name="+")
    pack = models.CharField(_("政策包"), max_length=64)
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    general = models.JSONField(default=list)
    done_at = models.DateTimeField(_("比好时间"), null=True)

    objects = ComparisonQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("评估的比较")

    def __str__(self) -> str:
        return f"{self.before_id} {self.after_id} {self.pack}"

    @property
    def broken(self) -> bool:
        """Say whether nothing more happens to it by itself, and it has nothing to show."""
        return self.done_at is None and self.job is not None and self.job.ended


class DifferenceQuerySet(models.QuerySet["Difference"]):
    """Differences, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "assessment.view") -> DifferenceQuerySet:
        """Return the differences in the areas where a permission is held.

        A rule alone lies nowhere: who sees that the runs are there sees that it came or went.
        """
        if not actor.may(permission):
            return self.none()
        seen = where(actor, permission, "area__path")
        return self.filter(seen | Q(area__isnull=True)) if seen else self


class Difference(models.Model):
    """One change of a comparison: ``said`` is a `publish.comparing.Change` as JSON."""

    comparison = models.ForeignKey(
        Comparison, models.CASCADE, related_name="differences", db_index=False
    )
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    said = models.JSONField(_("内容"))

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("两次评估的差别")
        ordering = ("pk",)
        indexes = (
            models.Index(fields=("comparison", "id"), name="difference_in_order"),
            models.Index(fields=("comparison", "area"), name="difference_by_area"),
        )

    def __str__(self) -> str:
        return f"{self.comparison_id} {self.pk}"
