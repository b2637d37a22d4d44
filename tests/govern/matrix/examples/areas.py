"""Areas."""

from tests.govern.matrix.example import Example

EXAMPLES = {
    "areas:list": Example(queries=("q={word}", "q=nameof", "level=township", "ended=on")),
    "areas:page": Example(lambda place: {"pk": place.area.pk}, queries=("on=2021-01-01",)),
    "areas:outlines": Example(lambda place: {"pk": place.area.pk}),
    "areas:change": Example(lambda place: {"pk": place.area.pk, "act": "revise"}, lambda _: {}),
    "api:area_list": Example(queries=("q={word}",)),
    "api:area": Example(lambda place: {"pk": place.area.pk}),
}
