"""The documents of the interface: landing page, conformance, layers, what a layer is made of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from lifecircle.govern.features.asking import going_on
from lifecircle.govern.features.layers import Layer
from lifecircle.govern.features.reading import Page, kinds_of
from lifecircle.govern.features.systems import CRS84_URI, EVERYWHERE

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
SCHEMA, OPENAPI = "application/schema+json", "application/vnd.oai.openapi+json;version=3.0"
CONFORMS = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)
Link = dict[str, str]
Document = dict[str, Any]


def base_of(request: HttpRequest) -> str:
    """Return where the interface is reached, ending in a slash."""
    page = reverse("features:landing")
    return f"{settings.PUBLIC_URL or request.build_absolute_uri('/').rstrip('/')}{page}"


def link(rel: str, href: str, media_type: str, title: str = "") -> Link:
    """Return a link."""
    found = {"rel": rel, "href": href, "type": media_type}
    return {**found, "title": title} if title else found


def landing(base: str) -> Document:
    """Return the landing page."""
    return {
        "title": _("公开的图层"),
        "description": _("已经发布的社区和设施，只读，不用登录。"),
        "links": [
            link("self", base, JSON),
            link("alternate", f"{base}?f=html", HTML),
            link("service-desc", f"{base}api", OPENAPI, _("接口的说明")),
            link("service-doc", f"{base}?f=html", HTML, _("怎么用")),
            link("conformance", f"{base}conformance", JSON, _("符合哪些标准")),
            link("data", f"{base}collections", JSON, _("图层")),
        ],
    }


def conformance() -> Document:
    """Return which standards are kept."""
    return {"conformsTo": list(CONFORMS)}


def collections(base: str, layers: Iterable[Layer]) -> Document:
    """Return all layers."""
    return {
        "links": [
            link("self", f"{base}collections", JSON),
            link("alternate", f"{base}collections?f=html", HTML),
        ],
        "crs": [one.uri for one in EVERYWHERE],
        "collections": [collection(base, one) for one in layers],
    }


def collection(base: str, layer: Layer) -> Document:
    """Return what a layer is."""
    here, about = f"{base}collections/{layer.id}", layer.about
    sides = layer.stock.sides
    found: Document = {
        "id": layer.id,
        "title": layer.title,
        "description": _described(layer),
        "itemType": "feature",
        "links": [
            link("self", here, JSON),
            link("items", f"{here}/items", GEOJSON, layer.title),
            link("describedby", f"{here}/schema", SCHEMA),
        ],
        "crs": [one.uri for one in layer.systems],
        "storageCrs": CRS84_URI,
    }
    day = f"{about['as_of']}T00:00:00+08:00"
    extent: Document = {"temporal": {"interval": [[day, day]]}}
    if sides:
        extent["spatial"] = {"bbox": [list(sides)], "crs": CRS84_URI}
    return {**found, "extent": extent}


def _described(layer: Layer) -> str:
    about = layer.about
    parts = [
        _("%(many)s个，资料截至%(day)s，来源：%(office)s，许可：%(licence)s。")
        % {
            "many": layer.stock.many,
            "day": about["as_of"],
            "office": about.get("office", ""),
            "licence": about.get("licence", ""),
        }
    ]
    if about.get("simulated"):
        parts.append(_("全部是模拟数据，不对应任何真实地点。"))
    if layer.stock.sides is None:
        parts.append(_("公开的位置不是 WGS 84 坐标，这里不给出图形。"))
    return "".join(parts)


def schema(base: str, layer: Layer) -> Document:
    """Return the JSON Schema of the things of a layer: programs fix their columns by it."""
    properties = json.loads(_properties(layer))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{base}collections/{layer.id}/schema",
        "type": "object",
        "title": layer.title,
        "properties": properties,
    }


@lru_cache(maxsize=64)
def _properties(layer: Layer) -> str:
    own: dict[str, Any] = {"name": {"type": "string"}, "community": {"type": "string"}}
    for name, kinds in kinds_of(layer).items():
        plain = kinds - {"null"}
        if plain == {"integer", "number"}:
            plain = {"number"}
        one = next(iter(plain)) if len(plain) == 1 else None
        own[name] = {"type": one} if one else {}
    return json.dumps(own)


def items_links(
    base: str, layer: Layer, told: Mapping[str, str], page: Page, number: int
) -> list[Link]:
    """Return the links of a page; ``number`` is the publication that the next is of as well."""
    here = f"{base}collections/{layer.id}"
    links = [link("self", _with(f"{here}/items", told), GEOJSON), link("collection", here, JSON)]
    if page.last is not None:
        then = {**told, "after": going_on(number, page.last)}
        links.append(link("next", _with(f"{here}/items", then), GEOJSON))
    return links


def items(layer: Layer, links: Sequence[Link], page: Page) -> str:
    """Return a page as GeoJSON; its time is that of the publication, alike for all readers."""
    at = layer.publication.published_at
    head = {
        "type": "FeatureCollection",
        "links": links,
        "timeStamp": at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None,
        "numberMatched": page.matched,
        "numberReturned": len(page.features),
    }
    return f'{json.dumps(head)[:-1]}, "features": [{",".join(page.features)}]}}'


def item_links(base: str, layer: Layer, own_id: str, told: Mapping[str, str]) -> list[Link]:
    """Return the links of a thing."""
    here = f"{base}collections/{layer.id}"
    own = _with(f"{here}/items/{quote(own_id, safe='')}", told)
    return [link("self", own, GEOJSON), link("collection", here, JSON)]


def item(feature: str, links: Sequence[Link]) -> str:
    """Return a thing with its links."""
    return f'{feature[:-1]},"links":{json.dumps(links)}}}'


def _with(address: str, told: Mapping[str, str]) -> str:
    return f"{address}?{urlencode(told, safe=':/,')}" if told else address
