"""Shows and takes attachments. Nothing is served as anything that a browser would run."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor, unseen
from lifecircle.govern.files.access import ADD, EVIDENCE, VIEW
from lifecircle.govern.files.choices import kind_of
from lifecircle.govern.files.forms import AttachForm
from lifecircle.govern.files.models import Attachment, StoredFile
from lifecircle.govern.files.services import attach, keep
from lifecircle.govern.paging import LongList
from lifecircle.govern.records.models import Record
from lifecircle.govern.refused import Refused

INERT = "default-src 'none'; sandbox"
"""The policy of what is served as a file: it may do nothing."""


def actor_of(request: HttpRequest) -> Actor:
    """Return who calls; the gate put it there."""
    return cast("Actor", request.actor)  # type: ignore[attr-defined]


def of_record(request: HttpRequest, record: int) -> HttpResponse:
    """List what is attached to a record, and take more."""
    actor = actor_of(request)
    asked = ADD if request.method == "POST" else VIEW
    found = record_seen(actor, record, VIEW) or record_seen(actor, record, asked)
    if found is None:
        raise unseen()
    form = AttachForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        actor.require(ADD, found.area.path)
        file = form.cleaned_data["file"]
        try:
            kept = keep(file.chunks())
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            caption = form.cleaned_data["caption"]
            attach(actor, kept, found.area, name=file.name, caption=caption, record=found)
            if _sealed(kept):
                messages.warning(request, str(Refused(_kept_back())))
            return redirect("files:of_record", record)
    listed = Attachment.objects.visible_to(actor).filter(record=found).select_related("file")
    page = LongList(listed, 50).get_page(request.GET.get("page"))
    shown = {
        "record": found,
        "page": page,
        "form": form,
        "may_add": actor.may(ADD, found.area.path),
    }
    return render(request, "files/of_record.html", shown)


def record_seen(actor: Actor, number: int, permission: str) -> Record | None:
    """Return a record where a permission is held."""
    rows = Record.objects.filter(actor.scope(permission, "area__path"), pk=number)
    return rows.select_related("area").first()


def shown(request: HttpRequest, number: int) -> FileResponse:
    """Serve the public copy of a photograph, in the page; anything else to be kept.

    What says where it was taken and cannot be copied without saying so is refused.
    """
    one = _seen(request, number)
    if one.file.public:
        return _served(one.file.public, one, inline=True)
    if _sealed(one.file):
        raise Refused(_kept_back(), remedy=_("在手机或电脑上改存为 JPEG 再上传"))
    return _served(one.file, one)


def original(request: HttpRequest, number: int) -> FileResponse:
    """Serve a file as it came; a photograph only to who may see when and where it was taken."""
    one = _seen(request, number)
    if one.file.public or _sealed(one.file):
        actor_of(request).require(EVIDENCE, (one.record or one).area.path)
    return _served(one.file, one)


def _kept_back() -> str:
    return _("这种格式的照片或视频里有拍摄地点，平台去不掉，所以只留作证据，不给别人看")


def _sealed(file: StoredFile) -> bool:
    """Say what the content is, whatever it was taken for when it came."""
    return kind_of(file.path).sealed


def _seen(request: HttpRequest, number: int) -> Attachment:
    found = Attachment.objects.visible_to(actor_of(request)).filter(pk=number)
    one = found.select_related("file__public", "area", "record__area").first()
    if one is None:
        raise unseen()
    return one


def _served(file: StoredFile, one: Attachment, *, inline: bool = False) -> FileResponse:
    stem = one.name.rpartition(".")[0] or one.name
    return served(file, stem + file.suffix, inline=inline)


def served(file: StoredFile, name: str, *, inline: bool = False) -> FileResponse:
    """Serve a content under a name, inert; only our own copies of photographs ever inline."""
    response = FileResponse(
        file.path.open("rb"),
        as_attachment=not inline,
        filename=name,
        content_type=file.media_type if inline else "application/octet-stream",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = INERT
    response.headers["Cache-Control"] = "private, no-store"
    return response
