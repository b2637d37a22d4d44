"""What is kept on record of communities beside the files that first told of them."""

from __future__ import annotations

from collections.abc import Sequence

from lifecircle.place.area_changes import AreaChange
from lifecircle.place.plane import Plane
from lifecircle.place.tables import Communities


class KeptAreas:
    """Nothing is kept: communities are as the files say. Who keeps more overrides both."""

    def communities(self, read: Communities, plane: Plane) -> Communities:  # noqa: ARG002
        """Return the communities as they are on record, given what the files say of them."""
        return read

    def changes(self) -> Sequence[AreaChange]:
        """Return the changes on record beside those of the files; asked after `communities`."""
        return ()

    def as_now(self, change: AreaChange) -> AreaChange | None:
        """Return a change of the files with its members as they are called now; None of nobody."""
        return change
