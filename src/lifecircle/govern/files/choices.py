"""What a file is, by its content: names and browsers' words for it are not believed."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from lifecircle.govern.refused import Refused


@dataclass(frozen=True)
class Kind:
    """A type of content. A ``photo`` gets a public copy.

    What is ``sealed`` is a photograph or a film that says where it was taken and of which the
    platform cannot make a bare copy: only who may see evidence gets it.
    """

    media_type: str
    suffix: str
    photo: bool = False
    sealed: bool = False


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
_TIFF = Kind("image/tiff", ".tif", sealed=True)
_SEALED_BY_START = (
    (b"II*\x00", _TIFF),
    (b"MM\x00*", _TIFF),
    (b"II+\x00", _TIFF),
    (b"MM\x00+", _TIFF),
    (b"\xff\x0a", Kind("image/jxl", ".jxl", sealed=True)),
    (b"GIF8", Kind("image/gif", ".gif", sealed=True)),
)
_HEIC = Kind("image/heic", ".heic", sealed=True)
_SEALED_BOXES = {
    b"ftyp": Kind("video/mp4", ".mp4", sealed=True),
    b"JXL ": Kind("image/jxl", ".jxl", sealed=True),
    b"jP  ": Kind("image/jp2", ".jp2", sealed=True),
    **dict.fromkeys(
        (b"moov", b"mdat", b"wide", b"free", b"skip"),
        Kind("video/quicktime", ".mov", sealed=True),
    ),
}
"""The first box of ISO base media, ISO/IEC 14496-12, and of what was made like it."""

_STILL = frozenset(
    {b"mif1", b"mif2", b"msf1", b"miaf", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
)
"""Brands of HEIF, ISO/IEC 23008-12; they stand in the first box in any order."""

_AVIF = frozenset({b"avif", b"avis"})
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_LOOKED_AT = 4096


def kind_of(path: Path) -> Kind:
    """Return what the content of a file is; raises Refused for programs."""
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    if start.startswith(_PROGRAMS):
        raise Refused(_("这是程序，不是资料"), remedy=_("换成文档、表格或照片"))
    for mark, kind in (*_BY_START, *_SEALED_BY_START):
        if start.startswith(mark):
            return kind
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return Kind("image/webp", ".webp", photo=True)
    if start.startswith(b"PK\x03\x04"):
        return _package(path)
    return _boxed(start) or _text(start)


def _boxed(start: bytes) -> Kind | None:
    """Tell photographs and films that are made of boxes by the first box and its brands."""
    kind = _SEALED_BOXES.get(start[4:8])
    if start[4:8] != b"ftyp":
        return kind
    length = min(int.from_bytes(start[:4]), len(start))
    brands = {start[8:12], *(start[at : at + 4] for at in range(16, length, 4))}
    if brands & _AVIF:
        return Kind("image/avif", ".avif", sealed=True)
    return _HEIC if brands & _STILL else kind


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
