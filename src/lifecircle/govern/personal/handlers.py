"""The work of every day that deletes what is past its time."""

from __future__ import annotations

from datetime import date
from typing import Any

from lifecircle.govern.actor import Actor, system
from lifecircle.govern.jobs.handlers import Step, Steps, Task, handler
from lifecircle.govern.personal.models import Contact
from lifecircle.govern.personal.services import AT_ONCE, expire_some

KIND = "personal.expire"


@handler(KIND)
def run(task: Task) -> Steps:
    """Delete in steps; what is deleted is no more found, so that a step repeated does nothing."""
    today = date.fromisoformat(task.payload["today"])
    acting = system("lifecircle retention", "job")
    done = int(task.cursor or 0)
    while some := _next(today):
        done += len(some)
        yield Step(lambda some=some: _delete(acting, today, some), done, done, done, rest=1.0)  # type: ignore[misc]
    task.said = f"删除到期的联系人{done}位。"


def _next(today: date) -> list[Any]:
    over = Contact.objects.over(today).order_by("pk")
    return list(over.values_list("pk", flat=True)[:AT_ONCE])


def _delete(actor: Actor, today: date, some: list[Any]) -> None:
    expire_some(actor, today, some)
