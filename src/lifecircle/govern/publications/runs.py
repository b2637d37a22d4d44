"""A run as it goes through the exit; how it is written is read only when it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.models import Run, RunQuerySet
from lifecircle.govern.assessments.packs import offered
from lifecircle.govern.publications.access import PROPOSE
from lifecircle.govern.publications.models import Publication
from lifecircle.govern.publications.subjects import Publishable, Subject, called

MOST_OFFERED = 30
TITLE = gettext_noop("%(area)s社区生活圈评估结果（%(day)s）")


class Runs(Publishable):
    """How a run goes through the exit."""

    def offered(self, actor: Actor, area: Area | None = None) -> list[Subject]:
        """Return the newest runs that came to their end, of where the actor may propose."""
        found = _done(actor)
        own = found if area is None else found.filter(city=area)
        return [_subject(one) for one in own[:MOST_OFFERED]]

    def subject(self, actor: Actor, pk: int) -> Subject | None:
        """Return a run that came to its end, of where the actor may propose."""
        run = _done(actor).filter(pk=pk).first()
        return _subject(run) if run else None

    def write(self, publication: Publication, out: Path) -> Iterator[tuple[int, int]]:
        """Judge the city of that day again; write what the public gets if it is still the same."""
        # pages that list runs need neither networks nor typesetting
        from lifecircle.govern.publications.run_writing import write_run  # noqa: PLC0415

        return write_run(publication, out)


def _done(actor: Actor) -> RunQuerySet:
    own = Run.objects.visible_to(actor).filter(actor.scope(PROPOSE, "city__path"))
    return own.filter(state=Run.State.DONE).select_related("city")


def _subject(run: Run) -> Subject:
    known = offered()
    packs = "、".join(known[one].header.title.zh if one in known else one for one in run.packs)
    title = run.title or _("%(city)s：%(packs)s，%(day)s评估") % {
        "city": run.city.name, "packs": packs, "day": run.as_of.isoformat(),
    }  # fmt: skip
    own = called(TITLE, run.city, run.as_of)
    return Subject(run.pk, title, run.city, run.sha256, run.as_of, own)
