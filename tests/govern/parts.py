"""Pages as a signed-in person gets them, also where the shared parts of pages are not built yet."""

from __future__ import annotations

import copy
from typing import Any

from django.test import Client

from lifecircle.govern.accounts.models import User
from lifecircle.govern.actor import Actor

FALLBACK = {
    "parts/form.html": '<form method="post" enctype="multipart/form-data">{% csrf_token %}'
    "{{ form }}<button>{{ submit }}</button></form>",
    "parts/pages.html": "{{ page.number }}/{{ page.paginator.num_pages }}",
}


def plain_pages(settings: Any) -> None:
    """Let pages be rendered without collected styles, without a second factor."""
    settings.DEMO = True
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "whitenoise" not in one]
    templates = copy.deepcopy(settings.TEMPLATES)
    templates[0].pop("APP_DIRS", None)
    templates[0]["OPTIONS"]["loaders"] = [
        "django.template.loaders.app_directories.Loader",
        ("django.template.loaders.locmem.Loader", FALLBACK),
    ]
    settings.TEMPLATES = templates


def signed_in(actor: Actor) -> Client:
    """Return a browser in which an actor's account is signed in."""
    assert actor.user_id is not None
    client = Client()
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(User.objects.get(pk=actor.user_id), backend=backend)
    return client
