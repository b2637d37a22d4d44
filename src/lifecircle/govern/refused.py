"""A refusal in one sentence with its remedy, as a page and the API show it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lifecircle.terms.errors import Fault, LifecircleError


class Refused(LifecircleError):  # noqa: N818 - a refusal is no error of the program
    """What was asked is understood but not allowed: 403. The remedy goes on after 请."""

    status = 403

    def __init__(self, reason: str, *, remedy: str = "") -> None:
        super().__init__(Fault(reason, remedy=remedy))
        self.reason, self.remedy = reason, remedy

    def __str__(self) -> str:
        """Return the sentence in the reader's language."""
        if not self.remedy:
            return _("%(reason)s。") % {"reason": self.reason}
        told = {"reason": self.reason, "remedy": self.remedy}
        return _("%(reason)s；请%(remedy)s。") % told


class Conflict(Refused):
    """Somebody else was first: 409."""

    status = 409
