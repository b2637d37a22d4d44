"""What a file is, by its content: names and browsers' words for it are not believed."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from lifecircle.govern.refused import Refused


@dataclass(frozen=True)
class Kind:
    """A type of content. A ``photo`` gets a public copy."""

    media_type: str
    suffix: str
    photo: bool = False


JPEG = Kind("image/jpeg", ".jpg", photo=True)
UNKNOWN = Kind("application/octet-stream", ".bin")
TEXT = Kind("text/plain", ".txt")
MARKUP = Kind("text/xml", ".xml")
PACKED = Kind("application/zip", ".zip")
_OFFICE = "application/vnd.openxmlformats-officedocument."
_BY_START = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind("image/png", ".png", photo=True)),
    (b"%PDF-", Kind("application/pdf", ".pdf")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Kind("application/vnd.ms-excel", ".xls")),
    (b"SQLite format 3\x00", Kind("application/geopackage+sqlite3", ".gpkg")),
    (b"PAR1", Kind("application/vnd.apache.parquet", ".parquet")),
    (b"fgb\x03", Kind("application/flatgeobuf", ".fgb")),
)
_IN_PACKAGE = (
    ("xl/workbook.xml", Kind(f"{_OFFICE}spreadsheetml.sheet", ".xlsx")),
    ("word/document.xml", Kind(f"{_OFFICE}wordprocessingml.document", ".docx")),
    ("content.xml", Kind("application/vnd.oasis.opendocument.spreadsheet", ".ods")),
)
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_LOOKED_AT = 4096


def kind_of(path: Path) -> Kind:
    """Return what the content of a file is; raises Refused for programs."""
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    if start.startswith(_PROGRAMS):
        raise Refused(_("这是程序，不是资料"), remedy=_("换成文档、表格或照片"))
    for mark, kind in _BY_START:
        if start.startswith(mark):
            return kind
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return Kind("image/webp", ".webp", photo=True)
    if start.startswith(b"PK\x03\x04"):
        return _package(path)
    return _text(start)


def _package(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return PACKED
    return next((kind for name, kind in _IN_PACKAGE if name in names), PACKED)


def _text(start: bytes) -> Kind:
    """Tell text and markup from bytes; the last character may be cut."""
    if b"\x00" in start and start[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return UNKNOWN
    bare = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if bare.startswith(b"<"):
        return MARKUP
    for encoding in ("utf-8", "gb18030", "utf-16"):
        try:
            start[:-4].decode(encoding)
        except UnicodeDecodeError as error:
            if error.end < len(start) - 8:
                continue
        return Kind("application/geo+json", ".json") if bare.startswith(b"{") else TEXT
    return UNKNOWN
