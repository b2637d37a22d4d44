"""Answers as OpenRosa has them: its headers, and a sentence that the device shows.

The standards are at https://docs.getodk.org/openrosa/: HTTP request, authentication, form list,
form submission.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import time
from typing import Any
from wsgiref.handlers import format_date_time
from xml.etree import ElementTree as ET

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from lifecircle.govern.refused import Refused

PART_BYTES = 10 * 2**20
"""A device sends what is larger in several requests, so that a broken line costs one of these."""

XML = "text/xml; charset=utf-8"
RESPONSE = "http://openrosa.org/http/response"
View = Callable[..., HttpResponseBase]


def with_headers(response: HttpResponseBase) -> HttpResponseBase:
    """Add what every answer of an OpenRosa server carries."""
    response.headers["X-OpenRosa-Version"] = "1.0"
    response.headers["X-OpenRosa-Accept-Content-Length"] = str(PART_BYTES)
    response.headers.setdefault("Date", format_date_time(time()))
    return response


def said(message: str, status: int) -> HttpResponse:
    """Answer with a sentence."""
    root = ET.Element("OpenRosaResponse", xmlns=RESPONSE)
    ET.SubElement(root, "message").text = message
    answer = HttpResponse(document(root), status=status, content_type=XML)
    with_headers(answer)
    return answer


def not_signed_in() -> HttpResponse:
    """Ask for a user name and a token."""
    answer = said(_("用户名或者令牌不对；请在“我的账号”里新建令牌，作为密码填写。"), 401)
    answer.headers["WWW-Authenticate"] = 'Basic realm="lifecircle", charset="UTF-8"'
    return answer


def document(root: ET.Element) -> bytes:
    """Return an element as a document."""
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def door(view: View) -> View:
    """Let a view answer as OpenRosa has it, its refusals too."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return with_headers(view(request, *args, **kwargs))
        except Refused as refused:
            return said(str(refused), refused.status)
        except Http404 as missing:
            return said(f"{missing}。", 404)

    return answered
