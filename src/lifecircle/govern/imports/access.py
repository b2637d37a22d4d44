"""What the routes of imports ask."""

from __future__ import annotations

from lifecircle.govern.access import Asks

RUN = "import.run"

ROUTES: dict[str, Asks] = {
    "imports:desk": Asks(RUN, RUN),
    "imports:batch": Asks(RUN),
    "imports:commit": Asks(None, RUN),
    "imports:accept": Asks(None, RUN),
    "imports:discard": Asks(None, RUN),
    "imports:undo": Asks(None, RUN),
    "imports:faults": Asks(RUN),
    "imports:outlines": Asks(RUN),
    "imports:marked": Asks(RUN),
    "api:import_add": Asks(None, RUN),
    "api:import_state": Asks(RUN),
    "api:import_rows": Asks(RUN),
    "api:import_commit": Asks(None, RUN),
}
