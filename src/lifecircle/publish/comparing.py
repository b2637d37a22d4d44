"""Compares two runs: which verdicts changed, and which rows, rule or day explain each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, cast

import numpy as np
import pyarrow as pa

from lifecircle.publish.causes import Cause, Causes, Pair
from lifecircle.publish.lineage import Lineage, renamed, subjects_of, under_new_ids
from lifecircle.publish.matching import Numbers, count_of, distinct, last_at, numbered, tuples
from lifecircle.publish.past import KEY, Key, Past
from lifecircle.publish.row_changes import RowChange, row_changes
from lifecircle.publish.tables import Columns
from lifecircle.terms.words import word


@dataclass(frozen=True)
class Change:
    """A verdict that changed; ``kind`` is changed, or a rule or subject that is new or gone.

    A subject that others succeeded by a recorded change is neither: it has a kind of its own.
    """

    kind: str
    subject_level: str
    subject: str
    subject_name: str
    rule: str
    rule_title: str
    reading: str
    verdict: tuple[str, str]
    due: tuple[str, str]
    observed: tuple[str, str]
    unit: str
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class Comparison:
    """What changed between two runs of one pack, or of a pack and its change set.

    ``same`` verdicts stayed, of which ``moved`` have another figure. ``general`` are differences
    of the runs as a whole: pack, day, files.
    """

    packs: tuple[str, str]
    general: tuple[str, ...]
    changes: tuple[Change, ...]
    rows: tuple[RowChange, ...]
    same: int
    moved: int


def compare(before: Mapping[str, Past], after: Mapping[str, Past]) -> list[Comparison]:
    """Compare runs pack by pack; two runs of one pack each are compared whatever their ids."""
    if len(before) == len(after) == 1:
        (one,), (other,) = before.values(), after.values()
        return [compare_runs(one, other)]
    return [compare_runs(before[pack], after[pack]) for pack in before if pack in after]


def only_one(before: Mapping[str, Past], after: Mapping[str, Past]) -> list[str]:
    """Say which packs only one of two results holds."""
    if len(before) == len(after) == 1:
        return []
    gone = [f"政策包 {pack} 只在前一次结果里。" for pack in before if pack not in after]
    return gone + [f"政策包 {pack} 只在后一次结果里。" for pack in after if pack not in before]


def compare_runs(before: Past, after: Past) -> Comparison:
    """Compare two runs; changes are sorted by level, subject, rule and reading.

    What only has another id since a recorded change is compared under the later one.
    """
    lineage, old_names = Lineage(before, after), subjects_of(before)
    ids = renamed(before, after, lineage)
    before = under_new_ids(before, ids)
    rows = row_changes(before, after)
    both = _Both(before, after)
    changed = both.changed()
    causes = Causes(before, after, changed, both.judged(), rows)
    found = [_change(key, pair, causes) for key, pair in changed.items()]
    found += _rules_in_one(before, after)
    for (level, own), later in ids.items():
        subject = (level, own, old_names[level][own])
        found.append(_passed_on("subject-succeeded", subject, [later], lineage))
    found += _subjects_in_one(before, after, causes, lineage)
    return Comparison(
        (before.pack, after.pack),
        (*_general(before, after, rows), *lineage.between()),
        tuple(found),
        tuple(rows),
        both.same,
        both.moved,
    )


class _Both:
    """The findings of two runs that have the same key, compared as numbers."""

    def __init__(self, before: Past, after: Past) -> None:
        self._tables = before.findings, after.findings
        keys = numbered(self._tables, KEY)
        at = [last_at(own, count_of(*keys)) for own in keys]
        shared = (at[0] >= 0) & (at[1] >= 0)
        self._rows = [own[shared] for own in at]
        self._differs = self._unlike("verdict", "due")
        self.same = int((~self._differs).sum())
        self.moved = int((self._unlike("observed") & ~self._differs).sum())

    def _unlike(self, *names: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        one, other = numbered(self._tables, names)
        different: np.ndarray[tuple[int], np.dtype[np.bool_]]
        different = one[self._rows[0]] != other[self._rows[1]]
        return different

    def _pick(self, table: int, rows: Numbers) -> pa.Table:
        return self._tables[table].take(pa.array(rows))

    def changed(self) -> dict[Key, Pair]:
        """Return the findings of both runs whose verdict or due state differs, sorted by key."""
        old, new = (self._pick(at, rows[self._differs]) for at, rows in enumerate(self._rows))
        pairs = zip(old.to_pylist(), new.to_pylist(), strict=True)
        keys = cast("list[Key]", tuples(new.select(KEY)))
        return dict(sorted(zip(keys, pairs, strict=True), key=itemgetter(0)))

    def judged(self) -> set[tuple[str, ...]]:
        """Return the rules and readings by which both runs judged the same subject."""
        return set(distinct(self._pick(1, self._rows[1]), ("rule", "reading")))


def _change(key: Key, pair: Pair, causes: Causes) -> Change:
    one, other = pair
    return Change(
        "changed",
        *key[:2],
        other["subject_name"],
        key[2],
        other["rule_title"],
        key[3],
        (one["verdict"], other["verdict"]),
        (one["due"], other["due"]),
        (one["observed"], other["observed"]),
        other["unit"],
        tuple(causes.of(key)),
    )


def _rules_in_one(before: Past, after: Past) -> Iterator[Change]:
    for kind, here, there in (("rule-gone", before, after), ("rule-new", after, before)):
        for own in sorted(set(here.rules) - set(there.rules)):
            said = here.rules[own]
            why = Cause("rule", f"{word('change', kind)}：{said['reads']}{said['changed']}")
            yield _bare(kind, rule=own, rule_title=said["title"], causes=(why,))


def _subjects_in_one(
    before: Past, after: Past, causes: Causes, lineage: Lineage
) -> Iterator[Change]:
    """Yield the subjects that only one run knows; those without an id stand for no subject."""
    old, new = subjects_of(before), subjects_of(after)
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
                    yield _passed_on(passed, (level, own, name), said, lineage)
                    continue
                why = tuple(causes.of_subject(level, own))
                yield _bare(kind, subject_level=level, subject=own, subject_name=name, causes=why)


def _passed_on(
    kind: str, subject: tuple[str, str, str], others: list[str], lineage: Lineage
) -> Change:
    """Make the change of a subject, by level, id and name, that succeeded or was succeeded."""
    level, own, name = subject
    whose = "后继" if kind == "subject-succeeded" else "前身"
    why = Cause("succession", f"{lineage.said(level, own, name)}（{whose}：{'、'.join(others)}）")
    return _bare(kind, subject_level=level, subject=own, subject_name=name, causes=(why,))


def _bare(kind: str, causes: tuple[Cause, ...], **said: str) -> Change:
    names = ("subject_level", "subject", "subject_name", "rule", "rule_title")
    texts = {name: said.get(name, "") for name in names}
    pair = ("", "")
    return Change(
        kind=kind, **texts, reading="", verdict=pair, due=pair, observed=pair, unit="",
        causes=causes,
    )  # fmt: skip


def _general(before: Past, after: Past, rows: list[RowChange]) -> Iterator[str]:
    """Say how the runs differ as a whole."""
    one, other = before.run, after.run
    pack, pack_after = one["pack"], other["pack"]
    if pack["sha256"] != pack_after["sha256"]:
        names = [f"{p['id']} {p['version']}（{p['sha256'][:8]}）" for p in (pack, pack_after)]
        yield f"政策包由 {names[0]} 改为 {names[1]}"
    for name, zh in (("as_of", "评估日期"), ("speed_m_per_min", "步行速度（米/分钟）")):
        values = one["options"][name], other["options"][name]
        if values[0] != values[1]:
            yield f"{zh}由 {values[0]} 改为 {values[1]}"
    gates = [run["city"].get("gates_open") for run in (one, other)]
    if None not in gates and gates[0] != gates[1]:
        yield f"能走的大门由 {gates[0]} 个改为 {gates[1]} 个"
    if one["software"]["version"] != other["software"]["version"]:
        versions = one["software"]["version"], other["software"]["version"]
        yield f"软件由 {versions[0]} 改为 {versions[1]}"
    yield from files_changed(one, other)
    for kind in ("community", "estate", "facility", "record", "survey", "area"):
        own = [row.how for row in rows if row.kind == kind]
        if own:
            counts = [(word("change", how), own.count(how)) for how in ("new", "gone", "changed")]
            said = "、".join(f"{zh}{count}行" for zh, count in counts if count)
            yield f"{word('row', kind)}：{said}"


def files_changed(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    """Say which input files are new, gone or have other bytes."""
    files = [{(f["role"], f["name"]): f["sha256"] for f in run["inputs"]} for run in (one, other)]
    for key in sorted(set(files[0]) | set(files[1])):
        hashes = files[0].get(key), files[1].get(key)
        if hashes[0] != hashes[1]:
            how = "new" if not hashes[0] else "gone" if not hashes[1] else "changed"
            yield f"输入文件 {key[1]}：{word('change', how)}"


def change_columns(found: list[Comparison]) -> Columns:
    """Return one row a change, for CSV."""
    both = [(one.packs[1], change) for one in found for change in one.changes]
    columns: Columns = {"pack": [pack for pack, _ in both]}
    for name in ("kind", "subject_level", "subject", "subject_name", "rule", "rule_title",
                 "reading"):  # fmt: skip
        columns[name] = [getattr(change, name) for _, change in both]
    for name in ("verdict", "due", "observed"):
        for at, when in enumerate(("before", "after")):
            columns[f"{name}_{when}"] = [getattr(change, name)[at] for _, change in both]
    columns["unit"] = [change.unit for _, change in both]
    columns["causes"] = ["；".join(c.kind for c in change.causes) for _, change in both]
    columns["explanation"] = ["；".join(c.says for c in change.causes) for _, change in both]
    columns["rows"] = ["；".join(r.text for r in _rows_of(change)) for _, change in both]
    return columns


def _rows_of(change: Change) -> list[RowChange]:
    return list(dict.fromkeys(row for cause in change.causes for row in cause.rows))
