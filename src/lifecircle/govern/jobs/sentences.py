"""What a job is called and says, kept so that each reader reads it in their own language."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.utils.translation import gettext, override

from lifecircle.terms.errors import Fault, LifecircleError

_BEGIN = "[["
SOURCE = "zh-hans"


def kept(*sentences: tuple[str, Mapping[str, object]]) -> str:
    """Return sentences of the source language with their values as a job keeps them."""
    return json.dumps([[text, dict(values)] for text, values in sentences], ensure_ascii=False)


def read(said: str) -> str:
    """Return what was kept in the reader's language, a line for each sentence."""
    if not said.startswith(_BEGIN):
        return gettext(said) if said else ""
    return "\n".join(gettext(text) % values for text, values in json.loads(said))


def only_chinese(said: str) -> bool:
    """Say whether a sentence has no words but those of the source, for marking it as such."""
    with override(SOURCE):
        source = read(said)
    return bool(said) and read(said) == source


class Failed(LifecircleError):  # noqa: N818 - a job ends so, and a person reads why
    """Ends a job by a sentence of the source language, which each reader reads in their own."""

    def __init__(self, text: str, values: Mapping[str, object]) -> None:
        super().__init__(Fault(text % values))
        self._kept = kept((text, values))

    def __str__(self) -> str:
        """Return the sentence as a job keeps it."""
        return self._kept
