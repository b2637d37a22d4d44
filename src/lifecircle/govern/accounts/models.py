"""Accounts, roles and grants."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q

from lifecircle.govern.areas.models import Area


class User(AbstractUser):
    """An account of a person who works with the platform. Of them only a name is kept."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField("姓名", max_length=50)

    REQUIRED_FIELDS = ["name"]

    class Meta(AbstractUser.Meta):
        verbose_name = verbose_name_plural = "账号"

    def get_full_name(self) -> str:
        """Return what pages call the person."""
        return self.name or self.username

    def get_short_name(self) -> str:
        """Return what pages call the person."""
        return self.get_full_name()


class Role(models.Model):
    """What somebody may do where the role is granted; all roles come from a list of data.

    ``levels`` are the levels of areas where it may be granted.
    """

    code = models.SlugField("代码", unique=True)
    name = models.CharField("角色", max_length=50)
    permissions = models.JSONField("权限", default=list)
    levels = models.JSONField("可授予的层级", default=list)
    basis = models.CharField("依据", max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "角色"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class Grant(models.Model):
    """A role of a person over an area and all below it, from a day to a day (both included)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.ForeignKey(Role, models.PROTECT, related_name="grants")
    area = models.ForeignKey(Area, models.PROTECT, related_name="grants")
    from_on = models.DateField("起")
    to_on = models.DateField("止", null=True, blank=True)
    given_by = models.CharField("授权人", max_length=150)
    reason = models.CharField("事由", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "授权"
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                name="grant_ends_after_it_began",
                violation_error_message="授权的止期不能早于起期",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.area}"
