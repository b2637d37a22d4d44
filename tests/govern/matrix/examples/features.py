"""Layers for everybody: nothing of them depends on who asks."""

from tests.govern.matrix.example import Example

ABSENT = frozenset({404})


def _of(**kwargs: str) -> Example:
    return Example(lambda _: kwargs, reach="all", own=ABSENT)


EXAMPLES = {
    "features:landing": Example(),
    "features:api": Example(),
    "features:conformance": Example(),
    "features:collections": Example(queries=("f=html",)),
    "features:collection": _of(layer="facilities"),
    "features:schema": _of(layer="facilities"),
    "features:items": _of(layer="facilities"),
    "features:item": _of(layer="facilities", own_id="F/1"),
    "features:nowhere": _of(rest="nowhere"),
}
