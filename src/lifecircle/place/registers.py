"""Reads the registers of workbooks that stand beside the map: areas, surveys, records."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import shapely

from lifecircle.place.area_changes import AreaChange
from lifecircle.place.forms.columns import Columns, Headers
from lifecircle.place.layers import VectorLayer
from lifecircle.place.residents.homes import homes_of
from lifecircle.place.tables import WHOLE_CITY, Area, Communities, Doubt, Record, Survey
from lifecircle.terms.codes import code_sets
from lifecircle.terms.errors import Fault, raise_all

NOT_SURVEYED = "not_surveyed"
AREA_ATTRIBUTES = ("township_kind", "county_kind", "zone", "city_class", "programme")
THINGS = ("project", "organisation")
"""Levels that no other table lists: any name will do."""
Row = TypeVar("Row", Area, Survey, Record)


class Registers:
    """Reads one kind of form over all workbooks; ``doubts`` gathers what weakens them."""

    def __init__(self, communities: Communities, headers: Headers) -> None:
        """Take the communities that rows belong to."""
        self._communities = communities
        self._headers = headers
        self.doubts: list[Doubt] = []
        self.changes: tuple[AreaChange, ...] = ()

    def take_changes(self, changes: tuple[AreaChange, ...], doubts: list[Doubt]) -> None:
        """Take the recorded changes of areas, whose former names a register may still use."""
        self.changes = changes
        self.doubts += doubts

    def areas(self, layers: list[VectorLayer]) -> tuple[Area, ...]:
        """Return what is said of areas and projects, by level and name.

        Raises InputError with all faults.
        """

        def key(area: Area) -> tuple[str, str]:
            return area.level, area.name

        return tuple(sorted(self._each(layers, "areas", self._areas, key), key=key))

    def surveys(self, layers: list[VectorLayer]) -> tuple[Survey, ...]:
        """Return the surveys by community; raises InputError with the faults of all layers."""
        found = self._each(layers, "survey", self._surveys, lambda one: (one.community,))
        return tuple(sorted(found, key=lambda survey: survey.community))

    def records(self, layers: list[VectorLayer]) -> tuple[Record, ...]:
        """Return the recorded numbers; raises InputError with the faults of all layers."""

        def key(one: Record) -> tuple[str, str, str, str]:
            return one.level, one.subject, one.record, str(one.recorded_on)

        return tuple(sorted(self._each(layers, "records", self._records, key), key=key))

    def _each(
        self,
        layers: list[VectorLayer],
        form: str,
        read: Callable[[Columns], list[Row]],
        key: Callable[[Row], tuple[object, ...]],
    ) -> list[Row]:
        """Read every layer; the same thing in two places is a fault."""
        faults: list[Fault] = []
        found: list[Row] = []
        first: dict[tuple[object, ...], str] = {}
        for layer in layers:
            columns = Columns(layer, form, self._headers)
            rows = read(columns)
            for row in () if columns.faults else rows:
                where = first.setdefault(key(row), layer.path.name)
                if where != layer.path.name:
                    reason = f"“{columns.form.zh}”里的 {key(row)[0]} 在 {where} 里已经登记"
                    columns.fault(reason, 0, "只留一处", code="duplicate-id")
            faults += columns.faults
            found += rows
        raise_all(faults, (doubt.fault for doubt in self.doubts))
        return found

    def _areas(self, columns: Columns) -> list[Area]:
        columns.require("level", "级别")
        columns.require("name", "名称")
        levels, names = columns.words("level"), columns.texts("name")
        attributes = {name: columns.words(name) for name in AREA_ATTRIBUTES}
        known = {
            "township": {*self._communities.township},
            "county": {*self._communities.county, *self._communities.managed_by},
            "city": {WHOLE_CITY},
        }
        for change in self.changes:
            known.get(change.level, set()).update({change.source, change.target})
        rows = []
        for at, (level, name) in enumerate(zip(levels, names, strict=True)):
            if level not in (*known, *THINGS) or not name:
                reason = "级别应为镇街、区县、全市、项目或机构，名称不能空"
                columns.fault(reason, at + 1, "改正", "level")
            elif level not in THINGS and name not in known[level]:
                zh = columns.form.columns["name"].zh
                reason = f"“社区”里没有属于 {name} 的"
                columns.doubt("orphan", reason, at + 1, f"核对{zh}", "name")
            else:
                own = {attr: words[at] for attr, words in attributes.items() if words[at]}
                rows.append(Area(level, name, own))
        self.doubts += [Doubt(doubt, frozenset()) for doubt in columns.doubts]
        return rows

    def _surveys(self, columns: Columns) -> list[Survey]:
        nowhere = np.array([shapely.Point()] * len(columns.layer), dtype=object)
        home = homes_of(self._communities, columns, "id", nowhere)
        columns.ids("社区")
        self.doubts += [Doubt(doubt, frozenset()) for doubt in columns.doubts]
        states = {code: columns.words(code) for code in code_sets()["function"]}
        dates, units = columns.values("surveyed_on"), columns.texts("surveyed_by")
        return [
            Survey(
                community=int(own),
                states={code: words[at] or NOT_SURVEYED for code, words in states.items()},
                surveyed_on=dates[at],
                surveyed_by=units[at],
                spot=columns.layer.spot(at + 1),
            )
            for at, own in enumerate(home)
            if own >= 0
        ]

    def _records(self, columns: Columns) -> list[Record]:
        needed = ("level", "subject", "record", "value")
        there = [columns.require(name, columns.form.columns[name].zh) for name in needed]
        if not all(there):
            return []
        levels, values = columns.words("level"), columns.values("value")
        subjects, names = columns.texts("subject"), columns.texts("record")
        dates, sources = columns.values("recorded_on"), columns.texts("source")
        rows = []
        for at, parts in enumerate(zip(levels, subjects, names, strict=True)):
            missing = [
                columns.form.columns[name].zh
                for name, part in zip(needed, (*parts, values[at]), strict=True)
                if part in ("", None)
            ]
            if missing:
                columns.fault(f"没有写{'、'.join(missing)}", at + 1, "补上", code="no-value")
            else:
                spot = columns.layer.spot(at + 1)
                rows.append(Record(*parts, float(values[at]), dates[at], sources[at], spot))
        self.doubts += [Doubt(doubt, frozenset()) for doubt in columns.doubts]
        return rows
