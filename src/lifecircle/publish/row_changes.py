"""Which input rows are new, gone or changed between two runs."""

from __future__ import annotations

from dataclasses import dataclass

from lifecircle.publish.past import Past, Row
from lifecircle.terms.words import word


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
    found = []
    for key in sorted(set(before.rows) | set(after.rows)):
        old, new = before.rows.get(key, ()), after.rows.get(key, ())
        hashes = [sorted(row["sha256"] for row in rows) for rows in (old, new)]
        if hashes[0] != hashes[1]:
            how = "new" if not old else "gone" if not new else "changed"
            found.append(_change(how, (*new, *old), before, after))
    return found


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
