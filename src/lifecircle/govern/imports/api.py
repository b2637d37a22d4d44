"""The part of the API that is of imports."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import AfterValidator

from lifecircle.govern.actor import unseen
from lifecircle.govern.areas.models import Area
from lifecircle.govern.imports.access import RUN
from lifecircle.govern.imports.models import Batch, Row, What
from lifecircle.govern.imports.services import bring_in, commit
from lifecircle.govern.imports.views import actor_of, difference, seen
from lifecircle.govern.widgets import not_ahead

router = Router(tags=["imports"])
MOST_LISTED = 200


def _not_ahead(day: date) -> date:
    try:
        not_ahead(day)
    except ValidationError as error:
        raise ValueError("".join(error.messages)) from error
    return day


class About(Schema):
    """What an import is about. ``area`` is a code of the statistical list, or the id of an area."""

    area: str
    effective_on: Annotated[date, AfterValidator(_not_ahead)]
    form: str = ""
    datum: str = ""
    code_column: str = ""
    complete: bool = False
    reason: str = ""


class BatchState(Schema):
    """How far an import is, how many rows do what, and why it could not be read."""

    id: int
    name: str
    state: str
    counts: dict[str, int]
    faults: list[dict[str, Any]]
    root: str

    @classmethod
    def of(cls, batch: Batch) -> BatchState:
        """Return the state of a batch."""
        return cls(
            id=batch.pk, name=batch.name, state=batch.state, counts=batch.counts,
            faults=batch.faults, root=batch.root,
        )  # fmt: skip


class Field(Schema):
    """A field that differs."""

    field: str
    before: str
    after: str


class ChangedRow(Schema):
    """A row of an import; ``next`` of the list goes on after ``id``."""

    id: int
    form: str
    row: int
    own_id: str
    name: str
    what: str
    fields: list[Field]
    told: list[dict[str, Any]]


class Order(Schema):
    """The confirmation of an import."""

    remove_missing: bool = False
    reason: str = ""


@router.post("/add", response=BatchState, url_name="import_add")
def import_add(request: HttpRequest, file: File[UploadedFile], about: Form[About]) -> BatchState:
    """Bring a file in; it is checked in the background, nothing changes yet."""
    actor, told = actor_of(request), about.dict()
    word = told.pop("area")
    areas = Area.objects.standing().visible_to(actor, RUN)
    by_id = areas.filter(pk=word) if word.isdecimal() and len(word) < 12 else areas.none()
    area = areas.filter(code=word).exclude(code="").first() or by_id.first()
    if area is None:
        raise unseen()
    return BatchState.of(bring_in(actor, file.chunks(), file.name or "", area=area, **told))


@router.get("/{int:number}", response=BatchState, url_name="import_state")
def import_state(request: HttpRequest, number: int) -> BatchState:
    """Tell how far an import is."""
    return BatchState.of(seen(request, number))


@router.get("/{int:number}/rows", response=list[ChangedRow], url_name="import_rows")
def import_rows(
    request: HttpRequest, number: int, what: What = What.ADDED, after: int = 0
) -> list[ChangedRow]:
    """List the rows that would be added, changed, rejected, 200 at a time."""
    rows = Row.objects.visible_to(actor_of(request)).filter(
        batch=seen(request, number), what=what, pk__gt=after
    )
    return [_changed(row) for row in rows.select_related("area")[:MOST_LISTED]]


def _changed(row: Row) -> ChangedRow:
    fields = [
        Field(field=str(name), before=before, after=now)
        for name, before, now in difference(row)["fields"]
    ]
    return ChangedRow(
        id=row.pk, form=row.form, row=row.number, own_id=row.own_id, name=row.name,
        what=row.what, fields=fields, told=row.told,
    )  # fmt: skip


@router.post("/{int:number}/commit", response=BatchState, url_name="import_commit")
def import_commit(request: HttpRequest, number: int, order: Order) -> BatchState:
    """Confirm an import; it is written in the background and shows all at once."""
    batch = seen(request, number)
    commit(actor_of(request), batch, remove_missing=order.remove_missing, reason=order.reason[:200])
    return BatchState.of(seen(request, number))
