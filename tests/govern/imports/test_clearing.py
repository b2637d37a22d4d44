"""Staged rows go once they are of no use; file, counts and root hash stay, and so does undoing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from lifecircle.govern.actor import system
from lifecircle.govern.audit.chain import canonical, root
from lifecircle.govern.imports.clearing import KEPT, kept_until
from lifecircle.govern.imports.models import Batch, BatchState, Row, What
from lifecircle.govern.imports.services import undo
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.jobs.daily import hand_over_day
from lifecircle.govern.jobs.worker import Worker
from tests.govern.conftest import SmallCity
from tests.govern.imports.conftest import BringIn, committed, facility, work

pytestmark = pytest.mark.django_db


def test_after_the_commit_only_what_was_turned_back_stays(
    small_city: SmallCity, brought: BringIn
) -> None:
    rows = [facility(1), facility(2, floor_m2="很大"), facility(3)]
    batch = brought(rows, small_city["bridge"])
    assert Row.objects.filter(batch=batch).count() == 3
    committed(batch)
    assert list(Row.objects.filter(batch=batch).values_list("what", flat=True)) == [What.REJECTED]
    said = [
        canonical(
            {"kind": "facilities", "id": one.record.own_id, "removed": False, "values": one.data()}
        )
        for one in Facility.versions.order_by("pk").select_related("record")
    ]
    assert batch.root == root(said), "the hash can be worked out from the records"
    assert (batch.counts["added"], batch.counts["rejected"]) == (2, 1)
    assert batch.file is not None
    assert batch.file.path.exists()
    back = undo(system("test"), batch, "写错了")
    work()
    committed(Batch.objects.get(pk=back.pk))
    assert not Facility.versions.current().filter(removed=False).exists()


def test_a_worker_killed_after_showing_leaves_no_rows(
    small_city: SmallCity, brought: BringIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = brought([facility(1)], small_city["bridge"])
    plain = Worker._commit

    def dying(self: Worker, job: object, step: object) -> None:
        plain(self, job, step)  # type: ignore[arg-type]
        if step.cursor[0] == "shown":  # type: ignore[attr-defined]
            raise RuntimeError("killed")

    monkeypatch.setattr(Worker, "_commit", dying)
    committed(batch)
    assert Row.objects.filter(batch=batch).exists()
    monkeypatch.setattr(Worker, "_commit", plain)
    later = timezone.now() + timedelta(minutes=10)
    assert Worker("again", lambda: later).run_one()
    batch.refresh_from_db()
    assert batch.state == BatchState.DONE
    assert not Row.objects.filter(batch=batch).exists()


def test_a_batch_nobody_confirms_is_discarded_in_time(
    small_city: SmallCity, brought: BringIn
) -> None:
    forgotten = brought([facility(1)], small_city["bridge"])
    turned_back = committed(
        brought([facility(2, floor_m2="很大"), facility(3)], small_city["mill"])
    )
    recent = brought([facility(4)], small_city["bridge"])
    for one in (forgotten, turned_back):
        Batch.objects.filter(pk=one.pk).update(created_at=timezone.now() - KEPT * 1.01)
    assert kept_until(recent) == timezone.localdate() + KEPT
    new = brought([facility(5)], small_city["bridge"])
    assert Row.objects.filter(batch=forgotten).exists(), "the next import does not wait for it"
    hand_over_day(timezone.localdate())
    work()
    states = dict(Batch.objects.values_list("pk", "state"))
    assert states[forgotten.pk] == BatchState.DISCARDED
    assert (states[turned_back.pk], states[recent.pk]) == (BatchState.DONE, BatchState.CHECKED)
    assert set(Row.objects.values_list("batch", flat=True)) == {recent.pk, new.pk}
    erased = dict(Batch.objects.values_list("pk", "file__erased_at"))
    assert erased.pop(forgotten.pk), "nothing came of it"
    assert set(erased.values()) == {None}
