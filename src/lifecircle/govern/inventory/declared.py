"""Adds what people declared on the platform to a city: what is complete, which datum is right."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from lifecircle.govern.audit.chain import canonical, root
from lifecircle.govern.imports.models import Batch, BatchState
from lifecircle.govern.imports.targets import OUTLINES
from lifecircle.govern.inventory.models import Census
from lifecircle.place.censuses import AreaCensus, with_censuses
from lifecircle.place.coordinates.declarations import CONTRADICTED
from lifecircle.place.sources import AcceptedSource, CitySources
from lifecircle.place.tables import City, InputFile, Survey
from lifecircle.terms.codes import code_sets

OWN_BOOK = "平台档案.xlsx"
"""Stands for a file where records are shown that no file of the office ever held."""

OWN_CENSUS = "平台普查声明"
"""Stands for a file where what was declared complete by community is shown."""


def with_declared(city: City, as_of: date | None) -> City:
    """Add what was surveyed and declared complete, by community, until a day; it is like a file."""
    rows = Census.objects.standing().select_related("area").order_by("on", "area_id", "pk")
    if as_of is not None:
        rows = rows.filter(on__lte=as_of)
    at = {own: row for row, own in enumerate(city.communities.id)}
    known = [(at[own], one) for one in rows if (own := one.area.code or one.area.name) in at]
    if not known:
        return city
    texts = [
        canonical({
            "community": city.communities.id[row], "categories": sorted(one.categories),
            "states": one.states, "on": str(one.on), "by": one.declared_by,
        })
        for row, one in known
    ]  # fmt: skip
    kept = InputFile("census", OWN_CENSUS, hashlib.sha256(root(texts).encode()).hexdigest())
    surveyed = replace(city, files=(*city.files, kept), surveys=_surveys(city, known))
    censuses = [
        AreaCensus(row, frozenset(one.categories), one.on, one.declared_by) for row, one in known
    ]
    return with_censuses(surveyed, censuses, OWN_BOOK)


def _surveys(city: City, known: Sequence[tuple[int, Census]]) -> tuple[Survey, ...]:
    """Return the surveys of functions, of each community the newest."""
    newest = {one.community: one for one in city.surveys}
    for row, census in known:
        before = newest.get(row)
        if census.states and (
            before is None or before.surveyed_on is None or before.surveyed_on <= census.on
        ):
            unknown = dict.fromkeys(code_sets()["function"], "not_surveyed")
            states = {**unknown, **census.states}
            newest[row] = Survey(row, states, census.on, census.declared_by)
    return tuple(newest[row] for row in sorted(newest))


def with_answered(sources: CitySources, lists: Iterable[str]) -> CitySources:
    """Add who answered by name for the datum of an import in force, for the files it went into.

    A file of records went into any of ``lists``, outlines into the file of the communities.
    """
    done = Batch.objects.filter(state=BatchState.DONE)
    taken_back = done.filter(undoes__isnull=False).values("undoes")
    batches = done.exclude(datum_by="").exclude(pk__in=taken_back).order_by("pk")
    names = sorted(set(lists))
    answered = [
        AcceptedSource(
            code=CONTRADICTED, file=name, by=one.datum_by, as_of=one.datum_on or date.min,
            reason=one.datum_reason,
        )
        for one in batches
        for name in ([sources.communities.file.name] if one.form == OUTLINES else names)
    ]  # fmt: skip
    return sources.model_copy(update={"accepted": (*sources.accepted, *answered)})
