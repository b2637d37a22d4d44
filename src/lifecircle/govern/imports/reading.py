"""Reads the file of a batch with the readers and checks of `lifecircle check`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from lifecircle.govern.files.services import safe_name
from lifecircle.govern.identity import IDENTITY, LEAST, has_header, has_number
from lifecircle.govern.imports.models import Batch
from lifecircle.govern.imports.office import Office, the_office
from lifecircle.govern.imports.outlined import communities_of, lying
from lifecircle.govern.imports.targets import OUTLINES, Reader, ReadRow, Target, targets
from lifecircle.govern.imports.zipped import SUFFIX, says_system, unpacked
from lifecircle.govern.records.models import Record
from lifecircle.place.coordinates.datums import Datum
from lifecircle.place.formats.sheets import TABLES
from lifecircle.place.formats.vector import KNOWN_SUFFIXES, read_vector
from lifecircle.place.formats.workbook import read_workbook
from lifecircle.place.forms.columns import Headers
from lifecircle.place.forms.forms import forms
from lifecircle.place.layers import VectorLayer
from lifecircle.terms.errors import Fault, InputError, raise_all, stop

IN_SEVERAL_FILES = frozenset({".shp", ".tab", ".mif"})
MAPS = tuple(sorted({*KNOWN_SUFFIXES, SUFFIX} - IN_SEVERAL_FILES - {*TABLES}))
"""Maps that may be uploaded: layers that are one file each, and a Shapefile in a zip."""

SUFFIXES = tuple(sorted({*TABLES, *MAPS}))
"""What may be uploaded."""

MOST_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the file: as it was read, None where something is wrong, and what was told of it."""

    target: Target
    number: int
    read: ReadRow | None
    told: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True)
class FileRead:
    """All rows in the order of the file, and what was told of the whole."""

    entries: list[Entry]
    told: list[dict[str, Any]]


@contextmanager
def named(batch: Batch) -> Iterator[Path]:
    """Yield a path to the file of a batch that bears the name it came by."""
    assert batch.file is not None
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        path = Path(folder) / safe_name(batch.name)
        path.symlink_to(batch.file.path)
        yield path


def read_file(batch: Batch) -> FileRead:
    """Read the file of a batch; raises InputError where it cannot be read at all."""
    office = the_office(datum_taken=bool(batch.datum_by))
    office.held()  # before the rows: what reading streets takes is free again by then
    with named(batch) as path:
        layers, told = _layers(batch, path, office.headers)
        entries: list[Entry] = []
        for form, layer in layers.items():
            found, of_all = _entries(batch, targets()[form], layer, office)
            entries += found
            told += [*of_all, *_not_collected(layer)]
    return FileRead(entries, told)


def _layers(
    batch: Batch, path: Path, headers: Headers
) -> tuple[dict[str, VectorLayer], list[dict[str, Any]]]:
    """Return the layers that have a target, by form, and which others were left."""
    datum = _datum(batch)
    if batch.form or path.suffix.lower() not in TABLES:
        form = batch.form or "facilities"
        return {form: _map(path, datum, form, headers)}, []
    read = read_workbook(path, datum, headers)
    left = [forms()[form].zh for form in read if form not in targets()]
    known = {form: read[form] for form in targets() if form in read}
    if not known:
        shown = "、".join(forms()[form].zh for form in targets())
        raise stop("没有可以导入的表", remedy=f"工作表取名为 {shown} 之一")
    reason = f"没有导入这些表：{'、'.join(left)}"
    return known, [told_of(Fault(reason, remedy="这些表另行办理"), error=False)] if left else []


def not_collected(batch: Batch) -> list[dict[str, Any]]:
    """Return what is told of numbers of identity in a file that cannot be read as it should be."""
    if batch.form == OUTLINES:
        return []
    with suppress(InputError), named(batch) as path:
        layers, _told = _layers(batch, path, the_office().headers)
        return [one for layer in layers.values() for one in _not_collected(layer)]
    return []


def _not_collected(layer: VectorLayer) -> Iterator[dict[str, Any]]:
    """Yield what is told of columns that hold what is not collected, whether a form reads them."""
    for header, cells in layer.columns.items():
        # a register repeats its words
        texts = {one for one in cells.tolist() if isinstance(one, str) and len(one) >= LEAST}
        if has_header(header) or any(map(has_number, texts)):
            reason = f"“{header}”一列里有身份证件信息，本平台不收集"
            yield told_of(Fault(reason, remedy="从文件里删去", code=IDENTITY), error=False)


def map_of(batch: Batch) -> VectorLayer:
    """Return the one layer of a batch that is a map.

    Raises InputError where it cannot be read, and where the streets tell of another datum.
    """
    with named(batch) as path:
        layer = _map(path, _datum(batch), "communities", {})
    office = the_office(datum_taken=bool(batch.datum_by))
    raise_all(office.datum_findings(layer, bounded=True)[0])
    return layer


def _map(path: Path, datum: Datum | None, form: str, headers: Headers) -> VectorLayer:
    """Read a layer; a Shapefile that says no system is in degrees of the datum the user names."""
    if path.suffix.lower() != SUFFIX:
        return read_vector(path, None, datum, form=form, headers=headers)
    with unpacked(path) as layer:
        if says_system(layer):
            return read_vector(layer, None, datum, form=form, headers=headers)
        if datum is None:
            reason = "zip 里没有 .prj，不知道坐标是哪种"
            raise stop(reason, remedy="把 .prj 也压进去；坐标是经纬度的，也可以选明坐标是哪种")
        return read_vector(layer, None, datum, crs="EPSG:4326", form=form, headers=headers)


def _datum(batch: Batch) -> Datum | None:
    return cast("Datum | None", batch.datum or None)


def _entries(
    batch: Batch, target: Target, layer: VectorLayer, office: Office
) -> tuple[list[Entry], list[dict[str, Any]]]:
    """Return the rows of a layer in order; what is wrong with the whole layer is raised."""
    path, where = batch.area.path, communities_of(batch.area.path)
    held = partial(_on_record, batch, target)
    reader = Reader(held, path, where, office.headers, office.kinds)
    found = target.read(layer, reader)
    astray, mixed = office.datum_findings(layer, bounded=target.form == "estates")
    raise_all(fault for fault in (*found.faults, *astray) if not _row_of(fault))
    told: dict[int, list[dict[str, Any]]] = {}
    for faults, error in ((found.faults, True), ([*found.doubts, *mixed], False)):
        for fault in faults:
            told.setdefault(_row_of(fault), []).append(told_of(fault, error=error))
    of_all = told.pop(0, [])
    lies = lying(layer, where)
    read: dict[int, ReadRow] = {
        row.number: replace(row, lies=lies[row.number]) if row.number in lies else row
        for row in found.rows
    }
    bad = {number for number, own in told.items() if any(one["error"] for one in own)}
    return [
        Entry(target, number, None if number in bad else read.get(number), told.get(number, ()))
        for number in sorted(read.keys() | bad)
    ], of_all


def _on_record(batch: Batch, target: Target, ids: Iterable[str]) -> set[str]:
    """Return which ids are on record in the area of a batch."""
    return set(
        Record.objects.filter(
            kind=target.model.kind(), own_id__in=list(ids), area__path__startswith=batch.area.path
        ).values_list("own_id", flat=True)
    )


def _row_of(fault: Fault) -> int:
    return fault.spot.row if fault.spot else 0


def told_of(fault: Fault, *, error: bool) -> dict[str, Any]:
    """Return a fault as a staged row keeps it."""
    spot = fault.spot
    return {
        "error": error,
        "header": spot.header if spot else "",
        "sheet": spot.sheet if spot else "",
        "cell": spot.cell if spot else "",
        "reason": fault.reason,
        "remedy": fault.remedy,
        "code": fault.code,
    }


def faults_of(error: InputError) -> list[Mapping[str, Any]]:
    """Return what stopped the reading, for the page of the batch."""
    return [{**told_of(fault, error=True), "place": fault.place} for fault in error.faults]
