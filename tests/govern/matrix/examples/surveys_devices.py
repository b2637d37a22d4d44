"""Surveys off the page: workbooks, and the page that a device keeps."""

from typing import Any

from tests.govern.matrix.example import Example


def _round(place: Any) -> dict[str, Any]:
    return {"pk": place.round.pk}


def _workbook(place: Any) -> dict[str, Any]:
    return {"pk": place.round.pk, "area": place.area.pk}


def _marked(place: Any) -> dict[str, Any]:
    return {"pk": place.round.pk, "sha256": "0" * 64}


def _back(place: Any) -> dict[str, Any]:
    return {"pk": place.back.pk}


EXAMPLES = {
    "surveys:workbooks": Example(_round, lambda _: {}),
    "surveys:workbook_file": Example(_workbook, varies=True),
    "surveys:workbook_marked": Example(_marked, own=frozenset({404})),
    "surveys:device": Example(_back, lambda _: {}, own=frozenset({400})),
    "surveys:device_key": Example(reach="all", varies=True),
    "surveys:worker": Example(reach="all"),
}
