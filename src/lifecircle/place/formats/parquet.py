"""Reads GeoParquet through pyarrow; the GDAL that comes with pyogrio has no driver for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.types as kinds
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from lifecircle.place.plane import Geometries
from lifecircle.terms.errors import stop

SUFFIXES = (".parquet", ".geoparquet")
MOST_UNPACKED_BYTES = 2**30
MOST_ROWS = 5_000_000
_NATIVE = {
    "point": (shapely.GeometryType.POINT, 0),
    "linestring": (shapely.GeometryType.LINESTRING, 1),
    "polygon": (shapely.GeometryType.POLYGON, 2),
    "multipoint": (shapely.GeometryType.MULTIPOINT, 1),
    "multilinestring": (shapely.GeometryType.MULTILINESTRING, 2),
    "multipolygon": (shapely.GeometryType.MULTIPOLYGON, 3),
}
"""Encodings of GeoParquet 1.1 beside WKB: the type, and how deep its lists of points lie."""

_NAMED_OTHERWISE = "在 GIS 里另存为 GeoParquet，或改用 GeoPackage"
Columns = dict[str, npt.NDArray[Any]]


def read_geoparquet(path: Path) -> tuple[Geometries, Columns, CRS | None]:
    """Return the geometries as they are written (None where a row has none), columns and system.

    The system is None where the file says that nobody knows it; a file that says nothing is in
    longitude and latitude. Source: the GeoParquet specification, versions 1.0 and 1.1. Columns of
    lists, structures and bytes are left out. Raises InputError in one sentence.
    """
    try:
        file = pq.ParquetFile(path)
        name, told = _primary(path, file)
        unpacked = sum(
            file.metadata.row_group(n).total_byte_size for n in range(file.num_row_groups)
        )
        if unpacked > MOST_UNPACKED_BYTES:
            size = unpacked // 2**20
            raise stop(f"解压后有{size}兆", file=path, remedy="按区县拆成几个文件")
        if file.metadata.num_rows > MOST_ROWS:
            reason = f"有{file.metadata.num_rows}个要素"
            raise stop(reason, file=path, remedy="按区县拆成几个文件")
        plain = [field.name for field in file.schema_arrow if _is_plain(field.type)]
        table = file.read(columns=[name, *plain])
    except (pa.ArrowException, OSError) as error:
        raise stop("不是完整的 GeoParquet 文件", file=path, remedy="重新导出") from error
    columns = {own: _values(table.column(own)) for own in plain if own != name}
    return _geometry(path, table.column(name), told), columns, _system(path, told)


def _primary(path: Path, file: pq.ParquetFile) -> tuple[str, dict[str, Any]]:
    """Return the name of the geometry column and what the file tells of it."""
    stored = (file.metadata.metadata or {}).get(b"geo")
    if stored is None:
        reason = "是 Parquet，但没有 GeoParquet 的 geo 说明，不知道哪一列是坐标"
        raise stop(reason, file=path, remedy=_NAMED_OTHERWISE)
    try:
        geo = json.loads(stored)
        name = geo["primary_column"]
        told = geo["columns"][name]
        known = isinstance(name, str) and isinstance(told, dict)
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise stop("geo 说明读不懂", file=path, remedy=_NAMED_OTHERWISE) from error
    if not known or name not in file.schema_arrow.names:
        raise stop(f"没有 geo 说明里的坐标列 {name}", file=path, remedy=_NAMED_OTHERWISE)
    return name, told


def _is_plain(kind: pa.DataType) -> bool:
    inner = kind.value_type if kinds.is_dictionary(kind) else kind
    return not (kinds.is_nested(inner) or _is_bytes(inner))


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(
        kinds.is_binary(kind)
        or kinds.is_large_binary(kind)
        or kinds.is_binary_view(kind)
        or kinds.is_fixed_size_binary(kind)
    )


def _values(column: pa.ChunkedArray) -> npt.NDArray[Any]:
    """Return a column; whole numbers with gaps stay whole, since an id is no float."""
    if column.null_count:
        return np.array([*column.to_pylist(), None], dtype=object)[:-1]
    return np.asarray(column.to_numpy())


def _system(path: Path, told: dict[str, Any]) -> CRS | None:
    if "crs" not in told:
        return CRS.from_user_input("OGC:CRS84")
    if told["crs"] is None:
        return None
    try:
        return CRS.from_user_input(told["crs"])
    except CRSError as error:
        raise stop(
            "不认识 geo 说明里的坐标系（crs）", file=path, remedy=_NAMED_OTHERWISE
        ) from error


def _geometry(path: Path, column: pa.ChunkedArray, told: dict[str, Any]) -> Geometries:
    encoding = str(told.get("encoding", ""))
    array = column.combine_chunks()
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    if len(array) == 0:
        return np.empty(0, dtype=object)
    if encoding != "WKB" and encoding not in _NATIVE:
        reason = f"坐标列的编码是 {encoding or '（空）'}，应为 WKB"
        raise stop(reason, file=path, remedy=_NAMED_OTHERWISE)
    if encoding == "WKB" and _is_bytes(array.type):
        return np.array([*array.to_pylist(), None], dtype=object)[:-1]
    try:
        return _native(array, *_NATIVE[encoding])
    except (pa.ArrowException, shapely.errors.GEOSException, LookupError, ValueError) as error:
        reason = f"坐标列与所说的编码 {encoding} 不符"
        raise stop(reason, file=path, remedy=_NAMED_OTHERWISE) from error


def _native(array: pa.Array, kind: shapely.GeometryType, depth: int) -> Geometries:
    """Return geometries whose points lie in lists ``depth`` deep; raises ValueError otherwise."""
    present = np.asarray(array.is_valid())
    inner, offsets = array.drop_null(), []
    for _ in range(depth):
        if not (kinds.is_list(inner.type) or kinds.is_large_list(inner.type)):
            raise ValueError(inner.type)
        offsets.append(np.asarray(inner.offsets) - inner.offsets[0].as_py())
        inner = inner.flatten()
    if not kinds.is_struct(inner.type):
        raise ValueError(inner.type)
    xy = np.column_stack([np.asarray(inner.field(axis), np.float64) for axis in ("x", "y")])
    shapes = np.full(len(present), None, dtype=object)
    shapes[present] = shapely.from_ragged_array(kind, xy, tuple(reversed(offsets)) or None)
    return shapes
