"""The baseline of a closed round: what is frozen of it, and the censuses that it declares.

Who may publish it and who lets it out is decided at the exit (`publications`), which calls this.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.audit.chain import canonical
from lifecircle.govern.audit.services import append
from lifecircle.govern.inventory.models import Census
from lifecircle.govern.refused import Conflict
from lifecircle.govern.surveys.asking import EXISTS, FUNCTIONS, OPERATING
from lifecircle.govern.surveys.filled import Filled
from lifecircle.govern.surveys.models import Answer, Return, Round
from lifecircle.govern.surveys.questions import NO, YES
from lifecircle.terms.codes import code_sets
from lifecircle.terms.taxonomy import categories

AT_ONCE = 500


@dataclass(frozen=True)
class Declared:
    """What one community, an `Area` by its id, was surveyed for completely."""

    area: int
    categories: list[str]
    states: dict[str, str]


class Frozen:
    """The hash of what a closed round says, fed with its returns in the order of `filled_lots`."""

    def __init__(self, round_: Round) -> None:
        self._hash = hashlib.sha256(round_.form_sha256.encode())

    def add(self, filled: Filled) -> None:
        """Add what a return says."""
        self._hash.update(canonical(_said(filled)).encode())

    @property
    def sha256(self) -> str:
        """Return the hash of all that was added."""
        return self._hash.hexdigest()


def filled_lots(round_: Round) -> Iterator[list[Filled]]:
    """Yield the returns that a round was closed with, in lots of `AT_ONCE`, always in one order."""
    form, last = round_.asks, 0
    closed = round_.returns.filter(state=Return.State.CLOSED).select_related("area").order_by("pk")
    while backs := list(closed.filter(pk__gt=last)[:AT_ONCE]):
        yield list(Filled.many(backs, form))
        last = backs[-1].pk


def frozen_sha256(round_: Round) -> str:
    """Return the hash of all answers of a round whose returns are written; it reads them all."""
    frozen = Frozen(round_)
    for lot in filled_lots(round_):
        for filled in lot:
            frozen.add(filled)
    return frozen.sha256


def declared_in(filled: Filled) -> Declared | None:
    """Return what the return of a community declares, None where that is nothing."""
    counted, states = counted_in(filled), states_in(filled)
    return Declared(filled.back.area_id, counted, states) if counted or states else None


@transaction.atomic
def declare(actor: Actor, round_: Round, declared: Iterable[Declared]) -> Round:
    """Make a closed round the baseline of its day: its censuses stand from now on.

    Done before is nothing. Raises Conflict where the round is not closed.
    """
    now = _held(round_)
    if now.state == Round.State.PUBLISHED:
        return now
    if now.state != Round.State.CLOSED:
        raise Conflict(_("办结以后才能公布"), remedy=_("先办结"))
    same = {"on": now.as_on, "declared_by": f"{now.area.name}《{now.title}》"}
    rows = [
        Census(area_id=one.area, categories=one.categories, states=one.states, **same,
               source=source_of(now))
        for one in declared
    ]  # fmt: skip
    Census.objects.bulk_create(rows, batch_size=AT_ONCE)
    now.state, now.published_at = Round.State.PUBLISHED, timezone.now()
    now.published_by = actor.name
    now.save(update_fields=["state", "published_at", "published_by"])
    after = {"sha256": now.sha256, "censuses": len(rows), "on": now.as_on.isoformat()}
    append(actor, "survey.publish", "round", now.pk, area_path=now.area.path, after=after)
    return now


@transaction.atomic
def take_back(actor: Actor, round_: Round, reason: str) -> Round:
    """Let a round be a baseline no longer: its censuses stay on record, but stand no more.

    The round is closed as before, and may be published anew. Where it is none, that is nothing.
    """
    now = _held(round_)
    if now.state != Round.State.PUBLISHED:
        return now
    standing = Census.objects.standing().filter(source=source_of(now))
    many = standing.update(withdrawn_at=timezone.now())
    now.state, now.published_at, now.published_by = Round.State.CLOSED, None, ""
    now.save(update_fields=["state", "published_at", "published_by"])
    before = {"censuses": many}
    append(
        actor, "survey.unpublish", "round", now.pk, area_path=now.area.path, before=before,
        reason=reason,
    )  # fmt: skip
    return now


def source_of(round_: Round) -> str:
    """Return how the censuses of a round name where they come from."""
    return f"survey:{round_.pk}"


def counted_in(filled: Filled) -> list[str]:
    """Return the categories whose facilities a community told of completely.

    There is none, or there are and at least one is listed. “Not known” and blanks tell nothing.
    """
    listed = filled.facilities_listed()
    told = {row.key: filled.value(EXISTS, row.key) for row in filled.form.section(FUNCTIONS).rows}
    return [code for code, said in told.items() if said == NO or (said == YES and listed.get(code))]


def states_in(filled: Filled) -> dict[str, str]:
    """Return what a community told of each function: operating, built or absent.

    A function is absent only where every category that serves it was asked about and is not there:
    a policy may mean fewer of them than there are.
    """
    asked = {row.key for row in filled.form.section(FUNCTIONS).rows}
    found: dict[str, str] = {}
    for function in code_sets()["function"]:
        own = [code for code, one in categories().items() if function in one.functions]
        said = {code: filled.value(EXISTS, code) for code in own if code in asked}
        there = [filled.value(OPERATING, code) for code, one in said.items() if one == YES]
        if "operating" in there:
            found[function] = "operating"
        elif "built" in there:
            found[function] = "built"
        elif own and [*said] == own and set(said.values()) == {NO}:
            found[function] = "absent"
    return found


def _said(filled: Filled) -> dict[str, object]:
    """Return what a return says, as the baseline keeps it."""
    answers: list[Answer] = sorted(filled.answers.values(), key=lambda one: (one.question, one.row))
    told = [[one.question, one.row, one.value] for one in answers if one.value is not None]
    return {"area": filled.back.area_id, "answers": told}


def _held(round_: Round) -> Round:
    rows = Round.objects.select_for_update(of=("self",)).select_related("area")
    return rows.get(pk=round_.pk)
