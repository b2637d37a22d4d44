"""What is asked of a plan and told of it, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from lifecircle.govern.assessments.packs import pack_with
from lifecircle.govern.refused import Refused
from lifecircle.govern.wording import in_chinese, listed, worded
from lifecircle.plan.wishes import Decided
from lifecircle.publish.planning.words import wan_text
from lifecircle.terms.codes import code_sets
from lifecircle.terms.errors import Fault
from lifecircle.terms.taxonomy import categories

PROVED = gettext_noop("已证明没有服务更多人的方案")
WHOLE, NOTHING = gettext_noop("完整"), gettext_noop("本期没有项目")
"""What `completeness_zh` says; which fields are lacking it says in the words of the policy."""
_MORE = re.compile(r"最好的方案至多再多(?P<people>[\d,]+)人")


def called(number: int) -> str:
    """Return what an alternative is called."""
    return _("推荐") if number == 1 else _("备选%(number)s") % {"number": number - 1}


def decided_text(one: Decided) -> str:
    """Return what `decided_of` reads: Chinese names for who reads these, else codes."""
    category, mode = one.category, one.mode
    if get_language() == "zh-hans":
        category = categories()[category].zh
        mode = code_sets()["build_mode"][mode].zh if mode else ""
    return f"{one.space}={category}@{one.year}" + (f":{mode}" if mode else "")


def fault_said(fault: Fault) -> str:
    """Return what is wrong with a line that was entered."""
    return str(Refused(_(fault.reason), remedy=_(fault.remedy) if fault.remedy else ""))


def gap_said(gap: str) -> str:
    """Return how far a plan may be from the best, as `gap_zh` says it in Chinese."""
    if gap == PROVED:
        return _(gap)
    found = _MORE.fullmatch(gap)
    return _("最好的方案至多再多%(people)s人") % found.groupdict() if found else in_chinese(gap)


def years_said(years: Mapping[str, int]) -> str:
    """Return what is spent in each year, in 万元."""
    return listed(
        _("%(year)s：%(wan)s") % {"year": year, "wan": wan_text(yuan)}
        for year, yuan in years.items()
    )


def precedences_said(pack: str, ids: Iterable[str]) -> str:
    """Return precedences of a pack by their titles; one that it has no more by its id."""
    found: Any = pack_with(pack)
    titles = {one.id: worded(one.title) for one in found.planning.precedence} if found else {}
    return listed(titles.get(own, own) for own in ids)
