"""The list of roles is data, read again and again, and what an office changed stays."""

import re

import pytest

from lifecircle.govern.access import PUBLIC, SIGNED_IN, routes
from lifecircle.govern.accounts.listed_roles import change_role, listed, load_roles
from lifecircle.govern.accounts.models import Role
from lifecircle.govern.actor import Actor, Holding, system
from lifecircle.govern.audit.models import Entry
from lifecircle.govern.refused import Refused

pytestmark = pytest.mark.django_db


def test_reading_again_changes_nothing() -> None:
    load_roles()
    before = list(Role.objects.values())
    load_roles()
    assert list(Role.objects.values()) == before
    assert len(before) == 38


def test_what_an_office_changed_stays_and_is_told() -> None:
    load_roles()
    change_role(system("office"), "volunteer", permissions=["area.view"])
    entry = Entry.objects.first()
    assert entry
    assert entry.action == "role.change"
    load_roles()
    role = Role.objects.get(code="volunteer")
    assert role.permissions == ["area.view"]
    assert role.changed_here
    assert role.listed["permissions"][:2] == ["area.view", "inventory.view"]
    assert not Role.objects.get(code="community").changed_here


def test_a_role_is_changed_above_all_areas_and_to_what_is_known() -> None:
    load_roles()
    local = Actor("x", holdings=(Holding("1.", frozenset({"user.grant"})),))
    with pytest.raises(Refused):
        change_role(local, "volunteer", permissions=["user.grant"])
    with pytest.raises(ValueError, match=r"area\.fly"):
        change_role(system("office"), "volunteer", permissions=["area.fly"])


def test_a_new_list_reaches_what_no_office_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    load_roles()
    Role.objects.filter(code="volunteer").update(permissions=["area.view"])
    lines = [{**one, "permissions": ["job.view"]} for one in listed()["roles"]]
    monkeypatch.setitem(listed(), "roles", lines)
    load_roles()
    assert Role.objects.get(code="operator").permissions == ["job.view"]
    assert Role.objects.get(code="volunteer").permissions == ["area.view"]


def test_own_roles_of_an_office_stay() -> None:
    Role.objects.create(code="own", name="own", permissions=["area.view"])
    load_roles()
    assert Role.objects.get(code="own").permissions == ["area.view"]


def test_every_role_names_its_ground() -> None:
    for line in listed()["roles"]:
        assert line.get("rows") or line.get("stated") == "inferred", line["code"]
        assert all(re.fullmatch(r"(SC|LS|NT|X24|X20)-\d+", row) for row in line.get("rows", ()))
        assert line.get("account", True) == bool(line.get("permissions")), line["code"]
        assert line.get("account", True) == bool(line.get("levels")), line["code"]


def test_every_permission_that_a_route_asks_is_listed_and_held_by_a_role() -> None:
    asked = {word for asks in routes().values() for word in (asks.read, asks.write) if word}
    for word in sorted(asked - {PUBLIC, SIGNED_IN}):
        assert word in listed()["permissions"], f"roles.yaml: name {word} under permissions"
        holders = [one["code"] for one in listed()["roles"] if word in one.get("permissions", ())]
        assert holders, f"roles.yaml: give {word} to a role"
