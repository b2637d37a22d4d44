"""Remembers what was made of equal content before, for work that is done again and again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Protocol, TypeVar

Made = TypeVar("Made")


class Memory(Protocol):
    """Asked for what is made of a content; the key is all that goes into it."""

    def __call__(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made under ``key``, or else what ``make`` makes; nobody changes it."""


def forgetful(key: Hashable, make: Callable[[], Made]) -> Made:  # noqa: ARG001 - as every memory
    """Make it anew; the default of every library call."""
    return make()


class Remembering:
    """Remembers the ``most`` things that were asked for last, for all threads of a process."""

    def __init__(self, most: int) -> None:
        """Begin with nothing."""
        self._most = most
        self._made: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def __call__(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made under ``key``; what cannot be made raises and is not remembered."""
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                found: Made = self._made[key]
                return found
        made = make()
        with self._lock:
            self._made[key] = made
            while len(self._made) > self._most:
                self._made.popitem(last=False)
        return made

    def __len__(self) -> int:
        return len(self._made)
