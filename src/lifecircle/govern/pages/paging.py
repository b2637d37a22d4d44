"""Pages of a long list, without counting it anew each time that somebody turns a leaf."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

if TYPE_CHECKING:
    _Pages = Paginator[Any]
else:
    _Pages = Paginator

LONG, KEPT_S, MOST = 1000, 5.0, 500
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
