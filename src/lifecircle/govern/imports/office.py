"""What the office's own files of the city say to an import: its words, and its streets."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_noop as _

from lifecircle.place.audit.datums import datum_findings
from lifecircle.place.books import sha256_of
from lifecircle.place.city import read_streets
from lifecircle.place.forms.category_cells import Kinds
from lifecircle.place.forms.columns import Headers
from lifecircle.place.forms.headers import read_headers
from lifecircle.place.forms.own_kinds import read_kinds
from lifecircle.place.inspection import accepted_faults
from lifecircle.place.layers import VectorLayer
from lifecircle.place.plane import Plane
from lifecircle.place.sources import FILE_NAME, CitySources, read_sources
from lifecircle.place.tables import Streets
from lifecircle.terms.errors import Fault, InputError
from lifecircle.terms.memory import Remembering

REMEDY = _("核对来源，重新上传，“坐标是哪种”改选；选得不错的，写明依据确认")

_streets = Remembering(1)
"""The streets held against last: one city has one network, and reading it takes seconds."""


@dataclass(frozen=True)
class Office:
    """The office's own files; ``sources`` is None where there are none, or they cannot be read.

    With ``datum_taken`` somebody answers by name for the datum of what is read: none is wrong.
    """

    sources: CitySources | None = None
    headers: Headers = field(default_factory=dict)
    kinds: Kinds = field(default_factory=dict)
    datum_taken: bool = False

    def datum_findings(
        self, layer: VectorLayer, *, bounded: bool
    ) -> tuple[list[Fault], list[Fault]]:
        """Return what is wrong with the datum of a layer, and the rows that may be in another.

        As `lifecircle check` does: the streets tell, and who took a fault upon himself is heard.
        """
        held = self.held()
        if held is None or self.sources is None:
            return [], []
        wrong, mixed = datum_findings([(layer, bounded)], [], *held)
        kept = [] if self.datum_taken else accepted_faults(self.sources, wrong)[0]
        return [replace(one, remedy=REMEDY) for one in kept], [one.fault for one in mixed]

    def held(self) -> tuple[Plane, Streets] | None:
        """Return the plane and the streets, None where nobody can read them: the runs tell why."""
        sources = self.sources
        if sources is None:
            return None
        try:
            files = sources.communities.file, sources.network.file
            return _streets(tuple(map(sha256_of, files)), lambda: read_streets(sources))
        except (InputError, OSError):
            return None


def the_office(*, datum_taken: bool = False) -> Office:
    """Return what the office's files say; nothing where there are none or they are at fault."""
    folder = Path(settings.CITY)
    if not (folder / FILE_NAME).is_file():
        return Office()
    try:
        sources = read_sources(folder)
        kinds = read_kinds(sources.kinds) if sources.kinds else {}
        return Office(sources, read_headers(sources.headers), kinds, datum_taken)
    except InputError:
        return Office()
