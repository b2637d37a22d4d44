"""What a reader asks of a layer: the parameters, each understood or refused with a sentence."""

from __future__ import annotations

import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _

from lifecircle.govern.features.layers import Layer
from lifecircle.govern.features.systems import CRS84, Box, System, corners, system_named
from lifecircle.govern.features.times import days_of
from lifecircle.govern.features.wrong import Wrong

COMMON, MOST = 100, 1000
"""How many things a page has unless told otherwise, and at most."""

FIELDS = ("name", "community")
"""What things may be filtered by."""

ITEMS = ("f", "limit", "after", "bbox", "bbox-crs", "crs", "datetime", *FIELDS)
ITEM = ("f", "crs")
PAGE = ("f",)

_AFTER = re.compile(r"([0-9]{1,18}):([^\0]{1,64})")


@dataclass(frozen=True)
class Asked:
    """What is asked of a layer; ``began`` and ``after`` say where a page before it ended."""

    limit: int
    began: int | None
    after: str
    boxes: tuple[Box, ...]
    system: System
    fields: Mapping[str, str]
    days: tuple[date, date] | None


def parameters(request: HttpRequest, known: Iterable[str]) -> dict[str, str]:
    """Return the parameters of a request; raises Wrong for one unknown, repeated or empty."""
    names = frozenset(known)
    for name, given in request.GET.lists():
        if name not in names:
            raise Wrong(
                _("没有 %(name)s 这个参数") % {"name": name[:40]},
                remedy=_("只用 %(names)s") % {"names": "、".join(sorted(names))},
            )
        if len(given) > 1:
            raise Wrong(_("参数 %(name)s 写了不止一次") % {"name": name}, remedy=_("只写一次"))
        if any(one in given[0] for one in "\0\ufffd"):
            raise Wrong(_("参数 %(name)s 里有不能用的字符") % {"name": name}, remedy=_("改正"))
    return request.GET.dict()


def asked_of(layer: Layer, told: Mapping[str, str]) -> Asked:
    """Return what is asked of a layer; raises Wrong where a parameter cannot be understood."""
    began, after = after_of(told) if "after" in told else (None, "")
    return Asked(
        limit=_limit(told["limit"]) if "limit" in told else COMMON,
        began=began,
        after=after,
        boxes=_boxes(layer, told),
        system=system_asked(layer, told),
        fields={name: told[name] for name in FIELDS if name in told},
        days=days_of(told["datetime"]) if "datetime" in told else None,
    )


def system_asked(layer: Layer, told: Mapping[str, str]) -> System:
    """Return the system in which places are to be told."""
    return system_named(told["crs"], layer.systems, "crs") if "crs" in told else CRS84


def _limit(text: str) -> int:
    if not re.fullmatch(r"0*[1-9][0-9]{0,17}", text, re.ASCII):
        raise Wrong(_("limit 不是正整数"), remedy=_("写成 limit=100"))
    return min(int(text), MOST)


def going_on(publication: int, own_id: str) -> str:
    """Return what leads to the next page, in letters and digits that no address encodes.

    Programs take links apart and join them again, and some encode a second time what was encoded.
    """
    return urlsafe_b64encode(f"{publication}:{own_id}".encode()).decode().rstrip("=")


def after_of(told: Mapping[str, str]) -> tuple[int, str]:
    """Return the publication that was begun, and the last id read; raises Wrong."""
    text = told["after"]
    try:
        plain = b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:
        plain = ""
    found = _AFTER.fullmatch(plain)
    if not found:
        raise Wrong(_("after 不是本接口给出的"), remedy=_("用上一页 next 链接里的"))
    return int(found[1]), found[2]


def _boxes(layer: Layer, told: Mapping[str, str]) -> tuple[Box, ...]:
    systems = layer.systems
    system = CRS84
    if "bbox-crs" in told:
        system = system_named(told["bbox-crs"], systems, "bbox-crs")
    return tuple(system.boxes(corners(told["bbox"]))) if "bbox" in told else ()
