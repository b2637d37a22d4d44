"""Takes what a device sends: the form first, photos with it or after it, in as many requests.

Answers are entered with the first request that arrives; each photo is entered when it comes. So
nothing waits for a part that may never come, and each part is sent again without a double. The
filled form itself is kept as evidence under its hash, which the submission carries.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor, unseen
from lifecircle.govern.files.services import keep
from lifecircle.govern.refused import Refused
from lifecircle.govern.surveys.access import ENTER
from lifecircle.govern.surveys.entering import enter
from lifecircle.govern.surveys.filled import Key
from lifecircle.govern.surveys.models import Channel, Return, Submission
from lifecircle.govern.surveys.xform import instance_id, read, round_of

LARGEST_FORM_BYTES = 5 * 2**20
INSTANCES = uuid.UUID("8f0c8a60-6b8e-4c39-8a8e-0d7b3f0f6a11")
"""Names instances whose id is no UUID, and the photos of an instance."""


class BadForm(Refused):
    """What was sent is no filled form of a round: 400."""

    status = 400


@dataclass(frozen=True)
class Received:
    """How many answers are new, whether the form came before, and which photos are to come."""

    saved: int
    repeated: bool
    awaited: tuple[str, ...]


class _Plain(ET.TreeBuilder):
    """Builds a document without a type declaration: entities are refused before they unfold."""

    def doctype(self, _name: str, _public: str, _system: str) -> None:
        """Refuse."""
        raise ET.ParseError("doctype")


def receive(actor: Actor, content: bytes, parts: Mapping[str, UploadedFile[Any]]) -> Received:
    """Enter what a device sent.

    Raises Refused where it is no form of ours, out of time or without the right, and Conflict where
    the same id came with another content; Http404 for a community that the actor does not see.
    """
    root = _root(content)
    back = _return(actor, root)
    sent, instance = read(back.round.asks, root), _instance(root)
    saved, repeated = _once(actor, back, instance, sent.answers, content)
    keep([content])
    missing = []
    for name, keys in sent.photos.items():
        own = uuid.uuid5(instance, name)
        if name in parts:
            saved += _photo(actor, back, own, keys, parts[name])
        elif not Submission.objects.filter(instance=own).exists():
            missing.append(name)
    return Received(saved, repeated, tuple(missing))


def _once(
    actor: Actor, back: Return, instance: uuid.UUID, answers: Mapping[Key, Any], content: bytes
) -> tuple[int, bool]:
    """Enter answers and return how many are new, and whether they came before.

    What came before is answered the same, even where by now the return was handed in.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    before = Submission.objects.filter(instance=instance, back=back, content_sha256=sha256)
    if before.exists():
        return 0, True
    got = enter(actor, back, answers, Channel.COLLECT, instance=instance, content_sha256=sha256)
    return (0 if got.repeated else got.saved), got.repeated


def _photo(
    actor: Actor, back: Return, instance: uuid.UUID, keys: list[Key], file: UploadedFile[Any]
) -> int:
    """Keep a photo and enter it wherever the form names it."""
    sha256 = keep(file.chunks()).sha256
    return _once(actor, back, instance, dict.fromkeys(keys, sha256), sha256.encode())[0]


def _root(content: bytes) -> ET.Element:
    try:
        parser = ET.XMLParser(target=_Plain())  # noqa: S314 - entities are refused
        return ET.fromstring(content, parser=parser)  # noqa: S314
    except (ET.ParseError, ValueError, LookupError) as error:
        raise BadForm(_("不是完整的表单"), remedy=_("重新发送")) from error


def _return(actor: Actor, root: ET.Element) -> Return:
    number = round_of(root.get("id", ""))
    if number is None:
        raise BadForm(_("不是本平台的表单"), remedy=_("重新下载空白表单"))
    chosen = next((one.text or "" for one in root if one.tag.rpartition("}")[2] == "community"), "")
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 12):
        raise BadForm(_("没有选社区"), remedy=_("打开表单，选社区后再发送"))
    found = Return.objects.visible_to(actor, ENTER).filter(pk=int(chosen), round=number)
    back = found.select_related("round", "area").first()
    if back is None:
        raise unseen()
    return back


def _instance(root: ET.Element) -> uuid.UUID:
    given = instance_id(root)
    if not given:
        raise BadForm(_("表单没有编号"), remedy=_("用 ODK Collect 填写"))
    try:
        return uuid.UUID(given.removeprefix("uuid:"))
    except ValueError:
        return uuid.uuid5(INSTANCES, given)
