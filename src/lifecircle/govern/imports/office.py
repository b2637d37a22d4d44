"""What the office's own files of the city say to an import: its words, and its streets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
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

_taken: ContextVar[bool] = ContextVar("taken", default=False)

_streets = Remembering(1)
"""The streets held against last: one city has one network, and reading it takes seconds."""


@dataclass(frozen=True)
class Office:
    """The office's own files; ``sources`` is None where there are none, or they cannot be read."""

    sources: CitySources | None = None
    headers: Headers = field(default_factory=dict)
    kinds: Kinds = field(default_factory=dict)

    def datum_findings(
        self, layer: VectorLayer, *, bounded: bool
    ) -> tuple[list[Fault], list[Fault]]:
        """Return what is wrong with the datum of a layer, and the rows that may be in another.

        As `lifecircle check` does: the streets tell, and who took a fault upon himself is heard.
        """
        held = None if self.sources is None else _held(self.sources)
        if held is None or self.sources is None:
            return [], []
        wrong, mixed = datum_findings([(layer, bounded)], [], *held)
        kept = [] if _taken.get() else accepted_faults(self.sources, wrong)[0]
        return [replace(one, remedy=REMEDY) for one in kept], [one.fault for one in mixed]


@contextmanager
def datum_taken(*, taken: bool) -> Iterator[None]:
    """Let no datum be wrong while a file is read whose datum somebody answers for by name."""
    before = _taken.set(taken)
    try:
        yield
    finally:
        _taken.reset(before)


def _held(sources: CitySources) -> tuple[Plane, Streets] | None:
    """Return the plane and the streets, None where nobody can read them: the runs tell why."""
    try:
        key = tuple(sha256_of(file) for file in (sources.communities.file, sources.network.file))
        return _streets(key, lambda: read_streets(sources))
    except (InputError, OSError):
        return None


def the_office() -> Office:
    """Return what the office's files say; nothing where there are none or they are at fault."""
    folder = Path(settings.CITY)
    if not (folder / FILE_NAME).is_file():
        return Office()
    try:
        sources = read_sources(folder)
        kinds = read_kinds(sources.kinds) if sources.kinds else {}
        return Office(sources, read_headers(sources.headers), kinds)
    except InputError:
        return Office()
