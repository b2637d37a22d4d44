"""Surveys: a round over each area, its returns, the API of them."""

from datetime import date
from typing import Any

from lifecircle.govern.surveys.asking import form_of
from lifecircle.govern.surveys.models import Answer, Channel, Return, Round
from lifecircle.policy.packs import load_pack
from tests.govern.matrix.example import Example

DAY = date(2026, 6, 30)


def seed(place: Any, number: int) -> None:
    """Lay an open round over the area, with a return and an answer of the area itself."""
    word = f"{place.word}-{number}"
    form = form_of(load_pack("xian-2024"))
    days = {"as_on": DAY, "opens_on": DAY, "due_on": DAY, "review_due_on": DAY}
    place.round = Round.objects.create(
        pack="xian-2024", area=place.area, title=word, state=Round.State.OPEN,
        form=form.plain(), form_sha256=form.sha256, actor=word, **days,
    )  # fmt: skip
    place.draft = Round.objects.create(pack="xian-2024", area=place.area, title=word, **days)
    place.back = Return.objects.create(round=place.round, area=place.area, missing=word)
    Answer.objects.create(
        back=place.back, question="opinion_words", row="new-1", value=word, actor=word,
        channel=Channel.PAGE, at="2026-07-01T00:00:00Z",
    )  # fmt: skip


def _round(place: Any) -> dict[str, Any]:
    return {"pk": place.round.pk}


def _draft(place: Any) -> dict[str, Any]:
    return {"pk": place.draft.pk}


def _back(place: Any) -> dict[str, Any]:
    return {"pk": place.back.pk}


def _section(place: Any) -> dict[str, Any]:
    return {"pk": place.back.pk, "code": "needs"}


def _seen(place: Any) -> dict[str, Any]:
    return {"seen": place.back.version, "missing": "x", "verdict": "pass", "channel": "page"}


def _plan(place: Any) -> dict[str, Any]:
    days = dict.fromkeys(("as_on", "opens_on", "due_on", "review_due_on"), DAY)
    return {"title": "x", "area": place.area.pk, "pack": "xian-2024", **days}


def _change(place: Any) -> dict[str, Any]:
    return {**_plan(place), "seen": place.draft.version}


def _version(place: Any) -> dict[str, Any]:
    return {"seen": 1}


LATE = frozenset({403, 409, 422})
"""Of towns no round is drafted, and what is in another state is refused for that."""

EXAMPLES = {
    "surveys:list": Example(queries=("state=open",)),
    "surveys:new": Example(reach="all"),
    "surveys:round": Example(_round, queries=("state=open", "late=1", "township=1")),
    "surveys:change": Example(_draft, _change, own=LATE),
    "surveys:discard": Example(_draft, _version, own=LATE),
    "surveys:excused": Example(_draft, _version, own=LATE),
    "surveys:preview": Example(_round),
    "surveys:deadlines": Example(_round, _version, own=LATE),
    "surveys:open": Example(_draft, lambda _: {}, own=LATE),
    "surveys:close": Example(_round, lambda _: {}, own=LATE),
    "surveys:return": Example(_back),
    "surveys:section": Example(_section, _seen, own=LATE),
    "surveys:hand_in": Example(_back, _seen, own=LATE),
    "surveys:review": Example(_back, _seen, own=LATE),
    "surveys:history": Example(_back),
    "api:survey_rounds": Example(),
    "api:survey_open": Example(_draft, lambda _: {}, own=LATE),
    "api:survey_form": Example(_round),
    "api:survey_returns": Example(_round),
    "api:survey_answers": Example(_back, lambda _: {"answers": []}),
}
