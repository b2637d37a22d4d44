"""The API: every app brings its router."""

from __future__ import annotations

from django.db import DataError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja.errors import HttpError, ValidationError

from lifecircle.govern.api.described import Described, Sound
from lifecircle.govern.areas.api import router as areas
from lifecircle.govern.assessments.api import router as assessments
from lifecircle.govern.audit.api import router as audit
from lifecircle.govern.files.api import router as files
from lifecircle.govern.imports.api import router as imports
from lifecircle.govern.inventory.api_parts import router as inventory
from lifecircle.govern.needs.api import router as needs
from lifecircle.govern.personal.api import router as contacts
from lifecircle.govern.plans.api import router as plans
from lifecircle.govern.public.api import router as public
from lifecircle.govern.refused import Refused
from lifecircle.govern.surveys.api import router as surveys

api = Described(
    title="lifecircle 生活圈",
    version="1",
    description="社区服务设施平台的接口。写操作都要带 Idempotency-Key。",
    urls_namespace="api",
    docs_url=None,
    parser=Sound(),
)
for name, router in (
    ("areas", areas),
    ("assessments", assessments),
    ("audit", audit),
    ("contacts", contacts),
    ("files", files),
    ("imports", imports),
    ("inventory", inventory),
    ("needs", needs),
    ("plans", plans),
    ("public", public),
    ("surveys", surveys),
):
    api.add_router(f"/{name}/", router)


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """Answer a refusal with its sentence."""
    body = {"reason": error.reason, "remedy": error.remedy}
    return api.create_response(request, body, status=error.status)


@api.exception_handler(Http404)
def unseen(request: HttpRequest, error: Http404) -> HttpResponse:
    """Answer for what is not there, or must not be seen."""
    del error
    return _told(request, 404, _("没有这一项，或者不在您的授权范围内"))


@api.exception_handler(HttpError)
def unread(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer a request that cannot be read."""
    return _told(request, error.status_code, str(error), _("按接口的说明写"))


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer what no schema takes with the names of its fields, and with their details."""
    places = [[str(part) for part in one["loc"]] for one in error.errors]
    # body, the operation's argument, the field; of a query the field comes right after
    fields = dict.fromkeys(".".join(place[2:] or place[1:]) for place in places)
    body = {
        "reason": _("这些项缺少、多余，或者写法不对：%(fields)s") % {"fields": "、".join(fields)},
        "remedy": _("对照 /api/openapi.json 改正后再提交"),
        "detail": [{name: one[name] for name in ("type", "loc", "msg")} for one in error.errors],
    }
    return api.create_response(request, body, status=422)


@api.exception_handler(OverflowError)
@api.exception_handler(DataError)
def too_large(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer a number beyond what a column holds; nothing of the call is kept."""
    del error
    if connection.in_atomic_block:
        transaction.set_rollback(rollback=True)
    return _told(request, 422, _("有一个数太大"), _("按接口的说明改正"))


def _told(request: HttpRequest, status: int, reason: str, remedy: str = "") -> HttpResponse:
    return api.create_response(request, {"reason": reason, "remedy": remedy}, status=status)
