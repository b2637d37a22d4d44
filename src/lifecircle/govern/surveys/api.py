"""The part of the API that is of surveys."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from lifecircle.govern.actor import unseen
from lifecircle.govern.days import Day
from lifecircle.govern.paging import leaf
from lifecircle.govern.surveys.entering import MOST_AT_ONCE, enter
from lifecircle.govern.surveys.models import Answer, Channel, Return, Round
from lifecircle.govern.surveys.opening import open_
from lifecircle.govern.surveys.questions import LONGEST_KEY
from lifecircle.govern.surveys.views import actor_of, seen_round

router = Router(tags=["surveys"])
MOST = 500
After = Annotated[int, Field(ge=0, le=2**63 - 1)]
Limit = Annotated[int, Field(ge=1, le=MOST)]


class RoundTold(Schema):
    """A round of survey."""

    id: int
    title: str
    pack: str
    area: str
    state: str
    as_on: Day
    opens_on: Day
    due_on: Day
    review_due_on: Day
    form_sha256: str
    sha256: str

    @classmethod
    def of(cls, one: Round) -> RoundTold:
        """Tell of a round."""
        plain = (
            "title", "pack", "state", "as_on", "opens_on", "due_on", "review_due_on",
            "form_sha256", "sha256",
        )  # fmt: skip
        told = {name: getattr(one, name) for name in plain}
        return cls(id=one.pk, area=one.area.code or str(one.area_id), **told)


class ReturnTold(Schema):
    """What a community returns; `on_file` are its records as shown, by section and row key."""

    id: int
    area: str
    area_name: str
    state: str
    version: int
    asked: int
    answered: int
    on_file: dict[str, Any]


class Returns(Schema):
    """A page of returns; `next` is what to give as `after` for the next, None at the end."""

    items: list[ReturnTold]
    next: int | None


class AnswerTold(Schema):
    """An answer; `closed_at` is when a later one took its place."""

    id: int
    question: str
    row: str
    value: Any
    channel: str
    actor: str
    at: datetime
    closed_at: datetime | None


class Answers(Schema):
    """A page of answers; `next` is what to give as `after` for the next, None at the end."""

    items: list[AnswerTold]
    next: int | None


class Given(Schema):
    """An answer to give: the code of the question, the key of the row, the value or null."""

    question: Annotated[str, Field(max_length=64)]
    row: Annotated[str, Field(max_length=LONGEST_KEY)] = ""
    value: str | int | float | list[str] | list[float] | None = None


class Entering(Schema):
    """Answers to enter; `instance` is the client's own id of what it sends."""

    answers: Annotated[list[Given], Field(max_length=MOST_AT_ONCE)]
    channel: Channel = Channel.PAGE
    note: Annotated[str, Field(max_length=200)] = ""
    said_on: Day | None = None
    instance: uuid.UUID | None = None


class EnteredTold(Schema):
    """What became of what was sent."""

    saved: int
    version: int
    repeated: bool


@router.get("/rounds", response=list[RoundTold], url_name="survey_rounds")
def rounds(request: HttpRequest) -> list[RoundTold]:
    """List the newest rounds that one may see."""
    rows = Round.objects.visible_to(actor_of(request)).select_related("area").defer("form")
    return [RoundTold.of(one) for one in rows[:MOST]]


@router.post("/rounds/{pk}/open", response={202: RoundTold}, url_name="survey_open")
def open_round(request: HttpRequest, pk: int) -> Any:
    """Have a round opened; it can be answered when its state is `open`."""
    return Status(202, RoundTold.of(open_(actor_of(request), seen_round(request, _fits(pk)))))


@router.get("/rounds/{pk}/form", response=dict[str, Any], url_name="survey_form")
def form(request: HttpRequest, pk: int) -> dict[str, Any]:
    """Tell what a round asks, as it was frozen."""
    found: dict[str, Any] = seen_round(request, _fits(pk)).form
    return found


@router.get("/rounds/{pk}/returns", response=Returns, url_name="survey_returns")
def returns(request: HttpRequest, pk: int, after: After = 0, limit: Limit = 50) -> Returns:
    """List the returns of a round, as far as one may see them."""
    round_ = seen_round(request, _fits(pk))
    rows = Return.objects.visible_to(actor_of(request)).filter(round=round_, pk__gt=after)
    held, more = leaf(rows.select_related("area").order_by("pk"), limit)
    items = [
        ReturnTold(
            id=one.pk, area=one.area.code or str(one.area_id), area_name=one.area.name,
            state=one.state, version=one.version, asked=one.asked, answered=one.answered,
            on_file=one.on_file,
        )
        for one in held
    ]  # fmt: skip
    return Returns(items=items, next=more)


@router.get("/returns/{pk}/answers", response=Answers, url_name="survey_answers")
def answers(
    request: HttpRequest,
    pk: int,
    after: After = 0,
    limit: Limit = MOST,
    past: bool = False,  # noqa: FBT001, FBT002 - a parameter of the address
) -> Answers:
    """List the answers of a return, those of the past too where asked for."""
    back = _seen(request, pk)
    rows = (
        Answer.objects.visible_to(actor_of(request)).filter(back=back, pk__gt=after).order_by("pk")
    )
    if not past:
        rows = rows.filter(closed_at__isnull=True, value__isnull=False)
    held, more = leaf(rows, limit)
    items = [
        AnswerTold(
            id=one.pk, question=one.question, row=one.row, value=one.value,
            channel=one.channel, actor=one.actor, at=one.at, closed_at=one.closed_at,
        )
        for one in held
    ]  # fmt: skip
    return Answers(items=items, next=more)


@router.post("/returns/{pk}/answers", response=EnteredTold)
def answer(request: HttpRequest, pk: int, body: Entering) -> EnteredTold:
    """Enter answers: all of them or, where one is wrong, none."""
    given = {(one.question, one.row): one.value for one in body.answers}
    said = body.dict(include={"note", "said_on", "instance"})
    done = enter(actor_of(request), _seen(request, pk), given, body.channel, **said)
    return EnteredTold(saved=done.saved, version=done.version, repeated=done.repeated)


def _seen(request: HttpRequest, pk: int) -> Return:
    rows = Return.objects.visible_to(actor_of(request)).select_related("round__area", "area")
    found = rows.filter(pk=_fits(pk)).first()
    if found is None:
        raise unseen()
    return found


def _fits(pk: int) -> int:
    """Return an id, none that no database could hold."""
    if not 0 <= pk < 2**63:
        raise unseen()
    return pk
