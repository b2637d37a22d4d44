"""What `lifecircle doctor` says of contacts: their keys, and that those past their time go."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db.models import F

from lifecircle.govern.jobs.daily import hand_over_day
from lifecircle.govern.jobs.models import Job, State
from lifecircle.govern.jobs.worker import Worker
from lifecircle.govern.personal import locks, services
from lifecircle.govern.personal.models import Contact
from lifecircle.govern.site.doctor import BAD, GOOD, WARNING, Found, examine
from tests.govern.personal.conftest import TODAY, Made

KEYS, EXPIRY = "个人信息的密钥", "到期的个人信息"

Looked = Callable[..., Found]


@pytest.fixture
def looked(db: None, tmp_path: Path) -> Looked:
    """Examine and return what is said of one thing."""

    def look(name: str, today: date = TODAY) -> Found:
        [found] = [one for one in examine(tmp_path, today) if one.name == name]
        return found

    return look


def test_without_contacts_no_key_is_missed_and_none_is_made(looked: Looked) -> None:
    assert looked(KEYS).state == GOOD
    assert not locks.key_file().exists()


def test_the_keys_that_open_all_contacts(looked: Looked, made: Made) -> None:
    made()
    first = locks.keys()[-1].name
    second = locks.add_key().name
    made()
    assert looked(KEYS) == Found(KEYS, GOOD, f"能打开全部联系人，指纹 {first}、{second}")


def test_a_file_that_is_missing_open_to_others_or_another(looked: Looked, made: Made) -> None:
    made()
    name, kept = locks.keys()[-1].name, locks.key_file().read_text()
    locks.key_file().chmod(0o644)
    assert "chmod 600" in looked(KEYS).remedy
    locks.key_file().unlink()
    found = looked(KEYS)
    assert (found.state, "不在" in found.says) == (BAD, True)
    assert not locks.key_file().exists(), "looking makes no key"
    locks.key_file().write_text("nonsense")
    locks.key_file().chmod(0o600)
    assert looked(KEYS).says == "个人信息的密钥文件读不出来"
    locks.key_file().unlink()
    locks.keys()
    found = looked(KEYS)
    assert (found.state, name in found.says) == (BAD, True)
    locks.key_file().write_text(kept)
    assert looked(KEYS).state == GOOD


def test_the_daily_deletion_that_ran_and_the_one_that_did_not(looked: Looked, made: Made) -> None:
    assert looked(EXPIRY).state == WARNING
    made(retain_until=TODAY)
    hand_over_day(TODAY)
    assert looked(EXPIRY).says == "还没有删除过", "a job that only waits deleted nothing"
    Worker("a").run_one()
    assert looked(EXPIRY) == Found(EXPIRY, GOOD, f"最近一次删除在{TODAY}")
    tomorrow, after = (TODAY + timedelta(days=n) for n in (1, 2))
    assert looked(EXPIRY, tomorrow).state == GOOD
    Contact.objects.update(retain_until=F("retain_until") - timedelta(days=1))
    assert looked(EXPIRY, tomorrow).state == BAD
    found = looked(EXPIRY, after)
    assert (found.state, found.says) == (BAD, f"1位联系人过了期还在，最近一次删除在{TODAY}")
    services.expire(after)
    assert looked(EXPIRY, after).state == WARNING
    Job.objects.update(state=State.FAILED)
    assert looked(EXPIRY).says == "还没有删除过"


def test_the_keys_are_to_be_kept_beside_the_backups(looked: Looked) -> None:
    assert "备份里没有密钥文件 secret 和 personal-keys" in looked("备份").says
