"""Enters attacks by name, and writes the small good files that they spoil."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlsxwriter

Attack = Callable[[Path], Path]
"""Writes a file into a folder and returns it."""

ATTACKS: dict[str, tuple[str, Attack]] = {}
"""By name: the part of the city the file is given as, and what writes it."""

HUGE_BYTES = 2 * 2**30
SECRET = "hunter2-of-another-folder"
HEADERS = ["编号", "设施名称", "设施类别", "经度", "纬度"]
CLINIC: list[Any] = ["f1", "东门诊所", "社区就医点", 122.91, 30.81]
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]>"
)


def attack(name: str, part: str) -> Callable[[Attack], Attack]:
    """Enter a writer of a file under its name and the part of the city it is given as."""

    def entered(write: Attack) -> Attack:
        ATTACKS[name] = (part, write)
        return write

    return entered


def workbook(path: Path, rows: list[list[Any]] | None = None) -> Path:
    """Write a small good workbook of facilities."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("设施")
        for at, row in enumerate(rows or [HEADERS, CLINIC]):
            sheet.write_row(at, 0, row)
    return path


def repacked(path: Path, changed: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a package anew with parts replaced or added."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w", method) as package:
        for name, content in (parts | changed).items():
            package.writestr(name, content)
    return path


def part_of(path: Path, name: str) -> bytes:
    """Return one part of a package."""
    with zipfile.ZipFile(path) as package:
        return package.read(name)


def sheet_xml(body: str) -> bytes:
    """Return a worksheet part."""
    return f'<worksheet xmlns="{SPREADSHEET}"><sheetData>{body}</sheetData></worksheet>'.encode()


def collection(features: list[Any], **more: Any) -> dict[str, Any]:
    """Return a GeoJSON collection."""
    return {"type": "FeatureCollection", "features": features, **more}


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    """Return a GeoJSON feature."""
    return {"type": "Feature", "properties": properties, "geometry": geometry}


SQUARE = {
    "type": "Polygon",
    "coordinates": [
        [[122.9, 30.8], [122.92, 30.8], [122.92, 30.82], [122.9, 30.82], [122.9, 30.8]]
    ],
}
