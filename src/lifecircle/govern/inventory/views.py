"""The pages of records: their list, their page with all parts, the forms that change them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor, unseen
from lifecircle.govern.areas.models import Area
from lifecircle.govern.files.access import ADD as FILE_ADD
from lifecircle.govern.files.access import VIEW as FILE_VIEW
from lifecircle.govern.inventory.access import CHANGE, VIEW
from lifecircle.govern.inventory.derived import areas_of, is_open, said_hours, shortfall_m2
from lifecircle.govern.inventory.forms import Filtering, RecordForm, RemoveForm, day_of
from lifecircle.govern.inventory.kinds import KINDS, Kind, Part, filled, in_words, label, said
from lifecircle.govern.inventory.models import Facility, Permit
from lifecircle.govern.inventory.queries import (
    facilities,
    late_remedies,
    on_lines,
    place_named,
    related,
    searched,
    seen_by,
    within,
)
from lifecircle.govern.inventory.services import add as put_new
from lifecircle.govern.inventory.services import change as put_change
from lifecircle.govern.inventory.tables import has_area
from lifecircle.govern.pages.history import steps
from lifecircle.govern.paging import LongList
from lifecircle.govern.records.models import Record, Version
from lifecircle.govern.wording import listed as as_list

ROWS, MOST_FILES = 50, 5
LATE = "late"


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks, as the gate knows them."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def kind_named(name: str) -> Kind:
    """Return a kind by the word in the address."""
    if name not in KINDS:
        raise unseen()
    return KINDS[name]


def seen_version(request: HttpRequest, kind: Kind, record: int, on: date | None = None) -> Version:
    """Return the version of a record that holds, where one may see it."""
    rows = seen_by(actor_of(request), kind.model, on).filter(record_id=record)
    found: Version | None = rows.select_related(*related(kind.model, on)).first()
    if found is None:
        raise unseen()
    return found


def last_version(request: HttpRequest, kind: Kind, record: int) -> Version:
    """Return the version of a record that holds, taken out or not, where one may see it."""
    rows = kind.model.versions.visible_to(actor_of(request), VIEW).current()
    found: Version | None = (
        rows.filter(record_id=record).select_related(*related(kind.model)).first()
    )
    if found is None:
        raise unseen()
    return found


def listed(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the list of a kind."""
    own = kind_named(kind)
    actor = actor_of(request)
    filters = None
    if own.model is Facility:
        filters = Filtering.of(request.GET)
        wanted = filters.wanted()
        on, rows = wanted.as_of, facilities(actor, wanted)
    else:
        on = day_of(request.GET.get("on", ""))
        rows = searched(
            seen_by(actor, own.model, on), request.GET.get("q", ""), own.searched
        ).order_by("record_id")
        if request.GET.get("area"):
            rows = rows.filter(within(actor, request.GET["area"], on))
        if own.model is Permit and request.GET.get("state") == LATE:
            late = late_remedies(on or timezone.localdate())
            rows = rows.filter(record__in=late.values("record__parent"))
    page = LongList(rows.values_list("pk", flat=True), ROWS).get_page(request.GET.get("page"))
    seen = on_lines(own.model.versions.visible_to(actor, VIEW), own.columns, on)
    on_page = seen.in_bulk(list(page))
    return render(
        request,
        "inventory/list.html",
        {
            "kind": kind,
            "title": own.title,
            "kinds": [(name, one.title) for name, one in KINDS.items()],
            "filters": filters and filters.fields,
            "page": page,
            "query": request.GET.urlencode(),
            "headers": [label(own.model, name) for name in own.columns],
            "rows": list(_lines(own, kind, [on_page[pk] for pk in page], actor, on)),
            "may_add": actor.may(CHANGE),
            "late": LATE if own.model is Permit else "",
        },
    )


def _lines(
    kind: Kind, name: str, versions: Iterable[Version], actor: Actor, on: date | None
) -> Iterator[tuple[str, list[str]]]:
    """Yield where each row leads and its cells."""
    pages = reverse("inventory:page", args=(name, 0)).removesuffix("0/")  # not 50 times
    for version in versions:
        first, *rest = [
            place_named(actor, version, on) if column == "area" else said(version, column)
            for column in kind.columns
        ]
        yield f"{pages}{version.record_id}/", [first or version.record.own_id, *rest]


@dataclass(frozen=True)
class _Parts:
    """The parts of a kind that a record has, for its page."""

    name: str
    part: Part
    headers: list[str]
    rows: list[tuple[int, list[str]]]

    @property
    def may_add(self) -> bool:
        """Say whether there may be one more."""
        return not (self.part.single and self.rows)


def page(request: HttpRequest, kind: str, record: int) -> HttpResponse:
    """Show a record: facts, parts, hours, history; of a day where one is asked for."""
    own = kind_named(kind)
    on = day_of(request.GET.get("on", ""))
    actor = actor_of(request)
    history = _history(actor, own, record)
    version = seen_version(request, own, record, on) if on else _last(history)
    may_change = on is None and actor.may(CHANGE, version.record.area.path)
    held = _held(actor, own, record, on)
    return render(
        request,
        "inventory/page.html",
        {
            "kind": kind,
            "title": own.title,
            "version": version,
            "name": str(version),
            "on": on,
            "facts": _facts(own, version, place_named(actor, version, on)),
            "figures": _figures(version, held),
            "hours": _hours(version),
            "parts": [_shown(name, part, held[name]) for name, part in own.parts.items()],
            **_files(actor, version.record),
            "history": steps(history, _say(actor, own, history)),
            "may_change": may_change and not version.removed,
            "may_restore": may_change and version.removed,
        },
    )


def _history(actor: Actor, kind: Kind, record: int) -> list[Version]:
    """Return the versions of a record, oldest first, with all that its page says of them."""
    rows = kind.model.versions.visible_to(actor, VIEW).filter(record_id=record)
    beside = ("since", "until", "record__area", *(("area",) if has_area(kind.model) else ()))
    return [one for one in rows.select_related(*beside).order_by("pk") if one.is_shown]


def _last(history: Iterable[Version]) -> Version:
    """Return the version of a history that holds, as `last_version` does."""
    found = next((one for one in history if one.holds), None)
    if found is None:
        raise unseen()
    return found


def _held(actor: Actor, kind: Kind, record: int, on: date | None) -> dict[str, list[Version]]:
    """Return the parts of a record by their name; most have few kinds of them."""
    parts = Record.objects.visible_to(actor, VIEW).filter(parent_id=record)
    there = set(parts.values_list("kind", flat=True))
    held: dict[str, list[Version]] = {name: [] for name in kind.parts}
    for name, part in kind.parts.items():
        if part.model.kind() in there:
            rows = seen_by(actor, part.model, on).filter(record__parent_id=record)
            held[name] = list(rows.select_related("record").order_by("record_id"))
    return held


def _files(actor: Actor, record: Record) -> dict[str, Any]:
    """Return the newest files of a record, where one may see them."""
    sees = actor.may(FILE_VIEW, record.area.path)
    return {
        "sees_files": sees,
        "may_attach": actor.may(FILE_ADD, record.area.path),
        "attached": record.attachments.all()[:MOST_FILES] if sees else [],
    }


def _facts(kind: Kind, version: Version, place: str) -> list[tuple[str, str]]:
    shown = [(label(kind.model, name), said(version, name)) for name in filled(kind.model)]
    told = [(name, text) for name, text in shown if text]
    return [(_("编号"), version.record.own_id), (label(kind.model, "area"), place), *told]


def _figures(version: Version, held: dict[str, list[Any]]) -> list[tuple[str, str]]:
    """Return what follows from the record and its parts, in words."""
    if isinstance(version, Permit):
        short = shortfall_m2(version.permitted_m2, version.actual_m2)
        return [] if short is None else [(_("少于许可的面积（平方米）"), str(short))]
    rooms = held.get("rooms")
    if not rooms or not isinstance(version, Facility):
        return []
    areas = areas_of(rooms, version.floor_m2)
    share = "" if areas.share is None else f"{float(areas.share):.1%}"
    told = [
        (_("办公用房面积（平方米）"), areas.office_m2),
        (_("服务用房面积（平方米）"), areas.service_m2),
        (_("用房面积合计（平方米）"), areas.rooms_m2),
        (_("办公用房占比"), share),
        (_("疑点"), areas.doubt),
    ]
    return [(name, str(value)) for name, value in told if value not in (None, "")]


def _hours(version: Version) -> dict[str, Any] | None:
    if not isinstance(version, Facility) or not version.hours:
        return None
    now = timezone.localtime().time()
    ranges = said_hours(version.hours)
    daily = as_list(ranges.split("、")) if ranges else ""
    return {"written": version.hours, "open": is_open(version.hours, now), "daily": daily}


def _shown(name: str, part: Part, versions: list[Version]) -> _Parts:
    fields = filled(part.model)
    return _Parts(
        name,
        part,
        [label(part.model, one) for one in fields],
        [(version.record_id, [said(version, one) for one in fields]) for version in versions],
    )


def _say(actor: Actor, kind: Kind, history: Iterable[Any]) -> Any:
    names = _AreaNames(actor)
    if has_area(kind.model):
        areas = (one.area for one in history)
        names |= {one.pk: one.name for one in areas if actor.may(VIEW, one.path)}

    def say(name: str, value: Any) -> str:
        return str(names[value]) if name == "area" and value else in_words(kind.model, name, value)

    return say


class _AreaNames(dict[Any, str]):
    """The names of areas, asked for once each; of one elsewhere nothing is told."""

    def __init__(self, actor: Actor) -> None:
        super().__init__()
        self._actor = actor

    def __missing__(self, key: Any) -> str:
        found = Area.objects.visible_to(self._actor, VIEW).filter(pk=key)
        self[key] = name = found.values_list("name", flat=True).first() or _("授权范围以外的区划")
        return name


def add(request: HttpRequest, kind: str) -> HttpResponse:
    """Add a record of a kind."""
    own = kind_named(kind)
    form = RecordForm(actor_of(request), own.model, request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        made = put_new(
            actor_of(request), own.model, form.values,
            area=data["place"], on=data["on"], reason=data["reason"], own_id=data["own_id"],
        )  # fmt: skip
        messages.success(request, _("已登记"))
        return redirect("inventory:page", kind, made.record_id)
    return _form(request, form, _("登记一处"), own, kind)


def change(request: HttpRequest, kind: str, record: int) -> HttpResponse:
    """Change a record; one that was taken out is on the list again by that."""
    own = kind_named(kind)
    now = last_version(request, own, record)
    actor_of(request).require(CHANGE, now.record.area.path)
    form = RecordForm(actor_of(request), own.model, request.POST or None, now=now)
    if form.is_valid() and not form.overtaken():
        data = form.cleaned_data
        put_change(
            actor_of(request), now, form.values,
            area=data["place"], on=data["on"], seen=data["seen"], reason=data["reason"],
        )  # fmt: skip
        messages.success(request, _("已保存"))
        return redirect("inventory:page", kind, record)
    return _form(request, form, _("更改"), own, kind, now)


def remove(request: HttpRequest, kind: str, record: int) -> HttpResponse:
    """Take a record out of the list; its past stays."""
    own = kind_named(kind)
    now = seen_version(request, own, record)
    actor_of(request).require(CHANGE, now.record.area.path)
    form = RemoveForm(request.POST or None, initial={"seen": now.pk})
    if form.is_valid():
        _take_out(request, now, form)
        messages.success(request, _("已注销，历史仍可查"))
        return redirect("inventory:page", kind, record)
    return _form(request, form, _("注销"), own, kind, now, danger=True)


def part(
    request: HttpRequest, kind: str, record: int, name: str, part_record: int | None = None
) -> HttpResponse:
    """Add a part to a record, or change one."""
    whole, part_, now = _part(request, kind, record, name, part_record)
    actor = actor_of(request)
    form = RecordForm(actor, part_.model, request.POST or None, now=now, is_part=True)
    if form.is_valid() and not form.overtaken():
        data = form.cleaned_data
        if now is None:
            put_new(
                actor, part_.model, form.values, area=whole.area, on=data["on"],
                reason=data["reason"], parent=whole,
            )  # fmt: skip
        else:
            put_change(
                actor, now, form.values, on=data["on"], seen=data["seen"], reason=data["reason"]
            )
        messages.success(request, _("已保存"))
        return redirect("inventory:page", kind, record)
    return _form(request, form, str(part_.title), kind_named(kind), kind, whole)


def _take_out(request: HttpRequest, now: Version, form: RemoveForm) -> None:
    data = form.cleaned_data
    put_change(
        actor_of(request), now, {},
        on=data["on"], seen=data["seen"], reason=data["reason"], removed=True,
    )  # fmt: skip


def remove_part(
    request: HttpRequest, kind: str, record: int, name: str, part_record: int
) -> HttpResponse:
    """Take a part out; its past stays."""
    whole, _kind, now = _part(request, kind, record, name, part_record)
    assert now is not None
    form = RemoveForm(request.POST or None, initial={"seen": now.pk})
    if form.is_valid():
        _take_out(request, now, form)
        return redirect("inventory:page", kind, record)
    return _form(request, form, _("注销"), kind_named(kind), kind, whole, danger=True)


def _part(
    request: HttpRequest, kind: str, record: int, name: str, part_record: int | None
) -> tuple[Record, Part, Version | None]:
    """Return the whole, the kind of part, and the part as it is, where one may change them."""
    own = kind_named(kind)
    if name not in own.parts:
        raise unseen()
    whole = seen_version(request, own, record).record
    actor_of(request).require(CHANGE, whole.area.path)
    part_ = own.parts[name]
    if part_record is None:
        return whole, part_, None
    parts = seen_by(actor_of(request), part_.model).select_related("record")
    held = parts.filter(record__parent_id=record, record_id=part_record).first()
    if held is None:
        raise unseen()
    return whole, part_, held


def _form(
    request: HttpRequest,
    form: Any,
    heading: str,
    own: Kind,
    kind: str,
    of: Version | Record | None = None,
    *,
    danger: bool = False,
) -> HttpResponse:
    record = of.record if isinstance(of, Version) else of
    given = {
        "form": form,
        "heading": heading,
        "title": own.title,
        "kind": kind,
        "record": record,
        "name": str(of) if isinstance(of, Version) else "",
        "danger": danger,
    }
    overtaken = isinstance(form, RecordForm) and form.is_bound and bool(form.overtaken())
    return render(request, "inventory/form.html", given, status=409 if overtaken else 200)
