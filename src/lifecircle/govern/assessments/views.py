"""The pages of runs: their list, what each found, why, and what changed between two."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lifecircle.govern.actor import Actor, unseen
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.assessments.access import EXCUSE, RUN, VIEW
from lifecircle.govern.assessments.comparing import (
    ask_comparison,
    compared,
    excused,
    general,
    shown,
)
from lifecircle.govern.assessments.folders import names_of
from lifecircle.govern.assessments.forms import AskForm, CompareForm, Filters
from lifecircle.govern.assessments.models import Difference, Finding, Run
from lifecircle.govern.assessments.notices import notices
from lifecircle.govern.assessments.packs import in_order, pack_with, rule_of
from lifecircle.govern.assessments.queries import (
    VERDICTS,
    Tally,
    Wanted,
    by_area,
    earlier_than,
    findings,
    run_seen,
    runs,
    tallies,
)
from lifecircle.govern.assessments.services import ask, run_again, stop_run
from lifecircle.govern.assessments.why import why
from lifecircle.govern.assessments.wording import said, title_in
from lifecircle.govern.inventory.city_files import missing
from lifecircle.govern.pages.polling import polled
from lifecircle.govern.paging import LongList
from lifecircle.govern.refused import Refused
from lifecircle.govern.wording import worded
from lifecircle.policy.decide import WAIVABLE
from lifecircle.publish.sentences import marks_zh

ROWS, KEPT_S = 50, 7 * 24 * 3600
LEVELS = (Level.COUNTY, Level.TOWNSHIP, Level.COMMUNITY)


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks, as the gate knows them."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def listed(request: HttpRequest) -> HttpResponse:
    """List the runs, the newest first."""
    actor = actor_of(request)
    rows, state = runs(actor), request.GET.get("state", "")
    if state in Run.State.values:
        rows = rows.filter(state=state)
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    given = {
        "page": page, "states": Run.State.choices, "state": state,
        "may_run": (may := actor.may(RUN)), "lacking": missing(Path(settings.CITY)) if may else (),
    }  # fmt: skip
    return render(request, "assessments/list.html", given)


def asking(request: HttpRequest) -> HttpResponse:
    """Ask for a run."""
    form = AskForm(request.POST or None)
    if form.is_valid():
        told = dict(form.cleaned_data)
        try:
            made = ask(actor_of(request), told.pop("packs"), told.pop("as_of"), **told)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("assessments:run", made.pk)
    given = {"form": form, "lacking": missing(Path(settings.CITY))}
    return render(request, "assessments/ask.html", given)


def page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a run: how far it is, or what it found in the areas of who looks."""
    actor = actor_of(request)
    run = run_seen(actor, number)
    given: dict[str, Any] = {"run": run, "may_run": actor.may(RUN)}
    if run.done:
        filters = Filters(run, request.GET)
        earlier = earlier_than(actor, run)
        given |= {
            "notices": notices(actor, run),
            "packs": _packs(run, _tallied(actor, run, filters.wanted())),
            "whole": (whole := actor.may(VIEW, run.city.path)),
            "files": names_of(run) if whole else [],
            "compare": CompareForm(earlier, list(run.manifest)) if earlier else None,
        }
    answer = render(request, "assessments/run.html", given)
    return polled(request, answer, ended=run.done or run.broken)


def _tallied(actor: Actor, run: Run, wanted: Wanted) -> list[Tally]:
    """Count what is wanted; the whole of a city is counted once, since a run never changes."""
    if wanted != Wanted() or not actor.may(VIEW, run.city.path):
        return tallies(findings(actor, run, wanted))
    key = f"assessments.tallies.{run.pk}.{run.sha256}"
    kept: list[Tally] | None = cache.get(key)
    if kept is None:
        kept = tallies(findings(actor, run, wanted))
        cache.set(key, kept, KEPT_S)
    return kept


def _packs(run: Run, counted: Iterable[Tally]) -> list[dict[str, Any]]:
    """Return what the page of a run tells of each pack, its rules in their order."""
    found = []
    by_pack = {pack: list(own) for pack, own in groupby(counted, key=lambda one: one.pack)}
    for pack_id, manifest in run.manifest.items():
        told, pack = manifest["run"], pack_with(pack_id)
        marks = {rule.id: marks_zh(pack, rule) for rule in pack.rules} if pack else {}
        at = {rule: at for at, rule in enumerate(in_order(pack_id, told["rules"]))}
        rows = [
            (one, title_in(run, pack_id, one.rule), marks.get(one.rule, ""))
            for one in sorted(by_pack.get(pack_id, []), key=lambda one: at.get(one.rule, len(at)))
        ]
        waived = sum(one.waived for one, _title, _marks in rows)
        title = worded(pack.header.title) if pack else pack_id
        found.append({
            "id": pack_id, "title": title, "told": told, "rows": rows, "waived": waived
        })  # fmt: skip
    return found


@require_POST
def stop(request: HttpRequest, number: int) -> HttpResponse:
    """Ask that a run stop."""
    actor = actor_of(request)
    stop_run(actor, run_seen(actor, number))
    return redirect("assessments:run", number)


@require_POST
def again(request: HttpRequest, number: int) -> HttpResponse:
    """Let a run that broke off begin again."""
    actor = actor_of(request)
    run_again(actor, run_seen(actor, number))
    return redirect("assessments:run", number)


def areas(request: HttpRequest, number: int) -> HttpResponse:
    """Count the findings of a run by the areas of a level of its tree."""
    actor = actor_of(request)
    run = run_seen(actor, number, done=True)
    filters = Filters(run, request.GET)
    asked = request.GET.get("level", "")
    level = asked if asked in LEVELS else str(Level.TOWNSHIP)
    rows = findings(actor, run, filters.wanted())
    listed_areas = Paginator(by_area(rows, run, level), ROWS).get_page(request.GET.get("page"))
    given = {
        "run": run, "filters": filters, "page": listed_areas, "level": level,
        "levels": [(str(one), one.label) for one in LEVELS],
        "verdicts": [said("verdict", verdict) for verdict in VERDICTS],
    }  # fmt: skip
    return render(request, "assessments/areas.html", given)


def found(request: HttpRequest, number: int) -> HttpResponse:
    """List the findings of a run, with their map twin."""
    actor = actor_of(request)
    run = run_seen(actor, number, done=True)
    filters = Filters(run, request.GET)
    rows = findings(actor, run, filters.wanted())
    page_of = LongList(rows.select_related("area"), ROWS).get_page(request.GET.get("page"))
    given = {
        "run": run, "filters": filters, "page": page_of, "query": request.GET.urlencode(),
        "rows": [(one, title_in(run, one.pack, one.rule)) for one in page_of],
        "legend": [
            ("bad", said("verdict", "not met")), ("wait", said("verdict", "not assessed")),
            ("good", said("verdict", "met")), ("lead", said("verdict", "not applicable")),
        ],
    }  # fmt: skip
    return render(request, "assessments/findings.html", given)


def finding(request: HttpRequest, number: int, key: int) -> HttpResponse:
    """Show a finding: what was asked and found, the clause verbatim, on what it rests."""
    actor = actor_of(request)
    run, one = _finding(actor, number, key)
    read = rule_of(one.pack, one.rule, run.as_of)
    others = Finding.objects.filter(
        run=run, pack=one.pack, rule=one.rule, subject_level=one.subject_level, subject=one.subject
    ).visible_to(actor)
    given = {
        "run": run, "one": one, "title": title_in(run, one.pack, one.rule),
        "told": run.told_of(one.pack, one.rule), "rule": read[1] if read else None,
        "pack": read[0] if read else None, "inferred": read[0].inferred_of(read[1]) if read else (),
        "others": [other for other in others if other.pk != one.pk],
        "may_excuse": (
            one.verdict == "not met" and one.strength in WAIVABLE and not one.waived
            and one.subject_level == "community" and actor.may(EXCUSE, one.area.path)
        ),
    }  # fmt: skip
    return render(request, "assessments/finding.html", given)


def explained(request: HttpRequest, number: int, key: int) -> HttpResponse:
    """Explain a finding step by step, in the sentences of `lifecircle why`."""
    run, one = _finding(actor_of(request), number, key)
    part = bool(getattr(request, "htmx", False))
    given = {
        "run": run,
        "one": one,
        "why": why(run, one),
        "title": title_in(run, one.pack, one.rule),
    }
    response = render(request, f"assessments/{'why_part' if part else 'why'}.html", given)
    response.headers["Vary"] = "HX-Request"
    return response


def _finding(actor: Actor, number: int, key: int) -> tuple[Run, Finding]:
    run = run_seen(actor, number, done=True)
    rows = Finding.objects.filter(run=run, pk=key).visible_to(actor)
    one = rows.select_related("area").first()
    if one is None:
        raise unseen()
    return run, one


def compare(request: HttpRequest, number: int) -> HttpResponse:
    """Show what changed since an earlier run, through which record, rule, reading or waiver.

    What nobody compared yet is compared by a job, once somebody asks for it.
    """
    actor = actor_of(request)
    after = run_seen(actor, number, done=True)
    asked = request.POST if request.method == "POST" else request.GET
    form = CompareForm(earlier_than(actor, after), list(after.manifest), asked or None)
    given: dict[str, Any] = {"run": after, "form": form}
    if form.is_valid():
        before = run_seen(actor, form.cleaned_data["before"], done=True)
        pack = form.cleaned_data["pack"]
        if pack not in before.manifest:
            form.add_error("pack", _("那一次没有按这个政策包评估。"))
        elif request.method == "POST":
            ask_comparison(actor, before, after, pack)
            query = urlencode({"before": before.pk, "pack": pack})
            return redirect(f"{reverse('assessments:compare', args=[after.pk])}?{query}")
        else:
            given |= _changes(request, before, after, pack)
    answer = render(request, "assessments/compare.html", given)
    return polled(request, answer, ended="page" in given)


def _changes(request: HttpRequest, before: Run, after: Run, pack: str) -> dict[str, Any]:
    actor = actor_of(request)
    both = compared(actor, before, after, pack)
    given: dict[str, Any] = {"both": both, "before": before, "pack": pack, "asked": True}
    if both is None or both.done_at is None:
        return given
    rows = Difference.objects.filter(comparison=both).visible_to(actor).order_by("pk")
    page_of = LongList(rows.values_list("pk", flat=True), ROWS).get_page(request.GET.get("page"))
    held = rows.in_bulk(list(page_of))
    return given | {
        "general": general(actor, both), "excused": excused(actor, before, after, pack),
        "page": page_of,
        "changes": shown(actor, [held[key] for key in page_of], (before, after), pack),
    }  # fmt: skip
