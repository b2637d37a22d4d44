"""Pages of long lists: numbered ones without counting anew at each leaf, and leaves of an API."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.utils.functional import cached_property
from ninja import Schema
from pydantic import Field

if TYPE_CHECKING:
    _Pages = Paginator[Any]
else:
    _Pages = Paginator

LONG, KEPT_S, MOST = 1000, 5.0, 500
LARGEST = 2**63 - 1
"""The largest id that a database holds."""

Row = TypeVar("Row", bound=Model)
_counts: dict[Any, tuple[float, int]] = {}


class LongList(_Pages):
    """Pages of rows of the database; the number of a long list is at most five seconds old.

    To count 50,000 rows takes as long as all the rest of their page. Short lists are counted
    each time, so that whoever adds a row sees it counted.
    """

    object_list: QuerySet[Any]

    @cached_property
    def count(self) -> int:
        """Return how many rows there are."""
        try:
            asked = self.object_list.order_by().query.sql_with_params()
        except EmptyResultSet:
            return 0
        now = time.monotonic()
        counted_at, kept = _counts.get(asked, (-KEPT_S, 0))
        if now - counted_at < KEPT_S:
            return kept
        found = self.object_list.count()
        if found > LONG:
            if len(_counts) >= MOST:
                _counts.clear()
            _counts[asked] = now, found
        return found


def leaf(rows: QuerySet[Row], limit: int) -> tuple[list[Row], int | None]:
    """Return the first rows, and the id of the last where more follow it: what to ask on from."""
    held = list(rows[: limit + 1])
    return held[:limit], held[limit - 1].pk if len(held) > limit else None


class Newest(Schema):
    """Which leaf of a list, the newest first: ``limit`` rows older than the one of id ``before``.

    ``next`` of the answer is what to give as ``before`` for the next leaf, None at the end.
    """

    before: Annotated[int, Field(ge=0, le=LARGEST)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50

    def of(self, rows: QuerySet[Row]) -> tuple[list[Row], int | None]:
        """Return the rows of the leaf and its ``next``."""
        return leaf(rows if self.before is None else rows.filter(pk__lt=self.before), self.limit)
