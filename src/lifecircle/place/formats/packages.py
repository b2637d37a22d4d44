"""Looks into the package of a workbook before anything unpacks it into memory.

calamine makes every sheet a full rectangle, so that one cell in the farthest corner asks for half
a terabyte and ends the process; and a formula without its stored value reads as an empty cell.
Both are seen here, in one pass over the compressed parts.
"""

from __future__ import annotations

import html
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from lifecircle.terms.errors import Fault, Spot, raise_all, stop

MOST_UNPACKED_BYTES = 384 * 2**20
MOST_TEXT_BYTES = 128 * 2**20
MOST_PACKED_FILES = 10_000
MOST_COLUMNS = 2_000
MOST_ROWS = 1_000_000
MOST_CELLS = 5_000_000
RESAVE = "用 Excel 或 WPS 另存为 .xlsx"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    OSError,
    EOFError,
    ValueError,
    RuntimeError,  # zipfile's word for a packing it does not know, and for a password
)
_CHUNK = 2**20
_OVERLAP = 4096
_CELL = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,7})(\d{1,10})["']""")
_ROW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br\s*=\s*["'](\d+)["']""")
_UNSOLVED = re.compile(
    rb"""<(?:\w+:)?c\b[^>]*?\br\s*=\s*["']([A-Z]+\d+)["'][^>]*>\s*<(?:\w+:)?f\b[^<]*"""
    rb"""(?:/>|</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"""
)
_OUTWARD = re.compile(
    rb"""<(?:\w+:)?f\b[^>]*>[^<]*(?:\||\[\d+\]|WEBSERVICE\(|FILTERXML\(|RTD\(|CALL\(|EXEC\(|://|&#)""",
    re.IGNORECASE,
)
_FAILED = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\bt\s*=\s*["']e["'][^>]*>""")
_REFERENCE = re.compile(rb"""\br\s*=\s*["']([A-Z]+\d+)["']""")
_OUTSIDE_PARTS = ("externallinks/", "vbaproject", "connections.xml", "ddelink", "embeddings/")


def inspect_package(path: Path) -> None:
    """Raise InputError when a packed workbook (.xlsx, .xlsm, .ods) is a bomb or reaches outward."""
    try:
        with zipfile.ZipFile(path) as package:
            _check_sizes(path, package.infolist())
            names = [entry.filename for entry in package.infolist()]
            _check_outside(path, names)
            if "content.xml" in names:
                _check_ods(path, package)
            for name in names:
                _check_part(path, package, name)
    except _BROKEN as error:
        raise stop("不是完整的工作簿", file=path, remedy=RESAVE) from error


def _check_sizes(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED_BYTES or len(entries) > MOST_PACKED_FILES:
        reason = f"解压后有{unpacked // 2**20}兆、{len(entries)}个部件，不像工作簿"
        raise stop(reason, file=path, remedy="检查文件来源，或拆成几个文件")
    if any(entry.flag_bits & 1 for entry in entries):
        raise stop("工作簿加了密码", file=path, remedy="去掉密码再另存")


def _check_outside(path: Path, names: list[str]) -> None:
    for name in names:
        lowered = name.lower()
        if lowered.startswith("xl/") and any(part in lowered for part in _OUTSIDE_PARTS):
            reason = f"工作簿里有宏、外部链接或嵌入的对象（{name}），里面的数可能来自别的文件"
            raise stop(reason, file=path, remedy="全选、复制、选择性粘贴为数值，另存为新的 .xlsx")


def _chunks(path: Path, package: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield a part in pieces that overlap; the size said in the header is held to be true."""
    before = b""
    with package.open(name) as part:
        while piece := part.read(_CHUNK):
            if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
                raise stop("工作簿里有 XML 实体定义", file=path, remedy=RESAVE)
            yield before + piece
            before = piece[-_OVERLAP:]


def _check_part(path: Path, package: zipfile.ZipFile, name: str) -> None:
    """Look for far cells in any part, since any part may be named as a sheet."""
    large = package.getinfo(name).file_size > MOST_TEXT_BYTES
    if large and "worksheets/" not in name and name != "content.xml":
        reason = f"部件 {name} 过大，不像工作簿"
        raise stop(reason, file=path, remedy="检查文件来源，或拆成几个文件")
    widest, lowest, unsolved, failed = b"", 0, [], []
    for chunk in _chunks(path, package, name):
        cells = _CELL.findall(chunk)
        widest = max({letters for letters, _ in cells} | {widest}, key=_column)
        lowest = max([lowest, *map(int, _ROW.findall(chunk)), *_rows_of(cells)])
        if _column(widest) * lowest > MOST_CELLS or _column(widest) > MOST_COLUMNS:
            _too_large(path, lowest, _column(widest))
        if b"f>" in chunk or b"<f" in chunk:
            if _OUTWARD.search(chunk):
                raise stop(
                    "工作簿里有连向外面的公式", file=path, remedy="粘贴为数值，另存为新的 .xlsx"
                )
            unsolved += _UNSOLVED.findall(chunk)
        if b'"e"' in chunk or b"'e'" in chunk:
            failed += [cell for tag in _FAILED.findall(chunk) for cell in _REFERENCE.findall(tag)]
    if lowest > MOST_ROWS:
        _too_large(path, lowest, _column(widest))
    if unsolved or failed:
        _tell(path, _sheet_name(package, name), unsolved, failed)


def _tell(path: Path, sheet: str, unsolved: list[bytes], failed: list[bytes]) -> None:
    """Raise a fault for each formula without a value, or with an error such as #N/A for one."""
    sorts = (
        (unsolved, "公式没有算出的值", "在 Excel 里打开、存一次，或粘贴为数值"),
        (failed, "公式算错（#N/A、#REF! 一类）", "改正公式，或填上数"),
    )
    raise_all(
        Fault(
            reason,
            str(path),
            f"“{sheet}”表{cell}",
            remedy,
            "bad-formula",
            Spot(str(path), sheet, int(re.sub(r"\D", "", cell)), "", cell),
        )
        for cells, reason, remedy in sorts
        for cell in dict.fromkeys(one.decode() for one in cells)
    )


def _sheet_name(package: zipfile.ZipFile, part: str) -> str:
    """Return what the sheet of a part is called; the part's own name where nobody says."""
    try:
        book = package.read("xl/workbook.xml")
        links = package.read("xl/_rels/workbook.xml.rels")
    except KeyError:
        return part
    targets = {
        target.rpartition(b"/")[2]: own_id
        for link in re.findall(rb"<Relationship\b[^>]*>", links)
        for own_id in re.findall(rb'\bId="([^"]+)"', link)
        for target in re.findall(rb'\bTarget="([^"]+)"', link)
    }
    own_id = targets.get(part.rpartition("/")[2].encode(), b"")
    for sheet in re.findall(rb"<(?:\w+:)?sheet\b[^>]*>", book):
        if own_id and b'"' + own_id + b'"' in sheet:
            found = re.search(rb'\bname="([^"]*)"', sheet)
            return html.unescape(found[1].decode("utf-8", "replace")) if found else part
    return part


def _rows_of(cells: list[tuple[bytes, bytes]]) -> tuple[int, ...]:
    """Return the lowest row that a cell names; cells come in order, so the last will do mostly."""
    if not cells:
        return ()
    numbers = [number for _, number in cells]
    longest = max(map(len, numbers))
    return (int(max(number for number in numbers if len(number) == longest)),)


def _column(letters: bytes) -> int:
    """Return the number of a column from its letters, A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _too_large(path: Path, rows: int, columns: int) -> None:
    reason = f"工作表有{rows}行{columns}列，不像登记表"
    raise stop(reason, file=path, remedy="删去表外的空行空列，或拆成几个文件")


def _check_ods(path: Path, package: zipfile.ZipFile) -> None:
    """Count the cells that repetition marks of an OpenDocument sheet stand for."""
    counter = _Repeated()
    parser = expat.ParserCreate()
    parser.StartElementHandler = counter.start
    parser.EndElementHandler = counter.end
    try:
        for_all = package.open("content.xml")
        with for_all as part:
            while piece := part.read(_CHUNK):
                if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece:
                    raise stop("工作簿里有 XML 实体定义", file=path, remedy=RESAVE)
                parser.Parse(piece)
                if counter.cells > MOST_CELLS or counter.widest > MOST_COLUMNS:
                    _too_large(path, counter.rows, counter.widest)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise stop("不是完整的工作簿", file=path, remedy=RESAVE) from error


class _Repeated:
    """Follows the rows of an OpenDocument sheet and adds up what repetition makes of them."""

    def __init__(self) -> None:
        self.cells, self.rows, self.widest = 0, 0, 0
        self._times, self._width, self._filled = 1, 0, 0

    def start(self, name: str, attributes: dict[str, Any]) -> None:
        """Take note of a row or of a cell with a value."""
        if name == "table:table-row":
            self._times = int(attributes.get("table:number-rows-repeated", 1))
            self._width, self._filled = 0, 0
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self._width += int(attributes.get("table:number-columns-repeated", 1))
            if "office:value-type" in attributes:
                self._filled = self._width

    def end(self, name: str) -> None:
        """Add a whole row, as often as it stands."""
        if name == "table:table-row" and self._filled:
            self.rows += self._times
            self.widest = max(self.widest, self._filled)
            self.cells += self._times * self._filled
