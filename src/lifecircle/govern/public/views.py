"""Pages for everybody: no account, no session, no cookie but the language one chose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from lifecircle.govern.public.listing import listed_in
from lifecircle.govern.public.live import Live, features, live
from lifecircle.govern.public.searching import MOST, Named, found
from lifecircle.govern.public.showing import Showing
from lifecircle.govern.public.totals import totals_of
from lifecircle.govern.public.verdicts import policies
from lifecircle.govern.public.wording import (
    by_function,
    category_said,
    functions_said,
    hours_said,
    in_script,
    kinds_said,
    minutes_said,
    spoken,
    state_said,
)
from lifecircle.govern.publications.files import called
from lifecircle.govern.publications.models import Publication
from lifecircle.govern.wording import listed, worded
from lifecircle.publish.handbook.codes import qr
from lifecircle.terms.codes import code_sets

MOST_ON_A_PAGE = 120
YEAR_S = 365 * 24 * 3600
PARTS_IN_ORDER = ("plan", "needs", "baseline", "handbook", "opendata")
LIVE, EMBEDDED = Showing(), Showing(embed=True)
Kind, State = Publication.Kind, Publication.State


def shown(
    request: HttpRequest,
    showing: Showing,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """Answer with a page; nothing of who asks goes into it but the language."""
    run = showing.run
    frame = {
        "manifest": in_script(run.manifest) if run else {},
        "run": run,
        "languages": settings.LANGUAGES,
        "here": request.get_full_path(),
        "root": showing.root,
        "embed": showing.embed,
        "draft": showing.draft,
        "draft_page": f"results/{showing.draft.pk}/" if showing.draft else "",
        "map": showing.map,
        "spoken": spoken(),
        "frame": "public/embed.html" if showing.embed else "public/base.html",
    }
    answer = HttpResponse(render_to_string(template, {**frame, **context}), status=status)
    if showing.embed:
        hosts = " ".join(settings.EMBED_HOSTS) or "'none'"
        answer.policy = {"frame-ancestors": hosts}  # type: ignore[attr-defined]
    return answer


def absent(request: HttpRequest, showing: Showing = LIVE) -> HttpResponse:
    """Say that there is no such page, and where to go on."""
    return shown(request, showing, "public/absent.html", {}, status=404)


def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer every other address below: no page of the staff, whose forms would set a cookie."""
    return absent(request, EMBEDDED if rest.startswith("embed/") else LIVE)


def front(request: HttpRequest, *, embed: bool = False) -> HttpResponse:
    """Show what is published, and a field to search in."""
    return shown_front(request, EMBEDDED if embed else LIVE)


def shown_front(request: HttpRequest, showing: Showing) -> HttpResponse:
    """Show what is published, what one may look for, and a field to search in."""
    now = live()
    last = next((one for one in now.every if one.kind == Kind.RUN), None)
    withdrawn = last if last and last.state == State.WITHDRAWN and now.run is None else None
    functions = [worded(one) for one in code_sets()["function"].values()]
    every = [showing.draft] if showing.draft else now.shown
    context = {"live": every, "withdrawn": withdrawn, "words": "", "functions": functions}
    return shown(request, showing, "public/front.html", context)


def search(request: HttpRequest, *, embed: bool = False) -> HttpResponse:
    """List the communities and facilities of a name, or the facilities of a kind."""
    words, run = request.GET.get("q", "").strip()[:60], live().run
    hits = found(run.pk, words) if run and words else []
    groups: dict[str, list[Named]] = {"communities": [], "facilities": []}
    for one in hits:
        groups[one.collection].append(one)
    of = _names(hits)
    context = {
        "words": words,
        "hits": hits,
        "most": MOST if len(hits) == MOST else 0,
        "communities": [(one.own_id, in_script(one.name)) for one in groups["communities"]],
        "facilities": [
            (one.own_id, in_script(one.name), in_script(of.get(one.community, "")))
            for one in groups["facilities"]
        ],
    }
    return shown(request, EMBEDDED if embed else LIVE, "public/search.html", context)


def _names(hits: list[Named]) -> dict[str, str]:
    """Return the names of the communities that things found lie in."""
    ids = {one.community for one in hits if one.collection == "facilities"}
    return dict(features("communities").filter(own_id__in=ids).values_list("own_id", "name"))


def communities(request: HttpRequest) -> HttpResponse:
    """List the communities, by township where they are many."""
    return shown_communities(request, LIVE)


def shown_communities(request: HttpRequest, showing: Showing) -> HttpResponse:
    """List the communities, by township where they are many."""
    if showing.run is None:
        return absent(request, showing)
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for one in showing.communities():
        groups[f"{one.county}{one.township}"].append((one.own_id, in_script(one.name)))
    wanted = request.GET.get("of", "")
    context = {
        "groups": [(name, in_script(name), len(own), own) for name, own in groups.items()],
        "wanted": in_script(wanted),
        "chosen": groups.get(wanted) if wanted in groups else None,
        "many": sum(map(len, groups.values())) > MOST_ON_A_PAGE,
    }
    return shown(request, showing, "public/communities.html", context)


def community(request: HttpRequest, own_id: str, *, embed: bool = False) -> HttpResponse:
    """Show a community: what is near, what is met of the policies, its handbook."""
    return shown_community(request, EMBEDDED if embed else LIVE, own_id)


def shown_community(request: HttpRequest, showing: Showing, own_id: str) -> HttpResponse:
    """Show a community: what is near, what is met of the policies, its handbook."""
    one = showing.one("communities", own_id)
    if one is None:
        return absent(request, showing)
    told = one.properties
    services = [
        (group, [_service(each) for each in own])
        for group, own in by_function(told.get("services", ()))
    ]
    context = {
        "one": one,
        "name": in_script(one.name),
        "where": in_script(f"{told['county']} {told['township']}"),
        "told": told,
        "note": in_script(told["people_note_zh"]),
        "services": services,
        "policies": policies(told.get("verdicts", ()), one.publication.manifest.get("packs", ())),
        "people": told.get("people", {}).get("residents"),
        "inside": [
            (each.own_id, in_script(each.name), kinds_said(each.properties))
            for each in showing.inside(own_id)
        ],
        "handbook": f"{showing.files(one.publication)}handbook/{told['handbook']}",
    }
    return shown(request, showing, "public/community.html", context)


def _service(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "called": category_said(told["category"], told["category_zh"]),
        "minutes": minutes_said(told),
        "near": [(one["id"], in_script(one["name"])) for one in told["near"]],
        "census": told["declared"] == "census",
    }


def facility(request: HttpRequest, own_id: str, *, embed: bool = False) -> HttpResponse:
    """Show a facility: where, when open, what it costs."""
    return shown_facility(request, EMBEDDED if embed else LIVE, own_id)


def shown_facility(request: HttpRequest, showing: Showing, own_id: str) -> HttpResponse:
    """Show a facility: where, when open, what it costs, whom to call; what is unknown in one line.

    A row without a value would tell a reader nothing.
    """
    one = showing.one("facilities", own_id)
    if one is None:
        return absent(request, showing)
    told = one.properties
    own = in_script({name: value for name, value in told.items() if isinstance(value, str)})
    unknown = [
        word
        for name, word in (
            ("hours", _("开放时间")), ("charges", _("收费")), ("hotline", _("服务电话")),
        )
        if not told[name]
    ]  # fmt: skip
    context = {
        "one": one,
        "name": in_script(one.name),
        "told": own,
        "serves": told["serves"],
        "kinds": kinds_said(told),
        "functions": functions_said(told),
        "state": state_said(told),
        "hours": hours_said(told),
        "unknown": listed(unknown),
    }
    return shown(request, showing, "public/facility.html", context)


def code(request: HttpRequest, own_id: str) -> HttpResponse:
    """Draw the QR code of a facility's page."""
    if LIVE.one("facilities", own_id) is None:
        return absent(request)
    page = reverse("public:facility", args=(own_id,))
    base = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    return HttpResponse(qr(f"{base}{page}"), content_type="image/svg+xml")


def results(request: HttpRequest) -> HttpResponse:
    """List all that is or was published, with corrections and withdrawals."""
    return shown(request, LIVE, "public/results.html", {"every": live().every})


def publication(request: HttpRequest, number: int) -> HttpResponse:
    """Show one publication: its figures while it is live, afterwards why it is not."""
    one = live().by_number(number)
    return absent(request) if one is None else shown_publication(request, LIVE, one)


def shown_publication(request: HttpRequest, showing: Showing, one: Publication) -> HttpResponse:
    """Show one publication: a draft as it will be once it is live."""
    is_live = one.state == State.PUBLISHED or one == showing.draft
    context = {
        "one": one,
        "told": in_script(one.manifest),
        "is_live": is_live,
        "corrected_by": [new for new in live().every if new.corrects_id == one.pk],
        "now": None if showing.draft else _in_place_of(live(), one),
        "files": files_of(one, showing) if is_live else [],
        "policies": totals_of(one.manifest) if is_live else [],
        **(listed_in(one, showing) if is_live else {}),
    }
    return shown(request, showing, "public/publication.html", context)


def _in_place_of(now: Live, one: Publication) -> Publication | None:
    """Return what is live of the same kind and area."""
    same = (own for own in now.shown if (own.kind, own.area_id) == (one.kind, one.area_id))
    return next((own for own in same if own.pk != one.pk), None)


def data(request: HttpRequest) -> HttpResponse:
    """List the open data, and the open interface."""
    run = live().run
    context = {"files": files_of(run, LIVE) if run else []}
    return shown(request, LIVE, "public/data.html", context)


def files_of(one: Publication, showing: Showing) -> list[tuple[str, str, str, int]]:
    """Return title, name, address and size (bytes) of what may be taken away.

    Each community's handbook stands on its own page.
    """
    own = (file for part in PARTS_IN_ORDER for file in sorted((one.folder / part).glob("*")))
    base = showing.files(one)
    return [
        (called(path := f"{file.parent.name}/{file.name}"), file.name, base + path,
         file.stat().st_size)
        for file in own
        if file.is_file() and not file.name.startswith(("community-", ".", "manifest"))
    ]  # fmt: skip


def language(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a language: the one cookie that these pages ever set."""
    to = request.GET.get("next", "")
    safe = to.startswith(("/public/", "/ogc/")) and "//" not in to and "\\" not in to
    answer = HttpResponseRedirect(to if safe else reverse("public:front"))
    if code in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, code, max_age=YEAR_S, samesite="Lax",
            secure=settings.TLS, httponly=True,
        )  # fmt: skip
    return answer
