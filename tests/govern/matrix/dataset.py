"""A city in which the rows of each area hold words of that area alone, and people of every role.

city ─┬─ parent ─┬─ own ──── child
      │          └─ sibling
      └─ far ────── past

Everybody holds their role over *own* today, and held it over *past* until it was ended.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace

from django.utils import timezone

from lifecircle.govern.accounts.listed_roles import load_roles
from lifecircle.govern.accounts.models import Grant, Role, User
from lifecircle.govern.actor import system
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.areas.models import Area
from lifecircle.govern.areas.services import found
from lifecircle.govern.audit.services import append
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.records.services import put
from tests.govern.matrix.registry import SEEDS

FOUNDED = date(2020, 1, 1)
TREE = (
    ("city", Level.CITY, None),
    ("parent", Level.COUNTY, "city"),
    ("far", Level.COUNTY, "city"),
    ("own", Level.TOWNSHIP, "parent"),
    ("sibling", Level.TOWNSHIP, "parent"),
    ("past", Level.TOWNSHIP, "far"),
    ("child", Level.COMMUNITY, "own"),
)
ABOVE_OWN = ("city", "parent")
HELD = ("own", "child")
STRANGE = ("parent", "sibling", "past")
"""The areas that calls of the matrix are aimed at without a right."""

ELSEWHERE = tuple(key for key, *_ in TREE if key not in HELD)
"""The areas whose rows nobody of the matrix may learn of."""


class Place(SimpleNamespace):
    """An area with what lies in it, for examples: ``area``, ``user``, ``grant``, ``facility``."""

    area: Area
    user: User
    grant: Grant
    facility: Facility
    key: str
    word: str
    """Stands in every row of the area."""


@dataclass
class Matrix:
    """The places by name and the people by the code of their role; ``""`` holds nothing."""

    places: dict[str, Place] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    permissions: dict[str, frozenset[str]] = field(default_factory=dict)


def name_of(key: str) -> str:
    """Return the name of an area: those below may know it."""
    return f"nameof{key}"


def word_of(key: str) -> str:
    """Return the word in the rows of an area."""
    return f"wordof{key}"


def build() -> Matrix:
    """Make the city, its rows and its people."""
    load_roles()
    matrix = Matrix()
    areas: dict[str, Area] = {}
    for key, level, above in TREE:
        parent = areas[above] if above else None
        areas[key] = found(system("t"), name_of(key), level, parent, on=FOUNDED)
        matrix.places[key] = Place(key=key, word=word_of(key), area=areas[key])
        fill(matrix.places[key], 1)
    today = timezone.localdate()
    for role in Role.objects.filter(account=True):
        user = User.objects.create(username=f"p-{role.code}", name=f"p-{role.code}")
        held = {"user": user, "role": role, "given_by": "t"}
        Grant.objects.create(**held, area=areas["own"], from_on=today)
        ended = {"from_on": today - timedelta(days=9), "ended_at": timezone.now()}
        Grant.objects.create(**held, area=areas["past"], **ended)
        matrix.people[role.code] = user
        matrix.permissions[role.code] = frozenset(role.permissions)
    matrix.people[""] = User.objects.create(username="p-nobody", name="p-nobody")
    matrix.permissions[""] = frozenset()
    for user in matrix.people.values():
        user.set_password("long-enough-9")
        user.save()
    return matrix


def fill(place: Place, number: int) -> None:
    """Lay rows of every kind into an area, each with its word; ``number`` tells the times apart."""
    own = f"{place.word}-{number}"
    place.user = User.objects.create(username=own, name=own)
    place.grant = Grant.objects.create(
        user=place.user, role=Role.objects.get(code="volunteer"), area=place.area,
        from_on=timezone.localdate(), given_by=own, reason=own,
    )  # fmt: skip
    values = {"name": own, "area": place.area, "categories": [], "address": own}
    values |= {"lon": 104.0, "lat": 30.0}
    version = put(
        system(own), Facility, own, place.area, values,
        permission="inventory.change", effective_on=date(2026, 1, 1), reason=own,
    )  # fmt: skip
    assert isinstance(version, Facility)
    place.facility = version
    append(system(own), "note", "area", own, area_path=place.area.path, reason=own)
    for seed in SEEDS:
        seed(place, number)
