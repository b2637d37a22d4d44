"""Files by their content, and what they are attached to."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.records.models import Record


class StoredFile(models.Model):
    """A content, kept once however often it comes. What a photograph says of itself is evidence.

    ``public`` is the copy of a photograph that may be shown. What was ``erased_at`` some time has
    left its hash only.
    """

    sha256 = models.CharField(_("指纹"), max_length=64, unique=True)
    size_bytes = models.BigIntegerField(_("字节"))
    media_type = models.CharField(_("类型"), max_length=100)
    suffix = models.CharField(max_length=10)
    stored_at = models.DateTimeField(_("存入时间"), auto_now_add=True)
    erased_at = models.DateTimeField(_("删去时间"), null=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    taken_at = models.DateTimeField(_("拍摄时间"), null=True)
    lon = models.FloatField(_("拍摄经度"), null=True)
    lat = models.FloatField(_("拍摄纬度"), null=True)
    public = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("文件")

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def path(self) -> Path:
        """Return where the content is."""
        return Path(settings.MEDIA_ROOT) / self.sha256[:2] / self.sha256


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Attachments, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "file.view") -> AttachmentQuerySet:
        """Return what is attached in the areas where a permission is held.

        What belongs to a record lies where the record lies today.
        """
        return self.filter(
            Q(record__isnull=True) & actor.scope(permission, "area__path")
            | Q(record__isnull=False) & actor.scope(permission, "record__area__path")
        )


class Attachment(models.Model):
    """A file put to a record or an area, by whom and when."""

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="attachments")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("区划"))
    record = models.ForeignKey(Record, models.PROTECT, null=True, related_name="attachments")
    name = models.CharField(_("文件名"), max_length=200)
    caption = models.CharField(_("说明"), max_length=200, blank=True)
    actor = models.CharField(_("上传人"), max_length=150)
    user_id = models.BigIntegerField(_("账号"), null=True)
    added_at = models.DateTimeField(_("上传时间"), auto_now_add=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("附件")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.caption or self.name
