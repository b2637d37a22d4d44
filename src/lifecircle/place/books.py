"""Reads the workbooks of a city, each sheet by its form."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from lifecircle.place.formats.workbook import read_workbook
from lifecircle.place.forms.columns import Headers
from lifecircle.place.inspection import Inspection
from lifecircle.place.layers import Kept, VectorLayer
from lifecircle.place.sources import CitySources, WorkbookSource
from lifecircle.terms.errors import stop
from lifecircle.terms.memory import forgetful

Books = dict[str, list[tuple[WorkbookSource, VectorLayer]]]


def read_books(sources: CitySources, headers: Headers, found: Inspection, kept: Kept) -> Books:
    """Read every sheet of every workbook, by form."""
    books: Books = {}
    for source in sources.workbooks:
        sheets: dict[str, VectorLayer] | None = {}
        if source.file not in kept.hashes or source.file.exists():
            sheets = found.attempt(_workbook, source, headers, kept)
        for form, layer in kept.instead_of(source.file, sheets or {}).items():
            books.setdefault(form, []).append((source, layer))
    return books


def _workbook(source: WorkbookSource, headers: Headers, kept: Kept) -> dict[str, VectorLayer]:
    """Read a workbook, once for equal bytes read by the same words."""
    said = (source.datum, headers, source.crs)
    if kept.memory is forgetful or not source.file.is_file():
        return read_workbook(source.file, *said)
    sha256 = sha256_of(source.file)

    def read() -> dict[str, VectorLayer]:
        sheets = read_workbook(source.file, *said)
        if sha256_of(source.file) != sha256:
            raise stop("读的时候文件变了", file=source.file, remedy="再试一次")
        for layer in sheets.values():
            for array in (layer.geometry, *layer.columns.values()):
                array.flags.writeable = False  # the next city is made of the same
        return sheets

    return kept.memory((str(source.file), json.dumps(said, sort_keys=True), sha256), read)


def sheets_of(books: Books) -> dict[str, list[VectorLayer]]:
    """Return the sheets of all workbooks by form."""
    return {form: [layer for _, layer in read] for form, read in books.items()}


def sha256_of(path: Path) -> str:
    """Return the hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
