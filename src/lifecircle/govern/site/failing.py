"""What comes of a request that no view answers: a sentence for programs, a page for people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults


def absent(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer for an address that is not there, or that must not be seen."""
    if not request.path.startswith("/api/"):
        return defaults.page_not_found(request, exception)
    told = {"reason": _("没有这一项，或者不在您的授权范围内"), "remedy": ""}
    return JsonResponse(told, status=404)


def unread(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be read: too large, too many fields."""
    if not request.path.startswith("/api/"):
        return defaults.bad_request(request, exception)
    told = {"reason": _("请求读不懂，或者太大"), "remedy": _("按接口的说明写")}
    return JsonResponse(told, status=400)
