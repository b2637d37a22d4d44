"""Reads the layers of a city's files as records: what each row says, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import shapely

from lifecircle.govern.inventory.models.places import told
from lifecircle.govern.inventory.tables import FIELDS, IDENTITY, NO_FIELD, field_of
from lifecircle.place.facilities import facility_ids
from lifecircle.place.forms.category_cells import Kinds, categories_of, category_of_each
from lifecircle.place.forms.cells import text_of
from lifecircle.place.forms.columns import Columns, Headers
from lifecircle.place.forms.forms import Column, forms
from lifecircle.place.layers import VectorLayer
from lifecircle.place.plane import Plane
from lifecircle.place.residents.homes import homes_of
from lifecircle.place.tables import Communities

PLACED = ("lon", "lat")
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Told:
    """A row of a register as a record; ``community`` is an id, empty where it is in none.

    ``cells`` are by header those that the record's own words do not give back.
    """

    own_id: str
    community: str
    values: dict[str, Any]
    row: int
    place: str
    cells: dict[str, Any] = field(default_factory=dict)
    parent: str = ""


@dataclass(frozen=True)
class Reader:
    """Reads rows as records, with the office's own headers and words.

    Without communities and their plane a row lies in the community that it says, by code or name.
    """

    communities: Communities | None
    plane: Plane | None
    headers: Headers
    kinds: Kinds

    def rows(self, form: str, layer: VectorLayer) -> list[Told]:
        """Return the rows of a layer that has no faults."""
        return self.told(form, Columns(layer, form, self.headers))

    def told(self, form: str, columns: Columns) -> list[Told]:
        """Return the rows of columns, which then hold the faults and doubts of reading them."""
        layer = columns.layer
        values = {
            column.code: self._column(columns, column)
            for column in columns.form.columns.values()
            if column.code not in PLACED
        }
        ids = self._ids(form, columns, values)
        homes = self._homes(form, columns)
        if form == "facilities":
            homes = _with_mains(ids, homes, values["part_of"])
        marked = _marked(columns)
        cells = {code: columns.cells(code) for code in values if columns.has(code)}
        return [
            self._told(form, columns, row, ids[row], homes[row], values, cells, marked)
            for row in range(len(layer))
        ]

    def _told(
        self,
        form: str,
        columns: Columns,
        row: int,
        own_id: str,
        home: str,
        values: Mapping[str, list[Any]],
        cells: Mapping[str, list[Any]],
        marked: set[tuple[int, str]],
    ) -> Told:
        layer, said = columns.layer, {}
        own = told(layer.geometry[row]) if "lon" in columns.form.columns else {}
        raw: dict[str, Any] = {}
        number = layer.rows[row] if layer.rows else row + 1
        for code, column in values.items():
            kept = _kept(columns.form.columns[code], column[row])
            name = field_of(form, code)
            if name:
                said[name] = kept
            if code not in cells:
                continue
            header = columns.header(code)
            again = {"community": home, IDENTITY.get(form, ""): own_id}.get(code, kept)
            lost = code in NO_FIELD or not _gives_back(again, column[row], cells[code][row])
            if (lost and text_of(cells[code][row])) or (number, header) in marked:
                raw[header] = _plain(cells[code][row])
            elif again and not text_of(cells[code][row]):
                raw[header] = None
        return Told(
            own_id, home, {**said, **own}, number, layer.places[row], raw,
            parent=values["estate"][row] if form == "gates" else "",
        )  # fmt: skip

    def _column(self, columns: Columns, column: Column) -> list[Any]:
        """Return what a column says, row by row."""
        readers: dict[str, Callable[[str], list[Any]]] = {
            "choice": columns.words,
            "choices": columns.word_lists,
            "categories": lambda _: categories_of(columns, self.kinds),
            "category": lambda _: category_of_each(columns, self.kinds),
            **dict.fromkeys(("id", "ref", "text"), columns.texts),
        }
        return readers.get(column.kind, columns.values)(column.code)

    def _ids(self, form: str, columns: Columns, values: Mapping[str, list[Any]]) -> list[str]:
        if form == "facilities":
            return facility_ids(columns, values["name"], values["category"])
        if form != "gates":
            return list(values["id"])
        seen: dict[str, int] = {}
        ids = []
        for estate in values["estate"]:
            seen[estate] = seen.get(estate, 0) + 1
            ids.append(f"{estate}#{seen[estate]}")
        return ids

    def _homes(self, form: str, columns: Columns) -> list[str]:
        if form == "gates":
            return [""] * len(columns.layer)
        if self.communities is None or self.plane is None:
            return columns.texts("community")
        inside = shapely.point_on_surface(self.plane.to_metres(columns.layer.geometry))
        rows = homes_of(self.communities, columns, "community", inside)
        return [self.communities.id[row] if row >= 0 else "" for row in rows.tolist()]


def _with_mains(ids: list[str], homes: list[str], part_of: list[str]) -> list[str]:
    """Return the homes, those of parts that say none from the facility they are part of."""
    home_of = dict(zip(ids, homes, strict=True))
    pairs = zip(homes, part_of, strict=True)
    return [home or home_of.get(main, "") for home, main in pairs]


def _marked(columns: Columns) -> set[tuple[int, str]]:
    """Return the cells that reading doubted: they are kept as they were written."""
    spots = [fault.spot for fault in (*columns.doubts, *columns.layer.doubts) if fault.spot]
    return {(spot.row, spot.header) for spot in spots}


def _kept(column: Column, value: Any) -> Any:
    """Return a value as a field keeps it."""
    if column.kind in ("choices", "categories"):
        return list(value)
    if column.kind in ("id", "ref", "text", "choice", "category", "hours"):
        return value or ""
    if value is None:
        return None
    if column.kind == "area":
        return Decimal(repr(float(value))).quantize(CENT)
    if column.kind in ("count", "yuan", "yuan_per_year"):
        return round(value)
    return value


def _gives_back(kept: Any, value: Any, cell: Any) -> bool:
    """Say whether what is kept reads as the cell does."""
    if isinstance(kept, str) and isinstance(value, str):
        return kept == value
    if isinstance(kept, list):
        return bool(kept) or not text_of(cell)
    if isinstance(kept, Decimal | int) and not isinstance(kept, bool):
        return float(kept) == float(value)
    return bool(kept == value) or (not kept and not value)


def _plain(cell: Any) -> Any:
    """Return a cell as JSON can hold it."""
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, datetime | date):
        return {"day": cell.isoformat()[:10]}
    return cell if isinstance(cell, str | int | float | bool) else None


def cell_of(plain: Any) -> Any:
    """Return the cell that `_plain` made plain."""
    return date.fromisoformat(plain["day"]) if isinstance(plain, dict) else plain


def columns_of(form: str) -> Mapping[str, str]:
    """Return the field of each column of a form that has one."""
    own = {code: field_of(form, code) for code in forms()[form].columns}
    return {code: name for code, name in own.items() if name}


__all__ = ["FIELDS", "Reader", "Told", "cell_of", "columns_of"]
