"""Compares two runs the plain way: every row of both is an object, and each looks at all others."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from lifecircle.publish import causes as explained
from lifecircle.publish import comparing
from lifecircle.publish.causes import Cause, Causes
from lifecircle.publish.comparing import Change, Comparison
from lifecircle.publish.lineage import Lineage
from lifecircle.publish.row_changes import RowChange

KEY = ("subject_level", "subject", "rule", "reading", "profile")
Key = tuple[Any, ...]
Row = Mapping[str, str]
Names = dict[str, dict[str, str]]


@dataclass(frozen=True, eq=False)
class Whole:
    """What one run left behind, all of it."""

    run: Mapping[str, Any]
    findings: Mapping[Key, Mapping[str, Any]]
    rows: Mapping[Key, tuple[Row, ...]]

    @property
    def rules(self) -> Mapping[str, Mapping[str, Any]]:
        """Return what each rule was judged by."""
        rules: Mapping[str, Mapping[str, Any]] = self.run["rules"]
        return rules

    @cached_property
    def wider(self) -> Mapping[str, tuple[str, str]]:
        """Return the township and the county of each community."""
        rows = [row for some in self.rows.values() for row in some if row["kind"] == "community"]
        return {row["id"]: (row["township"], row["county"]) for row in rows}

    @property
    def subjects(self) -> Names:
        """Return the names of the subjects by level and id."""
        found: Names = {}
        for key, said in self.findings.items():
            if key[1]:
                found.setdefault(key[0], {})[key[1]] = said["subject_name"]
        return found


def read(folder: Path) -> Whole:
    """Read the results of one pack."""
    run = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["run"]
    findings = pq.read_table(folder / "findings.parquet").to_pylist()
    rows: dict[Key, list[Row]] = defaultdict(list)
    with (folder / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        for cells in csv.DictReader(file):
            row = {name: armed(cell) for name, cell in cells.items()}
            own = (row["name"], row["categories"]) if row["kind"] == "record" else ("", "")
            rows[row["kind"], row["id"], *own].append(row)
    keyed = {tuple(one[name] for name in KEY): one for one in findings}
    return Whole(run, keyed, {key: tuple(some) for key, some in rows.items()})


def armed(cell: str) -> str:
    """Undo what keeps a spreadsheet from running a text."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in "=+-@\t\r" else cell


def compare(before: Path, after: Path) -> Comparison:
    """Compare two folders of results."""
    one, other = read(before), read(after)
    lineage: Any = Lineage(one, other)  # type: ignore[arg-type]
    old_names = one.subjects
    ids = renamed(one, other, lineage)
    one = under_new_ids(one, ids)
    rows = row_changes(one, other)
    shared = sorted(set(one.findings) & set(other.findings))
    pairs = {key: (one.findings[key], other.findings[key]) for key in shared}
    causes = Plain(one, other, pairs, rows)
    differ = [
        key
        for key, (old, new) in pairs.items()
        if any(old[n] != new[n] for n in ("verdict", "due"))
    ]
    moved = [key for key, (old, new) in pairs.items() if old["observed"] != new["observed"]]
    runs: Any = (one, other)
    found = [comparing._change(key, pairs[key], causes) for key in differ]
    found += comparing._rules_in_one(*runs)
    for (level, own), later in ids.items():
        subject = (level, own, old_names[level][own])
        found.append(comparing._passed_on("subject-succeeded", subject, [later], lineage))
    found += subjects_in_one(one, other, causes, lineage)
    return Comparison(
        (one.run["pack"]["id"], other.run["pack"]["id"]),
        (*comparing._general(runs[0], runs[1], rows), *lineage.between()),
        tuple(found),
        tuple(rows),
        len(shared) - len(differ),
        len(set(moved) - set(differ)),
    )


def subjects_in_one(
    before: Whole, after: Whole, causes: Causes, lineage: Lineage
) -> Iterator[Change]:
    """Yield the subjects that only one run knows."""
    old, new = before.subjects, after.subjects
    for kind, here, there, follow, passed in (
        ("subject-gone", old, new, lineage.heirs, "subject-succeeded"),
        ("subject-new", new, old, lineage.forebears, "subject-successor"),
    ):
        for level in sorted(here):
            others = there.get(level, {})
            for own in sorted(set(here[level]) - set(others)):
                name = here[level][own]
                linked = follow(level, (own, name), others)
                if linked:
                    said = [others[one] or one for one in linked]
                    yield comparing._passed_on(passed, (level, own, name), said, lineage)
                else:
                    why = tuple(causes.of_subject(level, own))
                    yield comparing._bare(
                        kind, subject_level=level, subject=own, subject_name=name, causes=why
                    )


def renamed(before: Whole, after: Whole, lineage: Lineage) -> dict[tuple[str, str], str]:
    """Return the new id of each subject that only was renamed."""
    new, found = after.subjects, {}
    for level, names in before.subjects.items():
        there = new.get(level, {})
        for own in sorted(set(names) - set(there)):
            heirs = lineage.heirs(level, (own, names[own]), there, ("rename",))
            if len(heirs) == 1 and heirs[0] not in names:
                found[level, own] = heirs[0]
    return found


def under_new_ids(past: Whole, ids: Mapping[tuple[str, str], str]) -> Whole:
    """Return a run as if its subjects had had their later ids already."""
    if not ids:
        return past
    findings = {
        (key[0], ids.get((key[0], key[1]), key[1]), *key[2:]): said
        for key, said in past.findings.items()
    }
    rows: dict[Key, tuple[Row, ...]] = {}
    for (kind, own, *more), versions in past.rows.items():
        level, _, subject = own.rpartition(":") if kind == "record" else ("community", "", own)
        later = ids.get((level, subject), subject)
        told = f"{level}:{later}" if kind == "record" else later
        key = (kind, told if kind in ("community", "survey", "record") else own, *more)
        rows[key] = tuple(moved(row, key[1], ids) for row in versions)
    return replace(past, findings=findings, rows=rows)


def moved(row: Row, own: str, ids: Mapping[tuple[str, str], str]) -> Row:
    """Return a row under the later ids."""
    levels = ("community", "township", "county")
    return {**row, "id": own, **{n: ids.get((n, row[n]), row[n]) for n in levels}}


def row_changes(before: Whole, after: Whole) -> list[RowChange]:
    """Return every row that differs."""
    found = []
    for key in sorted(set(before.rows) | set(after.rows)):
        old, new = before.rows.get(key, ()), after.rows.get(key, ())
        hashes = [sorted(row["sha256"] for row in rows) for rows in (old, new)]
        if hashes[0] != hashes[1]:
            how = "new" if not old else "gone" if not new else "changed"
            found.append(row_change(how, (*new, *old), before, after))
    return found


def row_change(how: str, rows: tuple[Row, ...], before: Whole, after: Whole) -> RowChange:
    """Make one of them."""
    last = rows[0]
    communities = frozenset(row["community"] for row in rows if row["community"])
    wider = [past.wider.get(own, ("", "")) for own in communities for past in (before, after)]
    sheet = f"“{last['sheet']}”表" if last["sheet"] else ""
    number = f"第{last['row']}行" if last["row"] else ""
    return RowChange(
        how,
        last["kind"],
        last["id"],
        last["name"],
        f"{last['file']}{sheet}{number}",
        communities,
        frozenset(township for township, _ in wider if township),
        frozenset(county for _, county in wider if county),
        frozenset(code for row in rows for code in row["categories"].split("；") if code),
    )


class Plain(Causes):
    """Explains changes by looking at every row for each."""

    def __init__(self, before: Any, after: Any, pairs: Any, rows: list[RowChange]) -> None:
        super().__init__(before, after, pairs, (), [])
        self._every = rows
        vars(self)["_files"] = sorted({row.place.split("第")[0] for row in rows if row.place})
        self._by_rule: dict[Key, list[Any]] = defaultdict(list)
        for key in sorted(pairs):
            self._by_rule[key[2:4]].append(key)

    def of_subject(self, level: str, subject: str) -> Iterator[Cause]:
        rows = [
            row
            for row in self._every
            if row.how != "changed" and row.id.removeprefix(f"{level}:") == subject
        ] or [row for row in self._every if row.kind == "community" and row.inside(level, subject)]
        if rows:
            yield Cause("row", explained._listed(rows), tuple(rows))
        else:
            yield Cause("unknown", "没有哪一行能单独说明")

    def _part_keys(self, key: Any, part: str) -> list[Any]:
        level, subject, _, reading, _ = key
        for wanted in dict.fromkeys((reading, "walk", "record")):
            there = self._by_rule.get((part, wanted), [])
            if there:
                return [own for own in there if self._counted(own, level, subject)]
        return []

    def _counted(self, own: Any, level: str, subject: str) -> bool:
        one, other = self._changed[own]
        if one["verdict"] == other["verdict"]:
            return False
        if own[0] == level:
            return bool(own[1] == subject)
        return level == "city" or subject in self._after.wider.get(own[1], ("", ""))

    def _evidence(self, key: Any) -> list[RowChange]:
        return [row for row in self._every if self._bears(row, key)]

    def _bears(self, row: RowChange, key: Any) -> bool:
        level, subject, own, reading, _ = key
        one, other = self._changed[key]
        rule = self._read.get(own, {})
        names = {subject, other["subject_name"]}
        inside = row.inside(level, subject)
        if rule.get("parts"):
            return row.kind == "community" and inside
        shares = row.categories & {*rule.get("categories", ()), *rule.get("records", ())}
        if row.kind == "estate":
            peopled = reading == "walk" or other["unit"] in explained._BY_PEOPLE
            return inside and (peopled or level == "estate")
        if row.kind == "record":
            return bool(shares) and explained._of_subject(row, level, names)
        if row.kind == "facility":
            named = explained._facilities(one, other) if level != "facility" else set()
            return bool(shares) and (row.id in named or inside)
        if row.kind == "area":
            return row.name in names
        return inside and (row.kind == "community" or bool(rule.get("categories")))

    def _alike_of(self, rule: Any) -> tuple[RowChange, ...]:
        wanted = set(rule.get("categories", ()))
        return tuple(
            row for row in self._every if row.kind == "facility" and row.categories & wanted
        )
