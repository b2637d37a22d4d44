# ruff: noqa: E501, PLW0108, ARG005 - what is attacked with is not prose
"""Files that nobody should open, each small on disk; every function writes one city folder."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import os
import sqlite3
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import rasterio
import shapely
import xlsxwriter
from rasterio.transform import from_origin

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


# sizes that lie


def _sparse(suffix: str, start: bytes = b"") -> Attack:
    def write(folder: Path) -> Path:
        path = folder / f"huge{suffix}"
        with path.open("wb") as file:
            file.write(start)
            file.truncate(HUGE_BYTES)
        return path

    return write


SUFFIXES = {
    "network": (".osm.pbf", ".osm", ".osm.gz", ".osm.bz2"),
    "communities": (
        ".geojson", ".gpkg", ".shp", ".fgb", ".kml", ".gml", ".tab", ".mif", ".parquet",
    ),
    "facilities": (".xlsx", ".xlsm", ".xls", ".ods", ".csv"),
    "rasters": (".tif", ".img", ".asc"),
    "headers": (".yaml",),
    "kinds": (".yaml",),
}  # fmt: skip
STARTS = {
    ".gpkg": b"SQLite format 3\x00" + struct.pack(">HBBBBBB", 4096, 1, 1, 0, 64, 32, 32),
    ".shp": struct.pack(">iiiiiii", 9994, 0, 0, 0, 0, 0, 2**30) + struct.pack("<ii", 1000, 5),
    ".fgb": b"fgb\x03fgb\x00" + struct.pack("<I", 2**30),
    ".parquet": b"PAR1",
    ".tif": b"II\x2a\x00" + struct.pack("<I", 8),
    ".osm.gz": b"\x1f\x8b\x08\x00",
    ".osm.bz2": b"BZh9",
    ".xlsx": b"PK\x03\x04",
    ".ods": b"PK\x03\x04",
    ".xlsm": b"PK\x03\x04",
    ".xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    ".osm": b"<osm>",
    ".kml": b"<kml>",
    ".gml": b'<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml">',
    ".geojson": b'{"type":"FeatureCollection","features":[',
    ".tab": b"!table\n!version 300\n",
    ".mif": b"Version 300\n",
}
for _part, _suffixes in SUFFIXES.items():
    for _suffix in _suffixes:
        ATTACKS[f"two gigabytes of nothing {_suffix}"] = (_part, _sparse(_suffix))
        if _suffix in STARTS:
            named = f"two gigabytes after a good start {_suffix}"
            ATTACKS[named] = (_part, _sparse(_suffix, STARTS[_suffix]))


@attack("a pbf whose header says 4 GB", "network")
def _pbf_lying(folder: Path) -> Path:
    path = folder / "a.osm.pbf"
    path.write_bytes(struct.pack(">I", 2**32 - 1) + b"\x0a\x09OSMHeader" * 4)
    return path


@attack("a pbf block that says it unpacks to 2 GB", "network")
def _pbf_block(folder: Path) -> Path:
    def varint(number: int) -> bytes:
        out = b""
        while number > 127:
            out += bytes([number & 127 | 128])
            number >>= 7
        return out + bytes([number])

    packed = zlib.compress(bytes(64 * 2**20))
    blob = b"\x10" + varint(2**31 - 1) + b"\x1a" + varint(len(packed)) + packed
    header = b"\x0a\x09OSMHeader\x18" + varint(len(blob))
    path = folder / "a.osm.pbf"
    path.write_bytes(struct.pack(">I", len(header)) + header + blob)
    return path


def _packed_osm(suffix: str, packing: Callable[[bytes], bytes]) -> Attack:
    def write(folder: Path) -> Path:
        path = folder / f"bomb.osm{suffix}"
        piece = packing(b" " * 2**24)
        path.write_bytes(packing(b"<osm version='0.6'>") + piece * 256)
        return path

    return write


ATTACKS["four gigabytes in .osm.gz"] = ("network", _packed_osm(".gz", gzip.compress))
ATTACKS["four gigabytes in .osm.bz2"] = ("network", _packed_osm(".bz2", bz2.compress))


@attack("an .osm of many nodes in a few bytes", "network")
def _osm_nodes(folder: Path) -> Path:
    path = folder / "a.osm.gz"
    node = b'<node id="1" version="1" lat="30.8" lon="122.9"><tag k="amenity" v="clinic"/></node>'
    piece = gzip.compress(node * 100_000)
    path.write_bytes(gzip.compress(b"<osm version='0.6'>") + piece * 100)
    return path


def _laughing(suffix: str, part: str, body: str) -> None:
    def write(folder: Path) -> Path:
        path = folder / f"laughs{suffix}"
        path.write_text(LAUGHS + body, encoding="utf-8")
        return path

    ATTACKS[f"a billion laughs in {suffix}"] = (part, write)


_laughing(
    ".osm",
    "network",
    '<osm version="0.6"><node id="1" version="1" lat="1" lon="1"><tag k="name" v="&a11;"/></node></osm>',
)
_laughing(
    ".kml",
    "communities",
    '<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>&a11;</name><Placemark><name>&a11;</name><Point><coordinates>1,1</coordinates></Point></Placemark></Document></kml>',
)
_laughing(".gml", "communities", '<ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" xmlns:gml="http://www.opengis.net/gml"><gml:featureMember><ogr:a fid="1"><ogr:n>&a11;</ogr:n><ogr:geometryProperty><gml:Point srsName="EPSG:4326"><gml:coordinates>1,1</gml:coordinates></gml:Point></ogr:geometryProperty></ogr:a></gml:featureMember></ogr:FeatureCollection>')  # fmt: skip


@attack("an outside entity in .gml", "communities")
def _outside_gml(folder: Path) -> Path:
    secret = folder / "secret.txt"
    secret.write_text(SECRET, encoding="utf-8")
    path = folder / "a.gml"
    path.write_text(
        f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY s SYSTEM "file://{secret}">]>'
        '<ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" xmlns:gml="http://www.opengis.net/gml">'
        '<gml:featureMember><ogr:a fid="1"><ogr:id>&s;</ogr:id><ogr:geometryProperty>'
        '<gml:Point srsName="EPSG:4326"><gml:coordinates>30.8,122.9</gml:coordinates></gml:Point>'
        "</ogr:geometryProperty></ogr:a></gml:featureMember></ogr:FeatureCollection>",
        encoding="utf-8",
    )
    return path


# workbooks


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


# CSV


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


# what a text file must not hold


def _text(name: str, part: str, suffix: str, content: Callable[[], str]) -> None:
    def write(folder: Path) -> Path:
        path = folder / f"a{suffix}"
        path.write_text(content(), encoding="utf-8")
        return path

    ATTACKS[name] = (part, write)


YAML_LAUGHS = "a0: &a0 [x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
_text("a billion laughs in YAML", "kinds", ".yaml", lambda: YAML_LAUGHS + "kinds: *a11\n")
_text(
    "a python tag in YAML",
    "kinds",
    ".yaml",
    lambda: 'kinds: {a: !!python/object/apply:os.system ["true"]}\n',
)
_text("YAML nested 100,000 deep", "kinds", ".yaml", lambda: "kinds: " + "[" * 100_000)
_text("YAML that holds itself", "kinds", ".yaml", lambda: "kinds: &a {x: *a}\n")
_text("headers nested 100,000 deep", "headers", ".yaml", lambda: "a: " + "[" * 100_000)
_text("headers that are lists", "headers", ".yaml", lambda: "设施: {名称: [1, {a: 2}]}")
_text(
    "GeoJSON nested 100,000 deep",
    "communities",
    ".geojson",
    lambda: '{"type":"FeatureCollection","features":' + "[" * 100_000 + "]" * 100_000 + "}",
)
_text(
    "a geometry nested 5,000 deep",
    "communities",
    ".geojson",
    lambda: json.dumps(collection([feature(None)])).replace(
        "null", '{"type":"GeometryCollection","geometries":[' * 300 + "]}" * 300
    ),
)
_text(
    "coordinates of 1e308",
    "communities",
    ".geojson",
    lambda: json.dumps(
        collection(
            [
                feature(
                    {
                        "type": "Polygon",
                        "coordinates": [
                            [[1e308, 1e308], [-1e308, 1e308], [0, -1e308], [1e308, 1e308]]
                        ],
                    },
                    id="1",
                )
            ]
        )
    ),
)
_text(
    "coordinates of 1e400",
    "communities",
    ".geojson",
    lambda: json.dumps(collection([feature(SQUARE, id="1")])).replace("122.92", "1e400"),
)
_text(
    "coordinates that are NaN",
    "communities",
    ".geojson",
    lambda: json.dumps(collection([feature(SQUARE, id="1")])).replace("122.92", "NaN"),
)
_text(
    "a number of 100,000 figures",
    "communities",
    ".geojson",
    lambda: json.dumps(collection([feature(SQUARE, id=1)])).replace(
        '"id": 1', '"id": ' + "9" * 100_000
    ),
)


@attack("a polygon of two hundred thousand points", "communities")
def _many_points(folder: Path) -> Path:
    path = folder / "a.geojson"
    angle = np.linspace(0, 2 * np.pi, 200_000)
    ring = np.column_stack([122.9 + np.cos(angle) / 10, 30.8 + np.sin(angle) / 10]).round(5)
    ring[-1] = ring[0]
    points = ",".join(f"[{x},{y}]" for x, y in ring.tolist())
    body = json.dumps(collection([feature({"type": "Polygon", "coordinates": [["@"]]}, id="1")]))
    path.write_text(body.replace('"@"', points), encoding="utf-8")
    return path


# map files that are something else

VRT = '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{}</SrcDataSource><SrcLayer>secret</SrcLayer></OGRVRTLayer></OGRVRTDataSource>'  # fmt: skip


def _disguised(name: str, suffix: str, content: Callable[[Path], str]) -> None:
    def write(folder: Path) -> Path:
        secret = folder / "secret.geojson"
        secret.write_text(
            json.dumps(collection([feature(SQUARE, id=SECRET, name=SECRET)])), encoding="utf-8"
        )
        path = folder / f"a{suffix}"
        path.write_text(content(secret), encoding="utf-8")
        return path

    ATTACKS[name] = ("communities", write)


for _suffix in (".kml", ".gml", ".gpkg", ".shp", ".tab", ".mif", ".fgb"):
    _disguised(f"a VRT under {_suffix}", _suffix, lambda secret: VRT.format(secret))
_disguised(
    "a VRT after an empty KML",
    ".kml",
    lambda secret: '<kml xmlns="http://www.opengis.net/kml/2.2"/>' + VRT.format(secret),
)
_disguised(
    "a WFS service under .gml",
    ".gml",
    lambda _: "<OGRWFSDataSource><URL>http://127.0.0.1:9/wfs</URL></OGRWFSDataSource>",
)
_disguised(
    "a stream of algorithms under .geojson",
    ".geojson",
    lambda secret: json.dumps(
        {
            "type": "gdal_streamed_alg",
            "command_line": f"gdal vector pipeline ! read {secret} ! write streamed",
        }
    ),
)
_disguised(
    "a stream of algorithms within a collection",
    ".geojson",
    lambda secret: (
        json.dumps(
            {
                "type": "gdal_streamed_alg",
                "command_line": f"gdal vector pipeline ! read {secret} ! write streamed",
            }
        )[:-1]
        + ', "type": "FeatureCollection", "features": []}'
    ),
)
_disguised(
    "a seamless MapInfo table of others",
    ".tab",
    lambda secret: (
        '!table\n!version 300\n!charset Neutral\n\nDefinition Table\n  Type NATIVE Charset "Neutral"\n  Fields 1\n    Table Char (20) ;\nbegin_metadata\n"\\IsSeamless" = "TRUE"\nend_metadata\n'
    ),
)


@attack("a GeoPackage whose layer is a view on a file", "communities")
def _gpkg_view(folder: Path) -> Path:
    path = _gpkg(folder)
    with sqlite3.connect(path) as base:
        base.execute("DELETE FROM areas")
        base.execute("PRAGMA writable_schema=ON")
        base.execute(
            "INSERT INTO sqlite_master VALUES('table','v','v',0,"
            f"'CREATE VIRTUAL TABLE v USING VirtualOGR(''{folder / 'secret.geojson'}'')')"
        )
    base.close()
    return path


@attack("a GeoPackage that loads an extension", "communities")
def _gpkg_extension(folder: Path) -> Path:
    path = _gpkg(folder)
    with sqlite3.connect(path) as base:
        base.execute("ALTER TABLE areas RENAME TO hidden")
        base.execute(
            "CREATE VIEW areas AS SELECT fid, geom, load_extension('/tmp/none.so') AS id, name"
            " FROM hidden"
        )
    base.close()
    return path


@attack("a GeoPackage that counts for ever", "communities")
def _gpkg_endless(folder: Path) -> Path:
    path = _gpkg(folder)
    with sqlite3.connect(path) as base:
        base.execute("ALTER TABLE areas RENAME TO hidden")
        base.execute(
            "CREATE VIEW areas AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c)"
            " SELECT n AS fid, geom, id, name FROM hidden, c"
        )
    base.close()
    return path


@attack("a GeoPackage with a blob of a gigabyte", "communities")
def _gpkg_blob(folder: Path) -> Path:
    path = _gpkg(folder)
    with sqlite3.connect(path) as base:
        base.execute("ALTER TABLE areas RENAME TO hidden")
        base.execute(
            "CREATE VIEW areas AS SELECT fid, geom, hex(zeroblob(400000000)) AS id, name FROM hidden"
        )
    base.close()
    return path


def _gpkg(folder: Path) -> Path:
    path = folder / "a.gpkg"
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb([shapely.from_geojson(json.dumps(SQUARE))]),
        field_data=[np.array(["1"], dtype=object), np.array(["东街"], dtype=object)],
        fields=["id", "name"],
        layer="areas",
        driver="GPKG",
        geometry_type="Polygon",
        crs="EPSG:4326",
    )
    return path


@attack("a shapefile that says it has many records", "communities")
def _shp_lying(folder: Path) -> Path:
    path = folder / "a.shp"
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb([shapely.from_geojson(json.dumps(SQUARE))]),
        field_data=[np.array(["1"], dtype=object)],
        fields=["id"],
        driver="ESRI Shapefile",
        geometry_type="Polygon",
        crs="EPSG:4326",
    )
    for suffix, at, form, number in ((".dbf", 4, "<I", 2**31 - 1), (".shx", 24, ">I", 2**30)):
        file = path.with_suffix(suffix)
        content = bytearray(file.read_bytes())
        content[at : at + 4] = struct.pack(form, number)
        file.write_bytes(content)
    content = bytearray(path.read_bytes())
    content[104:108] = struct.pack(">I", 2**30)
    content[144:152] = struct.pack("<II", 2**31 - 1, 2**31 - 1)
    path.write_bytes(content)
    return path


GEO = {
    b"geo": json.dumps(
        {
            "version": "1.0.0",
            "primary_column": "geometry",
            "columns": {"geometry": {"encoding": "WKB", "geometry_types": []}},
        }
    ).encode()
}


@attack("a parquet that unpacks to gigabytes", "communities")
def _parquet_bomb(folder: Path) -> Path:
    path = folder / "a.parquet"
    wkb = shapely.to_wkb(shapely.from_geojson(json.dumps(SQUARE)))
    schema = pa.schema([("geometry", pa.binary()), ("id", pa.string())], metadata=GEO)
    with pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=False) as writer:
        text = "x" * 2**20
        for _ in range(12):
            writer.write_table(
                pa.table({"geometry": [wkb] * 100, "id": [text] * 100}, schema=schema)
            )
    return path


@attack("a parquet dictionary repeated a hundred million times", "communities")
def _parquet_dictionary(folder: Path) -> Path:
    path = folder / "a.parquet"
    wkb = shapely.to_wkb(shapely.from_geojson(json.dumps(SQUARE)))
    schema = pa.schema([("geometry", pa.binary()), ("id", pa.string())], metadata=GEO)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        piece = pa.table({"geometry": [wkb] * 1_000_000, "id": ["1"] * 1_000_000}, schema=schema)
        for _ in range(8):
            writer.write_table(piece)
    return path


@attack("a pickled column in parquet", "communities")
def _parquet_pickle(folder: Path) -> Path:
    path = folder / "a.parquet"
    wkb = shapely.to_wkb(shapely.from_geojson(json.dumps(SQUARE)))
    mark = {
        b"ARROW:extension:name": b"arrow.py_extension_type",
        b"ARROW:extension:metadata": b"cos\nsystem\n(S'touch "
        + os.fsencode(folder / "pickled")
        + b"'\ntR.",
    }
    schema = pa.schema(
        [pa.field("geometry", pa.binary()), pa.field("id", pa.string(), metadata=mark)],
        metadata=GEO,
    )
    pq.write_table(pa.table({"geometry": [wkb], "id": ["1"]}, schema=schema), path)
    return path


@attack("a raster said to be a million cells square", "rasters")
def _tiff(folder: Path) -> Path:
    return tiff(folder / "a.tif", 1_000_000, 1_000_000, 65_536)


def tiff(path: Path, width: int, height: int, block: int) -> Path:
    """Write a raster of which no block is stored."""
    with warnings.catch_warnings(action="ignore"):
        rasterio.open(
            path, "w", driver="GTiff", width=width, height=height, count=1, dtype="float32",
            crs="EPSG:4326", transform=from_origin(122.0, 31.5, 1e-6, 1e-6), SPARSE_OK=True,
            tiled=True, blockxsize=block, blockysize=block, BIGTIFF="YES",
        ).close()  # fmt: skip
    return path


@attack("a VRT under .tif", "rasters")
def _tif_vrt(folder: Path) -> Path:
    path = folder / "a.tif"
    path.write_text(
        '<VRTDataset rasterXSize="8" rasterYSize="1"><VRTRasterBand dataType="Byte" band="1"'
        ' subClass="VRTRawRasterBand"><SourceFilename>/etc/passwd</SourceFilename>'
        "</VRTRasterBand></VRTDataset>"
    )
    return path


# no files at all


def _special(name: str, suffix: str, part: str, make: Callable[[Path], None]) -> None:
    def write(folder: Path) -> Path:
        path = folder / f"a{suffix}"
        make(path)
        return path

    ATTACKS[f"{name} {suffix}"] = (part, write)


for _part, _suffixes in SUFFIXES.items():
    for _suffix in (_suffixes[0], _suffixes[-1]):
        _special("a FIFO", _suffix, _part, os.mkfifo)
        _special("a link to /dev/zero", _suffix, _part, lambda path: path.symlink_to("/dev/zero"))
        _special("a link to itself", _suffix, _part, lambda path: path.symlink_to(path))
        _special("a folder", _suffix, _part, Path.mkdir)
