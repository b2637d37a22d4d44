"""The baseline of a survey round as it goes through the exit: what there is, by community.

Going live declares its censuses, withdrawing takes them back. Only what facilities there are goes
out: no residents' needs and opinions, no words that somebody typed, nobody's spaces.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.publications.access import PROPOSE
from lifecircle.govern.publications.baseline_writing import COLLECTION, PART, Written, write_part
from lifecircle.govern.publications.models import Publication
from lifecircle.govern.publications.subjects import (
    Publishable,
    Subject,
    called,
    files_in,
    write_features,
    write_manifest,
)
from lifecircle.govern.refused import Refused
from lifecircle.govern.surveys.baseline import (
    AT_ONCE,
    Declared,
    Frozen,
    declare,
    declared_in,
    filled_lots,
    take_back,
)
from lifecircle.govern.surveys.models import Round, RoundQuerySet
from lifecircle.publish.folder import whole_folder

CENSUSES = "censuses.jsonl"
"""What going live declares, made ready with the files: not for the public."""

MOST_OFFERED = 30
TITLE = gettext_noop("%(area)s社区服务设施摸底结果（%(day)s）")
__all__ = ["COLLECTION", "Baselines"]


class Baselines(Publishable):
    """How the baseline of a closed round goes through the exit."""

    def offered(self, actor: Actor, area: Area | None = None) -> list[Subject]:
        """Return the newest closed rounds of where the actor may propose."""
        found = _closed(actor).defer("form")
        own = found if area is None else found.filter(area=area)
        return [_subject(one) for one in own[:MOST_OFFERED]]

    def subject(self, actor: Actor, pk: int) -> Subject | None:
        """Return a closed round of where the actor may propose."""
        found = _closed(actor).defer("form").filter(pk=pk).first()
        return _subject(found) if found else None

    def write(self, publication: Publication, out: Path) -> Iterator[tuple[int, int]]:
        """Write what was frozen at closing; it is refused where the answers are others by now."""
        round_ = Round.objects.select_related("area").get(pk=publication.subject_id)
        written, frozen = Written.of(round_), Frozen(round_)
        parts = round_.returns.count() // AT_ONCE + 3
        declared: list[Declared] = []
        for done, lot in enumerate(filled_lots(round_), start=1):
            for filled in lot:
                frozen.add(filled)
                written.add(filled)
                own = declared_in(filled)
                declared += [own] if own else []
            yield done, parts
        if not frozen.sha256 == publication.subject_sha256 == round_.sha256:
            raise Refused(_("这一轮的回答与提请时不一样"), remedy=_("核对以后重新提请"))
        _write_declared(out, declared)
        if not (out / PART).is_dir():
            with whole_folder(out / PART, None) as folder:
                write_part(folder, written)
        yield parts - 1, parts
        write_features(out, written.features())
        write_manifest(publication, out, files_in(out, PART), written.about())
        yield parts, parts

    def goes_live(self, actor: Actor, publication: Publication) -> None:
        """Declare its censuses; those of the round that it corrects stand no more."""
        wrong = publication.corrects
        if wrong is not None and wrong.subject_id != publication.subject_id:
            take_back(actor, Round.objects.get(pk=wrong.subject_id), publication.correction)
        declare(actor, Round.objects.get(pk=publication.subject_id), _read_declared(publication))

    def is_withdrawn(self, actor: Actor, publication: Publication, reason: str) -> None:
        """Take its censuses back."""
        take_back(actor, Round.objects.get(pk=publication.subject_id), reason)


def _closed(actor: Actor) -> RoundQuerySet:
    mine = Round.objects.visible_to(actor).filter(actor.scope(PROPOSE, "area__path"))
    closed = mine.filter(state__in=(Round.State.CLOSED, Round.State.PUBLISHED))
    return closed.exclude(sha256="").select_related("area")


def _subject(round_: Round) -> Subject:
    own = called(TITLE, round_.area, round_.as_on)
    return Subject(round_.pk, round_.title, round_.area, round_.sha256, round_.as_on, own)


def _write_declared(out: Path, declared: list[Declared]) -> None:
    making = out / f".{CENSUSES}"
    with making.open("w", encoding="utf-8") as file:
        for one in declared:
            file.write(json.dumps(asdict(one), sort_keys=True) + "\n")
    making.replace(out / CENSUSES)


def _read_declared(publication: Publication) -> Iterator[Declared]:
    with (publication.folder / CENSUSES).open(encoding="utf-8") as file:
        for line in file:
            yield Declared(**json.loads(line))
