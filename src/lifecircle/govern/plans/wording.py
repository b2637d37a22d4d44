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
from lifecircle.plan.model.solving import Status
from lifecircle.plan.wishes import Decided
from lifecircle.publish.planning.words import wan_text
from lifecircle.terms.codes import code_sets
from lifecircle.terms.errors import Fault
from lifecircle.terms.figures import percent_text
from lifecircle.terms.taxonomy import categories

MINUTE_S = 60
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


def stopped_said(said: Mapping[str, Any], effort: Mapping[str, Any], number: int) -> list[str]:
    """Say which limits a plan met, and what more would help; nothing where it is proved the best.

    ``said`` is what `making.said_of` told of all alternatives, ``number`` the one that is shown.
    """
    shown: Mapping[str, Any] = next(
        (one for one in said.get("alternatives", ()) if one["number"] == number), {}
    )
    how, found = shown.get("stopped", ""), list[str]()
    if said.get("exact") is False:
        found.append(_("规模大，用近似的办法找，离最好至多差多少写在上面；没有另找备选方案。"))
    elif how == Status.TIME_LIMIT:
        time = duration_said(effort["seconds"])
        found.append(
            _("找到%(time)s的时限为止，这是当时最好的；给多些时间再排，可能更好。") % {"time": time}
        )
    elif how == Status.WITHIN_GAP:
        gap = percent_text(f"{effort['gap']:.10g}")
        found.append(
            _("照您选的，和最好的至多差%(gap)s就停了；选“找到最好的”再排，可能更好。")
            % {"gap": gap}
        )
    if said.get("exact") and said.get("ended") == Status.TIME_LIMIT and effort["plans"] > 1:
        found.append(_("备选方案到时限还没有找完。"))
    if number == 1 and said.get("explained") == "some":
        time = duration_said(effort["explain_seconds"])
        found.append(
            _("逐项去掉重新求解，到%(time)s的时限没有全部算准：少了哪一项会怎样，有的只是大概。")
            % {"time": time}
        )
    return found


def duration_said(seconds: float) -> str:
    """Return a time in minutes where it is whole ones, else in seconds."""
    if seconds >= MINUTE_S and seconds % MINUTE_S == 0:
        return _("%(count)s分钟") % {"count": int(seconds // MINUTE_S)}
    return _("%(count)s秒") % {"count": f"{seconds:g}"}
