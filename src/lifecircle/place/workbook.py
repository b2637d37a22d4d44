"""Reads points from workbooks and CSV files with columns of longitude and latitude."""

from __future__ import annotations

import csv
import io
import math
import unicodedata
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import python_calamine
import shapely

from lifecircle.place.datums import Datum, to_wgs84
from lifecircle.place.layers import VectorLayer
from lifecircle.terms.errors import Fault, raise_all, stop

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
TABLES = (*WORKBOOKS, ".csv")
LON_HEADERS = ("lon", "lng", "longitude", "经度", "x")
LAT_HEADERS = ("lat", "latitude", "y", "纬度")
MOST_UNPACKED_BYTES = 512 * 2**20
MOST_ROWS = 1_000_000
Rows = list[list[Any]]


def read_points(path: Path, sheet: str | None, datum: Datum | None) -> VectorLayer:
    """Read the rows of one sheet as points (WGS84 degrees); empty rows are passed over.

    The first row that is not empty holds the headers. Raises InputError naming every row whose
    coordinates are missing or are none.
    """
    rows = _csv_rows(path) if path.suffix.lower() == ".csv" else _sheet_rows(path, sheet)
    if len(rows) > MOST_ROWS:
        raise stop(f"超过{MOST_ROWS}行", file=path, remedy="拆成几个文件")
    filled = [(n, row) for n, row in enumerate(rows, start=1) if any(_text(cell) for cell in row)]
    if len(filled) < 2:
        raise stop("没有表头和内容", file=path, remedy="第一行写表头，下面每行写一处")
    headers = [_text(cell) for cell in filled[0][1]]
    body = filled[1:]
    lon_at, lat_at = _column(path, headers, LON_HEADERS), _column(path, headers, LAT_HEADERS)
    faults: list[Fault] = []
    lon = [_degrees(path, n, headers[lon_at], _cell(row, lon_at), 180, faults) for n, row in body]
    lat = [_degrees(path, n, headers[lat_at], _cell(row, lat_at), 90, faults) for n, row in body]
    raise_all(faults)
    points = shapely.points(np.column_stack(to_wgs84(lon, lat, datum or "wgs84")))
    columns = {
        header: np.array([_cell(row, at) for _, row in body], dtype=object)
        for at, header in enumerate(headers)
        if header
    }
    return VectorLayer(path, np.asarray(points), columns, tuple(f"第{n}行" for n, _ in body))


def _sheet_rows(path: Path, sheet: str | None) -> Rows:
    _refuse_bombs(path)
    try:
        with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
            names = book.sheet_names
            chosen = _chosen_sheet(path, names, sheet)
            rows: Rows = book.get_sheet_by_name(chosen).to_python(skip_empty_area=False)
            return rows
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise stop("不是完整的工作簿", file=path, remedy="用 Excel 或 WPS 另存为 .xlsx") from error


def _chosen_sheet(path: Path, names: list[str], sheet: str | None) -> str:
    if sheet is None and len(names) == 1:
        return names[0]
    if sheet in names:
        return str(sheet)
    shown = "、".join(names)
    if sheet is None:
        raise stop(
            f"有多个工作表（{shown}）", file=path, remedy="在 lifecircle.toml 用 layer 指明一个"
        )
    raise stop(f"没有名为 {sheet} 的工作表", file=path, remedy=f"从 {shown} 里选")


def _refuse_bombs(path: Path) -> None:
    """Refuse a package that would unpack to more than a workbook of an office ever holds."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as package:
            unpacked = sum(entry.file_size for entry in package.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise stop("不是完整的工作簿", file=path, remedy="用 Excel 或 WPS 另存为 .xlsx") from error
    if unpacked > MOST_UNPACKED_BYTES:
        size = unpacked // 2**20
        raise stop(
            f"解压后有{size}兆，不像工作簿", file=path, remedy="检查文件来源，或拆成几个文件"
        )


def _csv_rows(path: Path) -> Rows:
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        try:
            return [list(row) for row in csv.reader(io.StringIO(text, newline=""))]
        except csv.Error as error:
            raise stop(
                f"不是完整的 CSV（{error}）", file=path, remedy="另存为 CSV UTF-8"
            ) from error
    raise stop("不是 UTF-8 或 GB18030 的文本", file=path, remedy="另存为 CSV UTF-8")


def _column(path: Path, headers: list[str], known: tuple[str, ...]) -> int:
    folded = [header.lower() for header in headers]
    for name in known:
        if name in folded:
            return folded.index(name)
    has = "、".join(header for header in headers if header) or "没有任何列"
    raise stop(f"没有{known[3]}列", file=path, remedy=f"加上 {known[0]} 列（现有：{has}）")


def _cell(row: list[Any], at: int) -> Any:
    return row[at] if at < len(row) else ""


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _degrees(
    path: Path, row: int, header: str, cell: Any, most: float, faults: list[Fault]
) -> float:
    """Return a cell as degrees; full-width digits are read as digits."""
    text = unicodedata.normalize("NFKC", _text(cell)).rstrip("°")
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if math.isfinite(value) and abs(value) <= most:
        return value
    shown = f"写的是 {text}" if text else "没有写"
    faults.append(
        Fault(
            f"{header} 应为-{most:.0f}到{most:.0f}之间的度数，{shown}",
            str(path),
            f"第{row}行",
            "改正",
        )
    )
    return 0.0
