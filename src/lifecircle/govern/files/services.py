"""Keeps files by their content, and attaches them."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.audit.services import append
from lifecircle.govern.files.choices import JPEG, Kind, kind_of
from lifecircle.govern.files.models import Attachment, StoredFile
from lifecircle.govern.files.photographs import evidence_of, write_public
from lifecircle.govern.identity import refuse_number
from lifecircle.govern.records.models import Record
from lifecircle.govern.refused import Refused

MOST_BYTES = 64 * 2**20
"""An attachment is no larger."""

_ODD = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u202a-\u202e\u2066-\u2069]")
"""Characters that no name of a file holds, those among them that turn the reading direction."""


def keep(pieces: Iterable[bytes], most_bytes: int = MOST_BYTES) -> StoredFile:
    """Keep a content and return it; the same content is kept once.

    Raises Refused for what is empty, too large, a program, or a photograph that is none.
    """
    folder = Path(settings.MEDIA_ROOT) / "coming"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder)
    coming = Path(name)
    try:
        sha256, size_bytes = _written(handle, pieces, most_bytes)
        found = StoredFile.objects.filter(sha256=sha256).first()
        if found and found.path.is_file():
            return found
        return _kept(coming, sha256, size_bytes, kind_of(coming))
    finally:
        coming.unlink(missing_ok=True)


def _written(handle: int, pieces: Iterable[bytes], most_bytes: int) -> tuple[str, int]:
    digest, size_bytes = hashlib.sha256(), 0
    with os.fdopen(handle, "wb") as out:
        for piece in pieces:
            size_bytes += len(piece)
            if size_bytes > most_bytes:
                raise Refused(
                    _("文件超过%(most)s兆") % {"most": most_bytes // 2**20},
                    remedy=_("缩小或拆成几个文件"),
                )
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    if not size_bytes:
        raise Refused(_("文件是空的"), remedy=_("重新选择文件"))
    return digest.hexdigest(), size_bytes


def _kept(coming: Path, sha256: str, size_bytes: int, kind: Kind) -> StoredFile:
    """Move a content to its place and enter it; a photograph's public copy goes before it."""
    facts: dict[str, object] = {}
    if kind.photo:
        seen = evidence_of(coming)
        facts = {**vars(seen), "public": _public(coming)}
    stored = StoredFile(
        sha256=sha256, size_bytes=size_bytes, media_type=kind.media_type, suffix=kind.suffix
    )
    stored.path.parent.mkdir(mode=0o700, exist_ok=True)
    coming.replace(stored.path)
    folder = os.open(stored.path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    entered = {"size_bytes": size_bytes, "media_type": kind.media_type, "suffix": kind.suffix}
    again = {"erased_at": None}
    return StoredFile.objects.update_or_create(
        sha256=sha256, defaults=again, create_defaults={**entered, **facts}
    )[0]


def _public(photograph: Path) -> StoredFile:
    copy = photograph.with_suffix(".public")
    try:
        write_public(photograph, copy)
        content = copy.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        with copy.open("rb") as file:
            os.fsync(file.fileno())
        found = StoredFile.objects.filter(sha256=sha256).first()
        if found and found.path.is_file():
            return found
        # a copy has no copy of its own: it says nothing of itself
        return _kept(copy, sha256, len(content), Kind(JPEG.media_type, JPEG.suffix))
    finally:
        with suppress(FileNotFoundError):
            copy.unlink()


@transaction.atomic
def erase(actor: Actor, file: StoredFile, area: Area, reason: str) -> None:
    """Delete a content that must not be kept and keep its hash; what is attached anywhere stays."""
    kept = StoredFile.objects.filter(pk=file.pk, erased_at__isnull=True, attachments__isnull=True)
    if not kept.update(erased_at=timezone.now()):
        return
    append(
        actor, "file.erase", "file", file.pk, area_path=area.path,
        after={"sha256": file.sha256}, reason=reason,
    )  # fmt: skip
    transaction.on_commit(lambda: file.path.unlink(missing_ok=True))


def sweep() -> None:
    """Delete erased contents that a process left behind when it died between the two."""
    for file in StoredFile.objects.filter(erased_at__isnull=False):
        file.path.unlink(missing_ok=True)


@transaction.atomic
def attach(
    actor: Actor,
    file: StoredFile,
    area: Area,
    *,
    name: str,
    caption: str = "",
    record: Record | None = None,
) -> Attachment:
    """Attach a kept file to a record or an area; raises Refused without the right there.

    Equal photographs may be attached as often as people do.
    """
    where = record.area if record else area
    actor.require("file.add", where.path)
    refuse_number(name, caption)
    added = Attachment.objects.create(
        file=file, area=where, record=record, name=safe_name(name), caption=caption[:200],
        actor=actor.name, user_id=actor.user_id,
    )  # fmt: skip
    append(
        actor, "file.add", "attachment", added.pk, area_path=where.path,
        after={"sha256": file.sha256, "record": record and str(record)},
    )  # fmt: skip
    return added


def safe_name(name: str) -> str:
    """Return a file's name as a person gave it, without folders or odd characters."""
    bare = _ODD.sub("_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(". ")
    stem, dot, suffix = bare.rpartition(".")
    return f"{stem[:150]}{dot}{suffix[:20]}" if stem else bare[:150] or "file"
