"""Changes of areas: founded, revised, moved, handed over, merged, split. Each keeps what was.

All of them hold the lock of the tree, the row of the city, so that paths move one at a time.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.choices import Level, Succeeds, Tree, may_hang
from lifecircle.govern.areas.models import Area, AreaState, Outline, Placement, Succession
from lifecircle.govern.areas.trees import today_of
from lifecircle.govern.audit.services import append
from lifecircle.govern.refused import Refused

CHANGE = "area.change"

inheritors: list[Callable[[Area, Area], None]] = []
"""What the apps above do when all that lay in one area lies in another: (source, target)."""


@dataclass(frozen=True)
class Lying:
    """What an app above keeps in areas: how much lies in one, and how all of it goes to another.

    ``places`` are longitude and latitude of what has a place, by key; ``assign_some`` takes keys.
    """

    text: str | Promise
    count: Callable[[Area], int]
    assign: Callable[[Area, Area], None]
    places: Callable[[Area], Mapping[int, tuple[float, float]]] = lambda _: {}
    assign_some: Callable[[Collection[int], Area], None] = lambda _some, _target: None


lying: list[Lying] = []
"""What may be left in an area that was split; the apps above add theirs."""


@dataclass(frozen=True)
class Link:
    """A page of an app above about what is in an area, for those who hold ``permission`` there."""

    text: str | Promise
    permission: str
    url: Callable[[Area], str]


links: list[Link] = []
"""Where the page of an area leads; the apps above add theirs."""


def links_for(actor: Actor, area: Area) -> list[tuple[str | Promise, str]]:
    """Return the text and the address of each page about an area that an actor may open."""
    return [(one.text, one.url(area)) for one in links if actor.may(one.permission, area.path)]


@dataclass(frozen=True)
class Part:
    """A new area that a split makes; ``share`` of the people, None is unknown."""

    name: str
    code: str = ""
    share: Fraction | None = None


@transaction.atomic
def found(
    actor: Actor,
    name: str,
    level: Level,
    parent: Area | None,
    *,
    on: date,
    code: str = "",
    managed_by: Area | None = None,
    state: Mapping[str, Any] | None = None,
) -> Area:
    """Found an area below ``parent``; ``managed_by`` is who answers for it where that is another.

    A development zone has no ``parent`` but is managed by the city. ``state`` are further fields
    of its state. Raises Refused where the actor may not or the levels do not fit.
    """
    manager = managed_by or parent
    actor.require(CHANGE, manager.path if manager else "")
    for above in (parent, manager):
        _check_levels(level, above)
    _check_code(code)
    area = Area.objects.create(code=code, name=name, level=level, path="", began_on=on)
    area.path = f"{manager.path if manager else ''}{area.pk}."
    area.save(update_fields=["path"])
    AreaState.objects.create(area=area, from_on=on, name=name, code=code, **(state or {}))
    if parent or manager is None:
        Placement.objects.create(area=area, tree=Tree.ADMINISTRATIVE, parent=parent, from_on=on)
    Placement.objects.create(area=area, tree=Tree.MANAGING, parent=manager, from_on=on)
    after = {"name": name, "level": str(level), "code": code, "on": on.isoformat()}
    append(actor, "area.found", "area", area.pk, area_path=area.path, after=after)
    return area


@transaction.atomic
def revise(actor: Actor, area: Area, *, on: date, basis: str = "", **fields: Any) -> AreaState:
    """Rename, recode or class an area anew from a day on; the same again changes nothing."""
    area = held(actor, area)
    now: AreaState = AreaState.objects.open().get(area=area)
    before, after = restate(area, now, on, fields)
    if not before:
        return now
    changed = {name: fields[name] for name in before}
    _tell(actor, "area.revise", area, before, {**changed, "on": on}, basis)
    return after


def restate(
    area: Area, now: AreaState, on: date, fields: Mapping[str, Any]
) -> tuple[dict[str, Any], AreaState]:
    """Write what is true of an area from a day on; return what was and the state now in force."""
    _check_day(on, now.from_on)
    before = {name: getattr(now, name) for name in fields if getattr(now, name) != fields[name]}
    if not before:
        return before, now
    if "code" in before:
        _check_code(fields["code"])
    if now.from_on == on:
        after = now
    else:
        AreaState.objects.filter(pk=now.pk).update(until_on=on)
        after = AreaState.objects.get(pk=now.pk)
        after.pk, after.from_on, after.until_on = None, on, None
        after._state.adding = True
    for name in before:
        setattr(after, name, fields[name])
    after.clean_fields(exclude={"until_on"})
    after.save()
    Area.objects.filter(pk=area.pk).update(name=after.name, code=after.code)
    return before, after


@transaction.atomic
def move(actor: Actor, area: Area, parent: Area, *, on: date, basis: str = "") -> None:
    """Hang an area below another in the administrative tree.

    Who answered because it was the parent goes with it; another manager stays.
    """
    area = held(actor, area)
    old = Placement.objects.open().get(area=area, tree=Tree.ADMINISTRATIVE)
    managed = Placement.objects.open().get(area=area, tree=Tree.MANAGING)
    _place(actor, area, Tree.ADMINISTRATIVE, parent, on)
    if managed.parent_id == old.parent_id:
        _place(actor, area, Tree.MANAGING, parent, on)
    _tell(
        actor, "area.move", area, {"parent": old.parent_id}, {"parent": parent.pk, "on": on}, basis
    )


@transaction.atomic
def hand_over(actor: Actor, area: Area, manager: Area, *, on: date, basis: str = "") -> None:
    """Let another area answer for this one; the administrative tree stays."""
    area = held(actor, area)
    old = Placement.objects.open().get(area=area, tree=Tree.MANAGING)
    _place(actor, area, Tree.MANAGING, manager, on)
    before, after = {"manager": old.parent_id}, {"manager": manager.pk, "on": on}
    _tell(actor, "area.hand_over", area, before, after, basis)


@transaction.atomic
def merge(
    actor: Actor, sources: Sequence[Area], into: Area | Part, *, on: date, basis: str = ""
) -> Area:
    """Merge areas of one level into one of them or a new one; what hung below them goes along."""
    sources = [held(actor, area) for area in sources]
    _check_sources(sources, into)
    _close([one for one in sources if one != into], on)
    target = into if isinstance(into, Area) else _successor(actor, sources[0], into, on)
    event = uuid.uuid4()
    for source in sources:
        if source.pk == target.pk:
            continue
        _hand_down(actor, source, target, on)
        _succeed(event, Succeeds.MERGE, source, target, on, Fraction(1), basis)
        _end(source, on)
        _tell(actor, "area.merge", source, {}, {"into": target.pk, "on": on}, basis)
        for inherit in inheritors:
            inherit(source, target)
    return target


@transaction.atomic
def split(
    actor: Actor, source: Area, parts: Sequence[Part], *, on: date, basis: str = ""
) -> list[Area]:
    """Split an area into new ones; what hung below it hangs below the first until it is moved.

    Records stay where they were: which part they lie in is asked of the office. Raises Refused
    where known shares do not add up to one.
    """
    source = held(actor, source)
    shares = [part.share for part in parts]
    if len(parts) < 2:
        raise Refused(_("拆分至少要有两个新区划"), remedy=_("把新区划写全"))
    known = [share for share in shares if share is not None]
    if len(known) == len(shares) and sum(known) != 1:
        raise Refused(
            _("人口比例加起来是%s，不是1") % sum(known), remedy=_("改正比例，不知道的留空")
        )
    _close([source], on)
    targets = [_successor(actor, source, part, on) for part in parts]
    event = uuid.uuid4()
    for target, share in zip(targets, shares, strict=True):
        _succeed(event, Succeeds.SPLIT, source, target, on, share, basis)
    _hand_down(actor, source, targets[0], on)
    _end(source, on)
    _tell(actor, "area.split", source, {}, {"into": [one.pk for one in targets], "on": on}, basis)
    return targets


def left_in(area: Area) -> list[tuple[Lying, int]]:
    """Return what still lies in an area, and how much."""
    counted = [(kept, kept.count(area)) for kept in lying]
    return [(kept, number) for kept, number in counted if number]


@transaction.atomic
def assign(actor: Actor, ended: Area, target: Area, *, basis: str = "") -> None:
    """Assign all that still lies in an area that ended to one of those that it became.

    Raises Refused without the right there and here, and where its people are not in the target.
    """
    target = held(actor, target)
    actor.require(CHANGE, ended.path)
    if ended.ended_on is None or target.pk not in today_of(ended.pk, ended.began_on):
        raise Refused(_("%s不是由它变来的") % target.name, remedy=_("另选"))
    left = left_in(ended)
    for kept, _count in left:
        kept.assign(ended, target)
    after = {"to": target.pk, **{str(kept.text): number for kept, number in left}}
    _tell(actor, "area.assign", ended, {}, after, basis)


@transaction.atomic
def redraw(
    actor: Actor, area: Area, shape: str, box: Sequence[float], *, on: date, source: str
) -> None:
    """Give an area another outline from a day on: GeoJSON, and west, south, east, north."""
    area = held(actor, area)
    now = Outline.objects.open().filter(area=area).first()
    if now and now.shape == shape:
        return
    if now:
        _check_day(on, now.from_on)
        Outline.objects.filter(pk=now.pk).update(until_on=on)
    west, south, east, north = box
    Outline.objects.create(
        area=area, from_on=on, shape=shape, source=source,
        west=west, south=south, east=east, north=north,
    )  # fmt: skip
    _tell(actor, "area.redraw", area, {}, {"source": source, "on": on}, "")


def held(actor: Actor, area: Area) -> Area:
    """Return the area as it is, under the lock of its tree; raises Refused without the right."""
    top = area.path.split(".")[0]
    Area.objects.select_for_update().get(pk=int(top))
    now = Area.objects.get(pk=area.pk)
    actor.require(CHANGE, now.path)
    if now.ended_on:
        raise Refused(_("%s已经撤销") % now.name, remedy=_("改现存的区划"))
    return now


def _place(actor: Actor, area: Area, tree: Tree, parent: Area, on: date) -> None:
    parent = Area.objects.get(pk=parent.pk)
    actor.require(CHANGE, parent.path)
    _check_levels(Level(area.level), parent)
    if parent.path.startswith(area.path):
        raise Refused(_("不能归到自己下面"), remedy=_("另选上级"))
    now = Placement.objects.open().get(area=area, tree=tree)
    _check_day(on, now.from_on)
    if now.from_on == on:
        Placement.objects.filter(pk=now.pk).update(parent=parent)
    else:
        Placement.objects.filter(pk=now.pk).update(until_on=on)
        Placement.objects.create(area=area, tree=tree, parent=parent, from_on=on)
    if tree == Tree.MANAGING:
        old, new = Area.objects.get(pk=area.pk).path, f"{parent.path}{area.pk}."
        rest = Substr("path", len(old) + 1)
        Area.objects.below(Area(path=old)).update(path=Concat(Value(new), rest))
        area.path = new


def _successor(actor: Actor, source: Area, part: Part, on: date) -> Area:
    """Found a new area in the place of one that ends."""
    placed = {
        row.tree: row.parent
        for row in Placement.objects.open().filter(area=source).select_related("parent")
    }
    state = AreaState.objects.open().get(area=source)
    described = {"attributes": state.attributes, "zones": state.zones}
    return found(
        actor, part.name, Level(source.level), placed.get(Tree.ADMINISTRATIVE),
        on=on, code=part.code, managed_by=placed[Tree.MANAGING], state=described,
    )  # fmt: skip


def _hand_down(actor: Actor, source: Area, target: Area, on: date) -> None:
    """Hang all that hangs below an area below another, in both trees."""
    for tree in Tree:
        below = Placement.objects.open().filter(parent=source, tree=tree).select_related("area")
        for placement in below:
            _place(actor, placement.area, tree, target, on)


def _close(areas: Sequence[Area], on: date) -> None:
    """Let areas stand no longer, before those that may take over their codes are founded."""
    for area in areas:
        if on <= area.began_on:
            raise Refused(_("撤销日期要晚于设立日期%s") % area.began_on, remedy=_("改日期"))
    Area.objects.filter(pk__in=[area.pk for area in areas]).update(ended_on=on)


def _end(area: Area, on: date) -> None:
    for rows in (Placement.objects, AreaState.objects, Outline.objects):
        rows.open().filter(area=area).update(until_on=on)


def _succeed(
    event: uuid.UUID,
    kind: Succeeds,
    source: Area,
    target: Area,
    on: date,
    share: Fraction | None,
    basis: str,
) -> None:
    Succession.objects.create(
        event=event, kind=kind, on=on, source=source, target=target,
        share="" if share is None else str(share), basis=basis,
    )  # fmt: skip


def _tell(
    actor: Actor,
    action: str,
    area: Area,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    basis: str,
) -> None:
    old, new = ({name: _plain(value) for name, value in side.items()} for side in (before, after))
    append(actor, action, "area", area.pk, area_path=area.path, before=old, after=new, reason=basis)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _check_levels(level: Level, above: Area | None) -> None:
    if above and not may_hang(level, Level(above.level)):
        reason = _("%(level)s不能归%(above)s管") % {
            "level": level.label, "above": Level(above.level).label,
        }  # fmt: skip
        raise Refused(reason, remedy=_("另选上级"))


def _check_code(code: str) -> None:
    user = Area.objects.standing().filter(code=code).first() if code else None
    if user:
        raise Refused(_("区划代码%s已有现存的区划使用") % code, remedy=_("核对代码"))


def _check_sources(sources: Sequence[Area], into: Area | Part) -> None:
    if len({area.level for area in sources}) != 1:
        raise Refused(_("只有同一层级的区划可以合并"), remedy=_("另选"))
    if isinstance(into, Area) and into.pk not in {area.pk for area in sources}:
        raise Refused(_("合并到的区划要在合并的区划中"), remedy=_("把它也选上，或写新名称"))
    if len({area.pk for area in sources}) < 2:
        raise Refused(_("合并至少要有两个区划"), remedy=_("再选一个"))


def _check_day(on: date, since: date) -> None:
    if on < since:
        raise Refused(_("自%s起已有更新的内容") % since, remedy=_("把日期写成%s或以后") % since)
