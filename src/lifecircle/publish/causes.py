"""Finds why a verdict changed between two runs: the rule, the day, or rows of its evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lifecircle.publish.changed_rows import ChangedRows
from lifecircle.publish.past import Key, Past
from lifecircle.publish.row_changes import RowChange
from lifecircle.terms.taxonomy import names_zh
from lifecircle.terms.words import word

NAMED = 5
_READ = {
    "reads": "规则",
    "source": "来源",
    "due": "期限",
    "speed_m_per_min": "步行速度",
    "radius_m": "圆的半径",
    "categories": "计入的设施类别",
    "parts": "组成项",
}
Pair = tuple[Mapping[str, Any], Mapping[str, Any]]
"""A finding of the earlier run and that of the later run with the same key."""

_BY_PEOPLE = ("m2_per_100hh", "per_1000")


@dataclass(frozen=True)
class Cause:
    """Why a verdict changed: ``kind`` is rule, day, row, part, declared, streets, or unknown.

    Of a subject that came of others or that others came of, it is succession.
    """

    kind: str
    says: str
    rows: tuple[RowChange, ...] = ()


class Causes:
    """Explains changes between two runs."""

    def __init__(
        self, before: Past, after: Past, changed: Mapping[Key, Pair],
        judged: Collection[tuple[str, ...]], rows: list[RowChange],
    ) -> None:  # fmt: skip
        """Take both runs, what changed between them, the rules and readings that both judged by.

        ``changed`` is sorted by key.
        """
        self._before, self._after, self._changed, self._judged = before, after, changed, judged
        self._rows = ChangedRows(rows)
        self._read = {**before.rules, **after.rules}
        self._known: dict[Key, list[Cause]] = {}
        self._alike: dict[frozenset[str], tuple[RowChange, ...]] = {}
        self._declared = _declarations_changed(before, after)
        self._turned = _Turned(changed, after.wider)

    def of(self, key: Key) -> list[Cause]:
        """Return why the verdict of a key differs, the surest first; never empty."""
        if key not in self._known:
            self._known[key] = self._found(key)
        return self._known[key]

    def _found(self, key: Key) -> list[Cause]:
        one, other = self._changed[key]
        moved = any(one[name] != other[name] for name in ("verdict", "observed"))
        rows = self._evidence(key)
        found = [*self._records(key), *self._parts(key)]
        if rows:
            found.append(Cause("row", _listed(rows), tuple(rows)))
        found += self._declarations(key)
        found += self._streets(key)
        surest = [*self._rule(key[2]), *self._due(key)]
        if found:
            return [*surest, *found, *self._elsewhere(key, rows)]
        if moved and all(cause.kind == "day" for cause in surest):
            return [*surest, *self._unknown(key)]
        return surest or self._unknown(key)

    def of_subject(self, level: str, subject: str) -> Iterator[Cause]:
        """Return the rows that made a subject come or go."""
        rows = [
            row
            for row in self._rows.called(subject, f"{level}:{subject}")
            if row.how != "changed" and row.id.removeprefix(f"{level}:") == subject
        ] or self._communities(level, subject)
        if rows:
            yield Cause("row", _listed(rows), tuple(rows))
        else:
            yield Cause("unknown", "没有哪一行能单独说明")

    def _communities(self, level: str, subject: str) -> list[RowChange]:
        near = self._rows.near(level, subject)
        return [row for row in near if row.kind == "community" and row.inside(level, subject)]

    def _rule(self, rule: str) -> Iterator[Cause]:
        """Say how the rule itself was read otherwise."""
        one, other = self._before.rules.get(rule), self._after.rules.get(rule)
        if one is None or other is None:
            return
        for name, zh in _READ.items():
            if one[name] != other[name]:
                values = [_text(name, rules[name]) for rules in (one, other)]
                why = f"（{other['changed']}）" if other["changed"] else ""
                yield Cause("rule", f"{zh}由“{values[0]}”改为“{values[1]}”{why}")

    @cached_property
    def _days(self) -> str:
        """Say how the day differs; nothing where it does not."""
        days = [past.run["options"]["as_of"] for past in (self._before, self._after)]
        return f"评估日期由{days[0]}改为{days[1]}" if days[0] != days[1] else ""

    def _due(self, key: Key) -> Iterator[Cause]:
        """Say that the day changed the due state."""
        one, other = self._changed[key]
        due = self._after.rules.get(key[2], {}).get("due", "")
        if self._days and due and one["due"] != other["due"]:
            yield Cause("day", f"{self._days}，期限是{due}")

    def _records(self, key: Key) -> Iterator[Cause]:
        """Say which records were known on the day."""
        one, other = self._changed[key]
        if self._days and one["records"] != other["records"]:
            said = f"计入的登记值由“{one['records']}”改为“{other['records']}”"
            yield Cause("day", f"{self._days}，{said}")

    def _parts(self, key: Key) -> Iterator[Cause]:
        """Say which verdicts that this one counts changed, and by which rows."""
        parts = self._read.get(key[2], {}).get("parts", ())
        found = [own for part in parts for own in self._part_keys(key, part)]
        for own in found[:NAMED]:
            one, other = self._changed[own]
            verdicts = [word("verdict", f["verdict"]) for f in (one, other)]
            whose = other["subject_name"] if own[:2] != key[:2] else ""
            causes = self.of(own)
            why = "；".join(cause.says for cause in causes)
            says = f"{whose}“{other['rule_title']}”由{verdicts[0]}变为{verdicts[1]}（{why}）"
            rows = tuple(row for cause in causes for row in cause.rows)
            yield Cause("part", says, rows)
        if len(found) > NAMED:
            yield Cause("part", f"另有{len(found) - NAMED}个组成部分变了")

    def _part_keys(self, key: Key, part: str) -> list[Key]:
        """Return the keys of a part that changed, in the reading that the whole counts."""
        level, subject, _, reading, _ = key
        for wanted in dict.fromkeys((reading, "walk", "record")):
            if (part, wanted) in self._judged:
                return self._turned.of(part, wanted, level, subject)
        return []

    def _evidence(self, key: Key) -> list[RowChange]:
        """Return the changed rows among what the finding rests on."""
        level, subject, _, reading, _ = key
        one, other = self._changed[key]
        rule = self._read.get(key[2], {})
        names = {subject, other["subject_name"]}
        if rule.get("parts"):
            return self._communities(level, subject)
        wanted = {*rule.get("categories", ()), *rule.get("records", ())}
        peopled = reading == "walk" or other["unit"] in _BY_PEOPLE or level == "estate"
        named = _facilities(one, other) if level != "facility" else set()
        bears: dict[str, Callable[[RowChange], bool]] = {
            "community": lambda row: row.inside(level, subject),
            "survey": lambda row: bool(rule.get("categories")) and row.inside(level, subject),
            "estate": lambda row: peopled and row.inside(level, subject),
            "area": lambda row: row.name in names,
            "record": lambda row: (
                not wanted.isdisjoint(row.categories) and _of_subject(row, level, names)
            ),
            "facility": lambda row: (
                not wanted.isdisjoint(row.categories)
                and (row.id in named or row.inside(level, subject))
            ),
        }
        near = self._rows.near(level, subject, names=names, codes=wanted, ids=named)
        return [row for row in near if bears[row.kind](row)]

    def _declarations(self, key: Key) -> Iterator[Cause]:
        """Say of which of the rule's categories a census was declared or withdrawn."""
        rule = self._after.rules.get(key[2], {})
        codes = sorted(self._declared & set(rule.get("categories", ())))
        if codes and not rule.get("parts"):
            yield Cause("declared", f"{names_zh(tuple(codes))}是不是普查，两次声明不同")

    def _streets(self, key: Key) -> Iterator[Cause]:
        hashes = [past.run["network_sha256"] for past in (self._before, self._after)]
        parts = self._after.rules.get(key[2], {}).get("parts")
        if key[3] == "walk" and hashes[0] != hashes[1] and not parts:
            yield Cause("streets", "路网变了，走的路可能不同（不能指到某一行）")

    def _elsewhere(self, key: Key, rows: list[RowChange]) -> Iterator[Cause]:
        """Name what changed outside a subject, where what changed inside is not all of it.

        Who walks, and a circle, reach beyond the boundary.
        """
        one, other = self._changed[key]
        rule = self._read.get(key[2], {})
        beyond = key[3] in ("circle", "walk") and not rule.get("parts")
        if beyond and not _adds_up(one, other, rows):
            known = {row.id for row in rows if row.kind == "facility"}
            alike = [row for row in self._alike_of(rule) if row.id not in known]
            if alike:
                says = f"社区外的同类设施也有变动，可能在圆内或走得到：{_listed(alike)}"
                yield Cause("row", says, tuple(alike))

    def _unknown(self, key: Key) -> list[Cause]:
        """Say honestly what changed at all, where nothing of the evidence did."""
        alike = self._alike_of(self._read.get(key[2], {}))
        said = "依据里没有变动的行，没有哪一行能单独说明"
        if alike:
            return [Cause("unknown", f"{said}；同类设施在别处有变动：{_listed(alike)}", alike)]
        changed = [*self._files, *(["评估日期"] if self._days else [])]
        return [Cause("unknown", f"{said}；变了的有{'、'.join(changed) or '政策包或选项'}")]

    def _alike_of(self, rule: Mapping[str, Any]) -> tuple[RowChange, ...]:
        """Return the changed facilities of a rule's categories, wherever they are."""
        wanted = frozenset(rule.get("categories", ()))
        alike = self._alike.get(wanted)
        if alike is None:
            rows = self._rows.near("city", "", codes=wanted)
            alike = tuple(row for row in rows if row.kind == "facility" and row.categories & wanted)
            self._alike[wanted] = alike
        return alike

    @cached_property
    def _files(self) -> list[str]:
        return sorted({row.place.split("第")[0] for row in self._rows.every if row.place})


class _Turned:
    """The keys whose verdict turned, found by rule and reading, and by where their subject lies."""

    def __init__(
        self, changed: Mapping[Key, Pair], wider: Mapping[str, tuple[str, str]]
    ) -> None:  # fmt: skip
        """Take what changed and the township and the county of each community."""
        self._by: dict[tuple[str, ...], list[Key]] = defaultdict(list)
        for key, (one, other) in changed.items():
            if one["verdict"] != other["verdict"]:
                rule = key[2:4]
                self._by[rule].append(key)
                self._by[*rule, *key[:2]].append(key)
                for area in {*wider.get(key[1], ("", ""))}:
                    self._by[*rule, area].append(key)

    def of(self, rule: str, reading: str, level: str, subject: str) -> list[Key]:
        """Return the keys of a subject and of those of another level that lie in it, sorted."""
        own = self._by.get((rule, reading, level, subject), [])
        inside = self._by.get((rule, reading) if level == "city" else (rule, reading, subject), [])
        return sorted([*own, *(key for key in inside if key[0] != level)])


def _adds_up(one: Mapping[str, Any], other: Mapping[str, Any], rows: list[RowChange]) -> bool:
    """Say whether the changed rows may be all that moved a figure; of a count they are added up."""
    if one["observed"] == other["observed"]:
        return True
    figures = one["observed"], other["observed"]
    if other["unit"] != "count" or not all(figure.isdecimal() for figure in figures):
        return bool(rows)
    how = [row.how for row in rows if row.kind == "facility"]
    if len(how) < len(rows):
        return True
    more = int(figures[1]) - int(figures[0]) - how.count("new") + how.count("gone")
    return abs(more) <= how.count("changed")


def _facilities(*findings: Mapping[str, Any]) -> set[str]:
    """Return the ids of the facilities that findings name."""
    named = set()
    for found in findings:
        counted = (found["counted"] or "").split("；")
        named |= {found["facility"], *(one.rpartition("=")[0] or one for one in counted)}
    return named - {""}


def _of_subject(row: RowChange, level: str, names: set[str]) -> bool:
    """Say whether a record is of a subject, which it names by id or by name."""
    whose = row.id.removeprefix(f"{level}:")
    return whose != row.id and (level == "city" or whose in names)


def _declarations_changed(before: Past, after: Past) -> set[str]:
    """Return the categories that were declared a census in one run and not in the other."""
    found = []
    for past in (before, after):
        layers = past.run["layers"]
        found.append({c for one in layers for c in one["census"] + one["census_by_area_only"]})
    return found[0] ^ found[1]


def _text(name: str, value: Any) -> str:
    if name == "source":
        return word("source", value)
    if name == "categories":
        return names_zh(tuple(value))
    return "、".join(value) if isinstance(value, list) else str(value or "未定")


def _listed(rows: Sequence[RowChange]) -> str:
    more = f"等{len(rows)}行" if len(rows) > NAMED else ""
    return "、".join(row.text for row in rows[:NAMED]) + more
