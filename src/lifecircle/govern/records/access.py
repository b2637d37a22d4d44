"""The routes of records: none of its own, kinds of records bring theirs."""

from __future__ import annotations

from lifecircle.govern.access import Asks

ROUTES: dict[str, Asks] = {}
