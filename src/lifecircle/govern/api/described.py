"""What every operation of the API has in common: how it refuses, and how that is described."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.openapi.schema import OpenAPISchema
from ninja.parser import Parser

from lifecircle.govern.access import PUBLIC, routes
from lifecircle.govern.api.once import HEADER, LONGEST_KEY

REFUSAL = "Refusal"
_REFUSAL: Mapping[str, Any] = {
    "type": "object",
    "required": ["reason", "remedy"],
    "properties": {
        "reason": {"type": "string", "description": "为什么不行"},
        "remedy": {"type": "string", "description": "可以怎么办，接在“请”后面读；没有的为空"},
        "detail": {
            "type": "array",
            "items": {"type": "object"},
            "description": "哪些参数不对，只在422里有",
        },
    },
}
_CONTENT = {"application/json": {"schema": {"$ref": f"#/components/schemas/{REFUSAL}"}}}
_REFUSED: Mapping[int, str] = {
    400: "请求读不懂，或者写操作没有带 Idempotency-Key",
    401: "没有登录，或者令牌无效",
    403: "没有这项权限，或者不合规定",
    404: "没有这一项，或者不在授权范围内",
    405: "这个地址没有这种操作",
    409: "别人先改了，或者 Idempotency-Key 用过、内容不同",
    422: "参数不对",
}
_SIGNED_IN: list[dict[str, list[str]]] = [{"token": []}, {"session": []}]
_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "在“我的账号”里建的令牌"},
    "session": {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "网页登录"},
}
_KEY = {
    "name": HEADER,
    "in": "header",
    "required": True,
    "description": "每次写操作一个不重复的键，重发时用同一个",
    "schema": {
        "type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$",
    },
}  # fmt: skip
LARGEST = 2**63 - 1
"""No number goes further in a database."""


class Sound(Parser):
    """Reads requests; what no database holds is refused before an operation sees it."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body; raises HttpError for too large a number, or half a sign."""
        try:
            body = json.loads(request.body)
        except RecursionError as error:
            raise ValueError from error
        _hold(body)
        return body

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """Return parameters; raises HttpError for signs that cannot be kept."""
        _hold(dict(data.lists()))
        found: dict[str, Any] = super().parse_querydict(data, list_fields, request)
        return found


class Described(NinjaAPI):
    """An API whose description says of each operation who may call it and how it refuses."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the description."""
        found = super().get_openapi_schema(**options)
        found["components"].setdefault("schemas", {})[REFUSAL] = dict(_REFUSAL)
        found["components"]["securitySchemes"] = _SCHEMES
        asked = routes()
        for method, told, route in _operations(self, found):
            asks = asked[f"{self.urls_namespace}:{route}"].of(method)
            if asks != PUBLIC:
                told["security"] = _SIGNED_IN
            if method != "GET":
                told.setdefault("parameters", []).append(_KEY)
            for status, words in _REFUSED.items():
                content = {
                    "application/json": {"schema": {"$ref": f"#/components/schemas/{REFUSAL}"}}
                }
                told["responses"].setdefault(status, {"description": words, "content": content})
        return found


def _operations(api: NinjaAPI, schema: OpenAPISchema) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the method, the description and the name of the route of each operation."""
    # the operations of a path share its route, whichever of them names it
    routes_by_id = {
        operation.operation_id or api.get_openapi_operation_id(operation): str(view.url_name)
        for _prefix, router in api._routers
        for view in router.path_operations.values()
        for operation in view.operations
    }
    for methods in schema["paths"].values():
        for method, told in methods.items():
            yield method.upper(), told, routes_by_id[told["operationId"]]


def _hold(value: Any) -> None:
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value):
            raise HttpError(400, _("内容里有不能保存的字符"))
    elif isinstance(value, dict):
        for name, one in value.items():
            _hold(name)
            _hold(one)
    elif isinstance(value, list):
        for one in value:
            _hold(one)
    elif isinstance(value, int) and not -LARGEST <= value <= LARGEST:
        raise HttpError(400, _("有一个数太大"))
