"""The layers that everybody may read, as OGC API - Features tells them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from lifecircle.govern.features import asking, telling
from lifecircle.govern.features.described import described
from lifecircle.govern.features.layers import layer_of, layers, not_withdrawn, read_on
from lifecircle.govern.features.reading import one_of, page_of
from lifecircle.govern.features.systems import System
from lifecircle.govern.features.wrong import Absent, Wrong
from lifecircle.govern.refused import Refused

METHODS = "GET, HEAD, OPTIONS"
OPEN: Mapping[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Expose-Headers": "Content-Crs, ETag, Link",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Pages of others may read this: it is the same for everybody."""

View = Callable[..., HttpResponse]


def _door(view: View) -> View:
    """Answer OPTIONS, tell refusals as the standard does, and let pages of others read."""

    @wraps(view)
    def answered(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            answer = HttpResponse(status=204, headers={"Allow": METHODS})
        else:
            try:
                answer = view(request, **kwargs)
            except Refused as refused:
                code = getattr(refused, "code", "Refused")
                told = {"code": code, "description": str(refused)}
                answer = _answer(json.dumps(told, ensure_ascii=False), telling.JSON)
                answer.status_code = refused.status
        for name, value in OPEN.items():
            answer.headers[name] = value
        return answer

    return answered


@_door
def landing(request: HttpRequest) -> HttpResponse:
    """Tell where everything is."""
    told = asking.parameters(request, asking.PAGE)
    document = telling.landing(telling.base_of(request))
    return _page(request, told, "features/landing.html", document)


@_door
def api(request: HttpRequest) -> HttpResponse:
    """Describe the interface in OpenAPI."""
    _plain(asking.parameters(request, asking.PAGE))
    found = described(telling.base_of(request), [one.id for one in layers()])
    return _answer(json.dumps(found, ensure_ascii=False), telling.OPENAPI)


@_door
def conformance(request: HttpRequest) -> HttpResponse:
    """Tell which standards are kept."""
    _plain(asking.parameters(request, asking.PAGE))
    return _document(telling.conformance())


@_door
def collections(request: HttpRequest) -> HttpResponse:
    """List the layers."""
    told = asking.parameters(request, asking.PAGE)
    document = telling.collections(telling.base_of(request), layers())
    return _page(request, told, "features/collections.html", document)


@_door
def collection(request: HttpRequest, layer: str) -> HttpResponse:
    """Tell what a layer is."""
    _plain(asking.parameters(request, asking.PAGE))
    return _document(telling.collection(telling.base_of(request), layer_of(layer)))


@_door
def schema(request: HttpRequest, layer: str) -> HttpResponse:
    """Tell what the things of a layer are made of."""
    _plain(asking.parameters(request, asking.PAGE))
    found = telling.schema(telling.base_of(request), layer_of(layer))
    return _answer(json.dumps(found, ensure_ascii=False), telling.SCHEMA)


@_door
def items(request: HttpRequest, layer: str) -> HttpResponse:
    """Tell a page of a layer."""
    told = asking.parameters(request, asking.ITEMS)
    _plain(told)
    if "after" in told:
        not_withdrawn(asking.after_of(told)[0])
    now = layer_of(layer)
    asked = asking.asked_of(now, told)
    read = now if asked.began is None else read_on(now, asked.began)
    page = page_of(read, asked, past=read is not now)
    links = telling.items_links(telling.base_of(request), read, told, page, read.publication.pk)
    return _features(telling.items(read, links, page), links, asked.system)


@_door
def item(request: HttpRequest, layer: str, own_id: str) -> HttpResponse:
    """Tell one thing of a layer."""
    found = layer_of(layer)
    told = asking.parameters(request, asking.ITEM)
    _plain(told)
    system = asking.system_asked(found, told)
    feature = one_of(found, own_id, system) if "\0" not in own_id else None
    if feature is None:
        raise Absent(_("这个图层里没有这个编号"), remedy=_("核对编号"))
    links = telling.item_links(telling.base_of(request), found, own_id, told)
    return _features(telling.item(feature, links), links, system)


@_door
def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer every other address."""
    del request, rest
    raise Absent(_("没有这个地址"), remedy=_("从 /ogc/ 开始"))


def _plain(told: Mapping[str, str]) -> None:
    """Raise Wrong where a form is asked for that there is not."""
    if told.get("f", "json") != "json":
        raise Wrong(_("没有 f 要的格式"), remedy=_("写成 f=json"))


def _page(
    request: HttpRequest, told: Mapping[str, str], template: str, document: telling.Document
) -> HttpResponse:
    """Answer with a page where a browser asks, else with the document."""
    if told.get("f") not in (None, "json", "html"):
        raise Wrong(_("没有 f 要的格式"), remedy=_("写成 f=json 或 f=html"))
    preferred = request.get_preferred_type([telling.JSON, telling.HTML])
    if told.get("f", "html" if preferred == telling.HTML else "json") == "html":
        found = layers()
        frame = {
            "front": "public:front",
            "manifest": found[0].about if found else {},
            "run": found[0].publication if found else None,
            "languages": settings.LANGUAGES,
            "here": request.get_full_path(),
            "base": telling.base_of(request),
            "document": document,
        }
        answer = HttpResponse(render_to_string(template, frame))
    else:
        answer = _document(document)
    patch_vary_headers(answer, ["Accept"])
    return answer


def _document(document: telling.Document) -> HttpResponse:
    answer = _answer(json.dumps(document, ensure_ascii=False), telling.JSON)
    return _linked(answer, document.get("links", ()))


def _features(text: str, links: Sequence[telling.Link], system: System) -> HttpResponse:
    answer = _linked(_answer(text, telling.GEOJSON), links)
    answer.headers["Content-Crs"] = f"<{system.uri}>"
    return answer


def _linked(answer: HttpResponse, links: Sequence[telling.Link]) -> HttpResponse:
    """Repeat links in the header, without titles: those may hold what no header can."""
    said = (f'<{one["href"]}>; rel="{one["rel"]}"; type="{one["type"]}"' for one in links)
    if links:
        answer.headers["Link"] = ", ".join(said)
    return answer


def _answer(text: str, media_type: str) -> HttpResponse:
    return HttpResponse(text, content_type=media_type)
