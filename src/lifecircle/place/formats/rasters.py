"""Opens rasters of population or of elevation and reads them in windows, never whole."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import rasterio
import shapely
from pyproj import CRS, Transformer
from rasterio.errors import RasterioError
from rasterio.windows import Window

from lifecircle.place.plane import WGS84, Floats, Geometries, Plane
from lifecircle.place.tables import Integers
from lifecircle.terms.errors import stop
from lifecircle.terms.gate import check_readable

MOST_PEOPLE_IN_A_CELL = 1_000_000.0
"""Nothing above is a number of people, such as the gaps of 3.4e38 that some programs write."""

STRAIGHT_FOR_M = 1000.0
"""A border is bent along in steps of this; it is then off by under 2 cm in any projection."""

Masks = npt.NDArray[np.bool_]

BLOCK_CELLS = 4 * 2**20
MOST_BLOCK_CELLS = 64 * 2**20
"""A block is unpacked whole, however small a window is read."""

DRIVERS = {".tif": "GTiff", ".tiff": "GTiff", ".img": "HFA", ".asc": "AAIGrid"}


@dataclass(frozen=True)
class Box:
    """A window of a grid: ``rows`` and ``columns`` of cells from ``row`` and ``column`` on."""

    row: int
    column: int
    rows: int
    columns: int

    @property
    def cells(self) -> int:
        """Return how many cells it has."""
        return self.rows * self.columns

    def strips(self) -> Iterator[Box]:
        """Cut the window into strips that fit into memory."""
        height = max(BLOCK_CELLS // max(self.columns, 1), 1)
        for first in range(0, self.rows, height):
            rows = min(height, self.rows - first)
            yield Box(self.row + first, self.column, rows, self.columns)


class Grid:
    """Rasters of one grid by group, each a single band of people a cell."""

    def __init__(self, datasets: Mapping[str, Any], files: Mapping[str, Path]) -> None:
        """Take open datasets that `opened` has checked."""
        self._datasets = datasets
        self._files = files
        base = next(iter(datasets.values()))
        self.rows, self.columns = int(base.height), int(base.width)
        self._affine = base.transform
        self._crs = CRS.from_wkt(base.crs.to_wkt())
        self._kept: dict[str, tuple[Box, Floats, Masks]] = {}

    def to_cells(self, plane: Plane, metric: Geometries) -> Geometries:
        """Return geometries of plane metres in cells: x counts columns, y rows."""
        move = Transformer.from_crs(plane.crs, self._crs, always_xy=True)
        back = ~self._affine

        def cells(xy: Floats) -> Floats:
            x, y = move.transform(xy[:, 0], xy[:, 1])
            return np.column_stack(_applied(back, x, y))

        return np.asarray(shapely.transform(shapely.segmentize(metric, STRAIGHT_FOR_M), cells))

    def centres_m(self, plane: Plane, row: Integers, column: Integers) -> tuple[Floats, Floats]:
        """Return x_m, y_m of the middles of cells."""
        middle = column.astype(np.float64) + 0.5, row.astype(np.float64) + 0.5
        x, y = _applied(self._affine, *middle)
        move = Transformer.from_crs(self._crs, WGS84, always_xy=True)
        return plane.metres(*move.transform(x, y))

    def box(self, bounds: Floats) -> Box:
        """Return the window around ``bounds`` (in cells), cut off at the edge of the raster."""
        if not np.isfinite(bounds).all():
            return Box(0, 0, 0, 0)
        west, north = np.maximum(np.floor(bounds[:2]), 0).astype(np.int64).tolist()
        east = min(int(np.ceil(bounds[2])), self.columns)
        south = min(int(np.ceil(bounds[3])), self.rows)
        return Box(north, west, max(south - north, 0), max(east - west, 0))

    def keep(self, box: Box) -> None:
        """Hold a window in memory, if it fits; what is read inside it then costs nothing."""
        if 0 < box.cells <= BLOCK_CELLS:
            self._kept = {group: (box, *self._read(group, box)) for group in self._datasets}

    def read(self, group: str, box: Box) -> tuple[Floats, int]:
        """Return people by cell (rows, columns), NaN where there is no data, and bad values.

        Negative and impossible numbers are taken as no data, and counted. Raises InputError when
        the file breaks off.
        """
        if group not in self._kept:
            people, bad = self._read(group, box)
            return people, int(bad.sum())
        held, people, bad = self._kept[group]
        row, column = box.row - held.row, box.column - held.column
        inside = np.s_[row : row + box.rows, column : column + box.columns]
        return people[inside], int(bad[inside].sum())

    def _read(self, group: str, box: Box) -> tuple[Floats, Masks]:
        path = self._files[group]
        window = Window(box.column, box.row, box.columns, box.rows)
        try:
            people = self.values(group, window)
        except RasterioError as error:
            raise stop("栅格文件不完整，有一块读不出来", file=path, remedy="重新下载") from error
        with np.errstate(invalid="ignore"):
            bad = (people < 0) | (people > MOST_PEOPLE_IN_A_CELL)
        people[bad] = np.nan
        return people, bad

    def values(self, group: str, window: Window) -> Floats:
        """Return the values of a window as they are stored, scaled, NaN where there are none."""
        dataset = self._datasets[group]
        stored = dataset.read(1, window=window, masked=True)
        scaled = stored.astype(np.float64) * dataset.scales[0] + dataset.offsets[0]
        return np.asarray(np.ma.filled(scaled, np.nan))


@contextmanager
def opened(files: Mapping[str, Path], what: str = "人数") -> Iterator[Grid]:
    """Open rasters by group, the base first; ``what`` names what a cell holds.

    Raises InputError for a file that is missing, is no raster, has several bands or none of
    numbers, does not say where it lies, or lies on another grid than the base.
    """
    with ExitStack() as stack:
        datasets = {
            group: stack.enter_context(_dataset(file, what)) for group, file in files.items()
        }
        base_name, *others = files
        for group in others:
            if _place(datasets[group]) != _place(datasets[base_name]):
                reason = f"格网与 {files[base_name].name} 不同（范围、单元大小或坐标系）"
                raise stop(reason, file=files[group], remedy="换成同一套产品的栅格")
        yield Grid(datasets, files)


def _applied(affine: Any, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return x, y moved by an affine transform; its own operator differs between versions."""
    return (
        affine.a * x + affine.b * y + affine.c,
        affine.d * x + affine.e * y + affine.f,
    )


def _place(dataset: Any) -> tuple[Any, ...]:
    return (dataset.width, dataset.height, dataset.transform, dataset.crs)


def _dataset(path: Path, what: str) -> Any:
    """Open one raster and check what can be known before reading."""
    check_readable(path)
    driver = DRIVERS.get(path.suffix.lower())
    if driver is None:
        raise stop(f"不认识的栅格格式 {path.suffix}", file=path, remedy="给出 GeoTIFF（.tif）")
    try:
        # rasterio warns of a raster without a place, which is refused below
        with warnings.catch_warnings(action="ignore"):
            dataset = rasterio.open(path, driver=driver)
    except RasterioError as error:
        raise stop("不是完整的栅格文件", file=path, remedy="给出 GeoTIFF（.tif）") from error
    reason, remedy = _fault(dataset, what)
    if reason:
        dataset.close()
        raise stop(reason, file=path, remedy=remedy)
    return dataset


def _fault(dataset: Any, what: str) -> tuple[str, str]:
    """Return what is wrong with a raster and how to mend it, empty where nothing is."""
    if dataset.count != 1:
        return f"有{dataset.count}个波段，不知道哪一个是{what}", f"导出为只有{what}的单波段 GeoTIFF"
    block = max(rows * columns for rows, columns in dataset.block_shapes)
    if np.dtype(dataset.dtypes[0]).kind not in "iuf" or block > MOST_BLOCK_CELLS:
        return "单元里存的不是数字，或者存成了过大的块", f"换成分块（tiled）存的{what}栅格"
    if dataset.crs is None or dataset.transform.is_identity:
        return "没有说明坐标系或位置", "导出为带坐标系的 GeoTIFF"
    if dataset.transform.is_degenerate:
        return "单元大小是零", "重新导出"
    try:
        CRS.from_wkt(dataset.crs.to_wkt())
    except pyproj.exceptions.CRSError:
        return "不认识它的坐标系", "重投影为 WGS84（EPSG:4326）"
    return "", ""
