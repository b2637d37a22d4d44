"""Pages of the exit: what is on its way, what will be seen, who decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lifecircle.govern.actor import Actor, unseen
from lifecircle.govern.pages.polling import polled
from lifecircle.govern.publications.access import APPROVE, PROPOSE
from lifecircle.govern.publications.correcting import successors
from lifecircle.govern.publications.differing import facts, fields_said
from lifecircle.govern.publications.files import answered, called, file_in
from lifecircle.govern.publications.forms import CorrectForm, ProposeForm, ReasonForm
from lifecircle.govern.publications.kinds import KINDS, publishable
from lifecircle.govern.publications.models import Publication
from lifecircle.govern.publications.services import approve, correct, propose, refuse, withdraw
from lifecircle.govern.refused import Refused

PER_PAGE = 50
SHAPELESS = frozenset({"baseline"})
"""Collections that no map shows."""

PREVIEWS = (
    "map/index.html", "opendata/README.md", "opendata/communities.csv", "opendata/facilities.csv",
    "handbook/city.pdf", "plan/index.html", "needs/index.html", "baseline/index.html",
    "baseline/baseline.xlsx",
)  # fmt: skip
State, Kind = Publication.State, Publication.Kind
MADE_AT = {
    Kind.RUN: "assessments:list", Kind.PLAN: "plans:list", Kind.NEEDS: "needs:list",
    Kind.BASELINE: "surveys:list",
}  # fmt: skip
"""Where a newer one is made."""


def actor_of(request: HttpRequest) -> Actor:
    """Return who calls; the gate put it there."""
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


def index(request: HttpRequest) -> HttpResponse:
    """List what is and was on its way, newest first."""
    actor = actor_of(request)
    wanted = {
        name: value
        for name, known in (("state", State.values), ("kind", Kind.values))
        if (value := request.GET.get(name, "")) in known
    }
    found = Publication.objects.visible_to(actor).filter(**wanted).select_related("area")
    page = Paginator(found.defer("manifest"), PER_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page, "states": State.choices, "kinds": Kind.choices, **wanted,
        "may_propose": actor.may(PROPOSE),
    }  # fmt: skip
    return render(request, "publications/list.html", shown)


def page(request: HttpRequest, number: int) -> HttpResponse:
    """Show one thing: what will be seen, what changes, who decided what and why."""
    actor, publication = actor_of(request), seen(request, number)
    answer = render(request, "publications/page.html", _shown(actor, publication))
    return polled(request, answer, ended=publication.job is None or publication.job.ended)


def _shown(actor: Actor, publication: Publication) -> dict[str, Any]:
    path, mine = publication.area.path, publication.proposed_user_id == actor.user_id
    state, manifest = publication.state, publication.manifest
    differences = manifest.get("differences") or {}
    may_approve = actor.may(APPROVE, path)
    return {
        "publication": publication,
        "manifest": manifest,
        "ready": publication.folder.is_dir(),
        "previews": previews(publication),
        "counts": _counted(differences),
        "named": [_named(*one) for one in differences.get("named", ())],
        "live_title": _title_of(actor, differences.get("against")),
        "facts": list(facts(publication)) if state == State.PROPOSED else [],
        "differences": differences,
        "held": [(_called(one), many) for one, many in manifest.get("collections", {}).items()],
        "drawn": bool(manifest.get("collections", {}).keys() - SHAPELESS),
        "corrections": publication.corrected_by.all(),
        "may_approve": state == State.PROPOSED and may_approve and not mine,
        "may_refuse": state == State.PROPOSED and (may_approve or mine),
        "waits_for_another": state == State.PROPOSED and mine,
        "may_withdraw": state in (State.APPROVED, State.PUBLISHED) and may_approve,
        "may_correct": state == State.PUBLISHED and actor.may(PROPOSE, path),
    }


def previews(publication: Publication) -> list[tuple[str, str]]:
    """Return the files to look at before deciding: what they are called and where they are."""
    return [(called(path), path) for path in PREVIEWS if file_in(publication.folder, path)]


def _what(code: str) -> str:
    return {"added": _("新增"), "gone": _("不再公开"), "changed": _("有变化")}[code]


def _title_of(actor: Actor, number: int | None) -> str:
    if not number:
        return ""
    found = Publication.objects.visible_to(actor).filter(pk=number)
    return str(found.first() or "")


def _named(_in: str, what: str, name: str, fields: Sequence[str] = ()) -> tuple[str, str, str]:
    return _what(what), name, fields_said(fields)


def _called(collection: str) -> str:
    known = {
        "communities": _("社区"), "facilities": _("设施"), "needs": _("需求"),
        "planned": _("要做的事"), "baseline": _("社区的底数"),
    }  # fmt: skip
    return known.get(collection, collection)


def _counted(differences: dict[str, Any]) -> list[tuple[str, int, int, int]]:
    return [
        (_called(name), *(counts.get(one, 0) for one in ("added", "gone", "changed")))
        for name, counts in differences.get("counts", {}).items()
    ]


def offered(request: HttpRequest) -> HttpResponse:
    """List what may be proposed."""
    actor = actor_of(request)
    groups = [(Kind(kind), own.offered(actor)) for kind, own in KINDS.items()]
    return render(request, "publications/offered.html", {"groups": groups})


def propose_one(request: HttpRequest, kind: str, subject: int) -> HttpResponse:
    """Propose that one thing be published."""
    actor = actor_of(request)
    if kind not in Kind.values:
        raise unseen()
    found = publishable(kind).subject(actor, subject)
    if found is None:
        raise unseen()
    form = ProposeForm(request.POST or None, initial={"title": found.called})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        made = propose(actor, kind, subject, told["reason"], title=told["title"])
        messages.success(request, _("已经提请。先备好预览，再由另一位批准。"))
        return redirect("publications:page", made.pk)
    shown = {"form": form, "subject": found, "kind": Kind(kind)}
    return render(request, "publications/propose.html", shown)


def correct_one(request: HttpRequest, number: int) -> HttpResponse:
    """Propose what takes the place of a live publication."""
    actor, publication = actor_of(request), seen(request, number)
    actor.require(PROPOSE, publication.area.path)
    subjects, initial = successors(actor, publication), {"seen": publication.version}
    form = CorrectForm(subjects, publication.subject_id, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        made = correct(actor, publication, told["seen"], told["subject"], told["reason"])
        messages.success(request, _("已经提请更正。原来的在更正批准以前仍然公开。"))
        return redirect("publications:page", made.pk)
    shown = {
        "form": form, "publication": publication, "subjects": subjects,
        "make": reverse(MADE_AT[Kind(publication.kind)]),
    }  # fmt: skip
    return render(request, "publications/correct.html", shown)


Step = Callable[[Actor, Publication, int, str], None]


def _stepped(request: HttpRequest, number: int, step: Step, said: str) -> HttpResponse:
    publication = seen(request, number)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        raise Refused(_("没有写理由"), remedy=_("写上理由"))
    step(actor_of(request), publication, form.cleaned_data["seen"], form.cleaned_data["reason"])
    messages.success(request, said)
    return redirect("publications:page", number)


@require_POST
def approve_one(request: HttpRequest, number: int) -> HttpResponse:
    """Let a proposal out."""
    return _stepped(request, number, approve, _("已经批准，正在发布。"))


@require_POST
def refuse_one(request: HttpRequest, number: int) -> HttpResponse:
    """Send a proposal back."""
    return _stepped(request, number, refuse, _("已经退回，没有发布。"))


@require_POST
def withdraw_one(request: HttpRequest, number: int) -> HttpResponse:
    """Take a publication away."""
    return _stepped(request, number, withdraw, _("已经撤回，一分钟以内公众就看不到了。"))


def preview(request: HttpRequest, number: int, file: str) -> HttpResponseBase:
    """Give a file of what will be seen, or was."""
    found = file_in(seen(request, number).folder, file)
    if found is None:
        raise unseen()
    return answered(found)


def seen(request: HttpRequest, number: int) -> Publication:
    """Return a publication of the areas where the caller may see it; any other is not there."""
    found = Publication.objects.visible_to(actor_of(request)).filter(pk=number)
    publication = found.select_related("area", "corrects", "job").first()
    if publication is None:
        raise unseen()
    return publication
