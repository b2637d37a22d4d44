"""Files of a publication's folder, served as they lie there."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from django.http import FileResponse

TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".md": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".gpkg": "application/geopackage+sqlite3",
    ".parquet": "application/vnd.apache.parquet",
    ".pmtiles": "application/octet-stream",
}
PARTS = frozenset({"map", "opendata", "handbook", "plan", "needs", "baseline"})
"""The folders of a publication that are for everybody."""


def file_in(folder: Path, path: str) -> Path | None:
    """Return a file of one of the public parts; None for whatever else is asked for."""
    first, _slash, rest = path.partition("/")
    if first not in PARTS or not rest:
        return None
    base = (folder / first).resolve()
    found = (base / rest).resolve()
    return found if found.is_relative_to(base) and found.is_file() else None


def answered(file: Path) -> FileResponse:
    """Answer with a file; the server sends it from the disk."""
    kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
    answer = FileResponse(file.open("rb"), content_type=kind or "application/octet-stream")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
