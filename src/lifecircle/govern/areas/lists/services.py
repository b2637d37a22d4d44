"""Keeps a list that was brought in, and writes it: one lock, one step, one entry of the audit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.choices import Level, Tree
from lifecircle.govern.areas.codes import parent_code
from lifecircle.govern.areas.lists.comparing import Difference, by_level, compare
from lifecircle.govern.areas.lists.reading import ListRead, Row
from lifecircle.govern.areas.models import Area, AreaState, CodeList, Placement
from lifecircle.govern.areas.services import CHANGE, held, restate
from lifecircle.govern.audit.chain import canonical, root
from lifecircle.govern.audit.services import append
from lifecircle.govern.refused import Conflict, Refused
from lifecircle.place.areas.communities import kind_by_code

AT_ONCE = 500


def bring_in(actor: Actor, read: ListRead, name: str, area: Area, *, on: date) -> CodeList:
    """Keep a list to be looked through; nothing changes yet."""
    actor.require(CHANGE, area.path)
    rows = [[row.number, row.code, row.name, row.urban_rural] for row in read.rows.values()]
    return CodeList.objects.create(
        name=name[:200], area=area, on=on, rows=rows, told=read.told, actor=actor.name
    )


def difference(found: CodeList, names: Mapping[str, str] | None = None) -> Difference:
    """Return what a list would change now; ``names`` are those given beside it, by code."""
    rows = {row[1]: Row(*row) for row in found.rows}
    return compare(found.area, rows, names or {})


@transaction.atomic
def commit(actor: Actor, found: CodeList, names: Mapping[str, str]) -> Difference:
    """Write a list and return what it changed; areas that are gone from it stay.

    Raises Refused without the right, Conflict where somebody wrote or discarded it before.
    """
    top = held(actor, found.area)
    waiting = CodeList.objects.filter(pk=found.pk, state=CodeList.State.WAITING)
    if not waiting.update(state=CodeList.State.DONE):
        raise Conflict(_("这份代码表已经写入或作废"), remedy=_("重新上传"))
    found.area = top
    changes = difference(found, names)
    if not changes.writes:
        return changes
    for changed in (*changes.renamed, *changes.coded):
        _restated(changed.area, changed.row, found.on)
    _found(changes, found.on)
    texts = [canonical({"code": row.code, "name": row.name}) for row in changes.new]
    texts += [
        canonical({"id": one.area.pk, "code": one.row.code, "name": one.row.name})
        for one in (*changes.renamed, *changes.coded)
    ]
    after = {
        "file": found.name, "on": found.on.isoformat(), "new": len(changes.new),
        "renamed": len(changes.renamed), "coded": len(changes.coded), "root": root(texts),
    }  # fmt: skip
    _analyse()
    append(actor, "area.import", "code-list", found.pk, area_path=top.path, after=after)
    return changes


@transaction.atomic
def discard(actor: Actor, found: CodeList) -> None:
    """Throw away a list that was not written."""
    actor.require(CHANGE, found.area.path)
    waiting = CodeList.objects.filter(pk=found.pk, state=CodeList.State.WAITING)
    if not waiting.update(state=CodeList.State.DISCARDED, rows=[]):
        raise Conflict(_("这份代码表已经写入或作废"), remedy=_("重新上传"))


def _restated(area: Area, row: Row, on: date) -> None:
    now = AreaState.objects.open().get(area=area)
    said: dict[str, Any] = {"code": row.code, "name": row.name or area.name}
    if row.urban_rural:
        said["urban_rural"] = row.urban_rural
    restate(area, now, on, said)


def _found(changes: Difference, on: date) -> None:
    """Found the new areas, a level at a time: each level's paths hang on those above."""
    above = changes.above
    for level, rows in by_level(changes.new):
        places = [_place_of(row, above) for row in rows]
        early = next((one for one in places if one.began_on > on), None)
        if early:
            raise Refused(
                _("%(name)s设立于%(day)s，下属区划不能更早") % {
                    "name": early.name, "day": early.began_on,
                },
                remedy=_("改生效日期"),
            )  # fmt: skip
        areas = Area.objects.bulk_create(
            (Area(code=row.code, name=row.name, level=level, path="", began_on=on) for row in rows),
            batch_size=AT_ONCE,
        )
        pairs = list(zip(areas, rows, strict=True))
        AreaState.objects.bulk_create(
            (_state(area, row, on) for area, row in pairs), batch_size=AT_ONCE
        )
        Placement.objects.bulk_create(
            (
                Placement(area=area, tree=tree, parent=parent, from_on=on)
                for area, parent in zip(areas, places, strict=True)
                for tree in Tree
            ),
            batch_size=AT_ONCE,
        )
        above |= {row.code: area for area, row in pairs}
    _paths()


def _place_of(row: Row, above: Mapping[str, Area]) -> Area:
    """Return the lowest area above a code that is there."""
    code = parent_code(row.code)
    while code and code not in above:
        code = parent_code(code)
    return above[code]


def _state(area: Area, row: Row, on: date) -> AreaState:
    attributes = {"kind": kind_by_code(row.code)} if area.level == Level.COMMUNITY else {}
    return AreaState(
        area=area, from_on=on, name=row.name, code=row.code,
        urban_rural=row.urban_rural, attributes=attributes,
    )  # fmt: skip


def _paths() -> None:
    """Give the new areas their paths, level by level."""
    parent = Placement.objects.open().filter(tree=Tree.MANAGING, area=OuterRef("pk"))
    for level in Level:
        Area.objects.filter(path="", level=level).update(
            path=Concat(
                Subquery(parent.values("parent__path")[:1]),
                Cast("pk", CharField()),
                Value("."),
            )
        )


def _analyse() -> None:
    """Let the database count its rows anew: plans made for empty tables are slow."""
    with connection.cursor() as cursor:
        for kind in (Area, AreaState, Placement):
            cursor.execute(f'ANALYZE "{kind._meta.db_table}"')
