"""The pages of plans: asking, their list, one with what it builds and for whom."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lifecircle.govern.actor import Actor, unseen
from lifecircle.govern.files.views import INERT
from lifecircle.govern.pages.polling import polled
from lifecircle.govern.plans.access import MAKE
from lifecircle.govern.plans.forms import AskForm, ChooseForm
from lifecircle.govern.plans.models import Plan
from lifecircle.govern.plans.queries import (
    FILES,
    actions,
    communities,
    plan_seen,
    plans,
    runs_to_plan,
    whole,
)
from lifecircle.govern.plans.services import ask, choose, plan_again, stop_plan
from lifecircle.govern.plans.wishing import Asked
from lifecircle.govern.plans.wording import (
    called,
    gap_said,
    precedences_said,
    stopped_said,
    years_said,
)
from lifecircle.govern.refused import Refused
from lifecircle.publish.planning.words import wan_text

ROWS = 50
PUBLISH = "publication.propose"
"""The right of the exit above, which this app only links to."""

TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".gpkg": "application/geopackage+sqlite3",
}
"""What is not here, the page above all, is served as a mere stream of bytes."""


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks, as the gate knows them."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def listed(request: HttpRequest) -> HttpResponse:
    """List the plans, the newest first."""
    actor = actor_of(request)
    rows, state = plans(actor), request.GET.get("state", "")
    if state in Plan.State.values:
        rows = rows.filter(state=state)
    given = {
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")), "state": state,
        "states": Plan.State.choices, "may_make": actor.may(MAKE),
    }  # fmt: skip
    return render(request, "plans/list.html", given)


def asking(request: HttpRequest) -> HttpResponse:
    """Ask for a plan; ``before`` is one whose wishes are taken over."""
    actor = actor_of(request)
    runs = runs_to_plan(actor)
    before = _before(actor, request.GET.get("before", ""))
    form = AskForm(runs, request.POST or None, initial=_initial(before))
    if form.is_valid():
        run, pack = form.chosen()
        title = form.cleaned_data["title"]
        try:
            made = ask(actor, run, pack, form.asked(), title=title, before=before)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("plans:plan", made.pk)
    return render(request, "plans/ask.html", {"form": form, "before": before, "runs": runs})


def _before(actor: Actor, number: str) -> Plan | None:
    return plan_seen(actor, int(number)) if number.isdecimal() and len(number) < 19 else None


def _initial(before: Plan | None) -> dict[str, Any]:
    if before is None:
        return {}
    asked = Asked.of_plain(before.wishes, before.effort)
    source = f"{before.run_id}:{before.pack}"
    return {**asked.texts(), "source": source, "title": before.title}


def page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a plan: how far it is, or its alternatives and what one of them builds."""
    actor = actor_of(request)
    plan = plan_seen(actor, number)
    may = actor.may(MAKE, plan.city.path)
    given: dict[str, Any] = {"plan": plan, "may_make": may, **_asked(plan)}
    if plan.done:
        shown = shown_of(plan, request.GET.get("plan", ""))
        rows = actions(actor, plan, shown)
        sees_all = whole(actor, plan)
        initial = {"alternative": plan.chosen, "seen": plan.edits}
        given |= {
            "shown": shown, "called": called(shown), "whole": sees_all,
            "alternatives": [_told(one) for one in plan.alternatives],
            "stopped": stopped_said(plan.said, plan.effort, shown),
            "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
            "files": sorted(one.name for one in plan.folder.glob("*") if one.name in FILES)
            if sees_all else [],
            "choose": ChooseForm(plan, initial=initial)
            if may and len(plan.alternatives) > 1 else None,
            "may_publish": bool(plan.alternatives) and actor.may(PUBLISH, plan.city.path),
        }  # fmt: skip
    answer = render(request, "plans/plan.html", given)
    return polled(request, answer, ended=plan.done or plan.broken)


def _asked(plan: Plan) -> dict[str, Any]:
    texts = Asked.of_plain(plan.wishes, plan.effort).texts()
    names = ("budget", "shares", "decided", "not_use")
    told = {name: texts[name].splitlines() for name in names}
    return {"asked": {**told, "set_aside": precedences_said(plan.pack, texts["set_aside"])}}


def _told(one: dict[str, Any]) -> dict[str, Any]:
    return {
        **one, "called": called(one["number"]), "wan": wan_text(one["yuan"]),
        "by_year": years_said(one["years"]), "gap": gap_said(one["gap"]),
    }  # fmt: skip


def shown_of(plan: Plan, asked: str) -> int:
    """Return the alternative that is asked for, the chosen one where none is."""
    numbers = {str(one["number"]) for one in plan.alternatives}
    return int(asked) if asked in numbers else plan.chosen


def by_community(request: HttpRequest, number: int) -> HttpResponse:
    """List what an alternative means for each community (一社区一策)."""
    actor = actor_of(request)
    plan = plan_seen(actor, number)
    if not plan.done:
        raise unseen()
    shown = shown_of(plan, request.GET.get("plan", ""))
    area, built = request.GET.get("area", "").strip()[:100], "built" in request.GET
    rows = communities(actor, plan, shown, area, built=built)
    given = {
        "plan": plan, "shown": shown, "area": area, "built": built,
        "page": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "alternatives": [(one["number"], called(one["number"])) for one in plan.alternatives],
    }  # fmt: skip
    return render(request, "plans/communities.html", given)


def file(request: HttpRequest, number: int, name: str) -> HttpResponseBase:
    """Serve a file of a plan, never to be shown in the browser; to who sees the whole city."""
    actor = actor_of(request)
    plan = plan_seen(actor, number)
    path = plan.folder / name
    if not plan.done or not whole(actor, plan) or name not in FILES or not path.is_file():
        raise unseen()
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=f"plan-{plan.pk}-{name}",
        content_type=TYPES.get(path.suffix, "application/octet-stream"),
    )  # fmt: skip
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = INERT
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
def stop(request: HttpRequest, number: int) -> HttpResponse:
    """Ask that a plan stop."""
    actor = actor_of(request)
    stop_plan(actor, plan_seen(actor, number))
    return redirect("plans:plan", number)


@require_POST
def again(request: HttpRequest, number: int) -> HttpResponse:
    """Let a plan that broke off begin again."""
    actor = actor_of(request)
    plan_again(actor, plan_seen(actor, number))
    return redirect("plans:plan", number)


@require_POST
def choosing(request: HttpRequest, number: int) -> HttpResponse:
    """Stand for one of the alternatives."""
    actor = actor_of(request)
    plan = plan_seen(actor, number)
    actor.require(MAKE, plan.city.path)
    form = ChooseForm(plan, request.POST)
    if not form.is_valid():
        raise Refused(_("没有选方案，或者没有写理由"), remedy=_("选一个方案，写上理由"))
    told = form.cleaned_data
    choose(actor, plan, told["seen"], told["alternative"], told["reason"])
    messages.success(request, _("已选定。"))
    return redirect("plans:plan", number)
