"""Keeps GDAL to the one format that a file's name says it has.

GDAL asks every driver whether it knows the content, whatever the name: an `areas.gpkg` may hold
XML that tells GDAL to read other files or to ask a server. pyogrio cannot name the drivers that
may open a file, so that all others are taken off GDAL's list meanwhile and put back after.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pyogrio
from pyogrio._ogr import _register_drivers

from lifecircle.terms.errors import stop

_ONE_AT_A_TIME = threading.RLock()


@contextmanager
def only(names: tuple[str, ...]) -> Iterator[None]:
    """Let only the drivers with these ``names`` open anything, as long as this lasts."""
    with _ONE_AT_A_TIME:
        before = pyogrio.get_gdal_config_option("GDAL_SKIP")
        others = [name for name in pyogrio.list_drivers() if name not in names]
        try:
            _skip(",".join(others))
            yield
        finally:
            _skip(before)


def _skip(names: str | None) -> None:
    """Make GDAL look at its list of drivers again."""
    pyogrio.set_gdal_config_options({"GDAL_SKIP": names})
    _register_drivers()


def check_stored(path: Path) -> None:
    """Refuse a GeoPackage with a layer that is not stored but worked out while it is read.

    A view, a virtual table or a generated column runs whatever its author wrote. Raises InputError;
    OSError where the file is no database.
    """
    try:
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as base:
            layers = base.execute(
                "SELECT table_name FROM gpkg_contents WHERE data_type = 'features'"
            ).fetchall()
            worked_out = [str(name) for (name,) in layers if not _is_stored(base, str(name))]
    except sqlite3.Error as error:
        raise OSError(str(error)) from error
    if worked_out:
        reason = f"图层 {worked_out[0]} 不是存好的表，读时才由公式算出来"
        raise stop(reason, file=path, remedy="在 GIS 里另存为新的 GeoPackage")


def _is_stored(base: sqlite3.Connection, layer: str) -> bool:
    """Say whether a layer is a plain table with no hidden or generated column."""
    found = base.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE", (layer,)
    ).fetchone()
    name = layer.replace('"', '""')
    columns = base.execute(f'PRAGMA table_xinfo("{name}")').fetchall()
    plain = found is not None and str(found[0]).lower().startswith("create table")
    return plain and not any(column[-1] for column in columns)
