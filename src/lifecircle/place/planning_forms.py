"""Reads the forms for planning: spaces, permits, stated needs, standards, prices, the budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import shapely

from lifecircle.place.forms.amounts import amounts_of
from lifecircle.place.forms.category_cells import Kinds, category_of_each
from lifecircle.place.forms.cells import is_unknown
from lifecircle.place.forms.columns import Columns, Headers
from lifecircle.place.inspection import Inspection
from lifecircle.place.layers import VectorLayer
from lifecircle.place.plane import Plane
from lifecircle.place.planning import (
    NO_PLANNING,
    BuildStandard,
    ModePrice,
    Permit,
    Planning,
    Space,
    StatedNeed,
    YearBudget,
)
from lifecircle.place.residents.homes import homes_of
from lifecircle.place.tables import Communities, Doubt, Facilities, Integers
from lifecircle.terms.codes import code_sets
from lifecircle.terms.errors import Fault, Spot, raise_all
from lifecircle.terms.taxonomy import categories

SPACE_AMOUNTS = ("floor_m2", "usable_m2", "site_m2")
PERMIT_AMOUNTS = ("permitted_m2", "actual_m2")
Sheets = Mapping[str, list[VectorLayer]]
"""The sheets of all workbooks by form."""

Row = TypeVar("Row", Space, Permit, StatedNeed, BuildStandard, ModePrice, YearBudget)
Key = Callable[[Row], tuple[Any, ...]]


class PlanningForms:
    """Reads one kind of form over all workbooks; ``doubts`` gathers what weakens them."""

    def __init__(
        self, communities: Communities, plane: Plane, headers: Headers, kinds: Kinds
    ) -> None:
        """Take the communities that rows belong to, and an office's own headers and words."""
        self._communities = communities
        self._plane = plane
        self._headers = headers
        self._kinds = kinds
        self.doubts: list[Doubt] = []

    def all(
        self, sheets: Sheets, facilities: Facilities | None
    ) -> dict[str, tuple[Space, ...] | Planning | None]:
        """Return ``spaces`` and ``planning`` of a city.

        Raises InputError with the faults of all forms.
        """
        found = Inspection()
        spaces = found.attempt(self.spaces, sheets, facilities)
        planning = found.attempt(self.planning, sheets, spaces)
        raise_all(found.faults, (doubt.fault for doubt in self.doubts))
        return {"spaces": spaces, "planning": planning}

    def spaces(self, sheets: Sheets, facilities: Facilities | None) -> tuple[Space, ...]:
        """Return the sites, sorted by id.

        ``facilities`` are those that a site may extend, None where they could not be read.
        Raises InputError with the faults of all layers.
        """
        ids = None if facilities is None else facilities.id

        def read(columns: Columns) -> list[Space]:
            _orphans(columns, "facility", "设施", ids)
            return self._spaces(columns)

        return self._all(sheets, "spaces", read, lambda space: (space.id,))

    def planning(self, sheets: Sheets, spaces: tuple[Space, ...] | None) -> Planning:
        """Return what the other forms say; nothing of them all is `NO_PLANNING`.

        ``spaces`` are those that a permit may name, None where they could not be read. Raises
        InputError with the faults of all forms.
        """
        ids = None if spaces is None else tuple(space.id for space in spaces)

        def permits(columns: Columns) -> list[Permit]:
            _orphans(columns, "space", "空间", ids)
            return list(self._permits(columns))

        found = Inspection()

        def every(form: str, read: Callable[[Columns], Any], key: Key[Any]) -> Any:
            return found.attempt(self._all, sheets, form, read, key) or ()

        planning = Planning(
            permits=every("permits", permits, lambda one: (one.id,)),
            needs=every("stated_needs", self._needs, _need_key),
            standards=every("build_standards", self._standards, lambda one: (one.category,)),
            prices=every("mode_prices", self._prices, lambda one: (one.mode,)),
            budget=every("budget", self._budget, lambda one: (one.year,)),
        )
        raise_all(found.faults)
        return NO_PLANNING if planning == NO_PLANNING else planning

    def _all(
        self, sheets: Sheets, form: str, read: Callable[[Columns], list[Row]], key: Key[Row]
    ) -> tuple[Row, ...]:
        """Read every layer of a form, sorted by key; the same key twice is a fault."""
        faults: list[Fault] = []
        found: list[Row] = []
        for layer in sheets.get(form, []):
            columns = Columns(layer, form, self._headers)
            needed = [one for one in columns.form.columns.values() if one.required]
            there = [columns.require(one.code, one.zh) for one in needed]
            if all(there):
                found += read(columns)
            faults += columns.faults
            self.doubts += [Doubt(doubt, frozenset()) for doubt in columns.doubts]
        faults += _twice(found, key, {_row_at(fault.spot) for fault in faults if fault.spot})
        raise_all(faults)
        return tuple(sorted(found, key=key))

    def _homes(self, columns: Columns) -> list[int]:
        """Return the community that each row says; these forms have no coordinates."""
        nowhere = np.array([shapely.Point()] * len(columns.layer), dtype=object)
        home: Integers = homes_of(self._communities, columns, "community", nowhere)
        return [int(row) for row in home]

    def _spaces(self, columns: Columns) -> list[Space]:
        point = shapely.point_on_surface(self._plane.to_metres(columns.layer.geometry))
        home = homes_of(self._communities, columns, "community", point)
        x_m, y_m = shapely.bounds(point)[:, :2].T
        texts = _table(columns.texts, "name", "owner", "terms", "planning_use", "facility")
        remarks = _table(columns.texts, "remark")
        words = _table(columns.words, "kind", "ownership", "condition", "safety")
        money = _table(
            lambda name: yuan_of_column(columns, name),
            "purchase_yuan",
            "rent_yuan_per_year",
            "works_yuan",
        )
        ids, modes = columns.ids("空间"), columns.word_lists("modes")
        amounts, days = amounts_of(columns, SPACE_AMOUNTS), columns.values("available_on")
        return [
            Space(
                id=ids[at],
                community=int(home[at]),
                x_m=None if np.isnan(x_m[at]) else float(x_m[at]),
                y_m=None if np.isnan(y_m[at]) else float(y_m[at]),
                amounts=amounts[at],
                available_on=days[at],
                modes=modes[at],
                spot=columns.layer.spot(at + 1),
                **{name: column[at] for name, column in {**texts, **words, **remarks}.items()},
                **{name: column[at] for name, column in money.items()},
            )
            for at in range(len(columns.layer))
        ]

    def _permits(self, columns: Columns) -> Iterator[Permit]:
        ids, home = columns.ids("许可"), self._homes(columns)
        codes, amounts = category_of_each(columns, self._kinds), amounts_of(columns, PERMIT_AMOUNTS)
        texts = _table(columns.texts, "estate", "space", "remark")
        words = _table(columns.words, "actual", "owner")
        for at, category in enumerate(codes):
            if category:
                yield Permit(
                    id=ids[at],
                    community=home[at],
                    category=category,
                    permitted_m2=amounts[at].get("permitted_m2"),
                    actual_m2=amounts[at].get("actual_m2"),
                    spot=columns.layer.spot(at + 1),
                    **{name: column[at] for name, column in {**texts, **words}.items()},
                )

    def _needs(self, columns: Columns) -> list[StatedNeed]:
        home, functions = self._homes(columns), columns.words("function")
        people, days = columns.values("people"), columns.values("collected_on")
        channels = columns.texts("channel")
        whole = _whole_rows(columns, {"function": functions, "people": people, "community": None})
        return [
            StatedNeed(
                community=home[at],
                function=functions[at],
                people=people[at],
                channel=channels[at],
                collected_on=days[at],
                spot=columns.layer.spot(at + 1),
            )
            for at in whole
            if home[at] >= 0
        ]

    def _standards(self, columns: Columns) -> list[BuildStandard]:
        codes, amounts = category_of_each(columns, self._kinds), amounts_of(columns, ("floor_m2",))
        prices = yuan_of_column(columns, "fit_out_yuan_per_m2")
        people, months = columns.values("capacity_people"), columns.values("months")
        modes, sources = columns.words("operating_mode"), columns.texts("source")
        return [
            BuildStandard(
                category=codes[at],
                floor_m2=amounts[at].get("floor_m2"),
                capacity_people=people[at],
                fit_out_yuan_per_m2=price,
                months=months[at],
                operating_mode=modes[at],
                source=sources[at],
                spot=columns.layer.spot(at + 1),
            )
            for at in _whole_rows(columns, {"fit_out_yuan_per_m2": prices})
            if codes[at] and (price := prices[at]) is not None
        ]

    def _prices(self, columns: Columns) -> list[ModePrice]:
        modes, prices = columns.words("mode"), yuan_of_column(columns, "yuan_per_m2")
        months, sources = columns.values("months"), columns.texts("source")
        return [
            ModePrice(modes[at], price, months[at], sources[at], columns.layer.spot(at + 1))
            for at in _whole_rows(columns, {"mode": modes, "yuan_per_m2": prices})
            if (price := prices[at]) is not None
        ]

    def _budget(self, columns: Columns) -> list[YearBudget]:
        years, money = columns.values("year"), yuan_of_column(columns, "yuan")
        sources = columns.texts("source")
        return [
            YearBudget(years[at], yuan, sources[at], columns.layer.spot(at + 1))
            for at in _whole_rows(columns, {"year": years, "yuan": money})
            if (yuan := money[at]) is not None
        ]


def _orphans(columns: Columns, meaning: str, what: str, ids: tuple[str, ...] | None) -> None:
    """Tell of names of spaces or facilities that nothing bears, where ``ids`` are known."""
    known = None if ids is None else frozenset(ids)
    for row, name in enumerate(columns.refs(meaning, {}), start=1):
        if name and known is not None and name not in known:
            zh = columns.form.columns[meaning].zh
            columns.doubt("orphan", f"没有编号为 {name} 的{what}", row, f"改正{zh}", meaning)


def yuan_of_column(columns: Columns, meaning: str) -> list[int | None]:
    """Return a column of money in whole yuan, None where nobody knows; a half goes up."""
    return [None if yuan is None else int(yuan + 0.5) for yuan in columns.values(meaning)]


def _table(read: Callable[[str], list[Any]], *names: str) -> dict[str, list[Any]]:
    return {name: read(name) for name in names}


def _need_key(need: StatedNeed) -> tuple[int, str, str]:
    return need.community, need.function, need.channel


def _whole_rows(columns: Columns, needed: Mapping[str, list[Any] | None]) -> list[int]:
    """Return the places of the rows that have all of ``needed``; an empty cell is a fault.

    A value is missing without a further word where its cell has a fault of its own; None is a
    column of which only the cells count.
    """
    cells = {name: columns.cells(name) for name in needed}
    whole = []
    for at in range(len(columns.layer)):
        for name in needed:
            if is_unknown(cells[name][at]):
                zh = columns.form.columns[name].zh
                columns.fault(f"没有写{zh}", at + 1, "补上", name, "no-value")
        if all(values is None or values[at] not in ("", None) for values in needed.values()):
            whole.append(at)
    return whole


def _twice(found: list[Row], key: Key[Row], told: set[tuple[str, str, int]]) -> Iterator[Fault]:
    """Yield a fault for each row whose key an earlier row has, unless it was ``told``."""
    first: dict[tuple[Any, ...], Row] = {}
    for row in found:
        before = first.setdefault(key(row), row)
        if before is row or _row_at(row.spot) in told:
            continue
        where = before.spot.place
        if before.spot.file != row.spot.file:
            where = f"{Path(before.spot.file).name}{where}"
        reason = f"{_named(row)}在{where}已经登记"
        yield Fault(reason, row.spot.file, row.spot.place, "只留一行", "duplicate-id", row.spot)


def _row_at(spot: Spot) -> tuple[str, str, int]:
    return spot.file, spot.sheet, spot.row


def _named(row: Space | Permit | StatedNeed | BuildStandard | ModePrice | YearBudget) -> str:
    """Say what a row is about, for a person."""
    match row:
        case Space() | Permit():
            return f"{row.id} "
        case StatedNeed():
            return f"同一社区、同一渠道的{code_sets()['function'][row.function].zh}"
        case BuildStandard():
            return categories()[row.category].zh
        case ModePrice():
            return code_sets()["build_mode"][row.mode].zh
        case YearBudget():
            return f"{row.year}年"
