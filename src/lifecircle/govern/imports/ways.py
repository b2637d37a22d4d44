"""How the rows of a batch become what stands on record: versions of records, or outlines."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import takewhile
from typing import Protocol

from django.db.models import Model

from lifecircle.govern.actor import Actor
from lifecircle.govern.imports.committing import ready, show, take_back, write, written
from lifecircle.govern.imports.models import Batch, Row
from lifecircle.govern.imports.outlines.committing import AsOutlines
from lifecircle.govern.imports.targets import OUTLINES, targets
from lifecircle.govern.imports.undoing import undoing_rows
from lifecircle.govern.jobs.handlers import Effect
from lifecircle.govern.records.models import Record


class Way(Protocol):
    """What the jobs of imports ask; nobody sees what ``writing`` does before ``show``."""

    @property
    def tables(self) -> Iterable[type[Model]]:
        """Return what is counted anew after a commit."""

    def writing(self, batch: Batch, actor: Actor, rows: list[Row]) -> tuple[list[Row], Effect]:
        """Return how many of some rows the next step takes, and the step."""

    def overtaken(self, batch: Batch) -> Effect | None:
        """Return the step that tells of rows that somebody overtook since they were written."""

    def show(self, batch: Batch, actor: Actor, root: str, counts: dict[str, int]) -> None:
        """Show all that was written, in one transaction with its entry of the audit."""

    def taking_back(self, batch: Batch, most: int) -> tuple[int, Effect] | None:
        """Return how many unseen things the next step takes back, None after the last."""

    def undoing(self, batch: Batch, after: int, most: int) -> tuple[list[Row], int]:
        """Return some rows that take back what ``batch.undoes`` wrote, and how far they go."""


class AsVersions:
    """Versions of records as what a batch writes."""

    @property
    def tables(self) -> Iterable[type[Model]]:
        """Return the tables of records and of all versions."""
        return [Record, *(target.model for target in targets().values())]

    def writing(self, batch: Batch, actor: Actor, rows: list[Row]) -> tuple[list[Row], Effect]:
        """Return the first rows of one form, made ready while no lock is held, and the step."""
        form = rows[0].form
        rows = list(takewhile(lambda row: row.form == form, rows))
        target = targets()[form]
        return rows, partial(write, batch, actor, target, ready(target, rows))

    def overtaken(self, batch: Batch) -> Effect | None:
        """Return nothing: a version that is written closes the one before to everybody else."""
        del batch
        return None

    def show(self, batch: Batch, actor: Actor, root: str, counts: dict[str, int]) -> None:
        """Show the versions."""
        show(batch, actor, root, counts)

    def taking_back(self, batch: Batch, most: int) -> tuple[int, Effect] | None:
        """Return how many versions the next step takes back."""
        ordered = list(targets().values())[::-1]  # parts before what they are part of
        found = written(batch, ordered, most)
        if found is None:
            return None
        target, versions = found
        return len(versions), partial(take_back, batch, target, versions)

    def undoing(self, batch: Batch, after: int, most: int) -> tuple[list[Row], int]:
        """Return rows that let stand again what stood before."""
        return undoing_rows(batch, after, most)


def way_of(batch: Batch) -> Way:
    """Return how a batch writes."""
    return AsOutlines() if batch.form == OUTLINES else AsVersions()
