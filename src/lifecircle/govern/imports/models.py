"""Batches and their rows, staged: what a file would change, before it does."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area, Outline
from lifecircle.govern.files.models import StoredFile
from lifecircle.govern.records.models import Change


class BatchState(models.TextChoices):
    """How far a batch is."""

    CHECKING = "checking", _("正在检查")
    CHECKED = "checked", _("待确认")
    COMMITTING = "committing", _("正在写入")
    DONE = "done", _("已生效")
    FAILED = "failed", _("读不了")
    STOPPED = "stopped", _("已退回")
    DISCARDED = "discarded", _("已作废")


class What(models.TextChoices):
    """What a row would do."""

    ADDED = "added", _("新增")
    CHANGED = "changed", _("修改")
    MISSING = "missing", _("表里没有")
    REJECTED = "rejected", _("退回")
    CONFLICT = "conflict", _("冲突")
    UNCHANGED = "unchanged", _("没有变化")


class BatchQuerySet(models.QuerySet["Batch"]):
    """Batches, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "import.run") -> BatchQuerySet:
        """Return the batches of the areas where a permission is held."""
        return self.filter(actor.scope(permission, "area__path"))


class Batch(models.Model):
    """One file brought in, or one batch taken back (``undoes``).

    Rows outside ``area`` are rejected. ``complete`` says that the file holds everything of the
    area; only then is it told what is missing, and only ``remove_missing`` removes it.
    """

    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("文件名"), max_length=200)
    form = models.CharField(_("表"), max_length=40, blank=True)
    datum = models.CharField(_("坐标"), max_length=10, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("区划"))
    effective_on = models.DateField(_("自何日起属实"))
    reason = models.CharField(_("事由"), max_length=200, blank=True)
    code_column = models.CharField(_("代码在哪一列"), max_length=100, blank=True)
    datum_by = models.CharField(_("坐标由谁确认"), max_length=150, blank=True)
    datum_on = models.DateField(_("坐标确认日期"), null=True)
    datum_reason = models.CharField(_("坐标确认的依据"), max_length=200, blank=True)
    complete = models.BooleanField(_("是全部"), default=False)
    remove_missing = models.BooleanField(_("注销表里没有的"), default=False)
    state = models.CharField(max_length=16, choices=BatchState.choices, default=BatchState.CHECKING)
    counts = models.JSONField(default=dict)
    faults = models.JSONField(default=list)
    change = models.ForeignKey(Change, models.PROTECT, null=True, related_name="+")
    undoes = models.ForeignKey("self", models.PROTECT, null=True, related_name="undone_by")
    marked = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    root = models.CharField(_("各行的总指纹"), max_length=64, blank=True)
    actor = models.CharField(_("操作人"), max_length=150)
    user_id = models.BigIntegerField(_("账号"), null=True)
    channel = models.CharField(_("途径"), max_length=16)
    created_at = models.DateTimeField(_("上传时间"), auto_now_add=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("导入")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=BatchState.values), name="batch_state_known"
            ),
            models.CheckConstraint(
                condition=Q(file__isnull=False) | Q(undoes__isnull=False), name="batch_of_something"
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk} {self.name}"

    @property
    def writes(self) -> int:
        """Return how many rows a commit would write, the missing not among them."""
        counts: dict[str, int] = self.counts
        return counts.get(What.ADDED, 0) + counts.get(What.CHANGED, 0)


class RowQuerySet(models.QuerySet["Row"]):
    """Rows of batches, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "import.run") -> RowQuerySet:
        """Return the rows of batches of the areas where a permission is held."""
        return self.filter(actor.scope(permission, "batch__area__path"))


class Row(models.Model):
    """A row of a batch. ``values`` are what a version would say, ``before`` what differs today.

    ``seen`` is the version that it was compared with: where another stands by the time of the
    commit, somebody else was first. ``whole`` is the form and id of what it is
    part of. ``told`` lists what is wrong or doubtful.
    """

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rows")
    form = models.CharField(max_length=40)
    number = models.PositiveIntegerField(_("行"))
    own_id = models.CharField(_("编号"), max_length=64, blank=True)
    name = models.CharField(_("名称"), max_length=100, blank=True)
    whole = models.CharField(_("属于"), max_length=105, blank=True)
    what = models.CharField(max_length=10, choices=What.choices)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    record_id = models.BigIntegerField(null=True)
    seen = models.BigIntegerField(null=True)
    moved = models.BooleanField(default=False)
    removed = models.BooleanField(default=False)
    values = models.JSONField(null=True)
    before = models.JSONField(null=True)
    told: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(
        default=list
    )

    objects = RowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("导入的行")
        ordering = ("pk",)
        indexes = (
            models.Index(fields=("batch", "what", "id"), name="row_of_batch"),
            models.Index(fields=("record_id",), condition=Q(moved=True), name="row_moved"),
        )

    def __str__(self) -> str:
        return f"{self.batch_id} {self.number} {self.own_id}"


class DrawnOutline(models.Model):
    """What a batch of outlines did to one area: the outline it drew, and the one that it ended.

    Without an ``outline`` it only ended one. Kept for as long as the batch can be taken back.
    """

    batch = models.ForeignKey(Batch, models.PROTECT, related_name="drawn")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    outline = models.OneToOneField(Outline, models.PROTECT, null=True, related_name="+")
    replaced = models.ForeignKey(Outline, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("导入的边界")
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("batch", "area"), name="area_drawn_once_a_batch"),
        )

    def __str__(self) -> str:
        return f"{self.batch_id} {self.area_id}"
