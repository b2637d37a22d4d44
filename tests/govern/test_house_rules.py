"""Doors never touch what is not scoped: rules for the modules that answer requests.

In `views`, `api` and `forms` a manager is named only at the head of an expression that goes
through ``visible_to``, is empty by ``none`` or is filtered first by the actor's ``scope``; no model
stands where Django would take its default manager, nothing is asked of the database by hand, and
no field of a form offers rows that the form did not choose itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django import forms

import lifecircle.govern

ROOM = Path(lifecircle.govern.__file__).parent
DOORS = sorted(
    file
    for file in ROOM.rglob("*.py")
    if {"views", "api", "forms"} & {file.stem, file.stem.split("_")[-1]}
    or (file.parent.name in {"views", "api", "forms"} and file.parent.parent != ROOM)
)
MANAGERS = {"objects", "versions", "_default_manager", "_base_manager"}
SCOPED = {"visible_to", "none"}
BY_HAND = {"raw", "extra", "cursor", "connection", "connections"}
BY_DEFAULT = {"get_object_or_404", "get_list_or_404", "aget_object_or_404"}


def faults(source: str) -> list[str]:
    """Return what breaks the rules, by line."""
    tree = ast.parse(source)
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    return [f"line {line}: {said}" for node in ast.walk(tree) for line, said in _of(node, above)]


def _of(node: ast.AST, above: dict[ast.AST, ast.AST]) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Attribute):
        if node.attr in MANAGERS and not (
            SCOPED & set(_after(node, above)) or _filters_by_scope(node, above)
        ):
            yield node.lineno, f"{ast.unparse(node)} without visible_to"
        if node.attr in BY_HAND:
            yield node.lineno, f"{ast.unparse(node)} asks the database by hand"
    if isinstance(node, ast.ImportFrom | ast.Import):
        for one in node.names:
            if one.name in BY_HAND | BY_DEFAULT:
                yield node.lineno, f"{one.name} knows no areas"
    if isinstance(node, ast.ClassDef) and node.name != "Meta":
        for line in node.body:
            names = line.targets if isinstance(line, ast.Assign) else []
            if any(isinstance(name, ast.Name) and name.id == "model" for name in names):
                yield line.lineno, "a view of a model takes its default manager"


def _filters_by_scope(node: ast.AST, above: dict[ast.AST, ast.AST]) -> bool:
    """Say whether the first thing done with a manager is ``filter(actor.scope(…), …)``."""
    called = above.get(above.get(node, node))
    first = called.args[0] if isinstance(called, ast.Call) and called.args else None
    return (
        isinstance(first, ast.Call)
        and isinstance(first.func, ast.Attribute)
        and first.func.attr == "scope"
    )


def _after(node: ast.AST, above: dict[ast.AST, ast.AST]) -> Iterator[str]:
    """Yield the names of what is called on an expression, from the inside out."""
    while (outer := above.get(node)) is not None:
        if isinstance(outer, ast.Attribute):
            yield outer.attr
        elif not (isinstance(outer, ast.Call) and outer.func is node):
            return
        node = outer


@pytest.mark.parametrize("file", DOORS, ids=lambda file: str(file.relative_to(ROOM)))
def test_doors_go_through_visible_to(file: Path) -> None:
    assert faults(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("Area.objects.visible_to(actor)", 0),
        ("Facility.versions.current().visible_to(actor, 'x').filter(a=1)", 0),
        ("Area.objects.none()", 0),
        ("Record.objects.filter(actor.scope('a', 'area__path'), pk=1)", 0),
        ("Record.objects.filter(pk=1).filter(actor.scope('a'))", 1),
        ("Area.objects.all()", 1),
        ("Area.objects.filter(pk__in=Area.objects.visible_to(actor))", 1),
        ("manager = Area.objects", 1),
        ("f(Area.objects).visible_to(actor)", 1),
        ("Area._default_manager.first()", 1),
        ("from django.shortcuts import get_object_or_404", 1),
        ("from django.db import connection", 1),
        ("x.raw('select')", 1),
        ("class V(ListView):\n    model = Area", 1),
    ],
)
def test_the_rule_sees(source: str, count: int) -> None:
    assert len(faults(source)) == count


def test_no_form_offers_rows_that_it_did_not_choose() -> None:
    """A field made by Django out of a foreign key offers all rows there are."""
    for file in DOORS:
        if "forms" not in {file.stem, file.stem.split("_")[-1], file.parent.name}:
            continue
        dotted = ".".join(file.relative_to(ROOM.parent.parent).with_suffix("").parts)
        for form in vars(import_module(dotted.removesuffix(".__init__"))).values():
            if not (isinstance(form, type) and issubclass(form, forms.BaseForm)):
                continue
            for name, field in getattr(form, "base_fields", {}).items():
                if isinstance(field, forms.ModelChoiceField):
                    said = f"{form.__name__}.{name}: queryset=….none(), set it in __init__"
                    assert field.queryset is not None, said
                    assert field.queryset.query.is_empty(), said
