"""The second factor: whether a session passed it, and allauth bent to the house.

Codes that were used are kept in the cache, which is a table shared by all processes; a code lives
30 seconds and so does its entry.
"""

from __future__ import annotations

import time
from base64 import urlsafe_b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import password_changed
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import is_mfa_enabled
from axes.handlers.proxy import AxesProxyHandler
from cryptography.fernet import Fernet, InvalidToken
from django import forms
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from lifecircle.govern.accounts.doors import called
from lifecircle.govern.accounts.models import User
from lifecircle.govern.accounts.people import tell
from lifecircle.govern.actor import Actor
from lifecircle.govern.refused import Refused

JUST_NOW_S = 300
"""So long after the password was given it is not asked again to set a first second factor."""


def enrolled(user: User) -> bool:
    """Say whether an account has a second factor."""
    return bool(is_mfa_enabled(user))


def without_factor() -> Q:
    """Return the condition that an account has none."""
    factors = Authenticator.objects.filter(user=OuterRef("pk"))
    return ~Q(Exists(factors.exclude(type=Authenticator.Type.RECOVERY_CODES)))


def passed(request: HttpRequest) -> bool:
    """Say whether this session passed the second factor of its account."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by who may, never by signing up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse."""
        del request
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Go on to what was wanted first."""
        del request
        return reverse("home")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Hold a password that is tried against the limits; see `doors`.

        Raises ValidationError where one is reached.
        """
        if not AxesProxyHandler.is_allowed(request, credentials):
            return  # this address tries in vain; the name is not locked for others by it
        name = called(request, credentials)
        limit = {"app": "allauth.account", "action": "password_failed", "key": name}
        self._login_failed_rl_usage = ratelimit.consume(request, **limit)
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask again before a second factor changes, not before the first is set after sign-in."""
        request = context.request
        if not enrolled(request.user):
            records = get_authentication_records(request, request.user)
            if any(time.time() - record["at"] < JUST_NOW_S for record in records):
                return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors lie in the database only under the key of the home.

    Who takes a copy of the database alone cannot make codes; without the key no code is right.
    """

    def encrypt(self, text: str) -> str:
        """Return what is stored."""
        return _lock().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret. Raises Refused where the key is another."""
        try:
            return _lock().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise Refused(
                _("第二重验证的密钥读不出来，平台的密钥文件换过"),
                remedy=_("找管理员清除第二重验证后重新设置"),
            ) from error


def _lock() -> Fernet:
    derived = salted_hmac(__name__, "second factor", algorithm="sha256").digest()
    return Fernet(urlsafe_b64encode(derived))


class ActivateForm(ActivateTOTPForm):  # type: ignore[misc]
    """Sets the second factor; the code that proves it cannot be used a second time."""

    def clean_code(self) -> str:
        """Check the code, mark it used and the session as one that passed."""
        code: str = super().clean_code()
        once = TOTP(Authenticator(user=self.user, type=Authenticator.Type.TOTP))
        once._mark_code_used(code)
        record_authentication(context.request, self.user, "mfa", type="totp", reauthenticated=True)
        return code


class WithoutReset(forms.Form):
    """Leaves out the link to set a forgotten password by e-mail: no e-mail is kept."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"password", "oldpassword"} & set(self.fields):
            self.fields[name].help_text = ""


class SignIn(WithoutReset, LoginForm):  # type: ignore[misc]
    """User name and password."""


class Reauthenticate(WithoutReset, ReauthenticateForm):  # type: ignore[misc]
    """The password once more."""


class ChangePassword(WithoutReset, ChangePasswordForm):  # type: ignore[misc]
    """An own password."""


def _keep_password(request: HttpRequest, user: User, **_: Any) -> None:
    del request
    User.objects.filter(pk=user.pk).update(one_time_until=None)
    _tell_own(user, "user.change_password")


def _note_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    del request
    if authenticator.type == Authenticator.Type.TOTP:
        _tell_own(user, "user.set_second_factor")


def _note_removed(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    del request
    if authenticator.type == Authenticator.Type.TOTP:
        _tell_own(user, "user.remove_second_factor")


def _note_reset(request: HttpRequest, user: User, **_: Any) -> None:
    del request
    _tell_own(user, "user.renew_recovery_codes")


@transaction.atomic
def _tell_own(user: User, action: str) -> None:
    tell(Actor(user.get_full_name(), "web", user.pk), action, user)


def connect() -> None:
    """Hear of what allauth changed."""
    for signal, heard in (
        (password_changed, _keep_password),
        (authenticator_added, _note_added),
        (authenticator_removed, _note_removed),
        (authenticator_reset, _note_reset),
    ):
        signal.connect(heard)
