"""A round in the small city and a device that fills in its form as ODK Collect does."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from lifecircle.govern.accounts.models import ApiToken, User
from lifecircle.govern.accounts.tokens import hashed
from lifecircle.govern.actor import Actor
from lifecircle.govern.surveys.models import Return, Round
from tests.govern.conftest import SmallCity
from tests.govern.surveys.rounds import opened, stocked

VERSION = {"X-OpenRosa-Version": "1.0"}


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.ALLOWED_HOSTS = ["*"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.fixture
def round_(small_city: SmallCity) -> Round:
    stocked(small_city["mill"])
    return opened(small_city["east"])


def token_of(actor: Actor, *permissions: str) -> str:
    """Give an account a token and return its secret."""
    secret = f"lc_{uuid.uuid4().hex}"
    ApiToken.objects.create(
        user=User.objects.get(pk=actor.user_id), name="手机", hash=hashed(secret),
        permissions=list(permissions or ("survey.enter",)),
        expires_at=timezone.now() + timedelta(days=30),
    )  # fmt: skip
    return secret


@dataclass
class Device:
    """A telephone with a user name and a token."""

    name: str
    secret: str
    client: Client = field(default_factory=Client)

    @property
    def headers(self) -> dict[str, str]:
        coded = base64.b64encode(f"{self.name}:{self.secret}".encode()).decode()
        return {**VERSION, "Authorization": f"Basic {coded}", "Host": "localhost"}

    def get(self, path: str) -> Any:
        return self.client.get(path, headers=self.headers)

    def head(self, path: str = "/openrosa/submission") -> Any:
        return self.client.head(path, headers=self.headers)

    def send(self, form: str, photos: Mapping[str, bytes] | None = None, **fields: str) -> Any:
        parts = {
            name: SimpleUploadedFile(name, content, "image/jpeg")
            for name, content in (photos or {}).items()
        }
        body = SimpleUploadedFile("form.xml", form.encode(), "text/xml")
        return self.client.post(
            "/openrosa/submission", {"xml_submission_file": body, **parts, **fields},
            headers=self.headers,
        )  # fmt: skip


def form(back: Return, inner: str, instance: str | None = None) -> str:
    """Return a filled form as Collect writes it."""
    own = instance or f"uuid:{uuid.uuid4()}"
    return (
        f'<?xml version=\'1.0\' ?><lifecircle id="lifecircle-{back.round_id}" version="a"'
        ' xmlns:orx="http://openrosa.org/xforms">'
        f"<community>{back.pk}</community><sections>functions facilities</sections>{inner}"
        f"<orx:meta><orx:instanceID>{own}</orx:instanceID></orx:meta></lifecircle>"
    )


def functions(**answers: str) -> str:
    """Return the group of the clinic with answers by question."""
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in answers.items())
    return f"<functions><functions_clinic>{inner}</functions_clinic></functions>"


def facility(record: str, key: str = "", **answers: str) -> str:
    """Return a repeat about a facility."""
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in answers.items())
    return (
        f"<facilities_rows><facilities_key>{key}</facilities_key>"
        f"<facilities_record>{record}</facilities_record>{inner}</facilities_rows>"
    )
