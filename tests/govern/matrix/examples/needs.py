"""Need lists are of areas: each has one with an item, out of a run that everybody shares."""

from typing import Any

from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.needs.models import NeedItem, NeedList
from tests.govern.assessments.stocked import run_of
from tests.govern.matrix.example import Example


def seed(place: Any, number: int) -> None:
    """Lay a draft and a settled list with an item into the place."""
    run = Run.objects.filter(title="").first() or run_of(
        Area.objects.filter(level="city").earliest("pk")
    )
    word = f"{place.word}-{number}"
    version = NeedList.objects.filter(area=place.area).count() + 1
    told = {"area": place.area, "run": run, "title": word, "actor": word}
    settled = {"state": NeedList.State.PROPOSED, "sha256": "0" * 64, "proposed_by": word}
    place.settled_needs = NeedList.objects.create(version=version, **settled, **told)
    place.needs = NeedList.objects.create(version=version + 1, **told)
    for own in (place.settled_needs, place.needs):
        place.need = NeedItem.objects.create(
            needs=own, key=word, area=place.area, what=word, ask="new", priority=1, note=word,
            sources=[{"kind": "opinions", "words": word, "people": 3}],
        )  # fmt: skip


def _number(of: str) -> Any:
    return lambda place: {"number": getattr(place, of).pk}


def _item(place: Any) -> dict[str, Any]:
    return {"number": place.needs.pk, "key": place.need.pk}


def _decided(place: Any) -> dict[str, Any]:
    seen = place.need.edits
    return {"ask": "new", "priority": 1, "kept": "yes", "reason": "", "note": "x", "seen": seen}


def _seen(of: str) -> Any:
    return lambda place: {"seen": getattr(place, of).edits, "reason": "x"}


FILTERED = ("area={area}", "function=sports&kept=yes", "priority=1&verify=1", "page=2")
OTHER_STATE = frozenset({409})
LEVEL = frozenset({403, 409, 422})
"""A list of a city is none, and a place that is being compiled is not compiled again."""

EXAMPLES = {
    "needs:list": Example(queries=("state=draft", "area={word}", "page=2")),
    "needs:compile": Example(reach="all", queries=("area={word}",)),
    "needs:page": Example(_number("needs"), queries=FILTERED),
    "needs:taken": Example(lambda place: {"number": place.needs.pk, "ending": "csv"}),
    "needs:compare": Example(_number("needs"), queries=("before=1",)),
    "needs:add": Example(_number("needs"), lambda _: {"area": "x"}),
    "needs:item": Example(_item, _decided),
    "needs:propose": Example(_number("needs"), _seen("needs"), own=OTHER_STATE),
    "needs:take_back": Example(_number("settled_needs"), _seen("settled_needs"), own=OTHER_STATE),
    "api:need_lists": Example(
        body=lambda place: {"area": place.area.code or str(place.area.pk)},
        queries=("limit=1",), own=LEVEL,
    ),
    "api:need_list": Example(_number("needs")),
    "api:need_items": Example(_number("needs"), queries=("area={area}", "kept=true", "limit=1")),
}  # fmt: skip
