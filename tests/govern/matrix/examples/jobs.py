"""The desk of jobs."""

from typing import Any

from lifecircle.govern.actor import system
from lifecircle.govern.jobs.services import enqueue
from tests.govern.matrix.example import Example


def seed(place: Any, number: int) -> None:
    """Hand over a job for the place."""
    word = f"{place.word}-{number}"
    place.job = enqueue(system(word), "note", word, title=word, area_path=place.area.path)


BY_RULE = frozenset({403, 404, 409})
"""One sees one's own jobs and, with the right, those of the area; stopping asks more."""

EXAMPLES = {
    "jobs:desk": Example(queries=("state=waiting", "page=2")),
    "jobs:page": Example(lambda place: {"number": place.job.pk}, own=frozenset({404})),
    "jobs:stop": Example(lambda place: {"number": place.job.pk}, own=BY_RULE),
    "jobs:again": Example(lambda place: {"number": place.job.pk}, own=BY_RULE),
}
