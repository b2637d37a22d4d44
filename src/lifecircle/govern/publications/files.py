"""Files of a publication's folder, served as they lie there."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from django.http import FileResponse
from django.utils.translation import gettext as _

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


def called(path: str) -> str:
    """Return what a file of a publication is called, by its path; "" for one without a title."""
    known = {
        "map/index.html": _("地图"),
        "handbook/city.pdf": _("全市便民服务手册"),
        "handbook/city-traditional.pdf": _("全市便民服务手册（繁体）"),
        "plan/index.html": _("方案（可以打印）"),
        "plan/actions.csv": _("方案的表格"),
        "needs/index.html": _("需求清单（可以打印）"),
        "needs/needs.csv": _("需求清单的表格"),
        "baseline/index.html": _("摸底底册（可以打印）"),
        "baseline/baseline.xlsx": _("摸底底册的表格"),
        "baseline/functions.csv": _("各社区的服务功能"),
        "baseline/categories.csv": _("各社区的设施类别"),
        "opendata/README.md": _("开放数据的说明"),
        "opendata/communities.csv": _("社区数据"),
        "opendata/facilities.csv": _("设施数据"),
        "opendata/verdicts.csv": _("各社区的达标情况"),
        "opendata/totals.csv": _("全市的达标情况"),
        "opendata/office.gpkg": _("社区和设施的地图数据"),
    }
    return known.get(path, "")
