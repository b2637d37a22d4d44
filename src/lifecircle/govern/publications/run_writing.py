"""Writes a run for everybody: map, open data, handbooks, and a feature for all that is there."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from lifecircle.govern.assessments.handlers import manifests_of, told_hash
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.assessments.packs import packs_on
from lifecircle.govern.assessments.reckoning import Reckoned, reckon
from lifecircle.govern.assessments.services import waivers_on
from lifecircle.govern.publications.models import Publication
from lifecircle.govern.publications.run_features import RunFeatures
from lifecircle.govern.publications.subjects import (
    FEATURES,
    MANIFEST,
    write_features,
    write_manifest,
)
from lifecircle.govern.refused import Refused
from lifecircle.place.sources import CitySources, HandbookSource, read_sources
from lifecircle.publish.handbook.material import Material
from lifecircle.publish.handbook.writing import Wanted as Books
from lifecircle.publish.handbook.writing import write_handbooks
from lifecircle.publish.map.writing import Wanted, write_map
from lifecircle.publish.opendata.earlier import Earlier, read_earlier
from lifecircle.publish.opendata.writing import Terms, write_open_data
from lifecircle.publish.results import write_results

MAP, DATA, BOOKS = "map", "opendata", "handbook"
PARTS = 5


def write_run(publication: Publication, out: Path) -> Iterator[tuple[int, int]]:
    """Judge the city of that day again; write what the public gets if it is still the same."""
    run = Run.objects.get(pk=publication.subject_id)
    judged = judged_again(run, publication.subject_sha256)
    sources, before = read_sources(settings.CITY), earlier(publication)
    ground, found, public = judged.ground, judged.found, sources.public
    yield 1, PARTS
    if not (out / MAP).is_dir():
        write_map(out / MAP, Wanted(ground, found, public, None, before))
    yield 2, PARTS
    if not (out / DATA).is_dir():
        write_open_data(out / DATA, ground, found, Terms(before=before, public=public))
    yield 3, PARTS
    material = Material.of(ground, found, office(sources), None, before)
    if not (out / BOOKS).is_dir():
        every = range(len(ground.city.communities))
        write_handbooks(out / BOOKS, material, Books(every, large=False))
    yield 4, PARTS
    features = RunFeatures(material, public)
    if not (out / FEATURES).is_file():
        write_features(out, features.all())
    if not (out / MANIFEST).is_file():
        parts = {name: out / name / "manifest.json" for name in (MAP, DATA, BOOKS)}
        write_manifest(publication, out, parts, features.about())
    yield PARTS, PARTS


def judged_again(run: Run, sha256: str) -> Reckoned:
    """Return the run judged once more; raises Refused where it does not find the same.

    The same are software, packs, input and every table of results, by their hashes.
    """
    packs, waivers = packs_on(run.packs, run.as_of), waivers_on(run.as_of)
    judged = reckon(packs, run.as_of, run.profiles, waivers=waivers)
    if not sha256 == run.sha256 == told_hash(results_of(judged)):
        raise Refused(
            _("按今天的档案重算，与这次评估的结果不一样"),
            remedy=_("重新评估，再提请发布新的结果"),
        )
    return judged


def results_of(judged: Reckoned) -> dict[str, Any]:
    """Return the manifest of each pack's results, by its id."""
    with tempfile.TemporaryDirectory() as folder:
        told = write_results(Path(folder) / "out", judged.city, judged.network, judged.found)
    return manifests_of(told)


def earlier(publication: Publication) -> tuple[Earlier, ...]:
    """Return the open data that the public ever got before, also what was withdrawn since."""
    published = Publication.objects.filter(
        kind=Publication.Kind.RUN, published_at__isnull=False, pk__lt=publication.pk
    )
    folders = [one.folder / DATA for one in published.order_by("pk")]
    return tuple(read_earlier(one) for one in folders)


def office(sources: CitySources) -> HandbookSource:
    """Return what the office says of itself, with where the map is that we serve."""
    own = sources.handbook
    if own.page_base_url or not settings.PUBLIC_URL:
        return own
    return own.model_copy(update={"page_base_url": f"{settings.PUBLIC_URL}/public/map"})
