"""The staff of a drill: each with an account, a second factor and a session that passed it."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.test import RequestFactory
from django.utils import timezone

from lifecircle.govern.accounts.models import Grant, Role, User
from lifecircle.govern.areas.models import Area
from tests.govern.people import signed_in

PERMISSIONS = ("area.view", "area.change", "inventory.view", "inventory.change", "file.view",
               "file.add", "job.view", "audit.view", "import.run")  # fmt: skip
PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@transaction.atomic
def staff(area: Area, count: int) -> list[str]:
    """Make accounts that may see and change records below an area; return their sessions."""
    role = Role.objects.create(code="drill", name="演练", permissions=list(PERMISSIONS))
    password = make_password(PASSWORD)
    sessions = []
    for number in range(count):
        user = User.objects.create(
            username=f"drill{number}", name=f"演练{number}", password=password
        )
        Grant.objects.create(
            user=user, role=role, area=area, from_on=timezone.localdate(), given_by="drill"
        )
        TOTP.activate(user, SECRET)
        request = RequestFactory().get("/")
        request.session = SessionStore(signed_in(user))
        for method in ("password", "mfa"):
            record_authentication(request, user, method)
        request.session.save()
        sessions.append(str(request.session.session_key))
    return sessions
