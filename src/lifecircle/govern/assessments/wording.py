"""The words of findings, rules and packs in the reader's language.

What a run keeps it keeps in Chinese, as it was judged. It is shown in the reader's language where
the pack still says the same, else marked as Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, gettext_noop, ngettext_lazy
from django.utils.translation import gettext as _

from lifecircle.govern.assessments.models import Run
from lifecircle.govern.assessments.packs import pack_with
from lifecircle.govern.wording import in_chinese, listed, worded
from lifecircle.policy.models import Pack, Rule
from lifecircle.policy.parts import Text
from lifecircle.policy.reading import rule_en, rule_zh
from lifecircle.terms.words import Language, words

_LANGUAGES: Mapping[str, Language] = {"zh-hant": "zh-Hant", "en": "en"}
_COUNTED: Mapping[str, Any] = {
    "count": ngettext_lazy("%(many)s处", "%(many)s处", "many"),
    "rules": ngettext_lazy("%(many)s项", "%(many)s项", "many"),
}
_CHANGED = re.compile(r"(?P<by>.+)自(?P<from>\d{4}-\d\d-\d\d)起：(?P<why>.*)", re.DOTALL)
_OF_SO_MANY = re.compile(r"(?P<sign>[^每]?)每(?P<per>\d+)中(?P<figure>.*)")
_WIDE_SIGNS = str.maketrans("＞＜＝～", "><=–")
WALKERS = (
    gettext_noop("成年人"), gettext_noop("老年人"), gettext_noop("儿童"), gettext_noop("轮椅使用者")
)  # fmt: skip
"""What the profiles that come with lifecircle are called."""
ONLY_LISTED = gettext_noop("只列数，不判定")


def known(kind: str) -> dict[str, str]:
    """Return every code of a kind with what a person reads for it."""
    return words(kind, _LANGUAGES.get(get_language() or "", "zh-Hans"))


def said(kind: str, code: str) -> str:
    """Return what a person reads for a code; a code without words stands for itself."""
    return known(kind).get(code, code)


def marks_said(marks: str) -> str:
    """Return what `marks_zh` says: 推定, 待核."""
    return listed(_(mark) for mark in marks.split("、") if mark)


def rule_title(pack: str, rule: str, zh: str) -> str:
    """Return the title that a rule had when it was judged."""
    found = _text_of(pack, rule, zh, _title)
    return worded(found) if found else in_chinese(zh)


def plain_title(pack: str, rule: str, zh: str) -> str:
    """Return the title that a rule had in plain words, for choices and files."""
    found = _text_of(pack, rule, zh, _title)
    return worded(found) if found else zh


def title_in(run: Run, pack: str, rule: str) -> str:
    """Return the title of a rule as a run judged it."""
    return rule_title(pack, rule, run.title_of(pack, rule))


def rule_called(pack: str, rule: str) -> str:
    """Return the title of a rule as its pack has it now, its ids where there is none."""
    found = pack_with(pack)
    titles = (one.title for one in found.rules if one.id == rule) if found else ()
    return next((worded(title) for title in titles), f"{pack} {rule}")


def rule_reads(pack: str, rule: str, zh: str) -> str:
    """Return how a rule read when it was judged."""
    found = _text_of(pack, rule, zh, _reads)
    return worded(found) if found else in_chinese(zh)


def reads(pack: Pack, rule: Rule) -> str:
    """Return how a rule is read, as a sentence."""
    return worded(_reads(pack, rule))


def _title(_pack: Pack, rule: Rule) -> Text:
    return rule.title


def _reads(pack: Pack, rule: Rule) -> Text:
    return Text(zh=rule_zh(pack, rule), en=rule_en(pack, rule))


# lists ask for the same few rules again and again, and a pack of files is looked for each time
@lru_cache(maxsize=4096)
def _text_of(pack: str, rule: str, zh: str, of: Callable[[Pack, Rule], Text]) -> Text | None:
    """Return a text of a rule where the pack still has it as it was, word for word."""
    found = pack_with(pack)
    texts = (of(found, one) for one in found.rules if one.id == rule) if found else ()
    return next((text for text in texts if text.zh == zh), None)


def figure_said(figure: str) -> str:
    """Return a figure with sign and unit, as `Sentences` says it in Chinese."""
    if figure == ONLY_LISTED:
        return _(figure)
    shown = figure.translate(_WIDE_SIGNS) if get_language() == "en" else figure
    if one := _OF_SO_MANY.fullmatch(shown):
        return one["sign"] + _("每%(per)s中%(figure)s") % one.groupdict()
    for code, zh in words("unit").items():
        if figure.endswith(zh):
            return _with_unit(shown.removesuffix(zh), code)
    return shown


def _with_unit(number: str, code: str) -> str:
    digits = number.lstrip("><=≥≤＞＜＝")
    if code in _COUNTED and digits.isdecimal():
        return f"{number.removesuffix(digits)}{_COUNTED[code] % {'many': int(digits)}}"
    return _("%(number)s%(unit)s") % {"number": number, "unit": said("unit", code)}


def changed_said(changed: str) -> str:
    """Return who changed a rule, since when and why, as `apply_changes` says it."""
    found = _CHANGED.fullmatch(changed)
    return _("%(by)s自%(from)s起：%(why)s") % found.groupdict() if found else changed
