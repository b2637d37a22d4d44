"""The chain: in the transaction of the change, refused by the database to be changed."""

import json
import random

import pytest
from django.db import DatabaseError, connection, transaction

from lifecircle.govern.actor import system
from lifecircle.govern.audit.chain import FIRST, link
from lifecircle.govern.audit.models import Entry, Head
from lifecircle.govern.audit.services import append
from lifecircle.govern.audit.verify import FIELDS, rows, verify, verify_database
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


def test_no_entry_takes_the_place_of_another(small_city: SmallCity) -> None:
    """SQLite's REPLACE deletes without a trigger for deletions; PostgreSQL's key refuses."""
    columns = ", ".join(str(field.column) for field in Entry._meta.fields)
    forged = columns.replace("actor", "'somebody else'")
    verb = "INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT"
    told = f"{verb} INTO audit_entry ({columns}) SELECT {forged} FROM audit_entry WHERE number = 1"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(told)
    assert Entry.objects.get(number=1).actor == "test"


def test_an_entry_goes_with_its_change_when_that_is_undone(small_city: SmallCity) -> None:
    with pytest.raises(KeyError), transaction.atomic():
        append(system("test"), "x", "y", 1)
        raise KeyError
    assert Entry.objects.count() == 10


def test_a_whole_chain_holds(small_city: SmallCity) -> None:
    found = verify_database()
    assert (found.count, found.number) == (10, 0)
    assert found.hash == Head.objects.get().hash
    assert verify_database((5, Entry.objects.get(number=5).hash)).number == 0


@pytest.mark.parametrize("field", FIELDS)
def test_whatever_is_changed_in_an_entry_is_named(small_city: SmallCity, field: str) -> None:
    entries = list(rows())
    entries[6] = {**entries[6], field: "x"}
    assert verify(entries).number == 7


def test_any_flipped_bit_of_the_content_is_named(small_city: SmallCity) -> None:
    entries = list(rows())
    dice = random.Random(7)
    for _ in range(1000):
        row = dice.randrange(len(entries))
        text = bytearray(entries[row]["content"].encode())
        text[dice.randrange(len(text))] ^= 1 << dice.randrange(8)
        flipped = [*entries]
        flipped[row] = {**entries[row], "content": text.decode("utf-8", "surrogateescape")}
        assert verify(flipped).number == row + 1


def test_lost_and_swapped_entries_are_named(small_city: SmallCity) -> None:
    entries = list(rows())
    head = (10, entries[-1]["hash"])
    assert verify(entries[:3] + entries[4:]).number == 4
    assert verify([*entries[:3], entries[4], entries[3], *entries[5:]]).number == 4
    assert verify(entries[:-1], head).number == 10
    assert verify([], head).number == 1


def test_a_chain_made_anew_is_told_by_the_anchor(small_city: SmallCity) -> None:
    found = verify_database((5, "0" * 64))
    assert found.number == 5
    assert "库外" in found.reason
