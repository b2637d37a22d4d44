"""A day as the interface takes it."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator

WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}")


def _written(told: Any) -> Any:
    if isinstance(told, date) or told is None:
        return told
    if not (isinstance(told, str) and WRITTEN.fullmatch(told)):
        raise ValueError("a day is written YYYY-MM-DD")
    return told


Day = Annotated[date, BeforeValidator(_written)]
"""A date of ISO 8601 and nothing else: pydantic would take a number for seconds since 1970."""
