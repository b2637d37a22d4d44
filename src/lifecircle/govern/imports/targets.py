"""What may be imported: every module registers the forms that it keeps records of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from lifecircle.govern.imports.outlined import Where
from lifecircle.govern.records.models import Version
from lifecircle.place.forms.category_cells import Kinds
from lifecircle.place.forms.columns import Headers
from lifecircle.place.forms.forms import forms
from lifecircle.place.layers import VectorLayer
from lifecircle.terms.errors import Fault


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row without faults. ``number`` is its row in the file, ``name`` what people call it.

    ``community`` is the code or the name of the community as the row says it, empty where it says
    none; what is part of another lies where the ``whole`` does, given by its form and id.
    ``lies`` is the community whose outline it lies in, empty outside all, None where nobody knows.
    ``values`` makes the fields of the target's model, without the area: only when its turn
    comes, since those of a whole register fill the memory.
    """

    number: int
    own_id: str
    name: str
    community: str
    values: Callable[[], Mapping[str, Any]]
    whole: tuple[str, str] = ("", "")
    lies: str | None = None


@dataclass(frozen=True)
class Reading:
    """What was read of a layer: the rows without faults, what is wrong, what is doubtful."""

    rows: list[ReadRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    doubts: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Reader:
    """What a reader may ask beside the layer.

    ``on_record`` says which of some ids are on record in the areas of the import, whose path is
    ``path``; ``where`` are its communities, where their outlines are known.
    """

    on_record: Callable[[Iterable[str]], set[str]]
    path: str
    where: Where | None = None
    headers: Headers = field(default_factory=dict)
    kinds: Kinds = field(default_factory=dict)


@dataclass(frozen=True)
class Target:
    """A form and the versions that its rows become.

    ``read`` makes rows of a layer with the same checks as `lifecircle check`; ``row_of`` makes a
    row of the form of a version again, so that an exported workbook can be imported. Writing asks
    for the ``permission`` over the area of each row. ``settle`` gives a version what its row could
    not say, from the one that holds now, if any, before they are compared; ``derive`` sets what
    follows from the rest, before it is written. ``say`` puts a value of a field into words.
    """

    form: str
    model: type[Version]
    permission: str
    read: Callable[[VectorLayer, Reader], Reading]
    row_of: Callable[[Any], Mapping[str, Any]]
    settle: Callable[[Any, Any], None] = lambda _after, _now: None
    derive: Callable[[Any], None] = lambda _version: None
    say: Callable[[str, Any], str] = lambda _name, value: str(value)


OUTLINES = "outlines"
"""The form of batches of outlines: dated rows of areas, not records. No target has it."""

_targets: dict[str, Target] = {}


def register(target: Target) -> None:
    """Make a form importable; called by the ``target`` drawer of an app."""
    _targets[target.form] = target


def targets() -> Mapping[str, Target]:
    """Return what may be imported, by form."""
    for app in apps.get_app_configs():
        name = f"{app.name}.target"
        if app.name.startswith("lifecircle.govern.") and find_spec(name):
            import_module(name)
    return _targets


TITLE = _("区划边界（社区、网格等）")


def titled(form: str) -> str:
    """Return what a form is called, in the reader's language."""
    return gettext(TITLE if form == OUTLINES else forms()[form].zh)
