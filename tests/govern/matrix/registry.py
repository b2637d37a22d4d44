"""How each route is called for an area: one module of `examples` per app, read by itself.

A module there holds ``EXAMPLES`` by full route name, and may hold ``seed(place, number)``, which
lays rows into an area with ``place.word`` in them and hangs them on ``place``:

    from tests.govern.matrix.example import Example

    EXAMPLES = {
        "areas:page": Example(lambda place: {"pk": place.area.pk}),
        "areas:list": Example(queries=("q={word}",)),
        "api:area_found": Example(body=lambda place: {"parent": place.area.pk, "name": "新"}),
    }
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from tests.govern.matrix.example import Example


def _modules() -> list[Any]:
    folder = Path(__file__).parent / "examples"
    names = sorted(one.name for one in iter_modules([str(folder)]))
    return [import_module(f"tests.govern.matrix.examples.{name}") for name in names]


SEEDS: list[Callable[[Any, int], None]] = []
EXAMPLES: dict[str, Example] = {}
for _module in _modules():
    EXAMPLES.update(_module.EXAMPLES)
    if hasattr(_module, "seed"):
        SEEDS.append(_module.seed)
