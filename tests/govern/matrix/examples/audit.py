"""The audit: the list, one entry, one subject, the chain, the export."""

from typing import Any

from lifecircle.govern.audit.models import Entry
from tests.govern.matrix.example import Example


def newest(place: Any) -> dict[str, object]:
    return {"number": Entry.objects.filter(area_path=place.area.path).latest("number").pk}


EXAMPLES = {
    "audit:list": Example(
        queries=("who={word}", "subject={word}", "area={area}", "kind=area", "page=2")
    ),
    "audit:entry": Example(newest),
    "audit:subject": Example(lambda place: {"kind": "area", "name": str(place.area.pk)}),
    "audit:chain": Example(
        queries=("after=3",), varies=True
    ),  # one chain for all: its length grows
    "audit:export": Example(queries=("area={area}",)),
    "api:audit_list": Example(queries=("who={word}", "area={area}", "below=9999")),
}
