"""Fifty kills at random times while clients write: nothing acknowledged is lost, nothing half done.

A client whose answer was lost sends the call again with the same Idempotency-Key: one record.
"""

from __future__ import annotations

import json
import random
import threading
import time
from contextlib import suppress
from http.client import HTTPException

import pytest

from drills.figures import brief, tell
from drills.serving import Caller, Served
from drills.test_load import added, key
from tests.govern.processes import Home

KILLS = brief(50, 10)
OF_MASTER = brief(10, 2)
"""Of the kills so many are of the master; the others of a process that answers."""

CLIENTS = 6
LONGEST_S = 420
PATH = "/api/inventory/facilities"
FOUND = """
import json
from drills.city import big_city
from drills.people import staff
city = big_city(7, facilities=1000)
print(json.dumps(staff(city, 6)))
"""
HELD = """
import json
from django.db import connection
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.audit.verify import verify_database
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.records.models import Change, Record
if connection.vendor == "sqlite":
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchall() == [("ok",)]
        cursor.execute("PRAGMA foreign_key_check")
        assert cursor.fetchall() == []
records = dict(Record.objects.filter(own_id__startswith="K-").values_list("own_id", "pk"))
versions = Facility.versions.filter(record__own_id__startswith="K-")
print(json.dumps({
    "records": records,
    "versions": list(versions.values_list("record__own_id", flat=True)),
    "told": list(Entry.objects.filter(action="facility.add").values_list("subject", flat=True)),
    "changes": Change.objects.count() - 1,
    "wrong": verify_database().number,
}))
"""


class Writer(threading.Thread):
    """Adds facilities one by one; sends again, with the same key, what got no answer."""

    def __init__(self, served: Served, session: str, number: int, until: threading.Event) -> None:
        super().__init__(daemon=True)
        self.served, self.session, self.number, self.until = served, session, number, until
        self.acknowledged: dict[str, int] = {}
        self.lost = self.replayed = 0
        self.odd: list[tuple[int, bytes]] = []

    def run(self) -> None:
        """Write until asked to stop; the last call is seen through."""
        dice = random.Random(self.number)
        count = 0
        while not self.until.is_set():
            count += 1
            own_id = f"K-{self.number}-{count}"
            self.write(own_id, {**added(dice), "number": own_id}, key())

    def write(self, own_id: str, said: dict[str, object], once: str) -> None:
        """Send a call until it is answered."""
        tries, until = 0, time.monotonic() + 60
        while time.monotonic() < until:
            tries += 1
            with suppress(OSError, HTTPException):
                caller = Caller(self.served.port, self.session)
                answer = caller.call("POST", PATH, said, Idempotency_Key=once)
                caller.close()
                if answer.status == 201:
                    self.acknowledged[own_id] = answer.json()["record"]
                    self.replayed += tries > 1
                else:
                    self.odd.append((answer.status, answer.body[:200]))
                return
            self.lost += 1
            time.sleep(0.05)
        raise TimeoutError(own_id)


def kill_at_random(served: Served, dice: random.Random) -> list[float]:
    """Kill, wait, go on; return how long the platform took to answer again after its master."""
    masters = set(dice.sample(range(KILLS), OF_MASTER))
    until, back_s = time.monotonic() + LONGEST_S, []
    for number in range(KILLS):
        time.sleep(dice.uniform(0.2, 1.6))
        assert time.monotonic() < until, f"only {number} kills in {LONGEST_S} s"
        if number in masters:
            served.kill_master()
            began = time.monotonic()
            served.start()
            back_s.append(time.monotonic() - began)
        else:
            while not served.kill_worker(dice.randrange(2)):
                assert time.monotonic() < until, "no worker comes back"
                time.sleep(0.05)
    return back_s


def test_kills_under_load(home: Home, database: str, request: pytest.FixtureRequest) -> None:
    sessions = json.loads(home.run(FOUND))
    served, stop = Served(home), threading.Event()
    request.addfinalizer(served.stop)
    served.start()
    writers = [Writer(served, sessions[at], at, stop) for at in range(CLIENTS)]
    for writer in writers:
        writer.start()
    back_s = kill_at_random(served, random.Random(17))
    stop.set()
    for writer in writers:
        writer.join(90)
        assert not writer.is_alive()
    served.stop()
    assert [odd for writer in writers for odd in writer.odd] == []
    acknowledged = {own: pk for writer in writers for own, pk in writer.acknowledged.items()}
    held = json.loads(home.run(HELD))
    assert held["records"] == acknowledged
    assert sorted(held["versions"]) == sorted(acknowledged)
    assert sorted(held["told"]) == sorted(acknowledged)
    assert held["changes"] == len(acknowledged)
    assert held["wrong"] == 0
    lost, replayed = sum(w.lost for w in writers), sum(w.replayed for w in writers)
    tell("acknowledged writes over 50 kills, all held once", database, [len(acknowledged)], "")
    tell("answers lost", database, [lost], "")
    tell("calls sent again with their key", database, [replayed], "")
    tell("answers again after a killed master", database, back_s, "s", 60)
    assert len(acknowledged) > 5 * KILLS
    assert replayed > 0
