"""ODK Collect's door: the round of each area, as a device asks for it with a token."""

from typing import Any

from tests.govern.matrix.example import Example


def _round(place: Any) -> dict[str, Any]:
    return {"number": place.round.pk}


def _list(place: Any) -> dict[str, Any]:
    return {"number": place.round.pk, "name": "communities"}


EXAMPLES = {
    "openrosa:form_list": Example(queries=("verbose=true",)),
    "openrosa:form": Example(_round),
    "openrosa:manifest": Example(_round),
    "openrosa:list": Example(_list),
    "openrosa:submission": Example(reach="all", own=frozenset({400})),
}
