"""What was answered to which call, so that a call sent again gets the same answer."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Call(models.Model):
    """A write by the API under its Idempotency-Key, with its answer.

    ``request`` is the hash of method, path and body. The row is written in the transaction of what
    the call did, so that neither stands without the other.
    """

    user_id = models.BigIntegerField()
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    content_type = models.CharField(max_length=100, blank=True)
    answer = models.BinaryField(default=b"")
    called_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = _("接口调用")
        constraints = (models.UniqueConstraint(fields=("user_id", "key"), name="call_key_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"
