# ruff: noqa: E501 - what is attacked with is not prose
"""Files whose sizes lie: sparse, packed, or said in a header."""

from __future__ import annotations

import bz2
import gzip
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.hostile.writing import (
    ATTACKS,
    HUGE_BYTES,
    LAUGHS,
    SECRET,
    Attack,
    attack,
)


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
