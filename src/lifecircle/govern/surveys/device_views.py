"""The page that works without a network, what it sends, and the worker that keeps it."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.translation import gettext as _

from lifecircle.govern.actor import unseen
from lifecircle.govern.files.services import keep
from lifecircle.govern.refused import Refused
from lifecircle.govern.surveys.access import ENTER
from lifecircle.govern.surveys.device_forms import COPIED, DeviceForm
from lifecircle.govern.surveys.entering import BadAnswers, Entered, enter
from lifecircle.govern.surveys.filled import Filled, Key, latest
from lifecircle.govern.surveys.models import Channel, Return
from lifecircle.govern.surveys.return_views import may_enter
from lifecircle.govern.surveys.views import actor_of

SCRIPTS = Path(__file__).parent / "static" / "surveys"
MOST_PHOTO_BYTES = 20 * 2**20


def device(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a return as one page, or take what a device kept of it."""
    rows = Return.objects.visible_to(actor_of(request), ENTER).select_related("round__area", "area")
    back = rows.filter(pk=pk).first()
    if back is None:
        raise unseen()
    if request.method == "POST":
        return _take(request, back)
    filled = Filled.of(back)
    given = {
        "back": back, "parts": DeviceForm(filled).parts, "copied": COPIED,
        "seen": latest(filled.answers.values()), "may_enter": may_enter(request, back),
        "user_id": actor_of(request).user_id,
    }  # fmt: skip
    return render(request, "surveys/device.html", given)


def _take(request: HttpRequest, back: Return) -> HttpResponse:
    """Enter what was kept on a device; sent again, it is not entered again."""
    try:
        instance, seen, answers, photos = _read(request)
        kept = {name: keep(file.chunks(), MOST_PHOTO_BYTES).sha256 for name, file in photos.items()}
        given = {key: _photo(value, kept) for key, value in answers.items()}
        told = json.dumps(sorted([*key, value] for key, value in given.items()), default=str)
        entered = enter(
            actor_of(request), back, given, Channel.OFFLINE, instance=instance, seen=seen,
            content_sha256=hashlib.sha256(told.encode()).hexdigest(),
        )  # fmt: skip
    except BadAnswers as bad:
        faults = [
            {"question": code, "row": row, "reason": why} for (code, row), why in bad.told.items()
        ]
        return _said(bad, faults=faults)
    except Refused as refused:
        return _said(refused)
    return JsonResponse(_done(back, entered))


def _done(back: Return, entered: Entered) -> dict[str, Any]:
    filled = Filled.of(back)
    return {
        "saved": entered.saved,
        "repeated": entered.repeated,
        "seen": latest(filled.answers.values()),
    }


def _read(
    request: HttpRequest,
) -> tuple[uuid.UUID, int, dict[Key, Any], Mapping[str, UploadedFile[Any]]]:
    """Return the id, what was seen, the answers and the photos of what a device sent."""
    try:
        told = json.loads(request.POST.get("told", ""))
        answers = {(str(one["question"]), str(one["row"])): one["value"] for one in told["answers"]}
        return uuid.UUID(told["instance"]), int(told["seen"]), answers, request.FILES
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _BadTold(_("送来的内容不完整"), remedy=_("重新打开这一页")) from error


class _BadTold(Refused):
    status = 400


def _photo(value: Any, kept: Mapping[str, str]) -> Any:
    """Return an answer; a photo is named by its part of what was sent."""
    if isinstance(value, dict):
        return kept.get(str(value.get("file")), "-")
    return value


def _said(refused: Refused, **more: Any) -> JsonResponse:
    return JsonResponse({"reason": str(refused), **more}, status=refused.status)


def device_key(request: HttpRequest) -> HttpResponse:
    """Tell a page that was kept who is signed in, and the key of today's session."""
    return JsonResponse({"user": actor_of(request).user_id, "key": get_token(request)})


def worker(request: HttpRequest) -> HttpResponse:
    """Give the worker that keeps the page; it works below this path only."""
    del request
    script = (SCRIPTS / "worker.js").read_bytes()
    answer = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer
