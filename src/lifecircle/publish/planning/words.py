"""What a planner reads for the codes of a plan."""

from __future__ import annotations

import math

from lifecircle.place.tables import City
from lifecircle.policy import planning_reading
from lifecircle.policy.models import Pack
from lifecircle.terms.figures import decimal_text

WAN = 10_000
STATES_ZH = {
    "gap": "缺口",
    "waived": "已豁免",
    "not assessed": "未评估，先摸底",
    "asked for": "已达标，居民仍有诉求",
}
OPEN_ZH = {
    "": "",
    "claimed": "先按规划许可收回、置换、补建",
    "people-unknown": "人数未知，先补人数",
    "several-missing": "差不止一处，补一处不够",
    "no-standard": "没有写这类设施的配置标准",
    "no-site": "没有可用的空间能补",
    "no-money": "预算内没有排上",
    "waived": "已豁免",
    "not assessed": "未评估，先摸底",
    "asked for": "已达标，居民仍有诉求",
}


def code_zh(set_name: str, code: str) -> str:
    """Return what a code is called, nothing for no code."""
    return planning_reading.code_zh(set_name, code) if code else ""


def wan_text(yuan: int) -> str:
    """Return yuan as 万元, to two decimals at most."""
    return decimal_text(yuan / WAN, 2)


def minutes_text(minutes: float | None) -> str:
    """Return minutes to one decimal, ``>60`` beyond the hour, nothing where nobody knows."""
    if minutes is None:
        return ""
    return decimal_text(minutes, 1) if math.isfinite(minutes) else ">60"


def class_zh(pack: Pack, priority: int) -> str:
    """Return the title of a class of the pack's priorities."""
    classes = pack.planning.priority
    if priority < len(classes):
        return classes[priority].title.zh
    return "其他" if classes else "不分先后"


def space_zh(city: City, space: int) -> str:
    """Return what a space is called."""
    return city.spaces[space].name or city.spaces[space].id
