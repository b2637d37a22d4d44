"""The API: every app brings its router."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from lifecircle.govern.areas.api import router as areas
from lifecircle.govern.assessments.api import router as assessments
from lifecircle.govern.audit.api import router as audit
from lifecircle.govern.files.api import router as files
from lifecircle.govern.imports.api import router as imports
from lifecircle.govern.inventory.api import router as inventory
from lifecircle.govern.needs.api import router as needs
from lifecircle.govern.personal.api import router as contacts
from lifecircle.govern.plans.api import router as plans
from lifecircle.govern.public.api import router as public
from lifecircle.govern.refused import Refused
from lifecircle.govern.surveys.api import router as surveys

api = NinjaAPI(
    title="lifecircle 生活圈",
    version="1",
    description="社区服务设施平台的接口。写操作都要带 Idempotency-Key。",
    urls_namespace="api",
    docs_url=None,
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
    ("surveys", surveys),
    ("public", public),
):
    api.add_router(f"/{name}/", router)


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """Answer a refusal with its sentence."""
    body = {"reason": error.reason, "remedy": error.remedy}
    return api.create_response(request, body, status=error.status)
