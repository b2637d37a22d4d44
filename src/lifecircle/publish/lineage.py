"""Which subjects of two runs succeeded each other: renamed, merged, split."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from lifecircle.place.areas.succession import BETWEEN
from lifecircle.publish.matching import distinct, mapped
from lifecircle.publish.past import ROW_KEY, Past

PASSES_ON = ("rename", "merge", "split")
SHOWN = 5
Kinds = tuple[str, ...]
Named = Mapping[str, str]
"""Names of subjects of a level by id."""


class Lineage:
    """The recorded changes that two runs know of, in order of time."""

    def __init__(self, before: Past, after: Past) -> None:
        """Take what either manifest has recorded."""
        self._days = [past.run["options"]["as_of"] for past in (before, after)]
        self._known = [past.run.get("area_changes", []) for past in (before, after)]
        every = {(c["on"], c["says"]): c for known in self._known for c in known}
        self._changes = [every[key] for key in sorted(every)]

    def between(self) -> Iterator[str]:
        """Say the changes that came into force between the days, or that one run did not know."""
        first, last = sorted(self._days)
        for change in self._changes:
            both = all(change in known for known in self._known)
            if not both or first < change["on"] <= last:
                yield f"区划变更：{change['says']}"

    def heirs(
        self, level: str, subject: tuple[str, str], there: Named, kinds: Kinds = PASSES_ON
    ) -> list[str]:
        """Return who of the later run succeeded a subject, given by id and name, sorted by id."""
        return self._followed(level, subject, there, 0, kinds)

    def forebears(
        self, level: str, subject: tuple[str, str], there: Named, kinds: Kinds = PASSES_ON
    ) -> list[str]:
        """Return whom of the earlier run a subject succeeded, sorted by id."""
        return self._followed(level, subject, there, 1, kinds)

    def _followed(
        self, level: str, subject: tuple[str, str], there: Named, side: int, kinds: Kinds
    ) -> list[str]:
        """Follow a subject through the changes, from ``side`` of each pair to the other.

        One that kept its name may still have another id, for its communities changed.
        """
        own: set[str] = {*subject}
        passed = False
        for change in self._changes if side == 0 else reversed(self._changes):
            pairs = [[part.rpartition(BETWEEN)[2] for part in pair] for pair in change["pairs"]]
            gone = {pair[side] for pair in pairs} & own
            if change["level"] == level and gone and change["kind"] in PASSES_ON:
                if change["kind"] not in kinds:
                    return []
                own = (own - gone) | {pair[1 - side] for pair in pairs if pair[side] in gone}
                passed = True
        return sorted(one for one, name in there.items() if passed and {one, name} & own)

    def said(self, level: str, *names: str) -> str:
        """Say the changes of a level that name any of these areas."""
        texts = [
            change["says"]
            for change in self._changes
            if change["level"] == level
            and {*names} & {part.rpartition(BETWEEN)[2] for p in change["pairs"] for part in p}
        ]
        return "；".join(texts[:SHOWN])


def subjects_of(past: Past) -> dict[str, dict[str, str]]:
    """Return the names of the subjects of a run by level and id."""
    found: dict[str, dict[str, str]] = {}
    for level, own, name in distinct(past.findings, ("subject_level", "subject"), "subject_name"):
        if own:
            found.setdefault(level, {})[own] = name
    return found


def renamed(before: Past, after: Past, lineage: Lineage) -> dict[tuple[str, str], str]:
    """Return the new id of each subject that is the same one under another id, by level and id."""
    old, new = subjects_of(before), subjects_of(after)
    found = {}
    for level, names in old.items():
        there = new.get(level, {})
        for own in sorted(set(names) - set(there)):
            heirs = lineage.heirs(level, (own, names[own]), there, ("rename",))
            if len(heirs) == 1 and heirs[0] not in names:
                found[level, own] = heirs[0]
    return found


def under_new_ids(past: Past, ids: Mapping[tuple[str, str], str]) -> Past:
    """Return a run as if its subjects had had their later ids already."""
    if not ids:
        return past

    def later(level: str, own: str) -> str:
        return ids.get((level, own), own)

    def named(kind: str, own: str) -> str:
        if kind == "record":
            level, _, subject = own.rpartition(":")
            return f"{level}:{later(level, subject)}"
        return later("community", own) if kind in ("community", "survey") else own

    subjects = mapped(past.findings, ("subject_level", "subject"), later)
    rows = pa.concat_tables(past.rows()).unify_dictionaries()
    rows = _with(rows, "id", mapped(rows, ROW_KEY, named))
    for level in ("community", "township", "county"):
        rows = _with(rows, level, mapped(rows, (level,), partial(later, level)))
    keys = pa.table({name: rows[name].cast(pa.string()) for name in ROW_KEY})
    rows = rows.take(pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in ROW_KEY]))
    findings = _with(past.findings, "subject", subjects)
    return replace(past, findings=findings, rows=lambda: iter([rows]))


def _with(table: pa.Table, name: str, column: pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), name, column)
