"""The chain: each entry holds the hash of the one before it."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One act. ``content`` is the canonical JSON that ``hash`` is taken of, after ``previous``.

    The other columns repeat parts of it, so that one can search; the verifier compares them.
    """

    number = models.BigIntegerField("序号", primary_key=True)
    at = models.DateTimeField("时间", db_index=True)
    actor = models.CharField("操作人", max_length=150)
    user_id = models.BigIntegerField("账号", null=True, db_index=True)
    channel = models.CharField("途径", max_length=16)
    action = models.CharField("操作", max_length=64)
    kind = models.CharField("对象类别", max_length=64)
    subject = models.CharField("对象", max_length=128)
    area_path = models.CharField("区划", max_length=200)
    content = models.TextField("内容")
    previous = models.CharField("前一条", max_length=64)
    hash = models.CharField("指纹", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ("-number",)
        indexes = (
            models.Index(fields=("kind", "subject"), name="audit_subject"),
            models.Index(fields=("area_path", "number"), name="audit_area"),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.kind} {self.subject}"


class Head(models.Model):
    """The end of the chain, one row: locked by whoever adds an entry."""

    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        verbose_name = verbose_name_plural = "审计链尾"

    def __str__(self) -> str:
        return f"{self.number} {self.hash}"
