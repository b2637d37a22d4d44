"""The job that compiles the need list of a large area: written in short steps, shown at once."""

from __future__ import annotations

from functools import partial

from django.db import connection
from django.utils.translation import gettext_noop

from lifecircle.govern.jobs.handlers import Pace, Step, Steps, Task, handler
from lifecircle.govern.needs.models import NeedItem, NeedList
from lifecircle.govern.needs.services import KIND, items_for, keep, show

REST = 0.3 if connection.vendor == "sqlite" else 0.0
"""SQLite has one writer at a time: others come to write between two steps."""


@handler(KIND)
def compile_large(task: Task) -> Steps:
    """Compile a list; begun again, what an attempt left is taken away first."""
    made = NeedList.objects.select_related("area", "run", "round", "before").get(
        pk=task.payload["list"]
    )
    if made.state != NeedList.State.MAKING:
        return
    pace = Pace(most=500)
    while keys := list(made.items.values_list("pk", flat=True)[: pace.rows]):
        pace.took((yield Step(partial(_drop, keys), ["clearing"], rest=REST)))
    items, at = items_for(made), 0
    while some := items[at : at + pace.rows]:
        at += len(some)
        pace.took((yield Step(partial(keep, some), ["items", at], at, len(items), rest=REST)))
    yield Step(partial(show, made), ["shown"], len(items), len(items))
    task.said = gettext_noop("已汇总。")


def _drop(keys: list[int]) -> None:
    NeedItem.objects.filter(pk__in=keys).delete()
