"""What was published, by whom, why, and what the public sees of it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.jobs.models import Job


class PublicationQuerySet(models.QuerySet["Publication"]):
    """Publications, for services; views of staff begin with `visible_to`, public ones `live`."""

    def visible_to(self, actor: Actor, permission: str = "publication.view") -> PublicationQuerySet:
        """Return what is of the areas where a permission is held."""
        return self.filter(actor.scope(permission, "area__path"))

    def live(self) -> PublicationQuerySet:
        """Return what the public sees now."""
        return self.filter(state=Publication.State.PUBLISHED)


class Publication(models.Model):
    """One thing on its way through the single exit.

    ``kind`` and ``subject_id`` say what is published (the run, the plan, the need list, the survey
    round); its content is frozen at the proposal: ``subject_sha256``. Of a kind and an area one is
    live: a newer one supersedes it. ``version`` rises with every step (compare and swap).
    """

    class Kind(models.TextChoices):
        """What is published."""

        RUN = "run", _("评估结果")
        PLAN = "plan", _("方案")
        NEEDS = "needs", _("需求清单")
        BASELINE = "baseline", _("摸底底册")

    class State(models.TextChoices):
        """How far it is."""

        PROPOSED = "proposed", _("待批准")
        REFUSED = "refused", _("未批准")
        APPROVED = "approved", _("已批准，正在发布")
        PUBLISHED = "published", _("已发布")
        SUPERSEDED = "superseded", _("已被更新的替代")
        WITHDRAWN = "withdrawn", _("已撤回")

    kind = models.CharField(_("类别"), max_length=16, choices=Kind.choices)
    subject_id = models.BigIntegerField(_("对象"))
    subject_sha256 = models.CharField(_("内容指纹"), max_length=64)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("区划"))
    title = models.CharField(_("标题"), max_length=200)
    state = models.CharField(
        _("状态"), max_length=16, choices=State.choices, default=State.PROPOSED
    )
    version = models.PositiveIntegerField(default=1)
    proposed_by = models.CharField(_("提请人"), max_length=150)
    proposed_user_id = models.BigIntegerField(null=True)
    proposed_at = models.DateTimeField(_("提请时间"), auto_now_add=True)
    proposed_reason = models.CharField(_("提请理由"), max_length=500)
    decided_by = models.CharField(_("批准人"), max_length=150, blank=True)
    decided_user_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(_("批准时间"), null=True)
    decided_reason = models.CharField(_("批准意见"), max_length=500, blank=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrected_by")
    correction = models.CharField(_("更正说明"), max_length=500, blank=True)
    withdrawn_by = models.CharField(_("撤回人"), max_length=150, blank=True)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)
    withdrawn_reason = models.CharField(_("撤回理由"), max_length=500, blank=True)
    published_at = models.DateTimeField(_("发布时间"), null=True)
    job = models.ForeignKey(Job, models.PROTECT, null=True, related_name="+")
    manifest = models.JSONField(_("发布留底"), default=dict)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("发布事项")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "area"),
                condition=Q(state="published"),
                name="publication_live_once",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def folder(self) -> Path:
        """Return where its files are: of a run `map/`, `opendata/`, `handbook/`."""
        return Path(settings.PUBLICATIONS) / str(self.pk)


class PublicFeature(models.Model):
    """One thing that the public may see: a community or a facility of a publication.

    Nothing personal comes in. ``geometry`` is GeoJSON in WGS 84, or None; ``properties`` are what
    pages and the open interface tell, names in English, words as codes with Chinese beside.
    """

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="features")
    collection = models.CharField(max_length=32)
    own_id = models.CharField(_("编号"), max_length=64)
    name = models.CharField(_("名称"), max_length=200)
    community = models.CharField(_("社区"), max_length=64, blank=True)
    west = models.FloatField(null=True)
    south = models.FloatField(null=True)
    east = models.FloatField(null=True)
    north = models.FloatField(null=True)
    geometry = models.JSONField(null=True)
    properties = models.JSONField()

    class Meta:
        verbose_name = verbose_name_plural = _("公开的对象")
        constraints = (
            models.UniqueConstraint(
                fields=("publication", "collection", "own_id"), name="public_feature_once"
            ),
        )
        indexes = (
            models.Index(
                fields=("publication", "collection", "community"), name="public_by_community"
            ),
        )

    def __str__(self) -> str:
        return self.name
