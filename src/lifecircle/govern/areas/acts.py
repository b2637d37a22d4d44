"""What a page can do to an area: for each act its form, its words and the service it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas import services
from lifecircle.govern.areas.assigning import assign_by_outlines
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.forms import (
    AssignForm,
    DatedForm,
    FoundForm,
    MergeForm,
    OutlinesForm,
    ParentForm,
    SplitForm,
    StateForm,
)
from lifecircle.govern.areas.models import Area
from lifecircle.govern.areas.services import Part

ASSIGN, BY_OUTLINES = "assign", "assign-by-outlines"


@dataclass(frozen=True)
class Act:
    """An act: what its link and its button say, its form, and what doing it returns to see."""

    text: str | Promise
    submit: str | Promise
    form: type[DatedForm]
    do: Callable[[Actor, Area, Any], Area]
    below_city: bool = True


def _revise(actor: Actor, area: Area, form: StateForm) -> Area:
    data = form.cleaned_data
    services.revise(
        actor, area, on=data["on"], basis=data["basis"],
        name=data["name"], code=data.get("code", ""), **form.told(),
    )  # fmt: skip
    return area


def _found(actor: Actor, area: Area, form: FoundForm) -> Area:
    data = form.cleaned_data
    return services.found(
        actor, data["name"], Level(data["new_level"]), area,
        on=data["on"], code=data.get("code", ""), state=form.told(),
    )  # fmt: skip


def _move(actor: Actor, area: Area, form: ParentForm) -> Area:
    data = form.cleaned_data
    services.move(actor, area, data["parent"], on=data["on"], basis=data["basis"])
    return area


def _hand_over(actor: Actor, area: Area, form: ParentForm) -> Area:
    data = form.cleaned_data
    services.hand_over(actor, area, data["parent"], on=data["on"], basis=data["basis"])
    return area


def _merge(actor: Actor, area: Area, form: MergeForm) -> Area:
    data = form.cleaned_data
    into: Area | Part = Part(data["name"], data["code"]) if data["name"] else area
    together = [area, *data["others"]]
    return services.merge(actor, together, into, on=data["on"], basis=data["basis"])


def _split(actor: Actor, area: Area, form: SplitForm) -> Area:
    data = form.cleaned_data
    return services.split(actor, area, form.parts(), on=data["on"], basis=data["basis"])[0]


def _assign(actor: Actor, area: Area, form: AssignForm) -> Area:
    target: Area = form.cleaned_data["target"]
    services.assign(actor, area, target, basis=form.cleaned_data["basis"])
    return target


def _by_outlines(actor: Actor, area: Area, form: OutlinesForm) -> Area:
    assign_by_outlines(actor, area, basis=form.cleaned_data["basis"])
    return area


ACTS: dict[str, Act] = {
    "revise": Act(_("更正名称、代码、分类"), _("保存"), StateForm, _revise, below_city=False),
    "found": Act(_("在下面新设区划"), _("新设"), FoundForm, _found, below_city=False),
    "move": Act(_("调整隶属"), _("调整"), ParentForm, _move),
    "hand-over": Act(_("移交管理"), _("移交"), ParentForm, _hand_over),
    "merge": Act(_("合并"), _("合并"), MergeForm, _merge),
    "split": Act(_("拆分"), _("拆分"), SplitForm, _split),
    ASSIGN: Act(_("把留在这里的归到新区划"), _("归过去"), AssignForm, _assign),
    BY_OUTLINES: Act(_("按新边界把留在这里的归到新区划"), _("归过去"), OutlinesForm, _by_outlines),
}


def open_for(actor: Actor, area: Area) -> list[tuple[str, Act]]:
    """Return the acts that an actor may do to an area."""
    if not actor.may(services.CHANGE, area.path):
        return []
    if area.ended_on:
        left = services.left_in(area)
        return [(name, ACTS[name]) for name in (ASSIGN, BY_OUTLINES)] if left else []
    return [
        (name, act)
        for name, act in ACTS.items()
        if name not in {ASSIGN, BY_OUTLINES}
        and (not act.below_city or area.level != Level.CITY)
        and (name != "found" or area.level != Level.GRID)
    ]
