"""Need lists of an area: versions, and the items of each with where they come from."""

from __future__ import annotations

import re

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.assessments.wording import plain_title, rule_title
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.surveys.models import Round
from lifecircle.govern.wording import worded
from lifecircle.terms.codes import code_sets

FUNCTION = "function"
UNNAMED = gettext_noop("%(area)s社区服务设施需求清单")
"""The title of a list that nobody gave one."""
RULE_KEY = re.compile(r"\d+:rule:(?P<pack>[^:]+):(?P<rule>[^:]+)")
"""The key of an item about a rule that is of no single function (`gathering`)."""


class NeedListQuerySet(models.QuerySet["NeedList"]):
    """Need lists, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "need.view") -> NeedListQuerySet:
        """Return the lists of the areas where a permission is held."""
        return self.filter(actor.scope(permission, "area__path"))


class NeedList(models.Model):
    """A version of the need list (需求清单) of a community, township or county.

    It is made out of a run and a round, each None where there was none. ``sha256`` is of its
    content from the moment it is proposed. ``edits`` grows with every step (compare and swap).
    """

    class State(models.TextChoices):
        """How far it is."""

        MAKING = "making", _("正在汇总")
        DRAFT = "draft", _("编制中")
        PROPOSED = "proposed", _("已报定")
        FROZEN = "frozen", _("已提请发布，不再改")

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("区划"))
    version = models.PositiveIntegerField(_("版本"))
    title = models.CharField(_("名称"), max_length=200)
    state = models.CharField(_("状态"), max_length=16, choices=State.choices, default=State.DRAFT)
    run = models.ForeignKey(
        Run, models.PROTECT, null=True, related_name="+", verbose_name=_("评估")
    )
    round = models.ForeignKey(
        Round, models.PROTECT, null=True, related_name="+", verbose_name=_("摸底")
    )
    before = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    edits = models.PositiveIntegerField(default=1)
    sha256 = models.CharField(_("内容指纹"), max_length=64, blank=True)
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    actor = models.CharField(_("汇总人"), max_length=150)
    user_id = models.BigIntegerField(_("账号"), null=True)
    made_at = models.DateTimeField(_("汇总时间"), auto_now_add=True)
    proposed_by = models.CharField(_("报定人"), max_length=150, blank=True)
    proposed_at = models.DateTimeField(_("报定时间"), null=True)

    objects = NeedListQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("需求清单")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=("area", "version"), name="need_list_version_once"),
            models.CheckConstraint(
                condition=Q(state__in=("making", "draft", "proposed", "frozen")),
                name="need_list_state_known",
            ),
        )

    def __str__(self) -> str:
        return gettext("%(title)s，第%(version)s版") % {
            "title": self.named,
            "version": self.version,
        }

    @property
    def named(self) -> str:
        """Return its title; one that nobody gave it is told in the reader's language."""
        area = {"area": self.area.name}
        return gettext(UNNAMED) % area if self.title == UNNAMED % area else self.title

    @property
    def open(self) -> bool:
        """Say whether its items may be changed."""
        return self.state == self.State.DRAFT

    @property
    def simulated(self) -> bool:
        """Say whether the run it comes from is of simulated data."""
        return self.run is not None and self.run.simulated


class NeedItemQuerySet(models.QuerySet["NeedItem"]):
    """Items, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "need.view") -> NeedItemQuerySet:
        """Return the items of lists of the areas where a permission is held."""
        return self.filter(actor.scope(permission, "needs__area__path"))

    def ranked(self) -> NeedItemQuerySet:
        """Return the most urgent first: by priority, people short of it, people who asked."""
        return self.order_by(
            "priority",
            "to_verify",
            F("people").desc(nulls_last=True),
            F("asked_by").desc(nulls_last=True),
            "pk",
        )


class NeedItem(models.Model):
    """What an area needs: one function, or one rule that is of no single function.

    ``key`` is the same in every version. ``sources`` tell where it comes from, each with ``kind``
    gap, survey or opinions, none where it was added by hand. ``people`` are the most whom one gap
    affects (persons of several gaps are the same), ``asked_by`` the most who asked for it; None
    where nobody knows. ``to_verify`` says that no gap is sure: what nobody assessed is not absent.
    """

    class Ask(models.TextChoices):
        """What is asked for."""

        NEW = "new", pgettext_lazy("need", "新设")
        LARGER = "larger", _("扩大")
        HOURS = "hours", _("调整开放时间")
        OTHER = "other", _("其他")

    class Priority(models.IntegerChoices):
        """How urgent it is."""

        FIRST = 1, _("先办")
        SECOND = 2, _("应办")
        THIRD = 3, _("可缓")

    needs = models.ForeignKey(NeedList, models.CASCADE, related_name="items")
    key = models.CharField(max_length=200)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("社区或区划"))
    function = models.CharField(_("功能"), max_length=64, blank=True)
    what = models.CharField(_("要求"), max_length=200, blank=True)
    ask = models.CharField(_("要什么"), max_length=16, choices=Ask.choices)
    sources = models.JSONField(_("来源"), default=list)
    by_hand = models.BooleanField(_("人工添加"), default=False)
    to_verify = models.BooleanField(_("待核"), default=False)
    people = models.PositiveIntegerField(_("涉及的人"), null=True)
    asked_by = models.PositiveIntegerField(_("提出的人"), null=True)
    priority = models.PositiveSmallIntegerField(_("缓急"), choices=Priority.choices)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    kept = models.BooleanField(_("列入"), default=True)
    reason = models.CharField(_("不列入的理由"), max_length=500, blank=True)
    decided_by = models.CharField(_("改动人"), max_length=150, blank=True)
    decided_at = models.DateTimeField(_("改动时间"), null=True)
    edits = models.PositiveIntegerField(default=1)

    objects = NeedItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("需求")
        constraints = (
            models.UniqueConstraint(fields=("needs", "key"), name="need_item_once"),
            models.CheckConstraint(
                condition=Q(kept=True) | ~Q(reason=""), name="need_item_struck_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(priority__in=(1, 2, 3)), name="need_item_priority_known"
            ),
        )
        indexes = (models.Index(fields=("needs", "kept", "priority"), name="need_item_ranked"),)

    def __str__(self) -> str:
        return self.called

    @property
    def called(self) -> str:
        """Return what it is about, as a person reads it, in plain words."""
        return plain_title(*self._rule, self.what) if self._rule else self.shown

    @property
    def shown(self) -> str:
        """Return what it is about for a page: a title that a pack has no more is marked Chinese."""
        if known := code_sets()[FUNCTION].get(self.function):
            return worded(known)
        return rule_title(*self._rule, self.what) if self._rule else self.what

    @property
    def _rule(self) -> tuple[str, str] | None:
        """Return the pack and the rule that it is about, if it is about one."""
        found = RULE_KEY.fullmatch(self.key)
        return (found["pack"], found["rule"]) if found else None

    @property
    def origins(self) -> list[str]:
        """Return the kinds of its sources, each once."""
        told = list(dict.fromkeys(str(one["kind"]) for one in self.sources))
        return [*told, "hand"] if self.by_hand else told
