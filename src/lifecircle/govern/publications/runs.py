"""A run as it goes through the exit; how it is written is read only when it is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.publications.models import Publication
from lifecircle.govern.publications.subjects import Subject
from lifecircle.policy.packs import load_pack

MOST_OFFERED = 30


class Runs:
    """How a run goes through the exit."""

    def offered(self, actor: Actor) -> list[Subject]:
        """Return the newest runs that came to their end."""
        done = Run.objects.visible_to(actor).filter(state=Run.State.DONE)
        return [_subject(one) for one in done.select_related("city")[:MOST_OFFERED]]

    def subject(self, actor: Actor, pk: int) -> Subject | None:
        """Return a run that came to its end."""
        done = Run.objects.visible_to(actor).filter(state=Run.State.DONE, pk=pk)
        run = done.select_related("city").first()
        return _subject(run) if run else None

    def write(self, publication: Publication, out: Path) -> Iterator[tuple[int, int]]:
        """Judge the city of that day again; write what the public gets if it is still the same."""
        # pages that list runs need neither networks nor typesetting
        from lifecircle.govern.publications.run_writing import write_run  # noqa: PLC0415

        return write_run(publication, out)


def _subject(run: Run) -> Subject:
    packs = "、".join(map(_title, run.packs))
    title = run.title or _("%(city)s：%(packs)s，%(day)s评估") % {
        "city": run.city.name, "packs": packs, "day": run.as_of.isoformat(),
    }  # fmt: skip
    return Subject(run.pk, title, run.city, run.sha256, run.as_of)


@cache
def _title(pack: str) -> str:
    return load_pack(pack).header.title.zh
