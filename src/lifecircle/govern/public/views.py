"""Pages for everybody: no account, no session, no cookie but the language one chose."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse

from lifecircle.govern.public.live import Live, features, live
from lifecircle.govern.public.searching import Named, found
from lifecircle.govern.publications.models import Publication, PublicFeature
from lifecircle.publish.handbook.codes import qr

MOST_ON_A_PAGE = 120
YEAR_S = 365 * 24 * 3600
Kind, State = Publication.Kind, Publication.State


def shown(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    embed: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Answer with a page; nothing of who asks goes into it but the language."""
    run = live().run
    frame = {
        "manifest": run.manifest if run else {},
        "run": run,
        "languages": settings.LANGUAGES,
        "here": request.get_full_path(),
        "embed": embed,
        "to": "public:embed_" if embed else "public:",
        "front": "public:embed" if embed else "public:front",
        "frame": "public/embed.html" if embed else "public/base.html",
    }
    answer = HttpResponse(render_to_string(template, {**frame, **context}), status=status)
    if embed:
        hosts = " ".join(settings.EMBED_HOSTS) or "'none'"
        answer.policy = {"frame-ancestors": hosts}  # type: ignore[attr-defined]
    return answer


def absent(request: HttpRequest, *, embed: bool = False) -> HttpResponse:
    """Say that there is no such page, and where to go on."""
    return shown(request, "public/absent.html", {}, embed=embed, status=404)


def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer every other address below: no page of the staff, whose forms would set a cookie."""
    return absent(request, embed=rest.startswith("embed/"))


def front(request: HttpRequest, *, embed: bool = False) -> HttpResponse:
    """Show what is published, and a field to search in."""
    now = live()
    last = next((one for one in now.every if one.kind == Kind.RUN), None)
    withdrawn = last if last and last.state == State.WITHDRAWN and now.run is None else None
    context = {"live": now.shown, "withdrawn": withdrawn, "words": ""}
    return shown(request, "public/front.html", context, embed=embed)


def search(request: HttpRequest, *, embed: bool = False) -> HttpResponse:
    """List the communities and facilities of a name."""
    words, run = request.GET.get("q", "").strip()[:60], live().run
    hits = found(run.pk, words) if run and words else []
    groups: dict[str, list[Named]] = {"communities": [], "facilities": []}
    for one in hits:
        groups[one.collection].append(one)
    context = {"words": words, "hits": hits, **groups, "of": _names(hits)}
    return shown(request, "public/search.html", context, embed=embed)


def _names(hits: list[Named]) -> dict[str, str]:
    """Return the names of the communities that things found lie in."""
    ids = {one.community for one in hits if one.collection == "facilities"}
    return dict(features("communities").filter(own_id__in=ids).values_list("own_id", "name"))


def communities(request: HttpRequest) -> HttpResponse:
    """List the communities, by township where they are many."""
    if live().run is None:
        return absent(request)
    own_fields = ("own_id", "name", "properties__county", "properties__township")
    told = features("communities").order_by("own_id").values_list(*own_fields)
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for own_id, name, county, township in told:
        groups[f"{county or ''}{township or ''}"].append((own_id, name))
    wanted = request.GET.get("of", "")
    many = sum(map(len, groups.values())) > MOST_ON_A_PAGE
    context = {
        "groups": [(name, len(own), own) for name, own in groups.items()],
        "wanted": wanted,
        "chosen": groups.get(wanted) if wanted in groups else None,
        "many": many,
    }
    return shown(request, "public/communities.html", context)


def community(request: HttpRequest, own_id: str, *, embed: bool = False) -> HttpResponse:
    """Show a community: what is met of the policies, what is near, its handbook."""
    one = _feature("communities", own_id)
    if one is None:
        return absent(request, embed=embed)
    told = one.properties
    packs = {pack["id"]: pack["title"] for pack in one.publication.manifest.get("packs", ())}
    policies = []
    for pack, title in packs.items():
        own = [verdict for verdict in told.get("verdicts", ()) if verdict["pack"] == pack]
        groups = {
            name.replace(" ", "_"): [verdict for verdict in own if verdict["verdict"] == name]
            for name in ("not met", "met", "not assessed")
        }
        policies.append({"title": title, **groups})
    inside = (
        features("facilities")
        .filter(community=own_id)
        .order_by("name")
        .values_list("own_id", "name", "properties__categories_zh")
    )
    context = {
        "one": one,
        "told": told,
        "policies": policies,
        "people": told.get("people", {}).get("residents"),
        "inside": list(inside[:MOST_ON_A_PAGE]),
    }
    return shown(request, "public/community.html", context, embed=embed)


def facility(request: HttpRequest, own_id: str, *, embed: bool = False) -> HttpResponse:
    """Show a facility: where, when open, what it costs."""
    one = _feature("facilities", own_id)
    if one is None:
        return absent(request, embed=embed)
    context = {"one": one, "told": one.properties}
    return shown(request, "public/facility.html", context, embed=embed)


def code(request: HttpRequest, own_id: str) -> HttpResponse:
    """Draw the QR code of a facility's page."""
    if _feature("facilities", own_id) is None:
        return absent(request)
    page = reverse("public:facility", args=(own_id,))
    base = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
    return HttpResponse(qr(f"{base}{page}"), content_type="image/svg+xml")


def results(request: HttpRequest) -> HttpResponse:
    """List all that is or was published, with corrections and withdrawals."""
    return shown(request, "public/results.html", {"every": live().every})


def publication(request: HttpRequest, number: int) -> HttpResponse:
    """Show one publication: its figures while it is live, afterwards why it is not."""
    one = live().by_number(number)
    if one is None:
        return absent(request)
    context = {
        "one": one,
        "is_live": one.state == State.PUBLISHED,
        "corrected_by": [new for new in live().every if new.corrects_id == one.pk],
        "now": _in_place_of(live(), one),
        "files": files_of(one) if one.state == State.PUBLISHED else [],
    }
    return shown(request, "public/publication.html", context)


def _in_place_of(now: Live, one: Publication) -> Publication | None:
    """Return what is live of the same kind and area."""
    same = (own for own in now.shown if (own.kind, own.area_id) == (one.kind, one.area_id))
    return next((own for own in same if own.pk != one.pk), None)


def data(request: HttpRequest) -> HttpResponse:
    """List the open data, and the open interface."""
    run = live().run
    return shown(request, "public/data.html", {"files": files_of(run) if run else []})


def files_of(one: Publication) -> list[tuple[str, str, int]]:
    """Return name, path and size (bytes) of the files to take away, without each community's."""
    parts = ("opendata", "plan", "needs", "baseline", "handbook")
    own = (file for part in parts for file in sorted((one.folder / part).glob("*")))
    return [
        (file.name, f"{file.parent.name}/{file.name}", file.stat().st_size)
        for file in own
        if file.is_file() and not file.name.startswith(("community-", ".", "manifest"))
    ]


def language(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a language: the one cookie that these pages ever set."""
    to = request.GET.get("next", "")
    safe = to.startswith("/public/") and "//" not in to and "\\" not in to
    answer = HttpResponseRedirect(to if safe else reverse("public:front"))
    if code in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, code, max_age=YEAR_S, samesite="Lax",
            secure=settings.TLS, httponly=True,
        )  # fmt: skip
    return answer


def _feature(collection: str, own_id: str) -> PublicFeature | None:
    run = live().run
    if run is None:
        return None
    one = features(collection).filter(own_id=own_id).first()
    if one is not None:
        one.publication = run
    return one
