"""The import desk."""

from datetime import date
from typing import Any

from lifecircle.govern.files.services import keep
from lifecircle.govern.imports.models import Batch, BatchState, Row, What
from tests.govern.matrix.example import Example


def seed(place: Any, number: int) -> None:
    """Bring a file in for the place, checked, with a row."""
    word = f"{place.word}-{number}"
    counts = {str(what): 0 for what in What} | {str(What.ADDED): 1}
    place.batch = Batch.objects.create(
        file=keep([f"设施编号,设施名称\n{word},{word}\n".encode()]), name=f"{word}.csv",
        form="facilities", area=place.area, effective_on=date(2026, 1, 1), reason=word,
        state=BatchState.CHECKED, counts=counts, actor=word, channel="web",
    )  # fmt: skip
    told = {"error": False, "header": "", "sheet": "", "cell": "A2", "reason": word, "remedy": word}
    Row.objects.create(
        batch=place.batch, form="facilities", number=2, own_id=f"{word}-new", name=word,
        what=What.ADDED, area=place.area, values={"name": word}, told=[told],
    )  # fmt: skip


def _number(place: Any) -> dict[str, Any]:
    return {"number": place.batch.pk}


NOT_IN_FORCE = frozenset({409})
NO_FILE = frozenset({422})

EXAMPLES = {
    "imports:desk": Example(body=lambda _: {}, reach="all", queries=("state=checked", "page=2")),
    "imports:batch": Example(_number, queries=("show=added",)),
    "imports:commit": Example(_number, lambda _: {"reason": "x"}),
    "imports:accept": Example(_number, lambda _: {"reason": "x"}, own=NOT_IN_FORCE),
    "imports:discard": Example(_number, lambda _: {}),
    "imports:undo": Example(_number, lambda _: {"reason": "x"}, own=NOT_IN_FORCE),
    "imports:faults": Example(_number, varies=True),
    "imports:outlines": Example(_number, queries=("show=added",)),
    "imports:marked": Example(_number, varies=True),
    "api:import_add": Example(body=lambda place: {"area": place.area.pk}, own=NO_FILE),
    "api:import_state": Example(_number),
    "api:import_rows": Example(_number),
    "api:import_commit": Example(_number, lambda _: {"reason": "x"}),
}
