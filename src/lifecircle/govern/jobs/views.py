"""The desk of jobs: what runs, how far it is, what came of it."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor, unseen
from lifecircle.govern.jobs.access import CHANGE
from lifecircle.govern.jobs.models import Job, State
from lifecircle.govern.jobs.services import ask_to_stop, try_again
from lifecircle.govern.pages.polling import polled
from lifecircle.govern.paging import LongList
from lifecircle.govern.refused import Refused

PER_PAGE = 50


def actor_of(request: HttpRequest) -> Actor:
    """Return who calls; the gate put it there."""
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


def desk(request: HttpRequest) -> HttpResponse:
    """List the jobs, newest first."""
    jobs = Job.objects.visible_to(actor_of(request)).defer("payload", "cursor")
    state = request.GET.get("state", "")
    if state in State.values:
        jobs = jobs.filter(state=state)
    page = LongList(jobs, PER_PAGE).get_page(request.GET.get("page"))
    shown = {"page": page, "states": State.choices, "state": state}
    return render(request, "jobs/desk.html", shown)


def page(request: HttpRequest, number: int) -> HttpResponse:
    """Show one job; a browser with scripts asks again while it runs, others every few seconds."""
    job = _seen(request, number)
    part = bool(getattr(request, "htmx", False))
    response = render(request, "jobs/part.html" if part else "jobs/page.html", {"job": job})
    return polled(request, response, ended=job.ended)


def stop(request: HttpRequest, number: int) -> HttpResponse:
    """Ask a job to stop."""
    job = _own(request, number)
    ask_to_stop(actor_of(request), job)
    return redirect("jobs:page", number)


def again(request: HttpRequest, number: int) -> HttpResponse:
    """Let a job go on."""
    job = _own(request, number)
    try_again(actor_of(request), job)
    return redirect("jobs:page", number)


def _seen(request: HttpRequest, number: int) -> Job:
    job = Job.objects.visible_to(actor_of(request)).filter(pk=number).first()
    if job is None:
        raise unseen()
    return job


def _own(request: HttpRequest, number: int) -> Job:
    """Return a job that the caller may stop: one's own, or with the right over its area."""
    job, actor = _seen(request, number), actor_of(request)
    if job.user_id != actor.user_id and not actor.may(CHANGE, job.area_path):
        raise Refused(_("这项任务不是您提交的"), remedy=_("找提交的人，或者由管理任务的人办理"))
    return job
