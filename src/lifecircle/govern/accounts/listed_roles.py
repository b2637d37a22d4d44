"""Reads the list of roles into their table."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext

from lifecircle.govern.accounts.models import Role
from lifecircle.govern.actor import EVERYWHERE, Actor
from lifecircle.govern.areas.choices import Level
from lifecircle.govern.audit.services import append

CHANGEABLE = ("permissions", "levels")
"""What an office may change of a role."""


@lru_cache(maxsize=1)
def listed() -> dict[str, Any]:
    """Return the list: ``permissions`` by word and ``roles``."""
    text = files(__package__).joinpath("roles.yaml").read_text(encoding="utf-8")
    read: dict[str, Any] = yaml.safe_load(text)
    return read


def permission_names() -> dict[str, str]:
    """Return what each permission is called, in the order of the list."""
    return {word: gettext(name) for word, name in listed()["permissions"].items()}


@transaction.atomic
def load_roles() -> None:
    """Bring the table up to the list; safe to repeat.

    What an office changed of a role stays as the office has it: where a value differs from what
    the list said last time, only the new text of the list is noted beside it. Roles that the list
    does not name stay untouched.
    """
    there = {role.code: role for role in Role.objects.select_for_update()}
    for place, line in enumerate(listed()["roles"]):
        role = there.get(line["code"]) or Role(code=line["code"])
        said = {"permissions": line.get("permissions", []), "levels": line.get("levels", [])}
        _check(line["code"], said)
        for name in CHANGEABLE:
            if role.pk is None or getattr(role, name) == role.listed.get(name, said[name]):
                setattr(role, name, said[name])
        role.listed = said
        role.name, role.duties, role.place = line["name"], line["duties"], place
        role.quote, role.basis = line.get("quote", ""), "、".join(line.get("rows", ()))
        role.account = line.get("account", True)
        role.inferred = line.get("stated", "verbatim") == "inferred"
        role.save()


@transaction.atomic
def change_role(actor: Actor, code: str, **values: list[str]) -> Role:
    """Set the ``permissions`` or ``levels`` of a role for the office; they stay its own.

    Everybody who holds the role is concerned, so the right is needed above all areas: commands
    have it. Raises Refused.
    """
    actor.require("user.grant", EVERYWHERE)
    role = Role.objects.select_for_update().get(code=code)
    before = {name: getattr(role, name) for name in values}
    _check(code, {name: list(said) for name, said in values.items()})
    for name, said in values.items():
        if name not in CHANGEABLE:
            raise ValueError(f"{name} of a role is not the office's to change")
        setattr(role, name, said)
    role.save(update_fields=list(values))
    append(actor, "role.change", "role", code, before=before, after=dict(values))
    return role


def _check(code: str, said: dict[str, list[str]]) -> None:
    unknown = set(said.get("permissions", ())) - set(listed()["permissions"])
    unknown |= set(said.get("levels", ())) - set(Level.values)
    if unknown:
        raise ValueError(f"roles.yaml: {code} names what is not known: {sorted(unknown)}")
