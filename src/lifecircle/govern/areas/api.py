"""The part of the API that is of areas."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["areas"])
