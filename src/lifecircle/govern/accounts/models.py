"""Accounts, roles, grants and tokens of the API."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area


class UserQuerySet(models.QuerySet["User"]):
    """Accounts, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "user.view") -> UserQuerySet:
        """Return who has or had a grant where a permission is held, and whom the actor made."""
        granted = Q(pk__in=Grant.objects.visible_to(actor, permission).values("user"))
        if not (actor.user_id and actor.may(permission)):
            return self.filter(granted)
        bare = ~Exists(Grant.objects.filter(user=OuterRef("pk")))
        return self.filter(granted | Q(bare, made_by=actor.user_id))


class UserManager(DjangoUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Accounts."""

    use_in_migrations = False


class User(AbstractUser):
    """An account of a person who works with the platform. Of them only a name is kept.

    ``one_time_until`` is the last day on which a password that somebody else set opens the account,
    to choose an own one. Raising ``sessions_since`` ends all sessions.
    """

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("姓名"), max_length=50, db_index=True)
    one_time_until = models.DateField(_("一次性密码有效至"), null=True, blank=True)
    sessions_since = models.PositiveIntegerField(default=0, editable=False)
    made_by = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="+")

    objects: ClassVar[UserManager] = UserManager()

    REQUIRED_FIELDS = ["name"]

    class Meta(AbstractUser.Meta):
        verbose_name = verbose_name_plural = _("账号")  # type: ignore[assignment]
        ordering = ("username",)

    def get_full_name(self) -> str:
        """Return what pages call the person."""
        return self.name or self.username

    def get_short_name(self) -> str:
        """Return what pages call the person."""
        return self.get_full_name()

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        salt = "lifecircle.govern.accounts.User"
        value = f"{self.password}:{self.sessions_since}"
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()


class Role(models.Model):
    """What somebody may do where the role is granted; all roles come from a list of data.

    ``levels`` are the levels of areas where it may be granted. ``listed`` is what the list said
    when it was last read: where the role differs from it, an office changed the role itself.
    """

    code = models.SlugField(_("代码"), unique=True)
    name = models.CharField(_("角色"), max_length=50)
    permissions = models.JSONField(_("权限"), default=list)
    levels = models.JSONField(_("可授予的层级"), default=list)
    account = models.BooleanField(_("要有账号"), default=True)
    duties = models.CharField(_("职责"), max_length=200, blank=True)
    quote = models.CharField(_("原文"), max_length=100, blank=True)
    basis = models.CharField(_("依据"), max_length=500, blank=True)
    inferred = models.BooleanField(_("推定"), default=False)
    place = models.PositiveIntegerField(default=0, editable=False)
    listed = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("角色")
        ordering = ("place", "code")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def known(cls) -> models.QuerySet[Role]:
        """Return all roles: they belong to no area, everybody may read them."""
        return cls.objects.all()

    @property
    def called(self) -> str:
        """Return the name in the reader's language."""
        return gettext(self.name)

    @property
    def rows(self) -> list[str]:
        """Return the rows of the requirement ledger that it rests on."""
        return [row for row in self.basis.split("、") if row]

    @property
    def changed_here(self) -> bool:
        """Say whether an office changed the role from what the list says."""
        return any(getattr(self, name) != value for name, value in self.listed.items())


class GrantQuerySet(models.QuerySet["Grant"]):
    """Grants, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "user.view") -> GrantQuerySet:
        """Return the grants over areas where a permission is held."""
        return self.filter(actor.scope(permission, "area__path"))

    def in_force(self, on: date) -> GrantQuerySet:
        """Return the grants that hold on a day."""
        return self.open(on).filter(from_on__lte=on, area__ended_on__isnull=True)

    def open(self, on: date) -> GrantQuerySet:
        """Return the grants that hold on a day or may yet: none that was ended or is over."""
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=on), ended_at__isnull=True)

    def ending(self, on: date, by: date) -> GrantQuerySet:
        """Return the grants in force that end by a day and are not followed by the same again."""
        further = Grant.objects.open(by + timedelta(days=1)).filter(
            user=OuterRef("user"), role=OuterRef("role"), area=OuterRef("area")
        )
        return self.in_force(on).filter(~Exists(further), to_on__lte=by)


class Grant(models.Model):
    """A role of a person over an area and all below it, from a day to a day (both included).

    It is never deleted: who ends it before its time says so in ``ended_at`` and ``ended_by``.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.ForeignKey(Role, models.PROTECT, related_name="grants")
    area = models.ForeignKey(Area, models.PROTECT, related_name="grants")
    from_on = models.DateField(_("起"))
    to_on = models.DateField(_("止"), null=True, blank=True)
    given_by = models.CharField(_("授权人"), max_length=150)
    reason = models.CharField(_("事由"), max_length=200, blank=True)
    ended_at = models.DateTimeField(_("终止时间"), null=True, editable=False)
    ended_by = models.CharField(_("终止人"), max_length=150, blank=True, editable=False)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("授权")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                name="grant_ends_after_it_began",
                violation_error_message=_("授权的止期不能早于起期"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.area}"

    @classmethod
    def own(cls, actor: Actor) -> GrantQuerySet:
        """Return the actor's own grants: everybody sees what they were given."""
        return cls.objects.filter(user=actor.user_id)

    def state(self, on: date) -> Any:
        """Return a word for what the grant is on a day."""
        if self.ended_at:
            return _("已终止")
        if self.to_on and self.to_on < on:
            return _("已到期")
        if self.area.ended_on:
            return _("已失效：区划已撤销")
        return _("未开始") if self.from_on > on else _("有效")


class TokenQuerySet(models.QuerySet["ApiToken"]):
    """Tokens, for services; views begin with `visible_to`."""

    def visible_to(self, actor: Actor) -> TokenQuerySet:
        """Return the actor's own tokens: nobody sees those of others."""
        return self.filter(user=actor.user_id)


class ApiToken(models.Model):
    """A named key of an account for the API, of which only the hash is kept; shown once.

    It may do what ``permissions`` say and its owner may, below ``area`` where it names one.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="tokens")
    name = models.CharField(_("用途"), max_length=50)
    hash = models.CharField(max_length=64, unique=True, editable=False)
    permissions = models.JSONField(_("权限"), default=list)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(_("建立时间"), auto_now_add=True)
    expires_at = models.DateTimeField(_("到期时间"))
    ended_at = models.DateTimeField(_("停用时间"), null=True, editable=False)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("接口令牌")
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.name

    def state(self, at: datetime) -> Any:
        """Return a word for what the token is at a moment."""
        if self.ended_at:
            return _("已停用")
        return _("有效") if self.expires_at > at else _("已到期")
