"""Words of the data as readers have them: names, hours, minutes, files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from lifecircle.govern.wording import listed, worded
from lifecircle.publish.handbook.traditional import in_traditional
from lifecircle.terms.codes import code_sets
from lifecircle.terms.taxonomy import categories

OTHER = ""


def in_script(content: Any) -> Any:
    """Return Chinese of the data, nested or not, in the characters that the reader reads."""
    return in_traditional(content) if get_language() == "zh-hant" else content


def spoken() -> str:
    """Return the language that the data speak to this reader, for marking them as such."""
    return "zh-Hant" if get_language() == "zh-hant" else "zh-Hans"


def category_said(code: str, zh: str = "") -> str:
    """Return what a category is called; ``zh`` where it is none of ours any more."""
    found = categories().get(code)
    return worded(found) if found else str(in_script(zh or code))


def function_said(code: str) -> str:
    """Return what one of the nine functions is called."""
    return worded(code_sets()["function"][code])


def kinds_said(facility: Mapping[str, Any]) -> str:
    """Return the categories of a facility."""
    known = categories()
    if all(code in known for code in facility["categories"]):
        return listed(worded(known[code]) for code in facility["categories"])
    return str(in_script(facility["categories_zh"]))


def functions_said(facility: Mapping[str, Any]) -> str:
    """Return what a facility is run for."""
    return listed(map(function_said, facility["functions"]))


def state_said(facility: Mapping[str, Any]) -> str:
    """Return the state of a facility."""
    states = code_sets()["facility_status"]
    state = facility["state"]
    return worded(states[state]) if state in states else in_script(facility["state_zh"])


def minutes_said(service: Mapping[str, Any]) -> str:
    """Return how long half of the people walk at most."""
    minutes = service["half_min"]
    if minutes is not None:
        return ngettext("%(many)s分钟", "%(many)s分钟", minutes) % {"many": minutes}
    return _("一小时以上") if len(service["half_zh"]) > 1 else _("不知道")


def hours_said(facility: Mapping[str, Any]) -> str:
    """Return when a facility is open: in English out of what could be read of it, else as it is."""
    if get_language() != "en" or not facility["open"]:
        return str(in_script(facility["hours_zh"]))
    by_days: dict[int, list[str]] = {}
    for days, begin, end in facility["open"]:
        by_days.setdefault(days, []).append(f"{_clock(begin)}–{_clock(end)}")
    return "; ".join(f"{_days(days)} {', '.join(own)}" for days, own in by_days.items())


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _days(bits: int) -> str:
    names = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    own = [at for at in range(7) if bits >> at & 1]
    if len(own) == len(names):
        return "every day"
    in_a_row = len(own) > 2 and own[-1] - own[0] == len(own) - 1
    return f"{names[own[0]]}–{names[own[-1]]}" if in_a_row else ", ".join(names[at] for at in own)


def by_function(services: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Return services by the function that they are for, in its order, the others at the end."""
    known = categories()
    groups: dict[str, list[Mapping[str, Any]]]
    groups = {code: [] for code in (*code_sets()["function"], OTHER)}
    for one in services:
        own = known[one["category"]].functions if one["category"] in known else ()
        groups[own[0] if own else OTHER].append(one)
    return [
        (function_said(code) if code else _("其他"), own) for code, own in groups.items() if own
    ]
