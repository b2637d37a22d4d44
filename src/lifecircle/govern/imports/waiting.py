"""What waits at the import desk: batches checked and not confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from lifecircle.govern.actor import Actor
from lifecircle.govern.imports.models import Batch, BatchState
from lifecircle.govern.waiting import Waiting


def waiting(actor: Actor, today: date) -> Iterator[Waiting]:
    """Yield the batches that somebody must confirm or throw away."""
    del today
    many = Batch.objects.visible_to(actor).filter(state=BatchState.CHECKED).count()
    if many:
        url = f"{reverse('imports:desk')}?state={BatchState.CHECKED}"
        yield Waiting(_("确认或作废检查完的导入"), url, count=many)
