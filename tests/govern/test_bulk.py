"""What is inserted in bulk stands in the database as if each row had been saved."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from lifecircle.govern.actor import system
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.records.bulk import insert
from lifecircle.govern.records.models import Record
from lifecircle.govern.records.services import begin
from tests.govern.conftest import SmallCity

pytestmark = pytest.mark.django_db
VALUES: list[dict[str, Any]] = [
    {},
    {"name": "a\tb\\N\n“引号”'\"", "remark": "\\.", "categories": ["x", "1,2"], "functions": ["é"]},
    {"floor_m2": Decimal(620), "usable_m2": 12, "beds": 3, "lon": 104, "lat": -0.1},
    {"opened_on": date(2026, 2, 28), "open_half_hours": 2**47, "removed": True, "shape": "{}"},
]


def made(small_city: SmallCity, number: int, more: dict[str, Any]) -> Facility:
    area = small_city["mill"]
    record = Record.objects.create(kind="facility", own_id=f"F{number}", area=area)
    change = begin(system("test"), date(2026, 1, 1))
    return Facility(record=record, since=change, since_on=date(2026, 1, 1), area=area, **more)


def test_as_if_saved_one_by_one(small_city: SmallCity) -> None:
    """The ORM's own bulk_create is the reference."""
    for number, more in enumerate(VALUES):
        insert([made(small_city, number, more)])
        Facility.versions.bulk_create([made(small_city, 100 + number, more)])
    names = [field.attname for field in Facility._meta.concrete_fields]
    ours = list(Facility.versions.order_by("pk").values(*names))
    for mine, theirs in zip(ours[::2], ours[1::2], strict=True):
        for own in ("id", "record_id", "since_id"):
            mine.pop(own)
            theirs.pop(own)
        assert mine == theirs


def test_what_the_database_refuses_is_refused(small_city: SmallCity) -> None:
    bad = made(small_city, 1, {"floor_m2": Decimal(-1)})
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([bad])
    insert([])
    assert not Facility.versions.exists()


def test_values_make_what_the_constructor_makes(small_city: SmallCity) -> None:
    for more in VALUES:
        known = {name: value for name, value in more.items() if name != "open_half_hours"}
        by_values, by_words = Facility.of_values(known), Facility(**known)
        assert by_values.data() == by_words.data()
        assert Facility.of_data(by_words.data()).data() == by_words.data()
    first, second = Facility.of_values({}), Facility.of_values({})
    assert first.categories is not second.categories
