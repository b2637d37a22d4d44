"""How a command ends: exit codes, and where the report of a broken run is kept."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import gettempdir

DONE, CHECK_FAILED, MISUSED, BAD_INPUT, BROKEN, INTERRUPTED, TERMINATED = 0, 1, 2, 3, 70, 130, 143


def keep_report(report: str, name: str = "") -> Path:
    """Write the report of a fault of the program for its maintainers and return the file."""
    log = Path(gettempdir()) / f"lifecircle-{os.getpid()}{f'-{name}' if name else ''}.log"
    log.write_text(report, encoding="utf-8")
    return log


def signalled(error: BaseException) -> BaseException | None:
    """Return what an error really is: compiled code passes a signal on inside a SystemError."""
    return error.__cause__ if isinstance(error, SystemError) else error
