"""The words of findings in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language

from lifecircle.terms.words import Language, words

_LANGUAGES: Mapping[str, Language] = {"zh-hant": "zh-Hant", "en": "en"}


def known(kind: str) -> dict[str, str]:
    """Return every code of a kind with what a person reads for it."""
    return words(kind, _LANGUAGES.get(get_language() or "", "zh-Hans"))


def said(kind: str, code: str) -> str:
    """Return what a person reads for a code; a code without words stands for itself."""
    return known(kind).get(code, code)
