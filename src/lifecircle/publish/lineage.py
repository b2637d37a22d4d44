"""Which subjects of two runs succeeded each other: renamed, merged, split."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from lifecircle.place.areas.succession import BETWEEN
from lifecircle.publish.past import Past, Row, RowKey

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
    for key, said in past.findings.items():
        if key[1]:
            found.setdefault(key[0], {})[key[1]] = said["subject_name"]
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
    findings = {
        (key[0], ids.get((key[0], key[1]), key[1]), *key[2:]): said
        for key, said in past.findings.items()
    }
    rows: dict[RowKey, tuple[Row, ...]] = {}
    for (kind, own, name, categories), versions in past.rows.items():
        level, _, subject = own.rpartition(":") if kind == "record" else ("community", "", own)
        later = ids.get((level, subject), subject)
        told = f"{level}:{later}" if kind == "record" else later
        plain = kind not in ("community", "survey", "record")
        key = (kind, own if plain else told, name, categories)
        rows[key] = tuple(_row(row, key[1], ids) for row in versions)
    return replace(past, findings=findings, rows=rows)


def _row(row: Row, own: str, ids: Mapping[tuple[str, str], str]) -> Row:
    wider = {
        level: ids.get((level, row[level]), row[level])
        for level in ("community", "township", "county")
    }
    return {**row, "id": own, **wider}
