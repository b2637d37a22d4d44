"""Numbers planted in a contact stand nowhere but where somebody with the right asks for them."""

import gzip
import logging
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from lifecircle.govern.actor import system
from lifecircle.govern.audit.verify import rows
from lifecircle.govern.backups import making
from lifecircle.govern.backups.making import back_up
from lifecircle.govern.identity import check_character
from lifecircle.govern.personal import services
from lifecircle.govern.personal.models import Contact
from tests.govern.conftest import SmallCity
from tests.govern.personal.conftest import ALL, NAME, TELEPHONE, Made, Signed
from tests.govern.personal.test_pages import PAGES, form

IDENTITY = "51070319800229123" + check_character("51070319800229123")
PLANTED = tuple(one.encode() for one in (NAME, TELEPHONE, IDENTITY))


def clean(content: bytes | str) -> bool:
    """Say whether none of what was planted stands in a content."""
    raw = content.encode() if isinstance(content, str) else content
    return not any(one in raw for one in PLANTED)


def live(one: Contact) -> None:
    """Do everything that is done with a contact."""
    actor = system("test")
    services.search(actor, TELEPHONE)
    services.reveal(actor, one, "核对")
    services.export(actor, one, "本人要求")
    services.hold(actor, one, "投诉未了结")
    services.hold(actor, one, "")


def dump() -> str:
    """Return every row of every table, as text."""
    with connection.cursor() as cursor:
        told = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            told.append(str(cursor.fetchall()))
    return "\n".join(told)


def test_nothing_planted_stands_in_the_database(made: Made) -> None:
    one = made()
    live(one)
    assert clean(dump())
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        assert isinstance(connection.connection, sqlite3.Connection)
        content = connection.connection.serialize()
        assert b"contact.reveal" in content
        assert clean(content)
    services.erase(system("test"), one, "本人要求")
    assert clean(dump())


def test_nor_in_the_audit_and_its_export(made: Made, signed: Signed) -> None:
    live(made())
    assert clean("".join(str(row) for row in rows()))
    answer: Any = signed("city", *ALL).get("/audit/export.jsonl")
    assert b"contact.reveal" in (exported := answer.getvalue())
    assert clean(exported)


def test_nor_in_a_backup(
    made: Made, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    monkeypatch.setattr(making, "SNAPSHOT", "default")
    monkeypatch.setattr(making, "snapshot", transaction.atomic)
    live(made())
    key = Path(settings.PERSONAL_KEYS).read_bytes().strip()
    whole = gzip.decompress(back_up(tmp_path / "b.lifecircle-backup").file.read_bytes())
    assert b"contact.reveal" in whole
    assert clean(whole)
    assert key not in whole


def test_nor_on_pages_of_those_without_the_right(
    made: Made, signed: Signed, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    one = made()
    live(one)
    people = [
        signed("mill", "inventory.view", "inventory.change", "audit.view"),
        signed("west", *ALL),
        signed(None),
    ]
    listed = ["/", "/contacts/", "/contacts/find/", "/api/contacts/", "/audit/"]
    for client in people:
        client.raise_request_exception = False
        for url in (*listed, *(f"/contacts/{one.pk}/{rest}" for rest in PAGES)):
            assert clean(client.get(url).content), url
        for rest in PAGES[1:]:
            assert clean(client.post(f"/contacts/{one.pk}/{rest}", {"reason": "好奇"}).content)
        assert clean(client.post("/contacts/find/", {"telephone": TELEPHONE}).content)
    assert clean(caplog.text)


def test_nor_in_logs_and_on_error_pages(
    small_city: SmallCity,
    signed: Signed,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    client = signed("mill", *ALL)
    client.raise_request_exception = False
    sent = form(small_city["mill"].pk, telephone=TELEPHONE)

    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(services, "_tell", fail)
        answer = client.post("/contacts/new/", sent)
        assert answer.status_code == 500
        assert clean(answer.content)
    assert not Contact.objects.exists()
    assert client.post("/contacts/new/", {**sent, "name": IDENTITY}).status_code == 200
    assert client.post("/contacts/new/", {**sent, "post": IDENTITY}).status_code == 200
    assert client.post("/contacts/new/", sent).status_code == 302
    assert clean(caplog.text)
    assert clean(dump())
