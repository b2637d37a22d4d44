"""What is said in the reader's language though it stands in no template: codes, lists, faults."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from django.utils.html import format_html
from django.utils.translation import get_language, gettext

from lifecircle.publish.handbook.traditional import in_traditional

HAN = re.compile(r"[\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")
"""Chinese characters and punctuation."""


class Named(Protocol):
    """A code, a category, a title of a policy: what has a name in Chinese and one in English."""

    @property
    def zh(self) -> str:
        """Return the name in Simplified Chinese."""

    @property
    def en(self) -> str:
        """Return the name in English."""


def worded(named: Named) -> str:
    """Return a name in the reader's language."""
    language = get_language() or ""
    if language == "en":
        return named.en
    return str(in_traditional(named.zh)) if language == "zh-hant" else named.zh


def listed(words: Iterable[object]) -> str:
    """Return words as a list in the reader's language: 甲、乙."""
    return gettext("、").join(map(str, words))


def told(sentence: str) -> str:
    """Return what a reader of files or a job said: from the catalogue, else marked as Chinese.

    Readers speak Chinese alone; marked so, a screen reader on an English page reads it rightly.
    """
    said = gettext(sentence) if sentence else ""
    return said if said != sentence else in_chinese(said)


def in_chinese(quoted: object) -> str:
    """Return what is shown word for word, such as a clause of a policy, marked as Chinese."""
    said = "" if quoted is None else str(quoted)
    return format_html('<span lang="zh-Hans">{}</span>', said) if HAN.search(said) else said
