"""Central Wuhan as the folder of a city: real streets, people and places; squares as communities.

There are no outlines of its communities to be had: squares of 1 km stand in, named by row and
column. Nobody knows its sites and budgets either: those to plan with are made up and say so.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyproj
import shapely

from lifecircle.place.formats.vector import read_vector

SQUARE_M = 1000.0
WEST_KM, SOUTH_KM, WIDE_KM, HIGH_KM = 25, 21, 6, 5
"""From the south-western corner of all streets: both banks of the Yangtze."""

MARGIN_M = 2500.0
OUR_CATEGORY = {
    "公交车站": "transit_stop",
    "医院": "hospital",
    "公园": "park",
    "中学": "school",
    "书店": "bookshop",
    "商场": "shopping_centre",
    "超级市场": "supermarket",
    "便民商店/便利店": "convenience_store",
    "电影院": "entertainment_venue",
    "快餐厅": "fast_food",
    "湖北菜": "restaurant",
    "火锅店": "restaurant",
    "五星级宾馆": "hotel",
}
"""What the list's own categories are in ours; our judgement."""

PLACES = ("编号", "名称", "经度", "纬度", "类别")
TOML = """\
title = "武汉1公里格"
packs = ["xian-2020", "xian-2024"]
as_of = 2026-06-30
kinds = "kinds.yaml"

[network]
file = "roads.gpkg"
source = "OpenStreetMap（ODbL 1.0），经 neatnet 整理"

[communities]
file = "squares.gpkg"

[[facilities]]
file = "places.csv"
datum = "gcj02"
{census}
[rasters]
source = "WorldPop 2020，100米，CC BY 4.0（20岁以上的当作常住人口）"
residents = "worldpop_2020_age20plus.tif"
older = "worldpop_2020_age65plus.tif"

[[workbooks]]
file = "规划/*.csv"
"""
CENSUS = 'census = ["all"]\ncensus_on = 2026-06-30\ndeclared_by = "测试"\n'


def write_wuhan(folder: Path, data: Path, *, census: bool = False) -> Path:
    """Write the folder; ``census`` declares the list of places to be all there is."""
    folder.mkdir(parents=True)
    (folder / "规划").mkdir()
    ids, squares = _squares(folder, data)
    for name in ("worldpop_2020_age20plus.tif", "worldpop_2020_age65plus.tif"):
        shutil.copyfile(data / name, folder / name)
    write_rows(folder / "places.csv", [PLACES, *places(data)])
    kinds = "".join(f"  {own}: {code}\n" for own, code in OUR_CATEGORY.items())
    (folder / "kinds.yaml").write_text(f"kinds:\n{kinds}", encoding="utf-8")
    _planning(folder / "规划", ids, squares)
    toml = TOML.format(census=CENSUS if census else "")
    (folder / "lifecircle.toml").write_text(toml, encoding="utf-8")
    return folder


def places(data: Path) -> list[list[str]]:
    """Return the rows of the real list whose category is one of ours, in its own words."""
    with (data / "places.csv").open(encoding="utf-8-sig", newline="") as file:
        return [
            [row[""], row["Name_POI"], row["Longitude"], row["Latitude"], row["Category"]]
            for row in csv.DictReader(file)
            if row["Category"] in OUR_CATEGORY
        ]


def write_rows(path: Path, rows: Iterable[Iterable[Any]], encoding: str = "utf-8") -> Path:
    """Write a table."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def _squares(folder: Path, data: Path) -> tuple[list[str], Any]:
    """Write the communities and the streets around them; return ids, and squares in degrees."""
    streets = read_vector(data / "wuhan_8989_original.parquet")
    there = pyproj.Transformer.from_crs(4326, 32650, always_xy=True)
    back = pyproj.Transformer.from_crs(32650, 4326, always_xy=True)
    ends = shapely.transform(streets.geometry, lambda xy: np.column_stack(there.transform(*xy.T)))
    west, south = shapely.total_bounds(ends)[:2] + np.array([WEST_KM, SOUTH_KM]) * SQUARE_M
    row, column = (at.ravel() for at in np.indices((HIGH_KM, WIDE_KM)))
    x_m, y_m = west + column * SQUARE_M, south + row * SQUARE_M
    squares = shapely.transform(
        shapely.box(x_m, y_m, x_m + SQUARE_M, y_m + SQUARE_M),
        lambda xy: np.column_stack(back.transform(*xy.T)),
    )
    ids = [f"r{r + SOUTH_KM}c{c + WEST_KM}" for r, c in zip(row, column, strict=True)]
    told = {
        "id": ids,
        "name": [f"方格{own}" for own in ids],
        "township": [f"第{c // 3 + 1}片" for c in column],
        "county": ["西岸" if c < WIDE_KM / 2 else "东岸" for c in column],
    }
    _write(folder / "squares.gpkg", squares, told)
    near = shapely.box(
        x_m.min() - MARGIN_M, y_m.min() - MARGIN_M,
        x_m.max() + SQUARE_M + MARGIN_M, y_m.max() + SQUARE_M + MARGIN_M,
    )  # fmt: skip
    kept = shapely.intersects(ends, near)
    kinds = [str(kind) for kind in streets.columns["highway"][kept]]
    _write(folder / "roads.gpkg", streets.geometry[kept], {"highway": kinds})
    return ids, squares


def _write(path: Path, shapes: Any, columns: dict[str, list[str]]) -> None:
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(shapes),
        field_data=[np.array(values, dtype=object) for values in columns.values()],
        fields=list(columns),
        layer=path.stem,
        driver="GPKG",
        geometry_type="Unknown",
        crs="EPSG:4326",
    )


def _planning(folder: Path, ids: list[str], squares: Any) -> None:
    """Write what is planned with: a site in every fifth square, prices and a budget, made up."""
    middle = shapely.get_coordinates(shapely.centroid(squares)).tolist()
    sites = [
        [f"K{at}", f"闲置房{at}", ids[at], *middle[at], "闲置国有资产", 400, "可用", "合格", "改建"]
        for at in range(0, len(ids), 5)
    ]
    head = ["空间编号", "名称", "所属社区编号", "经度", "纬度", "空间类型", "建筑面积（平方米）"]
    write_rows(folder / "空间资源.csv", [[*head, "可用情况", "安全评估", "可用建设方式"], *sites])
    kinds = ("bookshop", "supermarket", "clinic")
    standards = [[kind, 200, 5000, 1000, "模拟"] for kind in kinds]
    head = ["设施类别", "建筑面积（平方米）", "服务人数（人）", "装修设备单价（元/平方米）", "来源"]
    write_rows(folder / "配置标准.csv", [head, *standards])
    head = ["建设方式", "单价（元/平方米）", "建设工期（月）", "来源"]
    write_rows(folder / "建设单价.csv", [head, ["改建", 1500, 6, "模拟"]])
    write_rows(folder / "预算.csv", [["年度", "金额（元）", "来源"], [2027, 3_000_000, "模拟"]])
