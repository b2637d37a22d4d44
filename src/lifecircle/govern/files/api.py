"""The part of the API that is of files."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["files"])
