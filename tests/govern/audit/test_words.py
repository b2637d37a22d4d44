"""Every action that is written to the audit is called by its name on pages, not by its code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import lifecircle.govern
from lifecircle.govern.audit.words import VERBS, kind_words

ROOM = Path(lifecircle.govern.__file__).parent


def actions() -> Iterator[str]:
    """Yield what stands as the action of an entry in the source, as far as it is written out."""
    for file in ROOM.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        if "audit.services import" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "append":
                yield from (
                    one.value
                    for one in ast.walk(node)
                    if isinstance(one, ast.Constant)
                    and isinstance(one.value, str)
                    and len(list(filter(None, one.value.split(".")))) == 2
                    and one.value.replace(".", "").replace("_", "").isalpha()
                )


def test_the_source_tells_many_actions() -> None:
    assert len(set(actions())) > 30


@pytest.mark.parametrize("action", sorted(set(actions())))
def test_an_action_has_words(action: str) -> None:
    kind, _point, verb = action.partition(".")
    assert verb in VERBS
    assert kind_words(kind) != kind
