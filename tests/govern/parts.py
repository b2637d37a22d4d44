"""Pages as a signed-in person gets them."""

from __future__ import annotations

from typing import Any

from django.test import Client

from lifecircle.govern.accounts.models import User
from lifecircle.govern.actor import Actor


def plain_pages(settings: Any) -> None:
    """Let pages be read without a second factor."""
    settings.DEMO = True


def taken(answer: Any) -> bytes:
    """Return the content of a file that is sent from the disk, and close it.

    Closing the answer itself would end the test's connection to the database.
    """
    content: bytes = answer.getvalue()
    for close in answer._resource_closers:
        close()
    return content


def signed_in(actor: Actor) -> Client:
    """Return a browser in which an actor's account is signed in."""
    assert actor.user_id is not None
    client = Client()
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(User.objects.get(pk=actor.user_id), backend=backend)
    return client
