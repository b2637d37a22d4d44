# ruff: noqa: E501, PLW0108, ARG005 - what is attacked with is not prose
"""Map files, tables and rasters that are something else."""

from __future__ import annotations

import json
import os
import sqlite3
import struct
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import rasterio
import shapely
from rasterio.transform import from_origin

from tests.hostile.lying_sizes import SUFFIXES
from tests.hostile.writing import (
    ATTACKS,
    SECRET,
    SQUARE,
    attack,
    collection,
    feature,
)

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
