"""The part of the API that is of files."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile

from lifecircle.govern.actor import unseen
from lifecircle.govern.files.access import VIEW
from lifecircle.govern.files.models import Attachment
from lifecircle.govern.files.services import attach, keep
from lifecircle.govern.files.views import actor_of, record_seen

router = Router(tags=["files"])
MOST_LISTED = 200


class Attached(Schema):
    """A file attached to a record."""

    id: int
    name: str
    caption: str
    sha256: str
    media_type: str
    size_bytes: int
    added_at: datetime

    @classmethod
    def of(cls, one: Attachment) -> Attached:
        """Return an attachment as the API tells it."""
        file = one.file
        return cls(
            id=one.pk, name=one.name, caption=one.caption, sha256=file.sha256,
            media_type=file.media_type, size_bytes=file.size_bytes, added_at=one.added_at,
        )  # fmt: skip


@router.get("/of/{int:record}", response=list[Attached], url_name="file_list")
def file_list(request: HttpRequest, record: int) -> list[Attached]:
    """List what is attached to a record, the newest first."""
    found = Attachment.objects.visible_to(actor_of(request)).filter(record=record)
    return [Attached.of(one) for one in found.select_related("file")[:MOST_LISTED]]


@router.post("/of/{int:record}/add", response=Attached, url_name="file_add")
def file_add(
    request: HttpRequest, record: int, file: File[UploadedFile], caption: Form[str] = ""
) -> Attached:
    """Attach a file to a record."""
    actor = actor_of(request)
    found = record_seen(actor, record, VIEW)
    if found is None:
        raise unseen()
    actor.require("file.add", found.area.path)
    one = attach(
        actor, keep(file.chunks()), found.area, name=file.name or "", caption=caption, record=found
    )
    return Attached.of(one)
