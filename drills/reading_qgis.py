"""Reads a layer with QGIS, page by page, and writes what it read as lines of JSON.

Run by the Python that QGIS came with: python3 drills/reading_qgis.py URL LAYER PAGE_SIZE.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import QgsApplication, QgsVectorLayer  # type: ignore[import-not-found]
from qgis.PyQt.QtCore import QDate, QDateTime, QVariant  # type: ignore[import-not-found]


def plain(value: Any) -> Any:
    """Return a value as JSON has it: QGIS makes days of text, text of lists, nothing of []."""
    if isinstance(value, QVariant):
        return None if value.isNull() else plain(value.value())
    if isinstance(value, QDateTime | QDate):
        return value.toString("yyyy-MM-dd")
    if isinstance(value, list):
        return [plain(one) for one in value]
    return json.loads(value) if isinstance(value, str) and value[:1] in ("[", "{") else value


def main(url: str, layer: str, page_size: str) -> None:
    """Write id, coordinates and properties of each thing; raises SystemExit where none are read."""
    application = QgsApplication([], False)
    application.initQgis()
    asked = f"url='{url}' typename='{layer}' pageSize='{page_size}' restrictToRequestBBOX='0'"
    found = QgsVectorLayer(asked, layer, "OAPIF")
    if not found.isValid():
        raise SystemExit(found.error().message() or "not valid")
    names = [one.name() for one in found.fields()]
    sys.stderr.write(f"{found.dataProvider().crs().authid()} {names}\n")
    for one in found.getFeatures():
        point = one.geometry().asPoint()
        values = dict(zip(names, map(plain, one.attributes()), strict=True))
        sys.stdout.write(json.dumps([point.x(), point.y(), values]) + "\n")
    sys.stdout.flush()
    del found
    application.exitQgis()


if __name__ == "__main__":
    main(*sys.argv[1:])
