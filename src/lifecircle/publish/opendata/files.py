"""Writes a table of open data as CSV, (Geo)Parquet and a layer of a GeoPackage."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import shapely

from lifecircle.publish.opendata.fields import FIELDS, NUMBER, WHOLE
from lifecircle.publish.opendata.placing import Placing
from lifecircle.publish.tables import Columns, fixed_date, write_csv, write_parquet

_TYPES = {WHOLE: pa.int64(), NUMBER: pa.float64()}
Shapes = Sequence[Any] | None


def write_table(
    folder: Path, name: str, columns: Columns, shapes: Shapes, package: str, placing: Placing
) -> None:
    """Write a table by ``name`` into ``folder``; ``shapes`` are in degrees of ``placing``.

    ``package`` is the GeoPackage that it becomes a layer of, beside those that are there.
    """
    write_csv(folder / f"{name}.csv", columns)
    table = _typed(columns)
    if shapes is None:
        write_parquet(folder / f"{name}.parquet", table)
        with fixed_date():
            pyogrio.write_arrow(table, folder / package, layer=name, driver="GPKG", append=False)
        return
    wkb = pa.array(list(shapely.to_wkb(np.array([*shapes, None], dtype=object)[:-1])), pa.binary())
    kinds = sorted({shape.geom_type for shape in shapes})
    placed = table.append_column("geometry", wkb)
    write_parquet(folder / f"{name}.parquet", placed.replace_schema_metadata(_geo(kinds, placing)))
    with fixed_date():
        pyogrio.write_arrow(
            placed,
            folder / package,
            layer=name,
            driver="GPKG",
            geometry_name="geometry",
            geometry_type=kinds[0] if kinds else "Unknown",
            crs=placing.crs,
            append=False,
        )


def _typed(columns: Columns) -> pa.Table:
    """Return columns as an Arrow table by the types of `FIELDS`."""
    arrays = {}
    for name, values in columns.items():
        kind = _TYPES.get(FIELDS[name][0], pa.string())
        if kind == pa.float64():
            arrays[name] = pa.array([float(one) if one else None for one in values], kind)
        else:
            arrays[name] = pa.array(values, kind)
    return pa.table(arrays)


def _geo(kinds: Sequence[str], placing: Placing) -> dict[bytes, bytes]:
    """Return the metadata of GeoParquet 1.1; without a system the coordinates are OGC:CRS84."""
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": list(kinds)}
    if placing.geo_crs is not None:
        column["crs"] = placing.geo_crs
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    return {b"geo": json.dumps(geo, sort_keys=True).encode()}
