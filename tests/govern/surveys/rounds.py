"""A round in the small city: two communities below one township, one below another."""

from __future__ import annotations

from datetime import date
from typing import Any

from lifecircle.govern.actor import system
from lifecircle.govern.areas.models import Area
from lifecircle.govern.inventory.models import Facility, Permit, Space
from lifecircle.govern.inventory.services import add
from lifecircle.govern.surveys.drafting import draft
from lifecircle.govern.surveys.models import Return, Round
from lifecircle.govern.surveys.opening import open_at_once

PACK = "xian-2024"
ON_FILE, AS_ON = date(2026, 1, 1), date(2026, 6, 30)
EVERYTHING = ("survey.view", "survey.enter", "survey.review", "survey.close", "survey.run")


def stocked(area: Area) -> None:
    """Put a clinic, a space and a permit of an area on file."""
    command = system("test")
    of: dict[str, Any] = {"area": area, "on": ON_FILE}
    clinic = {"name": "Mill clinic", "categories": ["clinic"], "floor_m2": "80", "lon": 108.95}
    add(command, Facility, {**clinic, "lat": 34.25}, own_id="F1", **of)
    add(command, Space, {"name": "Old mill", "kind_of_space": "community_rooms"}, own_id="K1", **of)
    permit = {"estate": "Mill court", "category": "elder_care_point", "permitted_m2": "400"}
    add(command, Permit, permit, own_id="许可〔2018〕12号-1", **of)


def drafted(area: Area, **days: date) -> Round:
    """Draft a round of an area."""
    plan: dict[str, Any] = {
        "as_on": AS_ON,
        "opens_on": date(2026, 7, 1),
        "due_on": date(2026, 7, 31),
        "review_due_on": date(2026, 8, 14),
        **days,
    }
    return draft(system("test"), pack=PACK, area=area, title="Round 2026", **plan)


def opened(area: Area) -> Round:
    """Open a round of an area."""
    return open_at_once(system("test"), drafted(area))


def back_of(round_: Round, area: Area) -> Return:
    """Return the return of a community as it is."""
    return Return.objects.select_related("round", "area").get(round=round_, area=area)
