"""What the server writes to its log: a line each, a traceback only where a program is at fault."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

from lifecircle.govern.site.failing import refusal

AGAIN_S = 60.0
"""A database that is away is told this often, however many ask for it."""


class Plainly(logging.Filter):
    """Says in a sentence, now and then, what a database refuses; leaves all else as it is."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Put the sentence in the place of the traceback; say whether it is told at all."""
        error = record.exc_info[1] if record.exc_info else None
        said = refusal(error) if isinstance(error, Exception) else None
        if said is None:
            return True
        reason = said.faults[0].reason.partition("（")[0]
        now = time.monotonic()
        if now - self._told.get(reason, -AGAIN_S) < AGAIN_S:
            return False
        self._told[reason] = now
        record.msg, record.args = str(said), ()
        record.exc_info = record.exc_text = None
        return True


LOGGING: Mapping[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"plainly": {"()": Plainly}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler", "formatter": "line", "filters": ["plainly"],
        },
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},  # a page that is not there is no fault
    },
}  # fmt: skip
