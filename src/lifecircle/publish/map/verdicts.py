"""What each pack says of each community, as the map carries it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lifecircle.assess.findings import Assessment
from lifecircle.place.tables import City
from lifecircle.publish.payload import judgement_payload
from lifecircle.publish.sentences import Sentences

LEFT_TO_THE_PAGE_OF_FINDINGS = ("title", "marks", "attributions", "words", "wider", "things")


def verdicts_data(city: City, assessment: Assessment) -> dict[str, Any]:
    """Return rules, findings by community, roll-up and differences; texts are kept once.

    ``findings`` has the columns community, rule, reading, verdict, observed, required, affected,
    evidence, confidence, reasons and due; whatever is text is a place in ``texts``.
    """
    told = judgement_payload(city, assessment, Sentences(city, assessment.pack))
    texts = _Texts()
    rows = told["findings"]
    columns = list(zip(*rows, strict=True)) if rows else [()] * 12
    names = ("reading", "verdict", "observed", "required", "evidence", "confidence", "due")
    places = (2, 3, 4, 5, 8, 9, 11)
    kept = {key: value for key, value in told.items() if key not in LEFT_TO_THE_PAGE_OF_FINDINGS}
    return {
        **kept,
        "findings": {
            "community": list(columns[0]),
            "rule": list(columns[1]),
            "affected": list(columns[7]),
            "reasons": texts.of("、".join(codes) for codes in columns[10]),
            **{name: texts.of(columns[at]) for name, at in zip(names, places, strict=True)},
        },
        "texts": texts.all,
        "circle": _radius(assessment),
    }


def _radius(assessment: Assessment) -> float | None:
    circle = assessment.pack.header.circle
    return circle.radius_m if circle else None


class _Texts:
    """Texts by number, each kept once."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._number: dict[str, int] = {}

    def of(self, values: Any) -> list[int]:
        """Return the number of each text, of nothing that of the empty one."""
        return [self._of("" if value is None else str(value)) for value in values]

    def _of(self, text: str) -> int:
        if text not in self._number:
            self._number[text] = len(self.all)
            self.all.append(text)
        return self._number[text]


def numbered(found: Sequence[Assessment]) -> list[tuple[str, Assessment]]:
    """Return the assessments with the names of their files."""
    return [(f"findings-{number}.js", one) for number, one in enumerate(found, start=1)]
