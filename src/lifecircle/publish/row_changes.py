"""Which input rows are new, gone or changed between two runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow.compute as pc

from lifecircle.publish.matching import aligned, unlike
from lifecircle.publish.past import NO_ROWS, ROW_KEY, Past
from lifecircle.terms.words import word

Row = Mapping[str, str]
RowKey = tuple[str, ...]
_OF_RECORD = ("name", "categories")


@dataclass(frozen=True)
class RowChange:
    """An input row that is ``new``, ``gone`` or ``changed``, where the last run has it."""

    how: str
    kind: str
    id: str
    name: str
    place: str
    communities: frozenset[str]
    townships: frozenset[str]
    counties: frozenset[str]
    categories: frozenset[str]

    @property
    def text(self) -> str:
        """Say the row and what became of it."""
        where = f"（{self.place}）" if self.place else ""
        called = " ".join(part for part in (self.id, self.name) if part)
        return f"{word('row', self.kind)} {called}{where}{word('change', self.how)}"

    def inside(self, level: str, subject: str) -> bool:
        """Say whether the row is of a subject or lies in it."""
        areas = {
            "community": self.communities,
            "township": self.townships,
            "county": self.counties,
        }
        if level == "city":
            return True
        return subject == self.id if level not in areas else subject in areas[level]


def row_changes(before: Past, after: Past) -> list[RowChange]:
    """Return every row that differs, sorted by kind and id."""
    olds, news = _unlike(before, after)
    found = []
    for key in sorted(set(olds) | set(news)):
        old, new = olds.get(key, ()), news.get(key, ())
        how = "new" if not old else "gone" if not new else "changed"
        found.append(_change(how, (*new, *old), before, after))
    return found


def _unlike(before: Past, after: Past) -> list[dict[RowKey, tuple[Row, ...]]]:
    """Return the rows of both runs that differ, by kind and id; records also by what they say."""
    found: list[dict[RowKey, list[Row]]] = [defaultdict(list), defaultdict(list)]
    for tables in aligned(before.rows(), after.rows(), ROW_KEY, NO_ROWS):
        records = [pc.equal(table["kind"], "record") for table in tables]
        others = [pc.invert(mask) for mask in records]
        for masks, more in ((records, _OF_RECORD), (others, ())):
            pair = [table.filter(mask) for table, mask in zip(tables, masks, strict=True)]
            for keyed, table in zip(found, unlike(pair, (*ROW_KEY, *more), "sha256"), strict=True):
                for row in table.to_pylist():
                    told = row if more else dict.fromkeys(_OF_RECORD, "")
                    key = (row["kind"], row["id"], *(told[name] for name in _OF_RECORD))
                    keyed[key].append(row)
    return [{key: tuple(rows) for key, rows in keyed.items()} for keyed in found]


def _change(how: str, rows: tuple[Row, ...], before: Past, after: Past) -> RowChange:
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
