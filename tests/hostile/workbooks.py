# ruff: noqa: E501 - what is attacked with is not prose
"""Workbooks and CSV files that nobody should open."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.hostile.writing import (
    ATTACKS,
    LAUGHS,
    SPREADSHEET,
    Attack,
    attack,
    part_of,
    repacked,
    sheet_xml,
    workbook,
)


@attack("a zip bomb that says what it is", "facilities")
def _zip_bomb(folder: Path) -> Path:
    path = workbook(folder / "a.xlsx")
    return repacked(path, {f"xl/media/{n}.bin": bytes(2**27) for n in range(4)})


@attack("a zip bomb whose sizes lie", "facilities")
def _zip_lies(folder: Path) -> Path:
    path = workbook(folder / "a.xlsx")
    spaces = sheet_xml("<row>" + " " * (40 * 2**20) + "</row>")
    repacked(path, {"xl/worksheets/sheet1.xml": spaces})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as package:
        at = package.getinfo("xl/worksheets/sheet1.xml").header_offset
    name = b"xl/worksheets/sheet1.xml"
    for mark, offset, length in ((b"PK\x01\x02", 24, 46), (b"PK\x03\x04", 22, 30)):
        begin = -1
        while (begin := content.find(mark, begin + 1)) >= 0:
            if content[begin + length : begin + length + len(name)] == name:
                content[begin + offset : begin + offset + 4] = struct.pack("<I", 500)
    assert at >= 0
    path.write_bytes(content)
    return path


@attack("a zip bomb of entries that overlap", "facilities")
def _zip_overlap(folder: Path) -> Path:
    path = workbook(folder / "a.xlsx")
    repacked(path, {"xl/worksheets/sheet2.xml": bytes(40 * 2**20)})
    content = path.read_bytes()
    end = content.rindex(b"PK\x05\x06")
    size, begin = struct.unpack("<II", content[end + 12 : end + 20])
    directory = content[begin : begin + size]
    at = directory.index(b"xl/worksheets/sheet2.xml") - 46
    following = directory.find(b"PK\x01\x02", at + 4)
    entry = directory[at : following if following > 0 else size]
    many = b"".join(
        entry.replace(b"sheet2.xml", f"{n:05}2.xml".encode()[-10:]) for n in range(9000)
    )
    directory += many
    count = struct.unpack("<H", content[end + 10 : end + 12])[0] + 9000
    path.write_bytes(
        content[:begin]
        + directory
        + b"PK\x05\x06\0\0\0\0"
        + struct.pack("<HHIIH", count, count, len(directory), begin, 0)
    )
    return path


@attack("a zip in a zip in a zip", "facilities")
def _zip_nested(folder: Path) -> Path:
    inner = bytes(2**24)
    for _ in range(4):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
            for n in range(8):
                package.writestr(f"{n}.zip", inner)
        inner = buffer.getvalue()
    path = folder / "a.xlsx"
    path.write_bytes(inner)
    return path


@attack("a cell in the farthest corner", "facilities")
def _far_cell(folder: Path) -> Path:
    path = workbook(folder / "a.xlsx")
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return repacked(path, {"xl/worksheets/sheet1.xml": sheet_xml(far)})


@attack("a far cell that numbers no row", "facilities")
def _far_unnumbered(folder: Path) -> Path:
    path = workbook(folder / "a.xlsx")
    rows = "<row/>" * 3_000_000 + '<row><c r="ALK3000001"><v>1</v></c></row>'
    return repacked(path, {"xl/worksheets/sheet1.xml": sheet_xml(rows)})


@attack("a sheet under another folder", "facilities")
def _odd_part(folder: Path) -> Path:
    path = workbook(folder / "a.xlsx")
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    rels = part_of(path, "xl/_rels/workbook.xml.rels").replace(
        b"worksheets/sheet1.xml", b"other/sheet1.xml"
    )
    return repacked(
        path, {"xl/other/sheet1.xml": sheet_xml(far), "xl/_rels/workbook.xml.rels": rels}
    )


@attack("a sheet in capital letters", "facilities")
def _capitals(folder: Path) -> Path:
    path = workbook(folder / "a.xlsx")
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    rels = part_of(path, "xl/_rels/workbook.xml.rels").replace(
        b"worksheets/sheet1.xml", b"WorkSheets/Sheet1.XML"
    )
    return repacked(
        path, {"xl/WorkSheets/Sheet1.XML": sheet_xml(far), "xl/_rels/workbook.xml.rels": rels}
    )


@attack("merged cells over the whole sheet", "facilities")
def _merged(folder: Path) -> Path:
    path = workbook(folder / "a.xlsx")
    sheet = part_of(path, "xl/worksheets/sheet1.xml")
    merged = b"".join(b'<mergeCell ref="A1:XFD1048576"/>' for _ in range(50_000))
    sheet = sheet.replace(b"</sheetData>", b"</sheetData><mergeCells>" + merged + b"</mergeCells>")
    return repacked(path, {"xl/worksheets/sheet1.xml": sheet})


@attack("a billion laughs in .xlsx", "facilities")
def _xlsx_laughs(folder: Path) -> Path:
    path = workbook(folder / "a.xlsx")
    body = f'<worksheet xmlns="{SPREADSHEET}"><sheetData><row><c t="str"><v>&a11;</v></c></row></sheetData></worksheet>'
    return repacked(path, {"xl/worksheets/sheet1.xml": (LAUGHS + body).encode()})


@attack("a billion laughs in UTF-16 in .xlsx", "facilities")
def _xlsx_laughs_16(folder: Path) -> Path:
    path = workbook(folder / "a.xlsx")
    body = f'<worksheet xmlns="{SPREADSHEET}"><sheetData><row><c t="str"><v>&a11;</v></c></row></sheetData></worksheet>'
    return repacked(path, {"xl/worksheets/sheet1.xml": (LAUGHS + body).encode("utf-16")})


@attack("a million columns in .xlsx", "facilities")
def _xlsx_columns(folder: Path) -> Path:
    path = workbook(folder / "a.xlsx")
    row = "<row>" + '<c t="str"><v>a</v></c>' * 1_000_000 + "</row>"
    return repacked(path, {"xl/worksheets/sheet1.xml": sheet_xml(row)})


@attack("a million named columns in .xlsx", "facilities")
def _xlsx_named(folder: Path) -> Path:
    path = workbook(folder / "a.xlsx")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    names = [a + b + c + d for a in letters[:3] for b in letters for c in letters for d in letters]
    row = '<row r="1">' + "".join(f'<c r="{n}1"><v>1</v></c>' for n in names) + "</row>"
    return repacked(path, {"xl/worksheets/sheet1.xml": sheet_xml(row)})


def _formula(formula: str, value: str = "<v>1</v>") -> Attack:
    def write(folder: Path) -> Path:
        path = workbook(folder / "a.xlsx")
        cell = f'<row r="1"><c r="A1" t="str"><f>{formula}</f>{value}</c></row>'
        return repacked(path, {"xl/worksheets/sheet1.xml": sheet_xml(cell)})

    return write


ATTACKS["DDE"] = ("facilities", _formula("cmd|'/C calc'!A0"))
ATTACKS["WEBSERVICE"] = ("facilities", _formula('_xlfn.WEBSERVICE("http://example.org")'))
ATTACKS["a formula into another workbook"] = ("facilities", _formula("[1]Sheet1!A1"))
ATTACKS["a formula without its value"] = ("facilities", _formula("1+1", ""))


@attack("an external link part", "facilities")
def _external(folder: Path) -> Path:
    return repacked(workbook(folder / "a.xlsx"), {"xl/externalLinks/externalLink1.xml": b"<a/>"})


@attack("an .ods that repeats its rows", "facilities")
def _ods_rows(folder: Path) -> Path:
    return _ods(
        folder, '<table:table-row table:number-rows-repeated="1000000000">{}</table:table-row>'
    )


@attack("an .ods that repeats its columns", "facilities")
def _ods_columns(folder: Path) -> Path:
    return _ods(
        folder,
        "<table:table-row>{}</table:table-row>",
        'table:number-columns-repeated="1000000000"',
    )


@attack("an .ods with a billion laughs", "facilities")
def _ods_laughs(folder: Path) -> Path:
    return _ods(folder, "<table:table-row>{}&a11;</table:table-row>", start=LAUGHS)


@attack("an .ods that repeats minus one times", "facilities")
def _ods_negative(folder: Path) -> Path:
    row = '<table:table-row table:number-rows-repeated="1000000000">{}</table:table-row>'
    minus = '<table:table-row table:number-rows-repeated="-999999999">{}</table:table-row>'
    return _ods(folder, (row + minus).replace("{}", "{0}"))


@attack("an .ods of another prefix", "facilities")
def _ods_prefix(folder: Path) -> Path:
    path = _ods(
        folder, '<table:table-row table:number-rows-repeated="1000000000">{}</table:table-row>'
    )
    content = part_of(path, "content.xml").replace(b"<table:", b"<t:").replace(b"</table:", b"</t:")
    content = content.replace(b"xmlns:table=", b"xmlns:t=").replace(b" table:", b" t:")
    return repacked(path, {"content.xml": content})


def _ods(folder: Path, row: str, repeated: str = "", start: str = "") -> Path:
    cell = f'<table:table-cell office:value-type="string" {repeated}><text:p>a</text:p></table:table-cell>'
    path = folder / "a.ods"
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f"{start}<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="设施">{row.format(cell)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", kind)
        package.writestr("content.xml", content)
        package.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
            "</manifest:manifest>",
        )
    return path


@attack("an .xls whose cells stand far apart", "facilities")
def _xls_far(folder: Path) -> Path:
    path = folder / "a.xls"
    path.write_bytes(xls([(0, 0, 1.0), (65535, 16383, 2.0)]))
    return path


def xls(cells: list[tuple[int, int, float]]) -> bytes:
    """Return a BIFF8 workbook with one sheet of numbers inside a compound file."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def begin(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 0x07CC, 0, 6))

    sheet = begin(0x10) + record(
        0x200,
        struct.pack(
            "<IIHHH", 0, max(r for r, _, _ in cells) + 1, 0, max(c for _, c, _ in cells) + 1, 0
        ),
    )
    sheet += b"".join(record(0x203, struct.pack("<HHHd", r, c, 0, v)) for r, c, v in cells)
    sheet += record(0x0A, b"")
    head = begin(0x05) + record(0x42, struct.pack("<H", 1200))
    bound = record(0x85, struct.pack("<IBB", 0, 0, 0) + struct.pack("<BB", 1, 0) + b"a")
    offset = len(head) + len(bound) + 4
    bound = record(0x85, struct.pack("<IBB", offset, 0, 0) + struct.pack("<BB", 1, 0) + b"a")
    stream = head + bound + record(0x0A, b"") + sheet
    return compound(stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0"))


def compound(stream: bytes) -> bytes:
    """Return a compound file (OLE2) that holds one stream named Workbook."""
    sectors = len(stream) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE]
    table += [n + 3 for n in range(sectors - 1)] + [0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = name.encode("utf-16-le") + b"\0\0"
        return (
            text.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(text), kind, 1, 2**32 - 1, 2**32 - 1, child)
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(
        "Workbook", 2, 2**32 - 1, 2, len(stream)
    )
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *([0xFFFFFFFF] * 108))
    return header + struct.pack("<128I", *table) + directory.ljust(512, b"\0") + stream


def _csv(content: Callable[[], bytes]) -> Attack:
    def write(folder: Path) -> Path:
        path = folder / "a.csv"
        path.write_bytes(content())
        return path

    return write


ATTACKS["a million columns in .csv"] = ("facilities", _csv(lambda: b"a," * 1_000_000))
ATTACKS["a million columns in the second row"] = (
    "facilities", _csv(lambda: b"a,b\n" + b"a," * 1_000_000),
)  # fmt: skip
ATTACKS["wide rows, many of them"] = (
    "facilities", _csv(lambda: (b"a," * 1900 + b"\n") * 20_000),
)  # fmt: skip
ATTACKS["NUL bytes in .csv"] = ("facilities", _csv(lambda: b"a,b\n\x00,1\n"))
ATTACKS["a line of 200 MB"] = ("facilities", _csv(lambda: b"a" * (200 * 2**20)))
ATTACKS["a quote that never ends"] = ("facilities", _csv(lambda: b'a,b\n"' + b"x\n" * 2_000_000))
ATTACKS["many short rows"] = ("facilities", _csv(lambda: b"a,b\n" + b"1,2\n" * 1_500_000))
