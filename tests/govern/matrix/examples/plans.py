"""Plans are of the whole city and seen by all; what they build is seen by area."""

from typing import Any

from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.plans.models import Plan
from tests.govern.assessments.stocked import PACK, run_of
from tests.govern.matrix.example import Example
from tests.govern.plans.stocked import part_of, plan_of


def seed(place: Any, number: int) -> None:
    """Lay what a plan builds into the place, of a plan that everybody shares."""
    city = Area.objects.filter(level="city").earliest("pk")
    place.planned = Plan.objects.first() or plan_of(
        Run.objects.filter(title="").first() or run_of(city)
    )
    part_of(place.planned, place.area, f"{place.word}-{number}")


def _plan(place: Any) -> dict[str, Any]:
    return {"number": place.planned.pk}


def _chosen(place: Any) -> dict[str, Any]:
    return {"alternative": 2, "reason": "x", "seen": place.planned.edits}


OF_THE_CITY = frozenset({403})
"""Only who holds the permission over the whole city may."""

LATE = frozenset({403, 409})
FILTERED = ("plan=1", "plan=9", "page=2")

EXAMPLES = {
    "plans:list": Example(queries=("state=done", "page=2")),
    "plans:ask": Example(reach="all", queries=("before=1",)),
    "plans:plan": Example(_plan, reach="all", queries=FILTERED),
    "plans:communities": Example(
        _plan, reach="all", queries=("area={area}", "area={word}", "built=1&plan=1")
    ),
    "plans:file": Example(
        lambda place: _plan(place) | {"name": "actions.csv"}, reach="nobody"
    ),
    "plans:stop": Example(_plan, lambda _: {}, reach="all", own=LATE),
    "plans:again": Example(_plan, lambda _: {}, reach="all", own=LATE),
    "plans:choose": Example(_plan, _chosen, reach="all", own=LATE),
    "api:plan_list": Example(
        body=lambda place: {"run": place.planned.run_id, "pack": PACK}, reach="all",
        queries=("limit=1",), own=OF_THE_CITY,
    ),
    "api:plan": Example(_plan, reach="all"),
    "api:plan_actions": Example(_plan, reach="all", queries=("alternative=1", "page=2")),
}  # fmt: skip
