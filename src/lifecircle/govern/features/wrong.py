"""What a reader of the layers did wrong, each with its status and its code in the answer."""

from __future__ import annotations

from lifecircle.govern.refused import Conflict, Refused


class Wrong(Refused):
    """A parameter that cannot be understood: 400."""

    status, code = 400, "InvalidParameterValue"


class Absent(Refused):
    """There is no such thing: 404."""

    status, code = 404, "NotFound"


class Renewed(Conflict):
    """What was being read has been replaced: 409."""

    code = "Renewed"


class Withdrawn(Refused):
    """What was being read has been withdrawn: 410."""

    status, code = 410, "Withdrawn"
