"""Files attached to records."""

from typing import Any

from lifecircle.govern.actor import system
from lifecircle.govern.files.services import attach, keep
from tests.govern.matrix.example import Example


def seed(place: Any, number: int) -> None:
    """Attach a file to the facility of the place."""
    word = f"{place.word}-{number}"
    place.attachment = attach(
        system(word), keep([word.encode()]), place.area,
        name=f"{word}.txt", caption=word, record=place.facility.record,
    )  # fmt: skip


EXAMPLES = {
    "files:of_record": Example(
        lambda place: {"record": place.facility.record_id}, lambda _: {}, own=frozenset({403})
    ),
    "files:shown": Example(lambda place: {"number": place.attachment.pk}),
    "files:original": Example(lambda place: {"number": place.attachment.pk}),
    "api:file_list": Example(
        lambda place: {"record": place.facility.record_id}, own=frozenset({200})
    ),
    "api:file_add": Example(
        lambda place: {"record": place.facility.record_id}, own=frozenset({422})
    ),
}
