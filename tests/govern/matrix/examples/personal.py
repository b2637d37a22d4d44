"""Contacts of areas, and what is held of people with accounts."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from lifecircle.govern.actor import system
from lifecircle.govern.personal.services import add
from tests.govern.matrix.example import Example

BY_RULE = frozenset({403})
LATE = "2999-01-01"


def seed(place: Any, number: int) -> None:
    today = timezone.localdate()
    place.contact = add(
        system("t"), place.area, place.word, "13800001111", today=today, post=place.word,
        purpose="duty", source="person", retain_until=today + timedelta(days=9),
    )  # fmt: skip


def contact(place: Any) -> dict[str, object]:
    return {"pk": place.contact.pk}


def user(place: Any) -> dict[str, object]:
    return {"pk": place.user.pk}


def why(_: Any) -> dict[str, object]:
    return {"reason": "x"}


def new(place: Any) -> dict[str, object]:
    return {
        "area": place.area.pk, "name": "x", "telephone": "13800002222", "post": "x",
        "purpose": "duty", "source": "person", "retain_until": LATE,
    }  # fmt: skip


def other(_: Any) -> dict[str, object]:
    return {"post": "x", "purpose": "duty", "source": "person", "retain_until": LATE, "seen": 1}


EXAMPLES = {
    "personal:list": Example(
        queries=("q={word}", "q={area}", "state=soon", "purpose=duty", "page=2")
    ),
    "personal:find": Example(body=lambda _: {"telephone": "13800001111"}, reach="all"),
    "personal:new": Example(body=new),
    "personal:contact": Example(contact),
    "personal:change": Example(contact, other),
    "personal:reveal": Example(contact, why),
    "personal:hold": Example(contact, why),
    "personal:erase": Example(contact, why),
    "personal:export": Example(contact, why),
    "personal:forget_user": Example(user, why, own=BY_RULE),
    "personal:export_user": Example(user, why, own=BY_RULE),
    "api:contact_list": Example(),
}
