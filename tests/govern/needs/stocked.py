"""A run and a closed round of the small city, worked by hand.

mill: infant care is lacking (900 people), nobody assessed meals, sports are there but are asked for
pond: infant care is lacking (40), vegetables are lacking (rule of no function, nobody counted)
reed: infant care is lacking (700), in the other county
"""

from __future__ import annotations

from typing import Any

from lifecircle.govern.actor import system
from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.surveys.entering import enter
from lifecircle.govern.surveys.models import Channel, Return, Round
from tests.govern.assessments.stocked import finding_of, run_of
from tests.govern.surveys.rounds import opened

XIAN = "xian-2024"


def run_with_gaps(areas: Any) -> Run:
    """Return a run that found what is said above."""
    run = run_of(areas["city"])
    infant: dict[str, Any] = {"pack": XIAN, "rule": "has-infant-care", "reading": "record"}
    meals = {**infant, "rule": "has-community-meals", "verdict": "not assessed"}
    finding_of(run, areas["mill"], "mill", people_affected=900, **infant)
    finding_of(run, areas["mill"], "mill", people_affected=None, **meals)
    finding_of(run, areas["pond"], "pond", people_affected=40, **infant)
    finding_of(run, areas["pond"], "pond", people_affected=None)
    finding_of(run, areas["pond"], "pond", reading="circle", people_affected=77)
    finding_of(run, areas["reed"], "reed", people_affected=700, **infant)
    nine = {**infant, "rule": "nine-functions"}
    finding_of(run, areas["mill"], "mill", people_affected=900, **nine)
    return run


def closed_round(areas: Any) -> Round:
    """Return a closed round of the county east: mill asks for sports and tells two opinions."""
    round_ = opened(areas["east"])
    back = Return.objects.get(round=round_, area=areas["mill"])
    enter(system("test"), back, ANSWERS, Channel.PAGE)
    Return.objects.filter(round=round_).update(state=Return.State.CLOSED)
    Round.objects.filter(pk=round_.pk).update(state=Round.State.CLOSED)
    round_.refresh_from_db()
    return round_


ANSWERS: dict[tuple[str, str], Any] = {
    ("need_rank", "sports"): 1,
    ("need_people", "sports"): 30,
    ("need_rank", "infant_care"): 2,
    ("opinion_words", "new-1"): "托育开门太晚",
    ("opinion_function", "new-1"): "infant_care",
    ("opinion_people", "new-1"): 3,
    ("opinion_words", "new-2"): "路灯不亮",
}


def needs_of(area: Area) -> Any:
    """Compile the list of an area as a command."""
    from lifecircle.govern.needs.services import compile_list  # noqa: PLC0415

    return compile_list(system("test"), area)
