"""Areas."""

from datetime import date
from typing import Any

from lifecircle.govern.areas.models import CodeList
from tests.govern.matrix.example import Example


def seed(place: Any, number: int) -> None:
    """Bring in a list for the area of the place."""
    word = f"{place.word}-{number}"
    place.code_list = CodeList.objects.create(
        name=word, area=place.area, on=date(2026, 6, 1), rows=[], actor=word
    )


EXAMPLES = {
    "areas:list": Example(queries=("q={word}", "q=nameof", "level=township", "ended=on")),
    "areas:page": Example(lambda place: {"pk": place.area.pk}, queries=("on=2021-01-01",)),
    "areas:outlines": Example(lambda place: {"pk": place.area.pk}),
    "areas:change": Example(lambda place: {"pk": place.area.pk, "act": "revise"}, lambda _: {}),
    "areas:lists": Example(reach="all"),
    "areas:code_list": Example(lambda place: {"pk": place.code_list.pk}, lambda _: {}),
    "api:area_tree": Example(lambda place: {"pk": place.area.pk}),
    "api:area_succession": Example(lambda place: {"pk": place.area.pk}),
    "api:area_list": Example(queries=("q={word}",)),
    "api:area": Example(lambda place: {"pk": place.area.pk}),
}
