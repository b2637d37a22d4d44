"""The chain: in the transaction of the change, refused by the database to be changed."""

import json

import pytest
from django.db import DatabaseError, transaction

from lifecircle.govern.actor import system
from lifecircle.govern.audit.chain import FIRST, link
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.audit.services import append
from tests.govern.conftest import SmallCity


def test_each_entry_holds_the_hash_of_the_one_before(small_city: SmallCity) -> None:
    previous = FIRST
    entries = list(Entry.objects.order_by("number"))
    assert [entry.number for entry in entries] == list(range(1, 11))
    for entry in entries:
        assert entry.previous == previous
        assert entry.hash == link(previous, entry.content)
        assert json.loads(entry.content)["action"] == entry.action == "area.found"
        previous = entry.hash


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_change_what_is_written(small_city: SmallCity, act: str) -> None:
    first = Entry.objects.filter(number=1)
    with pytest.raises(DatabaseError, match="审计记录只能增加"), transaction.atomic():
        first.update(actor="somebody else") if act == "update" else first.delete()
    assert Entry.objects.get(number=1).actor == "test"


def test_an_entry_goes_with_its_change_when_that_is_undone(small_city: SmallCity) -> None:
    with pytest.raises(KeyError), transaction.atomic():
        append(system("test"), "x", "y", 1)
        raise KeyError
    assert Entry.objects.count() == 10
