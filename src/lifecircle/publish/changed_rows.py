"""Finds the changed input rows that may bear on a subject without looking at every row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from lifecircle.publish.row_changes import RowChange


class ChangedRows:
    """Changed rows by id, by the areas they lie in, and by what they are rows of."""

    def __init__(self, rows: list[RowChange]) -> None:
        """Take the rows, in the order in which they are found again."""
        self.every = rows
        self._at: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for at, row in enumerate(rows):
            for where in _places(row):
                self._at[where].append(at)

    def called(self, *ids: str) -> list[RowChange]:
        """Return the rows of any of these ids."""
        return self._at_any(("id", own) for own in ids)

    def near(
        self, level: str, subject: str, *,
        names: Iterable[str] = (), codes: Iterable[str] = (), ids: Iterable[str] = (),
    ) -> list[RowChange]:  # fmt: skip
        """Return every row that may be of a subject or lie in it, and few others.

        Of facilities and records only those of the categories ``codes``; of areas and records
        those of any of ``names``; besides, the rows of ``ids``.
        """
        names, codes, city = list(names), list(codes), level == "city"
        return self._at_any(
            [
                *((level, "" if city else subject, code) for code in ("", *codes)),
                *(("id", own) for own in (subject, *ids)),
                *(("area", name) for name in names),
                *(
                    ("record", level, name, code)
                    for name in ([""] if city else names)
                    for code in codes
                ),
            ]
        )

    def _at_any(self, places: Iterable[tuple[str, ...]]) -> list[RowChange]:
        found = {at for place in places for at in self._at.get(place, ())}
        return [self.every[at] for at in sorted(found)]


def _places(row: RowChange) -> Iterator[tuple[str, ...]]:
    """Yield under what a row is found."""
    yield "id", row.id
    if row.kind == "area":
        yield "area", row.name
    elif row.kind == "record":
        level, _, whose = row.id.partition(":")
        for code in row.categories:
            yield "record", level, "" if level == "city" else whose, code
    else:
        areas = {"community": row.communities, "township": row.townships, "county": row.counties}
        for code in row.categories if row.kind == "facility" else ("",):
            yield "city", "", code
            for level, held in areas.items():
                yield from ((level, own, code) for own in held)
