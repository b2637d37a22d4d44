"""Numbers of identity cards are taken nowhere: no page, API or import, no reason, no caption."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from lifecircle.govern.actor import system
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.audit.services import append
from lifecircle.govern.files.services import attach, keep
from lifecircle.govern.imports.models import Batch, Row, What
from lifecircle.govern.imports.services import bring_in
from lifecircle.govern.inventory.kinds import KINDS
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.inventory.services import add, change
from lifecircle.govern.records.models import Change, Record, Version
from lifecircle.govern.refused import Refused
from tests.govern.conftest import SmallCity
from tests.govern.imports.conftest import BringIn, brought, facility  # noqa: F401 - a fixture
from tests.govern.inventory.conftest import Made, Opened, made, opened  # noqa: F401 - fixtures

# the example of GB 11643-1999 itself, as people write it
NUMBER = "110105 19491231 002x"
SAID = "本平台不收集身份证号"
DAY = date(2026, 7, 1)


@pytest.fixture(autouse=True)
def _apart(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.DEMO = True


def kinds() -> Iterator[type[Version]]:
    for kind in KINDS.values():
        yield kind.model
        yield from (part.model for part in kind.parts.values())


@pytest.mark.parametrize("model", list(kinds()), ids=lambda model: model.__name__)
def test_every_field_of_free_text_is_held_against_numbers(model: type[Version]) -> None:
    names = model.free_text()
    assert names
    assert "shape" not in names
    for name in names:
        value = f"王某 {NUMBER}"
        with pytest.raises(ValidationError) as error:
            model(record=Record(own_id="x"), **{name: value}).clean_fields(exclude={"record"})
        assert any(SAID in text for text in error.value.message_dict[name])


def test_no_page_takes_one(made: Made, opened: Opened) -> None:  # noqa: F811 - fixtures
    one, client = made("F1"), opened("clerk", "bridge")
    url = f"/inventory/facilities/{one.record_id}/change/"
    sent = {"place": "mill", "categories": ["clinic"], "on": str(DAY), "seen": one.pk}
    for name in ("name", "remark", "to_bring", "reason"):
        page = client.post(url, {"name": "hall", **sent, name: NUMBER})
        assert (page.status_code, name in page.context["form"].errors) == (200, True)
    page = client.post("/inventory/facilities/add/", {**sent, "own_id": NUMBER})
    assert "own_id" in page.context["form"].errors
    gone = client.post(
        f"/inventory/facilities/{one.record_id}/remove/",
        {"on": str(DAY), "seen": one.pk, "reason": NUMBER},
    )
    assert "reason" in gone.context["form"].errors
    assert Facility.versions.count() == Change.objects.count() == 1
    # the name of the card is no number of one
    done = client.post(url, {"name": "hall", **sent, "to_bring": "居民身份证、户口本"})
    assert done.status_code == 302


def test_the_api_takes_none(
    made: Made, opened: Opened, small_city: SmallCity  # noqa: F811 - fixtures
) -> None:  # fmt: skip
    made("F1")
    client = opened("clerk", "bridge")
    new = {"area": str(small_city["mill"].pk), "effective_on": str(DAY), "categories": ["clinic"]}
    for wrong in ({"remark": NUMBER}, {"number": NUMBER}, {"reason": NUMBER}):
        answer = client.post(
            "/api/inventory/facilities", json.dumps(new | wrong), "application/json",
            headers={"Idempotency-Key": str(uuid4())},
        )  # fmt: skip
        assert answer.status_code in {403, 422}
        assert SAID in answer.json()["reason"]
    assert Facility.versions.count() == 1


def test_no_import_takes_one(small_city: SmallCity, brought: BringIn) -> None:  # noqa: F811
    rows = [facility(1), facility(2, name=NUMBER), facility(3, remark=NUMBER), facility(4)]
    rows[3]["id"] = NUMBER
    batch = brought(rows, small_city["bridge"])
    assert {what: n for what, n in batch.counts.items() if n} == {"added": 1, "rejected": 3}
    rejected = Row.objects.filter(batch=batch, what=What.REJECTED)
    assert all("不收集" in row.told[-1]["reason"] for row in rejected)
    staged = json.dumps(list(Row.objects.values("own_id", "name", "values", "told")))
    assert NUMBER not in staged
    for told in ({"reason": NUMBER}, {"name": f"{NUMBER}.csv"}):
        given: dict[str, Any] = {"name": "a.csv", **told}
        with pytest.raises(Refused, match=SAID):
            bring_in(system("x"), [b"1"], area=small_city["mill"], effective_on=DAY, **given)
    assert Batch.objects.count() == 1


def test_no_reason_and_no_caption_holds_one(small_city: SmallCity) -> None:
    before = Entry.objects.count()
    with transaction.atomic(), pytest.raises(Refused, match=SAID):
        append(system("x"), "a.b", "a", 1, reason=f"找{NUMBER}")
    kept = keep([b"text"])
    for name, caption in (("a.txt", NUMBER), (f"{NUMBER}.txt", "")):
        with pytest.raises(Refused, match=SAID):
            attach(system("x"), kept, small_city["mill"], name=name, caption=caption)
    assert Entry.objects.count() == before


def test_what_holds_one_from_before_can_be_taken_off_the_record(small_city: SmallCity) -> None:
    values = {"name": "hall", "categories": ["clinic"]}
    one = add(system("x"), Facility, values, area=small_city["mill"], on=DAY)
    Facility.versions.filter(pk=one.pk).update(remark=NUMBER)
    one.refresh_from_db()
    with pytest.raises(ValidationError, match=SAID):
        change(system("x"), one, {"name": "other"}, on=DAY, seen=one.pk)
    removed = change(system("x"), one, {}, on=DAY, seen=one.pk, removed=True)
    assert removed.removed
    assert "19491231" not in Entry.objects.latest("pk").content
