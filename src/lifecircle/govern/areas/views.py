"""The pages of areas: the list, one area as of any day, and the acts that change it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifecircle.govern.actor import Actor, unseen
from lifecircle.govern.areas.acts import ACTS, open_for
from lifecircle.govern.areas.advice import advised
from lifecircle.govern.areas.choices import Level, Tree
from lifecircle.govern.areas.codes import problems
from lifecircle.govern.areas.forms import CLASSES, COUNTS, LABELS, Filters, as_initial
from lifecircle.govern.areas.models import Area, AreaState
from lifecircle.govern.areas.services import CHANGE, left_in, links_for
from lifecircle.govern.areas.trees import origins_of, today_of
from lifecircle.govern.paging import LongList
from lifecircle.govern.wording import listed, worded
from lifecircle.terms.codes import code_sets

ROWS = 50
MOST_OUTLINES = 500


def list_(request: HttpRequest) -> HttpResponse:
    """List the areas that one may see."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    filters = Filters(request.GET)
    areas = Area.objects.visible_to(actor)
    said = filters.cleaned_data if filters.is_valid() else {}
    if not said.get("ended"):
        areas = areas.standing()
    if said.get("level"):
        areas = areas.filter(level=said["level"])
    for word in said.get("q", "").split():
        areas = areas.filter(Q(name__icontains=word) | Q(code__startswith=word))
    page = LongList(areas.order_by("path"), ROWS).get_page(request.GET.get("page"))
    above = {pk for area in page for pk in area.above}
    names = dict(Area.objects.visible_to(actor).filter(pk__in=above).values_list("pk", "name"))
    for area in page:
        area.below = [names[pk] for pk in area.above if pk in names]
    told = {"filters": filters, "page": page, "may_change": actor.may(CHANGE)}
    return render(request, "areas/list.html", told)


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one area, today or as of a day."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    area = seen(actor, pk)
    today = timezone.localdate()
    day = _day(request.GET.get("on", ""), today)
    state = area.states.on(day).first()
    visible = Area.objects.visible_to(actor)
    below = visible.filter(placements__in=_placed(area, day)).order_by("level", "code", "name")
    told = {
        "area": area,
        "state": state,
        "facts": facts(state) if state else [],
        "day": day,
        "today": today,
        "crumbs": visible.filter(pk__in=area.above).order_by("path"),
        "parents": _parents(visible, area, day),
        "below": below.annotate(parts=Count("placed_below")),
        "became": area.became.select_related("target").filter(target__in=visible),
        "came_from": area.came_from.select_related("source").filter(source__in=visible),
        "states": area.states.order_by("-from_on"),
        "problems": _problems(area, state) if state else [],
        "links": links_for(actor, area),
        "advice": advised(state) if state and day == today else [],
        "acts": open_for(actor, area) if day == today else [],
        "left": left_in(area) if area.ended_on else [],
        "now_in": _shares(visible, today_of(area.pk, day)) if state and day != today else [],
        "origins": _shares(visible, origins_of(area.pk, day)) if _changed(area, day, today) else [],
    }
    return render(request, "areas/page.html", told)


def change(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Do something to an area."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    area = seen(actor, pk)
    done = dict(open_for(actor, area)).get(act)
    if done is None:
        if act in ACTS:
            actor.require("area.change", area.path)
        raise unseen()
    initial = as_initial(area.states.open().get()) if act == "revise" else {}
    form = done.form(actor, area, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        after = done.do(actor, area, form)
        messages.success(request, _("已办理：%s") % done.text)
        return redirect("areas:page", after.pk)
    told = {"area": area, "form": form, "act": done}
    return render(request, "areas/change.html", told)


def outlines(request: HttpRequest, pk: int) -> JsonResponse:
    """Answer the outlines of an area and of those right below it as GeoJSON."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    area = seen(actor, pk)
    day = _day(request.GET.get("on", ""), timezone.localdate())
    shown = Area.objects.visible_to(actor).filter(
        Q(pk=area.pk) | Q(placements__in=_placed(area, day))
    )
    features = []
    for one in shown.distinct().order_by("path")[:MOST_OUTLINES]:
        outline = one.outlines.on(day).first()
        if outline:
            said = {"name": one.name, "url": reverse("areas:page", args=[one.pk]), "tone": "lead"}
            geometry = json.loads(outline.shape)
            features.append({"type": "Feature", "properties": said, "geometry": geometry})
    return JsonResponse({"type": "FeatureCollection", "features": features})


def seen(actor: Actor, pk: int) -> Area:
    """Return an area that an actor may see; a stranger gets 404."""
    area = Area.objects.visible_to(actor).filter(pk=pk).first()
    if area is None:
        raise unseen()
    return area


def facts(state: AreaState) -> list[tuple[Any, str]]:
    """Return what a state says, in words."""
    sets = code_sets()
    classes = [
        (LABELS[name], worded(sets[code_set][state.attributes[name]]))
        for name, code_set in CLASSES.items()
        if state.attributes.get(name) in sets[code_set]
    ]
    if state.attributes.get("number"):
        classes.append((gettext_lazy("网格编号"), state.attributes["number"]))
    zones = listed(worded(sets["zone"][zone]) for zone in state.zones if zone in sets["zone"])
    counts = [
        (label, f"{state.counts[name]:,}") for name, label in COUNTS.items() if name in state.counts
    ]
    counted = [(_("统计日期"), state.counted_on.isoformat())] if state.counted_on else []
    urban = [(_("城乡分类代码"), state.urban_rural)] if state.urban_rural else []
    return [*classes, *([(_("片区"), zones)] if zones else []), *urban, *counts, *counted]


def _day(said: str, today: date) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return today


def _changed(area: Area, day: date, today: date) -> bool:
    return day != today and area.ended_on is None


def _shares(visible: Any, shares: Mapping[int, Fraction | None]) -> list[tuple[Area, str]]:
    """Return areas that one may see, and which share of the people in words."""
    return [
        (area, _("比例不详") if shares[area.pk] is None else f"{float(shares[area.pk] or 0):.1%}")
        for area in visible.filter(pk__in=shares).order_by("path")
    ]


def _placed(area: Area, day: date) -> Any:
    return area.placed_below.on(day).values("pk")


def _parents(visible: Any, area: Area, day: date) -> list[tuple[str, Area]]:
    """Return what an area hangs below in each tree, where one may see it."""
    rows = area.placements.on(day).select_related("parent").filter(parent__in=visible)
    return [(str(Tree(row.tree).label), row.parent) for row in rows.order_by("tree")]


def _problems(area: Area, state: AreaState) -> list[str]:
    above = area.placements.open().filter(tree=Tree.ADMINISTRATIVE).select_related("parent").first()
    code = above.parent.code if above and above.parent else ""
    return list(problems(state.code, Level(area.level), code, state.attributes.get("kind", "")))
