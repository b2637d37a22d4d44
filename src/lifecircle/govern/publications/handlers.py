"""The jobs of the exit: make ready what will be seen, and let it out."""

from __future__ import annotations

from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

from lifecircle.govern.actor import Actor
from lifecircle.govern.jobs.handlers import Pace, Step, Steps, Task, handler, nothing
from lifecircle.govern.publications.differing import differences
from lifecircle.govern.publications.kinds import publishable
from lifecircle.govern.publications.models import Publication, PublicFeature
from lifecircle.govern.publications.services import go_live
from lifecircle.govern.publications.subjects import read_features, read_manifest

State = Publication.State
REST = 0.3


def _publication(task: Task) -> Publication:
    return Publication.objects.select_related("area").get(pk=task.payload["publication"])


def _making(publication: Publication) -> Path:
    return publication.folder.with_name(f".{publication.pk}.making")


@handler("publication.prepare")
def prepare(task: Task) -> Steps:
    """Write the files of a proposal, so that it is looked at before it is decided."""
    publication = _publication(task)
    if publication.state == State.PROPOSED:
        yield from _files(publication)
        task.said = gettext_noop("预览已经备好。")


@handler("publication.publish")
def publish(task: Task) -> Steps:
    """Fill what the public asks for in short steps, then show all of it at once.

    The folder appears in one renaming, rows move with the cursor: whenever this is killed, the
    next worker goes on and nothing is there twice.
    """
    publication = _publication(task)
    if publication.state != State.APPROVED:
        return
    phase, at = task.cursor or ("files", 0)
    if phase == "files":
        yield from _files(publication)
        at = 0
    manifest = read_manifest(publication.folder)
    if phase != "live":
        yield from _rows(publication, at, int(manifest["features"]))
        actor = Actor(task.job.actor, "job", task.job.user_id)
        yield Step(partial(go_live, actor, publication, manifest), ["live", 0])
    yield from _clear(publication)
    task.said = gettext_noop("已经发布。")


def _files(publication: Publication) -> Steps:
    if not publication.folder.is_dir():
        making = _making(publication)
        making.mkdir(parents=True, exist_ok=True)
        for done, of in publishable(publication.kind).write(publication, making):
            yield Step(nothing, ["files", done], done, of)
        making.rename(publication.folder)
    told = read_manifest(publication.folder)
    told["differences"] = differences(publication)
    yield Step(partial(_ready, publication, told), ["ready", 0])


def _ready(publication: Publication, manifest: dict[str, Any]) -> None:
    Publication.objects.filter(pk=publication.pk).update(manifest=manifest)


def _rows(publication: Publication, at: int, of: int) -> Steps:
    pace, features = Pace(), read_features(publication.folder, at)
    while rows := [one.row(publication) for one in islice(features, pace.rows)]:
        at += len(rows)
        effect = partial(PublicFeature.objects.bulk_create, rows)
        pace.took((yield Step(effect, ["rows", at], at, of, rest=REST)))  # type: ignore[arg-type]


def _clear(publication: Publication) -> Steps:
    """Drop the rows of what was superseded long ago; its folder still holds them.

    Those of the one just superseded stay: a page may still be reading them.
    """
    past = Publication.objects.filter(kind=publication.kind, area_id=publication.area_id)
    past = past.filter(state__in=(State.SUPERSEDED, State.WITHDRAWN), pk__lt=publication.pk)
    for old in list(past.order_by("-pk")[1:20]):
        rows = PublicFeature.objects.filter(publication=old)
        while keys := list(rows.values_list("pk", flat=True)[:500]):
            effect = partial(_drop, keys)
            yield Step(effect, ["live", 0], rest=REST)


def _drop(keys: list[int]) -> None:
    PublicFeature.objects.filter(pk__in=keys).delete()
