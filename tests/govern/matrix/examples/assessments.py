"""Runs are of the whole city and seen by all; findings and waivers are of areas."""

from datetime import date
from typing import Any

from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.models import Interpretation, Run
from tests.govern.assessments.stocked import (
    PACK,
    RULE,
    finding_of,
    interpretation_of,
    run_of,
    waiver_of,
)
from tests.govern.matrix.example import Example


def seed(place: Any, number: int) -> None:
    """Lay findings and a waiver into the place, of runs that everybody shares."""
    city = Area.objects.filter(level="city").earliest("pk")
    place.run = next(iter(_whole()), None) or (run_of(city), run_of(city))[1]
    place.interpretation = Interpretation.objects.first() or interpretation_of()
    word = f"{place.word}-{number}"
    place.finding = finding_of(place.run, place.area, word)
    finding_of(place.run, place.area, f"{word}-m", verdict="met", people_affected=None)
    ended = date(2026, 2, 1) if number > 1 else None
    place.waiver = waiver_of(place.area, word, ended_on=ended)


def _run(place: Any) -> dict[str, Any]:
    return {"number": place.run.pk}


def _before(place: Any) -> dict[str, Any]:
    return {"before": _whole()[-1].pk, "pack": PACK}


def _whole() -> list[Run]:
    """Return the runs that can be compared, the newest first: other apps lay runs of their own."""
    return [one for one in Run.objects.order_by("-pk") if one.done and PACK in one.manifest]


def _finding(place: Any) -> dict[str, Any]:
    return _run(place) | {"key": place.finding.pk}


def _rule(_: Any) -> dict[str, Any]:
    return {"pack": PACK, "rule": RULE}


def _key(of: str) -> Any:
    return lambda place: {"key": getattr(place, of).pk}


ENDED = {"on": date(2026, 2, 1), "reason": "x"}
OF_THE_CITY = frozenset({403})
"""Only who holds the permission over the whole city may."""

BEGUN = frozenset({409})
NARROWED = ("q={word}", "area={area}", f"pack={PACK}&rule={RULE}", "verdict=met", "page=2")


EXAMPLES = {
    "assessments:list": Example(queries=("state=done", "page=2")),
    "assessments:ask": Example(body=lambda _: {"packs": PACK}, reach="all"),
    "assessments:run": Example(_run, reach="all", queries=NARROWED),
    "assessments:stop": Example(_run, lambda _: {}, reach="all", own=BEGUN),
    "assessments:again": Example(_run, lambda _: {}, reach="all", own=BEGUN),
    "assessments:areas": Example(_run, reach="all", queries=(*NARROWED, "level=community")),
    "assessments:findings": Example(_run, reach="all", queries=NARROWED),
    "assessments:places": Example(_run, reach="all", queries=NARROWED),
    "assessments:taken": Example(
        lambda place: _run(place) | {"ending": "csv"}, reach="all", queries=NARROWED
    ),
    "assessments:finding": Example(_finding),
    "assessments:why": Example(_finding),
    "assessments:file": Example(
        lambda place: _run(place) | {"pack": PACK, "name": "findings.csv"}, reach="nobody"
    ),
    "assessments:compare": Example(_run, _before, reach="all", queries=(f"before=1&pack={PACK}",)),
    "assessments:rules": Example(queries=("pack=xian-2024", "page=2")),
    "assessments:rule": Example(_rule, reach="all"),
    "assessments:waivers": Example(queries=("state=open", "page=2")),
    "assessments:excuse": Example(_rule, lambda _: {"area": "x"}, reach="all"),
    "assessments:end_waiver": Example(_key("waiver"), lambda _: ENDED),
    "assessments:interpret": Example(_rule, lambda _: {}, reach="all", own=OF_THE_CITY),
    "assessments:end_interpretation": Example(
        _key("interpretation"), lambda _: ENDED, reach="all", own=OF_THE_CITY
    ),
    "api:run_list": Example(
        body=lambda _: {"packs": [PACK], "as_of": date(2026, 1, 1)},
        reach="all",
        queries=("limit=1",),
        own=OF_THE_CITY,
    ),
    "api:run": Example(_run, reach="all"),
    "api:run_findings": Example(_run, reach="all", queries=("q={word}", "area={area}", "limit=1")),
    "api:run_compare": Example(_run, _before, reach="all", own=frozenset({422})),
}
