"""The exit."""

from typing import Any

from tests.govern.matrix.example import Example
from tests.govern.publications.stock import published_in, run_in


def seed(place: Any, number: int) -> None:
    """Publish something of the place, and lay a run there that may be proposed."""
    word = f"{place.word}-{number}"
    told = {"state": "approved" if number == 1 else "superseded"}
    publication = published_in(
        place.area, word, communities=1, facilities=1, proposed_by=word, decided_by=word,
        published_at=None, **told,
    )  # fmt: skip
    if number == 1:
        place.publication = publication
    place.proposable = run_in(place.area, "yearly") if number == 1 else place.proposable


def _number(place: Any) -> dict[str, Any]:
    return {"number": place.publication.pk}


def _step(place: Any) -> dict[str, Any]:
    return {"seen": place.publication.version, "reason": "x"}


DECIDED = frozenset({409})
NOT_THEIRS = frozenset({403, 409})

EXAMPLES = {
    "publications:list": Example(queries=("state=published", "kind=run", "page=2")),
    "publications:page": Example(_number),
    "publications:preview": Example(
        lambda place: {**_number(place), "file": "map/index.html"}, varies=True
    ),
    "drafts:front": Example(_number),
    "drafts:page": Example(lambda place: {**_number(place), "rest": "communities/C0/"}),
    "publications:offered": Example(),
    "publications:propose": Example(
        lambda place: {"kind": "run", "subject": place.proposable.pk},
        lambda _: {"title": "x", "reason": "x"},
        own=DECIDED,
    ),
    "publications:correct": Example(_number, lambda _: {}),
    "publications:approve": Example(_number, _step, own=DECIDED),
    "publications:refuse": Example(_number, _step, own=NOT_THEIRS),
    "publications:withdraw": Example(_number, _step),
}
