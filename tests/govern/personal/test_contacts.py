"""Contacts: locked, found by number, deleted in time or on request, held back for a reason."""

import stat
from datetime import date, timedelta
from typing import Any

import pytest

from lifecircle.govern.actor import system
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.audit.verify import verify_database
from lifecircle.govern.jobs.daily import hand_over_day
from lifecircle.govern.jobs.worker import Worker
from lifecircle.govern.personal import locks, services
from lifecircle.govern.personal.models import Contact
from lifecircle.govern.personal.waiting import waiting
from lifecircle.govern.refused import Conflict, Refused
from tests.govern.conftest import Granted, SmallCity
from tests.govern.personal.conftest import ALL, LATER, NAME, TELEPHONE, TODAY, Made

COMMAND = system("test")


def last() -> Entry:
    found = Entry.objects.first()
    assert found
    return found


def test_values_are_locked_and_open_again(made: Made) -> None:
    one = made()
    kept = Contact.objects.values().get()
    assert NAME not in str(kept)
    assert TELEPHONE not in str(kept)
    assert Contact.objects.get().opened() == (NAME, TELEPHONE)
    assert Contact.objects.get().masked() == ("欧**", "139****4321")
    assert locks.key_file().stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO) == 0
    assert made().name_locked != one.name_locked


def test_a_value_opens_only_in_its_row_and_field(made: Made) -> None:
    one, other = made(), made(name="别人")
    one.name_locked = other.name_locked
    with pytest.raises(Refused, match="改动过"):
        one.opened()
    one.name_locked = one.telephone_locked
    with pytest.raises(Refused, match="改动过"):
        one.opened()
    assert one.masked() == ("•••", "•••")


def test_without_the_keys_nothing_opens_and_all_can_be_deleted(made: Made) -> None:
    one = made()
    locks.key_file().unlink()
    assert one.masked() == ("•••", "•••")
    with pytest.raises(Refused, match="密钥不在"):
        services.reveal(COMMAND, one, "核对")
    services.erase(COMMAND, one, "本人要求")
    assert not Contact.objects.exists()


def test_a_damaged_key_file_is_refused_and_kept(made: Made) -> None:
    made()
    locks.key_file().write_text("nonsense\n")
    with pytest.raises(Refused, match="密钥文件读不出来"):
        made()
    assert locks.key_file().read_text() == "nonsense\n"


def test_a_new_key_locks_all_again(made: Made) -> None:
    one = made()
    first = locks.keys()[-1].name
    locks.add_key()
    assert services.of_person(COMMAND, TELEPHONE).get() == one
    assert made(telephone="13700000000").name_locked.partition(":")[0] != first
    assert services.lock_again() == 2
    assert len(locks.keys()) == 1
    assert services.of_person(COMMAND, TELEPHONE).get().opened() == (NAME, TELEPHONE)


def test_one_finds_a_person_by_the_number_within_ones_areas(made: Made, granted: Granted) -> None:
    one, far = made("mill"), made("reed")
    for said in ("+86 139-8765-4321", "１３９８７６５４３２１"):
        assert set(services.of_person(COMMAND, said)) == {one, far}
    clerk = granted("clerk", "east", *ALL)
    assert list(services.search(clerk, TELEPHONE)) == [one]
    assert last().action == "contact.search"
    assert not services.of_person(clerk, "1398765432")
    assert not services.of_person(clerk, "")


def test_revealing_asks_a_reason_and_tells_who(made: Made, granted: Granted) -> None:
    one = made()
    clerk = granted("clerk", "mill", *ALL)
    assert services.reveal(clerk, one, "设施停电，通知负责人") == (NAME, TELEPHONE)
    assert (last().action, last().actor) == ("contact.reveal", "clerk")
    assert last().told()["reason"] == "设施停电，通知负责人"
    for reason in ("", "  ", f"找{NAME}", f"打{TELEPHONE}", "139 8765 4321", "11010519491231002X"):
        with pytest.raises(Refused):
            services.reveal(clerk, one, reason)
    with pytest.raises(Refused):
        services.reveal(granted("reader", "mill", "inventory.view"), one, "看看")


def test_a_change_keeps_what_is_left_empty(made: Made) -> None:
    one = made()
    told: dict[str, Any] = {"today": TODAY, "post": "值班员"}
    services.change(COMMAND, one, seen=1, telephone="13711112222", **told)
    now = Contact.objects.get()
    assert now.opened() == (NAME, "13711112222")
    assert services.of_person(COMMAND, "13711112222").get() == now
    assert last().told()["after"] == {"post": "值班员", "telephone": "•••"}
    with pytest.raises(Conflict):
        services.change(COMMAND, one, seen=1, **told)


@pytest.mark.parametrize(
    "wrong",
    [
        {"telephone": "12"},
        {"post": "11010519491231002X"},
        {"name": "身份证号"},
        {"post": "厨师13812345678"},
        {"retain_until": TODAY - timedelta(days=1)},
    ],
)
def test_what_is_not_taken(made: Made, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        made(**wrong)
    assert not Contact.objects.exists()


def test_what_is_past_its_day_is_deleted_and_told(made: Made) -> None:
    over, today, held = (made(retain_until=TODAY + timedelta(days=n)) for n in (0, 1, 0))
    services.hold(COMMAND, held, "投诉未了结")
    assert services.expire(TODAY) == 0
    assert services.expire(TODAY + timedelta(days=1)) == 1
    assert services.expire(TODAY + timedelta(days=1)) == 0
    assert set(Contact.objects.all()) == {today, held}
    assert (last().action, last().subject) == ("contact.expire", str(over.pk))
    assert verify_database().number == 0


def test_the_work_of_the_day_deletes(made: Made) -> None:
    for _ in range(3):
        made(retain_until=TODAY)
    jobs = hand_over_day(date(2026, 7, 2))
    assert "personal.expire" in {job.kind for job in jobs}
    assert hand_over_day(date(2026, 7, 2)) == jobs
    while Worker("a").run_one():
        pass
    assert not Contact.objects.exists()


def test_deletion_on_request_and_what_is_held_back(made: Made) -> None:
    first, second = made(), made("reed")
    services.hold(COMMAND, second, "审计期间")
    with pytest.raises(Refused, match="审计期间"):
        services.erase(COMMAND, second, "本人要求")
    assert services.erase_person(COMMAND, TELEPHONE, "本人要求") == (1, 1)
    assert list(Contact.objects.all()) == [second]
    services.hold(COMMAND, second, "")
    assert last().action == "contact.release"
    assert services.erase_person(COMMAND, TELEPHONE, "本人要求") == (1, 0)
    with pytest.raises(Conflict):
        services.erase(COMMAND, first, "再来一次")
    assert verify_database().number == 0


def test_an_export_holds_all_of_a_person(made: Made, granted: Granted) -> None:
    one = made()
    made("pond", post="值班员")
    made("reed")
    made(telephone="13711112222", name="别人")
    clerk = granted("clerk", "east", *ALL)
    found = services.export(clerk, one, "本人要求")
    assert (found["name"], found["telephone"]) == (NAME, TELEPHONE)
    assert {row["area"] for row in found["contacts"]} == {"mill", "pond"}
    assert last().told()["after"] == {"rows": 2}


def test_what_waits(made: Made, granted: Granted, small_city: SmallCity) -> None:
    made(retain_until=TODAY + timedelta(days=5))
    made(retain_until=LATER)
    clerk, reader = granted("clerk", "east", *ALL), granted("reader", "east", "inventory.view")
    told = list(waiting(clerk, TODAY))
    assert [(one.count, one.due) for one in told] == [(1, TODAY + timedelta(days=5))]
    assert not list(waiting(reader, TODAY))
