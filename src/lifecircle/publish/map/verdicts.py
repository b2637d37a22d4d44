"""What each pack says of each community, as the map carries it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely

from lifecircle.assess.circles import centres, radii_m
from lifecircle.assess.findings import Assessment, Finding
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from lifecircle.publish.map.evidence import evidence_zh, observed_zh, reasons_zh
from lifecircle.publish.map.packing import millimetres, steps
from lifecircle.publish.opendata.people import PublicPeople
from lifecircle.publish.opendata.persons import Span
from lifecircle.publish.payload import judgement_payload
from lifecircle.publish.sentences import Sentences
from lifecircle.publish.walkers import beside_of, beside_zh

OF_THE_PACK = ("pack", "rules", "opening", "silent")
"""What of a page of findings is true without regard to persons."""


def verdicts_data(city: City, assessment: Assessment, people: PublicPeople) -> dict[str, Any]:
    """Return rules, findings by community and where two readings differ; texts are kept once.

    ``findings`` has the columns community, rule, reading, verdict, observed, required, affected,
    evidence, confidence, reasons and due; whatever is text is a place in ``texts``, and persons
    are the two ends of a span, null where they are not told.
    """
    sentences = Sentences(city, assessment.pack)
    told = judgement_payload(city, assessment, sentences)
    kept = {key: told[key] for key in OF_THE_PACK}
    order = {rule["id"]: at for at, rule in enumerate(kept["rules"])}
    row_of = {own: row for row, own in enumerate(city.communities.id)}
    rows = [f for f in assessment.findings if f.subject_level == "community" and f.rule in order]
    texts = _Texts()
    return {
        **kept,
        "findings": {
            "community": [row_of[one.subject] for one in rows],
            "rule": [order[one.rule] for one in rows],
            "affected": [ends(people.affected(one)[0]) for one in rows],
            **_said(assessment, rows, sentences, texts),
        },
        "differences": _differences(assessment, row_of, order, sentences),
        "circle": _circles(city, assessment.pack),
        "texts": texts.all,
    }


def ends(span: Span | None) -> list[int | None] | None:
    """Return a span as a page carries it."""
    return None if span is None else [span.least, span.most]


def _said(
    assessment: Assessment, rows: Sequence[Finding], sentences: Sentences, texts: _Texts
) -> dict[str, list[int]]:
    """Return the columns of texts."""
    others, pack = beside_of(assessment), assessment.pack
    beside = [
        beside_zh(others.get((one.subject, one.rule), ()) if one.reading == "walk" else ())
        for one in rows
    ]
    return {
        "reading": texts.of(one.reading for one in rows),
        "verdict": texts.of(one.verdict for one in rows),
        "observed": texts.of(observed_zh(one, sentences) for one in rows),
        "required": texts.of(sentences.required(one) for one in rows),
        "evidence": texts.of(
            evidence_zh(one, pack, sentences) + more for one, more in zip(rows, beside, strict=True)
        ),
        "confidence": texts.of(one.confidence for one in rows),
        "due": texts.of(one.due for one in rows),
        "reasons": texts.of("、".join(one.reasons) for one in rows),
    }


def _differences(
    assessment: Assessment, row_of: dict[str, int], order: dict[str, int], sentences: Sentences
) -> list[list[Any]]:
    """Return where circle and walk judge otherwise, by community and rule, and why.

    Where both judge the same but serve other people, the row itself would tell of those people.
    """
    return [
        [row_of[one.community], order[one.rule], reasons_zh(one), sentences.between(one)]
        for one in assessment.differences
        if one.rule in order and {one.circle, one.walk} == {"met", "not met"}
    ]


def _circles(city: City, pack: Pack) -> dict[str, Any] | None:
    """Return centre and radius of the policy's circle around each community, None without circles.

    A radius wider than the policy's goes by the size of the community; that bounds the residents,
    but by round numbers at which spans end too.
    """
    circle = pack.header.circle
    if circle is None:
        return None
    middle = centres(city)
    return {
        "minutes": list(circle.minutes),
        "radius_m": radii_m(city, circle).tolist(),
        "x": steps(millimetres(shapely.get_x(middle))),
        "y": steps(millimetres(shapely.get_y(middle))),
    }


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
