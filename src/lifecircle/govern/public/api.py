"""The open interface: what is published, read only, without an account.

Coordinates are WGS 84 as (longitude, latitude), or none where the office shows another datum.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from lifecircle.govern.actor import unseen
from lifecircle.govern.public.live import features, live
from lifecircle.govern.public.searching import folded, found
from lifecircle.govern.publications.models import Publication, PublicFeature

router = Router(tags=["public"])
MOST = 200


class About(Schema):
    """What the results are of; ``publication`` is None while nothing is published."""

    publication: int | None
    title: str
    city: str
    as_of: str
    published_on: str
    simulated: bool
    packs: list[dict[str, str]]
    licence: str
    source: str
    datum: str
    map_approval_number: str


class Thing(Schema):
    """A community or a facility; ``properties`` as docs/public-pages.md lists them."""

    id: str
    name: str
    community: str
    geometry: dict[str, Any] | None
    properties: dict[str, Any]

    @classmethod
    def of(cls, one: PublicFeature) -> Thing:
        """Return a thing out of its row."""
        return cls(
            id=one.own_id, name=one.name, community=one.community, geometry=one.geometry,
            properties=one.properties,
        )  # fmt: skip


class Brief(Schema):
    """A thing in a list."""

    id: str
    name: str
    community: str


class Things(Schema):
    """A page of a list; ``after`` of the next is ``next``, None at the end."""

    items: list[Brief]
    next: str | None


class Result(Schema):
    """Something that is or was published; persons are not named."""

    id: int
    kind: str
    kind_zh: str
    title: str
    state: str
    published_on: str
    sha256: str
    corrects: int | None
    correction: str
    withdrawn_on: str
    withdrawn_reason: str


@router.get("/about", response=About, url_name="public_about")
def public_about(request: HttpRequest) -> About:
    """Tell what is published and under which licence."""
    del request
    run = live().run
    told = run.manifest if run else {}
    return About(
        publication=run.pk if run else None,
        title=run.title if run else "",
        published_on=_day(run.published_at) if run else "",
        simulated=bool(told.get("simulated")),
        packs=told.get("packs", []),
        source=told.get("office", ""),
        **{
            name: told.get(name, "")
            for name in ("city", "as_of", "licence", "datum", "map_approval_number")
        },
    )


@router.get("/communities", response=Things, url_name="public_communities")
def public_communities(
    request: HttpRequest, q: str = "", after: str = "", limit: int = 100
) -> Things:
    """List communities by id, or those of a name (Chinese or pinyin)."""
    del request
    return _things("communities", {}, q, after, limit)


@router.get("/communities/{path:own_id}", response=Thing, url_name="public_community")
def public_community(request: HttpRequest, own_id: str) -> Thing:
    """Tell all that is public of a community."""
    del request
    return _thing("communities", own_id)


@router.get("/facilities", response=Things, url_name="public_facilities")
def public_facilities(
    request: HttpRequest, q: str = "", community: str = "", after: str = "", limit: int = 100
) -> Things:
    """List facilities by id, those of a community, or those of a name (Chinese or pinyin)."""
    del request
    where = {"community": community} if community else {}
    return _things("facilities", where, q, after, limit)


@router.get("/facilities/{path:own_id}", response=Thing, url_name="public_facility")
def public_facility(request: HttpRequest, own_id: str) -> Thing:
    """Tell all that is public of a facility."""
    del request
    return _thing("facilities", own_id)


@router.get("/results", response=list[Result], url_name="public_results")
def public_results(request: HttpRequest) -> list[Result]:
    """List what is and was published, newest first, with corrections and withdrawals."""
    del request
    return [_result(one) for one in live().every[:MOST]]


def _things(collection: str, where: dict[str, str], words: str, after: str, limit: int) -> Things:
    run, most = live().run, max(1, min(limit, MOST))
    if run is None:
        return Things(items=[], next=None)
    if folded(words):
        hits = [one for one in found(run.pk, words) if one.collection == collection]
        wanted = where.get("community")
        hits = [one for one in hits if wanted in (None, one.community)][:most]
        items = [Brief(id=one.own_id, name=one.name, community=one.community) for one in hits]
        return Things(items=items, next=None)
    rows = features(collection).filter(**where, own_id__gt=after).order_by("own_id")
    told = rows.values_list("own_id", "name", "community")
    listed = list(told[: most + 1])
    items = [Brief(id=own, name=name, community=home) for own, name, home in listed[:most]]
    return Things(items=items, next=items[-1].id if len(listed) > most else None)


def _thing(collection: str, own_id: str) -> Thing:
    one = features(collection).filter(own_id=own_id).first()
    if one is None:
        raise unseen()
    return Thing.of(one)


def _result(one: Publication) -> Result:
    return Result(
        id=one.pk, kind=one.kind, kind_zh=str(one.get_kind_display()), title=one.title,
        state=one.state, published_on=_day(one.published_at), sha256=one.subject_sha256,
        corrects=one.corrects_id, correction=one.correction,
        withdrawn_on=_day(one.withdrawn_at), withdrawn_reason=one.withdrawn_reason,
    )  # fmt: skip


def _day(at: Any) -> str:
    return timezone.localdate(at).isoformat() if at else ""
