"""The part of the API that is of imports."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from ninja import Field, File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import AfterValidator

from lifecircle.govern.actor import Actor, unseen
from lifecircle.govern.areas.models import Area
from lifecircle.govern.imports.access import RUN
from lifecircle.govern.imports.models import Batch, Row, What
from lifecircle.govern.imports.services import bring_in, commit
from lifecircle.govern.imports.targets import OUTLINES, targets, titled
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


def _forms() -> str:
    kinds = "、".join(f"{form}（{titled(form)}）" for form in (*targets(), OUTLINES))
    return f"哪种表：{kinds}；工作簿按工作表名认，可以不写"


class About(Schema):
    """What an import is about. ``area`` is a code of the statistical list, or the id of an area."""

    area: str = Field(description="导入到哪个区划：12位代码，或者平台里的编号")
    effective_on: Annotated[date, AfterValidator(_not_ahead)] = Field(
        description="自何日起属实，不晚于今天"
    )
    form: str = Field("", description=_forms())
    datum: Literal["wgs84", "gcj02", "bd09"] = Field(
        description="坐标是哪种：wgs84（WGS84、CGCS2000）、gcj02（高德、腾讯）、bd09（百度）"
    )
    code_column: str = Field("", description="区划代码在哪一列，只用于边界")
    complete: bool = Field(False, description="表里是这个区划的全部，请列出表里没有的")
    reason: str = Field("", description="事由")


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


class Difference(Schema):
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
    fields: list[Difference]
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
    actor = actor_of(request)
    return [_changed(row, actor) for row in rows.select_related("area")[:MOST_LISTED]]


def _changed(row: Row, actor: Actor) -> ChangedRow:
    fields = [
        Difference(field=str(name), before=before, after=now)
        for name, before, now in difference(row, actor)["fields"]
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
