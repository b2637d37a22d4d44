"""The interface described in OpenAPI 3.0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from lifecircle.govern.features.asking import COMMON, FIELDS, MOST
from lifecircle.govern.features.telling import GEOJSON, HTML, JSON, SCHEMA

Part = dict[str, Any]
_TEXT: Part = {"type": "string"}
_LINK: Part = {
    "type": "object",
    "required": ["href", "rel"],
    "properties": {"href": _TEXT, "rel": _TEXT, "type": _TEXT, "title": _TEXT},
}
_LINKS: Part = {"type": "array", "items": {"$ref": "#/components/schemas/link"}}
_FEATURE: Part = {
    "type": "object",
    "required": ["type", "id", "geometry", "properties"],
    "properties": {
        "type": {"type": "string", "enum": ["Feature"]},
        "id": _TEXT,
        "geometry": {"type": "object", "nullable": True},
        "properties": {"type": "object"},
        "links": _LINKS,
    },
}
_PAGE: Part = {
    "type": "object",
    "required": ["type", "features", "links", "timeStamp", "numberMatched", "numberReturned"],
    "properties": {
        "type": {"type": "string", "enum": ["FeatureCollection"]},
        "features": {"type": "array", "items": {"$ref": "#/components/schemas/feature"}},
        "links": _LINKS,
        "timeStamp": {"type": "string", "format": "date-time"},
        "numberMatched": {"type": "integer", "minimum": 0},
        "numberReturned": {"type": "integer", "minimum": 0},
    },
}
_LAYER: Part = {
    "type": "object",
    "required": ["id", "links", "crs", "storageCrs"],
    "properties": {
        "id": _TEXT, "title": _TEXT, "description": _TEXT, "itemType": _TEXT, "links": _LINKS,
        "extent": {"type": "object"}, "crs": {"type": "array", "items": _TEXT},
        "storageCrs": _TEXT,
    },
}  # fmt: skip
_LAYERS: Part = {
    "type": "object",
    "required": ["links", "collections"],
    "properties": {
        "links": _LINKS,
        "collections": {"type": "array", "items": {"$ref": "#/components/schemas/layer"}},
    },
}
_EXCEPTION: Part = {
    "type": "object",
    "required": ["code"],
    "properties": {"code": _TEXT, "description": _TEXT},
}
_LANDING: Part = {"type": "object", "required": ["links"], "properties": {"links": _LINKS}}
_CONFORMANCE: Part = {
    "type": "object",
    "required": ["conformsTo"],
    "properties": {"conformsTo": {"type": "array", "items": _TEXT}},
}


def described(base: str, layers: Sequence[str]) -> Part:
    """Return the description of the interface at an address with these layers."""
    return {
        "openapi": "3.0.3",
        "info": {
            "title": _("公开的图层"),
            "version": "1",
            "description": _("已经发布的社区和设施，只读，不用登录。"),
        },
        "servers": [{"url": base.rstrip("/")}],
        "paths": _paths(layers),
        "components": {
            "parameters": _parameters(),
            "schemas": {
                "link": _LINK, "feature": _FEATURE, "page": _PAGE, "layer": _LAYER,
                "layers": _LAYERS, "exception": _EXCEPTION, "landing": _LANDING,
                "conformance": _CONFORMANCE,
            },
        },
    }  # fmt: skip


def _paths(layers: Sequence[str]) -> Part:
    own = [_use("layer")]
    items = [_use(one) for one in ("limit", "after", "bbox", "bbox-crs", "crs", "datetime")]
    items += [_use(one) for one in FIELDS]
    found = {
        "/": _get("landing", "landing", JSON, page=True),
        "/api": _get("api", None, "application/vnd.oai.openapi+json;version=3.0"),
        "/conformance": _get("conformance", "conformance", JSON),
        "/collections": _get("collections", "layers", JSON, page=True),
        "/collections/{layer}": _get("collection", "layer", JSON, own),
        "/collections/{layer}/schema": _get("schema", None, SCHEMA, own),
        "/collections/{layer}/items": _get("items", "page", GEOJSON, [*own, *items]),
        "/collections/{layer}/items/{featureId}": _get(
            "item", "feature", GEOJSON, [*own, _use("featureId"), _use("crs")]
        ),
    }
    # programs look for the parameters of a layer under its own path
    for layer in layers:
        name = f"items_{layer}"
        found[f"/collections/{layer}/items"] = _get(name, "page", GEOJSON, items)
    return found


def _get(
    name: str,
    schema: str | None,
    media_type: str,
    parameters: Sequence[Part] = (),
    *,
    page: bool = False,
) -> Part:
    content: Part = {media_type: {"schema": _ref(schema) if schema else {"type": "object"}}}
    if page:
        content[HTML] = {"schema": _TEXT}
    errors = {"400": _error(_("参数不对"))}
    if parameters:
        errors["404"] = _error(_("没有这一项"))
    if name.startswith("items"):
        errors["409"] = _error(_("公开的结果已经更新，从第一页重新取"))
        errors["410"] = _error(_("正在读的结果已经撤回"))
    return {
        "get": {
            "operationId": name,
            "parameters": [*parameters, _use("f-page" if page else "f")],
            "responses": {"200": {"description": _("内容"), "content": content}, **errors},
        }
    }


def _error(words: str) -> Part:
    return {"description": words, "content": {JSON: {"schema": _ref("exception")}}}


def _ref(schema: str) -> Part:
    return {"$ref": f"#/components/schemas/{schema}"}


def _use(parameter: str) -> Part:
    return {"$ref": f"#/components/parameters/{parameter}"}


def _parameters() -> Part:
    number = {"type": "number"}
    box = {"type": "array", "minItems": 4, "maxItems": 6, "items": number}
    many = {"type": "integer", "minimum": 1, "maximum": MOST, "default": COMMON}
    uri: Mapping[str, str] = {"type": "string", "format": "uri"}
    told: Mapping[str, tuple[str, Mapping[str, Any]]] = {
        "limit": (_("一页最多多少个"), many),
        "after": (_("从哪里接着取，只用 next 链接里的"), _TEXT),
        "bbox": (_("两个角的坐标，次序按 bbox-crs"), box),
        "bbox-crs": (_("bbox 的坐标参照系，不写是 CRS84"), uri),
        "crs": (_("坐标参照系，不写是 CRS84"), uri),
        "datetime": (_("时刻或一段时间，与资料截至的日期相比"), _TEXT),
        "name": (_("名称，完全相同"), _TEXT),
        "community": (_("所在社区的编号"), _TEXT),
        "f": (_("格式"), {"type": "string", "enum": ["json"]}),
        "f-page": (_("格式"), {"type": "string", "enum": ["json", "html"]}),
    }
    found = {
        name: {
            "name": name.removesuffix("-page"), "in": "query", "required": False,
            "description": words, "schema": dict(schema), "style": "form", "explode": False,
        }
        for name, (words, schema) in told.items()
    }  # fmt: skip
    for name in ("layer", "featureId"):
        found[name] = {"name": name, "in": "path", "required": True, "schema": _TEXT}
    return found
