"""Where an item comes from, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from lifecircle.govern.assessments.wording import said
from lifecircle.govern.needs.models import NeedItem


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
    return "、".join(known[kind] for kind in item.origins if kind in known)


def told(source: Mapping[str, Any]) -> str:
    """Return a source as a sentence."""
    if "more" in source:
        known = origin_words()
        return _("%(kind)s还有%(more)s条") % {
            "kind": known.get(source["kind"], ""), "more": source["more"]
        }  # fmt: skip
    return {"gap": _gap, "survey": _survey, "opinions": _opinion}[source["kind"]](source)


def _gap(source: Mapping[str, Any]) -> str:
    marks = [source["marks"]] if source["marks"] else []
    if source["verdict"] != "not met":
        marks.append(_("待核"))
    if source["waived"]:
        marks.append(_("已豁免"))
    parts = [source["title"] + (f"（{'，'.join(marks)}）" if marks else "")]
    parts.append(said("verdict", source["verdict"]))
    if source["asked"]:
        parts.append(_("要求%(asked)s，实有%(found)s") % {
            "asked": source["asked"], "found": source["found"] or _("不明")
        })  # fmt: skip
    if source["verdict"] == "not met":
        people = _("不明") if source["people"] is None else str(source["people"])
        parts.append(_("涉及%(people)s人") % {"people": people})
    return "；".join(parts)


def _survey(source: Mapping[str, Any]) -> str:
    rank = _("没有排") if source["rank"] is None else str(source["rank"])
    people = _("不明") if source["people"] is None else str(source["people"])
    return _("居民需求排第%(rank)s，%(people)s人提出") % {"rank": rank, "people": people}


def _opinion(source: Mapping[str, Any]) -> str:
    people = _("人数不明") if source["people"] is None else _("%(people)s人") % source
    words = source["words"] or _("没有写内容")
    return _("“%(words)s”（%(people)s）") % {"words": words, "people": people}
