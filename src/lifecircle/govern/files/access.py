"""What the routes of files ask."""

from __future__ import annotations

from lifecircle.govern.access import Asks

VIEW, ADD, EVIDENCE = "file.view", "file.add", "file.evidence"
"""``file.evidence`` opens originals of photographs, which say when and where they were taken."""

ROUTES: dict[str, Asks] = {
    "files:of_record": Asks(VIEW, ADD),
    "files:shown": Asks(VIEW),
    "files:original": Asks(VIEW),
    "api:file_list": Asks(VIEW),
    "api:file_add": Asks(None, ADD),
}
