"""The forms of the inventory as records: how a row becomes a version, and a version a row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from lifecircle.govern.imports.targets import Reader, Reading, ReadRow, Target, register
from lifecircle.govern.inventory.access import CHANGE
from lifecircle.govern.inventory.kinds import in_words
from lifecircle.govern.inventory.looking import doubtful, misplaced
from lifecircle.govern.inventory.models import Facility, Gate
from lifecircle.govern.inventory.models.places import told
from lifecircle.govern.inventory.reading import Reader as RecordReader
from lifecircle.govern.inventory.reading import Told
from lifecircle.govern.inventory.tables import MODELS, row_of
from lifecircle.place.facilities import layer_from_table
from lifecircle.place.facility_parts import Row, put_together
from lifecircle.place.forms.columns import Columns
from lifecircle.place.layers import VectorLayer
from lifecircle.place.sources import FacilitySource
from lifecircle.terms.errors import Fault

COUNTS = frozenset({"childcare_places", "nursing_beds", "beds", "seats"})
WITHIN_RESIDENTS = ("households", "older", "children")


def read_facilities(layer: VectorLayer, reader: Reader) -> Reading:
    """Read the rows of the form, held against each other as `lifecircle check` does."""
    source = FacilitySource(file=layer.path)
    found = layer_from_table(layer, source, 0, reader.headers, reader.kinds, None)
    remarks = Columns(layer, "facilities", reader.headers).texts("remark")
    numbers = layer.rows or range(1, len(layer) + 1)
    remark_at = {row: said for row, said in zip(numbers, remarks, strict=True) if said}
    del remarks
    return Reading(
        rows=[_row(one, remark_at.get(one.spot.row, "")) for one in found.rows],
        faults=[*found.faults, *_lost_parts(found.rows, reader)],
        doubts=[
            *(doubt.fault for doubt in found.doubts),
            *(misplaced(layer, reader.headers, reader.where) if reader.where else ()),
            *doubtful(found.rows, reader.path, reader.where),
        ],
    )


def _lost_parts(rows: list[Row], reader: Reader) -> list[Fault]:
    """Return what is wrong with parts; the facility that one is part of may be on record."""
    faults = put_together(rows).faults
    host = {row.spot: row.details.part_of for row in rows if row.details.part_of}
    lost = {
        fault.spot: host[fault.spot]
        for fault in faults
        if fault.spot and fault.code == "no-facility"
    }
    known = reader.on_record(lost.values()) if lost else set()
    return [fault for fault in faults if not fault.spot or lost.get(fault.spot) not in known]


def _row(one: Row, remark: str) -> ReadRow:
    values = _Values(one, remark)
    return ReadRow(one.spot.row, one.id, one.name or one.id, one.home, values)


@dataclass(frozen=True, slots=True)
class _Values:
    """Makes the values of a row when its turn comes; there are as many as rows, so it is small."""

    row: Row
    remark: str

    def __call__(self) -> dict[str, Any]:
        """Return them by field."""
        row, details = self.row, self.row.details
        return {
            "name": row.name,
            "categories": list(row.categories),
            "functions": list(details.functions),
            **details.told,
            "remark": self.remark,
            **{name: _amount(name, value) for name, value in details.amounts.items()},
            **told(row.shape),
        }


def _amount(name: str, value: float) -> int | Decimal:
    return int(value) if name in COUNTS else Decimal(str(value)).quantize(Decimal("0.01"))


def read_register(form: str, layer: VectorLayer, reader: Reader) -> Reading:
    """Read the rows of another form: its words, numbers and places."""
    columns = Columns(layer, form, reader.headers)
    rows = RecordReader(None, None, reader.headers, reader.kinds).told(form, columns)
    ids = _gate_ids(rows) if form == "gates" else [row.own_id for row in rows]
    faults = {repr(one): one for one in (*columns.faults, *_impossible(layer, rows))}
    return Reading(
        rows=[_told_row(form, one, own_id) for one, own_id in zip(rows, ids, strict=True)],
        faults=list(faults.values()),
        doubts=columns.doubts,
    )


def _told_row(form: str, one: Told, own_id: str) -> ReadRow:
    name = str(one.values.get("name") or one.values.get("estate") or own_id)
    whole = ("estates", one.parent) if form == "gates" else ("", "")
    return ReadRow(one.row, own_id, name, one.community, lambda: one.values, whole)


def _impossible(layer: VectorLayer, rows: list[Told]) -> Iterator[Fault]:
    """Yield what the constraints of an estate would refuse."""
    for at, row in enumerate(rows, start=1):
        most = row.values.get("residents")
        for name in WITHIN_RESIDENTS:
            part = row.values.get(name)
            if most is not None and part is not None and part > most:
                reason = "户数、老年人、儿童都不能多于常住人口"
                yield Fault(reason, remedy="核对人数", spot=layer.spot(at), code="people")


def _gate_ids(rows: list[Told]) -> list[str]:
    """Return the ids of gates, which no form tells: the first of an estate stays the first."""
    known: dict[str, list[str]] = defaultdict(list)
    estates = {row.parent for row in rows}
    held = Gate.versions.current().filter(removed=False, record__parent__own_id__in=estates)
    for estate, own_id in held.order_by("record_id").values_list(
        "record__parent__own_id", "record__own_id"
    ):
        known[estate].append(own_id)
    seen: dict[str, int] = defaultdict(int)
    ids = []
    for row in rows:
        at, own = seen[row.parent], known[row.parent]
        seen[row.parent] += 1
        ids.append(own[at] if at < len(own) else f"{row.parent}#{at + 1}")
    return ids


def settle(after: Any, now: Any) -> None:
    """Keep the outline where only the point inside it came back: no cell holds an outline."""
    if now is None or not hasattr(after, "shape") or after.shape or not now.shape:
        return
    if (after.lon, after.lat) == (now.lon, now.lat):
        after.shape = now.shape


def _registered(form: str, read: Callable[[VectorLayer, Reader], Reading]) -> None:
    derive = {"derive": Facility.derive} if form == "facilities" else {}
    back, say = partial(row_of, form), partial(in_words, MODELS[form])
    register(Target(form, MODELS[form], CHANGE, read, back, settle, say=say, **derive))


for _form in MODELS:
    _registered(_form, read_facilities if _form == "facilities" else partial(read_register, _form))
