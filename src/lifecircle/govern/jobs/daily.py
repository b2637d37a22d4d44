"""Hands over the work of every day: the worker does so when it starts and when a day begins.

After a standstill only the day itself is handed over: what a day's work does, it does for all days
before as well.
"""

from __future__ import annotations

from datetime import date

from lifecircle.govern.actor import EVERYWHERE, system
from lifecircle.govern.areas.models import Area
from lifecircle.govern.jobs.handlers import daily_work
from lifecircle.govern.jobs.models import Job
from lifecircle.govern.jobs.services import enqueue


def hand_over_day(today: date) -> list[Job]:
    """Hand over a day's work, once however often it is called; it belongs to the whole city."""
    acting = system("lifecircle daily", "job")
    city = Area.objects.standing().order_by("path").values_list("path", flat=True).first()
    return [
        enqueue(
            acting, kind, str(today), {"today": str(today)},
            title=title, area_path=city or EVERYWHERE,
        )
        for kind, title in daily_work().items()
    ]  # fmt: skip
