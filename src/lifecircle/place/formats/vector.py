"""Reads layers of areas and points from GeoPackage, GeoJSON and whatever else GDAL reads."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyogrio
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from lifecircle.place.coordinates.datums import Datum, to_wgs84
from lifecircle.place.coordinates.zones import missing_parameters, same_system, zone_reason
from lifecircle.place.formats.drivers import check_stored, only
from lifecircle.place.formats.parquet import SUFFIXES as PARQUETS
from lifecircle.place.formats.parquet import read_geoparquet
from lifecircle.place.formats.sheets import TABLES
from lifecircle.place.formats.workbook import read_table
from lifecircle.place.forms.columns import Headers
from lifecircle.place.layers import VectorLayer
from lifecircle.place.plane import WGS84, Geometries
from lifecircle.terms.errors import stop
from lifecircle.terms.gate import check_readable

RASTERS = (".tif", ".tiff", ".img", ".asc")
KNOWN_SUFFIXES = {
    ".geojson": "GeoJSON",
    ".json": "GeoJSON",
    ".gpkg": "GeoPackage",
    ".shp": "Shapefile",
    ".fgb": "FlatGeobuf",
    ".kml": "KML",
    ".gml": "GML",
    ".tab": "MapInfo",
    ".mif": "MapInfo",
    **dict.fromkeys(PARQUETS, "GeoParquet"),
}


DRIVERS = {
    "GeoJSON": ("GeoJSON",),
    "GeoPackage": ("GPKG",),
    "Shapefile": ("ESRI Shapefile",),
    "FlatGeobuf": ("FlatGeobuf",),
    "KML": ("LIBKML", "KML"),
    "GML": ("GML",),
    "MapInfo": ("MapInfo File",),
}


def read_vector(
    path: Path,
    layer: str | None = None,
    datum: Datum | None = None,
    crs: str | None = None,
    *,
    may_be_empty: bool = False,
    form: str = "facilities",
    headers: Headers | None = None,
) -> VectorLayer:
    """Read one layer; ``may_be_empty`` is for a census that found nothing.

    A table is read by its ``form`` and the office's own ``headers``.

    Degrees of a declared ``datum`` other than WGS84 are converted. ``crs`` is for a file that
    does not say its own; where both speak they must agree.
    Raises InputError when the file is missing, broken, empty, of an unknown kind, has several
    layers and none was named, or does not say its coordinate system.
    """
    kind = KNOWN_SUFFIXES.get(path.suffix.lower())
    check_readable(path)
    if path.suffix.lower() in TABLES:
        if crs is not None and datum not in (None, "wgs84"):
            reason = f"既写了 crs，又声明为 {datum}"
            raise stop(reason, file=path, remedy="经纬度只写 datum，投影坐标只写 crs")
        return read_table(path, layer, datum, form, headers, crs=crs, may_be_empty=may_be_empty)
    if path.suffix.lower() in RASTERS:
        remedy = "写在 lifecircle.toml 的 [rasters] 里"
        raise stop("这是栅格，不是图层；人口栅格有自己的写法", file=path, remedy=remedy)
    if kind is None:
        raise stop(
            f"不认识的格式 {path.suffix}",
            file=path,
            remedy="导出为 GeoPackage、GeoJSON、Shapefile、GeoParquet 或 Excel",
        )
    if kind == "GeoJSON":
        _check_json(path, datum)
    if kind == "GeoParquet" and layer is not None:
        raise stop("GeoParquet 只有一层，不用写 layer", file=path, remedy="去掉 layer")
    content, columns, said = (
        read_geoparquet(path) if kind == "GeoParquet" else _read_by_gdal(path, kind, layer)
    )
    if content is None or (len(content) == 0 and not may_be_empty):
        raise stop("里面没有要素", file=path, remedy="换一份有内容的文件")
    system = _system(path, said, crs)
    geometry = _in_degrees(path, _shapes(path, content), system, datum)
    places = tuple(f"第{row}个要素" for row in range(1, len(geometry) + 1))
    missing = missing_parameters(system)
    remarks = (f"{path.name}：{missing}。",) if missing else ()
    return VectorLayer(path, geometry, columns, places, remarks=remarks, datum=datum)


def _read_by_gdal(
    path: Path, kind: str, layer: str | None
) -> tuple[npt.NDArray[Any] | None, dict[str, npt.NDArray[Any]], str | None]:
    """Return the geometries (WKB), the columns and the coordinate system of a layer."""
    try:
        # GDAL warns about matters the checks below judge by themselves.
        with warnings.catch_warnings(action="ignore"), only(DRIVERS[kind]):
            if kind == "GeoPackage":
                check_stored(path)
            chosen = _chosen_layer(path, layer)
            meta, _, wkb, fields = pyogrio.raw.read(path, layer=chosen)
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        OSError,
        RuntimeError,
        ValueError,
    ) as error:
        raise stop(f"不是完整的 {kind} 文件", file=path, remedy="重新导出") from error
    names = [str(name) for name in meta["fields"]]
    return wkb, dict(zip(names, fields, strict=True)), meta["crs"]


def _shapes(path: Path, contents: npt.NDArray[Any]) -> Geometries:
    """Return geometries of WKB or of shapes; names the first that GEOS cannot make sense of."""
    try:
        return _made_out(contents)
    except (shapely.errors.GEOSException, ValueError):
        pass  # one of them is broken: which?
    for row in range(len(contents)):
        try:
            _made_out(contents[row : row + 1])
        except (shapely.errors.GEOSException, ValueError) as error:
            raise stop(
                "几何图形不完整（例如环没有闭合、坐标不是数字）",
                file=path,
                place=f"第{row + 1}个要素",
                remedy="重画或重新导出这一个",
            ) from error
    raise AssertionError("broken together, whole one by one")


def _made_out(contents: npt.NDArray[Any]) -> Geometries:
    in_bytes = any(isinstance(content, bytes) for content in contents)
    with np.errstate(invalid="ignore"):
        shapes = shapely.from_wkb(contents) if in_bytes else contents
        shapely.is_valid(shapes)
    if not np.isfinite(shapely.get_coordinates(shapes)).all():
        raise ValueError("coordinates that are no numbers")
    # taking them apart and together again finds rings too short to be rings
    return np.asarray(shapely.transform(shapes, lambda xy: xy))


def _check_json(path: Path, datum: Datum | None) -> None:
    """Say where JSON breaks; GDAL only says that it does."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = json.loads(text, object_hook=_without_coordinates)
    except UnicodeDecodeError as error:
        raise stop(
            f"不是 UTF-8 编码（第{error.start + 1}个字节）", file=path, remedy="另存为 UTF-8"
        ) from error
    except json.JSONDecodeError as error:
        place = f"第{error.lineno}行第{error.colno}列"
        raise stop(
            "不是合法的 JSON", file=path, place=place, remedy="改正这里或重新导出"
        ) from error
    except RecursionError as error:
        raise stop("JSON 嵌套过深", file=path, remedy="重新导出") from error
    except ValueError as error:
        # Python reads no whole number of more than 4300 figures
        raise stop("JSON 里有一个数过长", file=path, remedy="改正这个数") from error
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        raise stop("不是 GeoJSON 的 FeatureCollection", file=path, remedy="重新导出为要素集合")
    named = json.dumps(content.get("crs"), ensure_ascii=False)
    if datum is None and re.search(r"gcj|bd-?09|mars|火星|百度", named, re.IGNORECASE):
        remedy = '在 lifecircle.toml 这个图层下写 datum = "gcj02" 或 "bd09"'
        raise stop(f"坐标系写的是 {named}", file=path, remedy=remedy)


def _without_coordinates(found: dict[str, Any]) -> dict[str, Any]:
    """Let go of coordinates as soon as they are read: only their form was to be checked."""
    found.pop("coordinates", None)
    return found


def _chosen_layer(path: Path, wanted: str | None) -> str:
    layers = [str(name) for name, geometry in pyogrio.list_layers(path) if geometry is not None]
    if not layers:
        raise stop("里面没有带坐标的图层", file=path, remedy="换一份地图文件")
    if wanted is not None:
        if wanted not in layers:
            names = "、".join(layers)
            raise stop(f"没有名为 {wanted} 的图层", file=path, remedy=f"从 {names} 里选")
        return wanted
    if len(layers) > 1:
        names = "、".join(layers)
        raise stop(
            f"有多个图层（{names}）", file=path, remedy="在 lifecircle.toml 用 layer 指明一个"
        )
    return layers[0]


def _system(path: Path, said: str | CRS | None, declared: str | None) -> CRS:
    """Return the coordinate system of a file, its own or the declared one."""
    remedy = '在 lifecircle.toml 这个图层下写 crs，例如 crs = "EPSG:4490"'
    if not said and not declared:
        raise stop("没有说明坐标系", file=path, remedy=remedy)
    systems = []
    for name in (said, declared):
        try:
            systems += [CRS.from_user_input(name)] if name else []
        except CRSError as error:
            raise stop(f"不认识坐标系 {name}", file=path, remedy=remedy) from error
    if len(systems) == 2 and not same_system(*systems):
        reason = f"文件说坐标系是 {systems[0].name}，声明的是 {systems[1].name}"
        raise stop(reason, file=path, remedy="改正其中一个")
    return systems[0]


def _check_zone(path: Path, geometry: Geometries, system: CRS, move: Transformer) -> None:
    """Stop where the metres of a file contradict the zone it is said to be in."""
    if not system.is_projected or len(geometry) == 0:
        return
    bounds = shapely.bounds(geometry)
    x_m, y_m = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    reason, remedy = zone_reason(system, x_m, np.asarray(move.transform(x_m, y_m)[0]))
    if reason:
        raise stop(reason, file=path, place="crs", remedy=remedy)


def _in_degrees(path: Path, geometry: Geometries, system: CRS, datum: Datum | None) -> Geometries:
    for row, shape in enumerate(geometry, start=1):
        if shape is None or shape.is_empty:
            raise stop("没有几何图形", file=path, place=f"第{row}个要素", remedy="补上或删去这一行")
    if not system.equals(WGS84, ignore_axis_order=True):
        try:
            move = Transformer.from_crs(system, WGS84, always_xy=True)
        except ProjError as error:
            remedy = "另存为 WGS84（EPSG:4326）"
            raise stop("坐标系换算不了", file=path, remedy=remedy) from error
        _check_zone(path, geometry, system, move)
        geometry = shapely.transform(
            geometry, lambda xy: np.column_stack(move.transform(xy[:, 0], xy[:, 1]))
        )
    geometry = shapely.force_2d(geometry)
    if datum in ("gcj02", "bd09"):
        if not system.is_geographic:
            reason = f"声明为 {datum}，但坐标不是经纬度"
            raise stop(reason, file=path, remedy="导出为经纬度，或去掉 datum")
        geometry = shapely.transform(
            geometry, lambda xy: np.column_stack(to_wgs84(xy[:, 0], xy[:, 1], datum))
        )
    bounds = shapely.bounds(geometry).reshape(-1, 4)
    wrong = ~np.isfinite(bounds).all(axis=1) | (np.abs(bounds[:, [0, 2]]) > 180).any(axis=1)
    wrong |= (np.abs(bounds[:, [1, 3]]) > 90).any(axis=1)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0]) + 1
        raise stop(
            "坐标超出经纬度范围", file=path, place=f"第{row}个要素", remedy="检查坐标系的说明"
        )
    return np.asarray(geometry)
