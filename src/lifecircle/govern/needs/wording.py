"""Where an item comes from, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from lifecircle.govern.assessments.wording import figure_said, marks_said, plain_title, said
from lifecircle.govern.needs.models import NeedItem
from lifecircle.govern.wording import listed


def origin_words() -> dict[str, str]:
    """Return what the kinds of sources are called."""
    return {
        "gap": _("评估缺口"),
        "survey": _("摸底问需"),
        "opinions": _("居民意见"),
        "hand": _("人工添加"),
    }


def origins(item: NeedItem) -> str:
    """Return the kinds of sources of an item."""
    known = origin_words()
    return listed(known[kind] for kind in item.origins if kind in known)


def told(source: Mapping[str, Any]) -> str:
    """Return a source as a sentence; the title of a gap's rule is left to the page."""
    if "more" in source:
        known = origin_words()
        return _("%(kind)s还有%(more)s条") % {
            "kind": known.get(source["kind"], ""), "more": source["more"]
        }  # fmt: skip
    return {"gap": _gap, "survey": _survey, "opinions": _opinion}[source["kind"]](source)


def marks(source: Mapping[str, Any]) -> str:
    """Return what to know of a gap beside its verdict: 推定, 待核, 已豁免."""
    if source["kind"] != "gap" or "more" in source:
        return ""
    found = [marks_said(source["marks"])] if source["marks"] else []
    if source["verdict"] != "not met":
        found.append(_("待核"))
    if source["waived"]:
        found.append(_("已豁免"))
    return _("，").join(found)


def told_whole(source: Mapping[str, Any]) -> str:
    """Return a source as a sentence that begins with the title of the rule, in plain words."""
    if "title" not in source:
        return told(source)
    title = plain_title(source["pack"], source["rule"], source["title"])
    if own := marks(source):
        title = _("%(title)s（%(marks)s）") % {"title": title, "marks": own}
    return _("；").join((title, told(source)))


def _gap(source: Mapping[str, Any]) -> str:
    parts = [said("verdict", source["verdict"])]
    if source["asked"]:
        found = figure_said(source["found"]) if source["found"] else _("不明")
        parts.append(_("要求%(asked)s，实有%(found)s") % {
            "asked": figure_said(source["asked"]), "found": found
        })  # fmt: skip
    if source["verdict"] == "not met":
        people = _("不明") if source["people"] is None else str(source["people"])
        parts.append(_("涉及%(people)s人") % {"people": people})
    return _("；").join(parts)


def _survey(source: Mapping[str, Any]) -> str:
    rank = _("没有排") if source["rank"] is None else str(source["rank"])
    people = _("不明") if source["people"] is None else str(source["people"])
    return _("居民需求排第%(rank)s，%(people)s人提出") % {"rank": rank, "people": people}


def _opinion(source: Mapping[str, Any]) -> str:
    people = _("人数不明") if source["people"] is None else _("%(people)s人") % source
    words = source["words"] or _("没有写内容")
    return _("“%(words)s”（%(people)s）") % {"words": words, "people": people}
