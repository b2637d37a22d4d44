"""Lets work that makes very many objects at once go on without the collector of cycles."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_at_work = 0


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector of cycles from running, in all threads, until the last block is done.

    It would look through all that was made so far again and again, though all of it is kept. What
    nobody refers to is freed as ever, except cycles, which wait. Where it was off it stays off.
    """
    global _at_work  # noqa: PLW0603 - the collector is one for the process
    with _lock:
        if not _at_work and not gc.isenabled():
            paused = False
        else:
            paused = True
            _at_work += 1
            gc.disable()
    try:
        yield
    finally:
        if paused:
            with _lock:
                _at_work -= 1
                if not _at_work:
                    gc.enable()
