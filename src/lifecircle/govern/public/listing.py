"""The items of a need list or plan and the sums of a baseline, as rows in the reader's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from lifecircle.govern.assessments.wording import plain_title
from lifecircle.govern.public.showing import Showing
from lifecircle.govern.public.wording import category_said, function_said, in_script
from lifecircle.govern.publications.models import Publication, PublicFeature
from lifecircle.govern.wording import worded
from lifecircle.terms.codes import code_sets

MOST = 300
"""So many rows stand on a page; the files hold all."""

EVERY = 10_000
"""A baseline is summed over so many communities."""

STATES = ("operating", "built", "absent", "not_surveyed")
Rows = list[tuple[str, ...]]


def listed_in(one: Publication, showing: Showing) -> dict[str, Any]:
    """Return ``headers`` and ``rows`` of what a publication lists, and whether that is not all."""
    kind = Publication.Kind(one.kind)
    ways: Mapping[
        str, tuple[str, int, Callable[[list[PublicFeature]], tuple[tuple[str, ...], Rows]]]
    ]
    ways = {
        Publication.Kind.NEEDS: ("needs", MOST, _needs),
        Publication.Kind.PLAN: ("planned", MOST, _planned),
        Publication.Kind.BASELINE: ("baseline", EVERY, _baseline),
    }
    if kind not in ways:
        return {}
    collection, most, way = ways[kind]
    found = showing.rows(one, collection, most + 1)
    headers, rows = way(found[:most])
    return {"headers": headers, "rows": rows, "cut": len(found) > most}


def _needs(found: list[PublicFeature]) -> tuple[tuple[str, ...], Rows]:
    headers = (_("哪里"), _("需要什么"), _("怎么办"), _("缓急"))
    asked = {"new": _("新设"), "larger": _("扩大"), "hours": _("调整开放时间"), "other": _("其他")}
    urgency = {1: _("先办"), 2: _("应办"), 3: _("可缓")}
    rows: Rows = []
    for one in found:
        told = one.properties
        urgent = urgency.get(told["priority"], "")
        if told["to_verify"]:
            urgent = _("%(urgent)s（还要核实）") % {"urgent": urgent}
        rows.append((
            in_script(told["area_name"]), _need(one), asked.get(told["ask"], ""), urgent
        ))  # fmt: skip
    return headers, rows


def _need(one: PublicFeature) -> str:
    """Return what is needed: a function, a rule's title, or what somebody wrote."""
    if one.properties["function"]:
        return function_said(one.properties["function"])
    parts = one.own_id.split(":")
    if len(parts) == 4 and parts[1] == "rule":
        return plain_title(parts[2], parts[3], one.name)
    return str(in_script(one.name))


def _planned(found: list[PublicFeature]) -> tuple[tuple[str, ...], Rows]:
    headers = (
        _("哪里"),
        _("建什么"),
        _("用哪处地方"),
        _("面积（平方米）"),
        _("什么时候能用"),
        _("花费（元）"),
    )
    return headers, [
        (
            in_script(told["area_name"]), category_said(told["category"], told["category_zh"]),
            in_script(told["space_name"]), str(told["floor_m2"]), str(told["ready_on"]),
            f"{told['yuan']:,}" if isinstance(told["yuan"], int) else str(told["yuan"]),
        )
        for told in (one.properties for one in found)
    ]  # fmt: skip


def _baseline(found: list[PublicFeature]) -> tuple[tuple[str, ...], Rows]:
    """Count communities by function and state."""
    functions, states = code_sets()["function"], code_sets()["survey_state"]
    headers = (_("服务"), *(worded(states[state]) for state in STATES))
    counts = {code: Counter(one.properties.get(code) for one in found) for code in functions}
    return headers, [
        (worded(function), *(str(counts[code][state]) for state in STATES))
        for code, function in functions.items()
    ]
