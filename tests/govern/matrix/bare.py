"""Settings under which pages answer in a test without files gathered, and passwords are quick."""

from pathlib import Path
from typing import Any


def bare(settings: Any, folder: Path) -> None:
    """Serve styles by their plain names and hash passwords fast."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT = folder
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
