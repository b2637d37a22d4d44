"""The chain: each entry holds the hash of the one before it."""

from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor

VIEW = "audit.view"


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = VIEW) -> EntryQuerySet:
        """Return the entries of the areas where the actor may read the audit.

        What belongs to no area, such as a calendar, is seen by who may read it at the top.
        """
        seen = actor.scope(permission, "area_path")
        if any(path.count(".") <= 1 for path in actor.paths(permission)):
            seen |= Q(area_path="")
        return self.filter(seen)


class Entry(models.Model):
    """One act. ``content`` is the canonical JSON that ``hash`` is taken of, after ``previous``.

    The other columns repeat parts of it, so that one can search; the verifier compares them.
    """

    number = models.BigIntegerField(_("序号"), primary_key=True)
    at = models.DateTimeField(_("时间"), db_index=True)
    actor = models.CharField(_("操作人"), max_length=150)
    user_id = models.BigIntegerField(_("账号"), null=True, db_index=True)
    channel = models.CharField(_("途径"), max_length=16)
    action = models.CharField(_("操作"), max_length=64)
    kind = models.CharField(_("对象类别"), max_length=64)
    subject = models.CharField(_("对象"), max_length=128)
    area_path = models.CharField(_("区划"), max_length=200)
    content = models.TextField(_("内容"))
    previous = models.CharField(_("前一条"), max_length=64)
    hash = models.CharField(_("指纹"), max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("审计记录")
        ordering = ("-number",)
        indexes = (
            models.Index(fields=("subject", "kind"), name="audit_subject"),
            models.Index(fields=("area_path", "number"), name="audit_area"),
            models.Index(fields=("actor", "number"), name="audit_actor"),
            models.Index(fields=("action", "number"), name="audit_action"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.kind} {self.subject}"

    def told(self) -> dict[str, Any]:
        """Return what the content says."""
        content: dict[str, Any] = json.loads(self.content)
        return content


class Head(models.Model):
    """The end of the chain, one row: locked by whoever adds an entry."""

    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        verbose_name = verbose_name_plural = _("审计链尾")

    def __str__(self) -> str:
        return f"{self.number} {self.hash}"
