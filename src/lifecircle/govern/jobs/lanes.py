"""Which jobs a worker takes: an import does not wait for a plan that is reckoned for an hour."""

from __future__ import annotations

from enum import StrEnum
from functools import reduce
from operator import or_

from django.apps import apps
from django.db.models import Q


class Lane(StrEnum):
    """What a worker takes. Apps whose jobs hold a whole city name their kinds in ``reckons``."""

    ALL = "all"
    RECKONING = "reckoning"
    OTHERS = "others"

    def jobs(self) -> Q:
        """Return the condition for the jobs of this lane."""
        if self is Lane.ALL:
            return Q()
        begins = [app.reckons for app in apps.get_app_configs() if hasattr(app, "reckons")]
        reckoned = reduce(or_, (Q(kind__startswith=one) for one in begins))
        return reckoned if self is Lane.RECKONING else ~reckoned
