"""What can be published: the frame that every kind fills, and the things the public sees of it."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from lifecircle.govern.actor import Actor
from lifecircle.govern.areas.models import Area
from lifecircle.govern.publications.models import Publication, PublicFeature
from lifecircle.place.sources import PublicSource, read_sources
from lifecircle.publish.map.licences import office_terms
from lifecircle.publish.results import sha256_of, write_json

FEATURES, MANIFEST = "features.jsonl", "manifest.json"


@dataclass(frozen=True)
class Subject:
    """A thing that may be proposed, as it stands now; ``sha256`` goes with its content.

    ``title`` is what the office calls it, ``called`` what everybody would: place, what, day.
    """

    pk: int
    title: str
    area: Area
    sha256: str
    as_of: date
    called: str = ""


def called(template: str, area: Area, day: date) -> str:
    """Return what everybody calls a thing of an area and a day, in the source's language."""
    return template % {"area": area.name, "day": f"{day.year}年{day.month}月{day.day}日"}


@dataclass(frozen=True)
class Feature:
    """What becomes a row of `PublicFeature`; ``geometry`` is GeoJSON in WGS 84, or None."""

    collection: str
    own_id: str
    name: str
    community: str = ""
    geometry: dict[str, Any] | None = None
    properties: dict[str, Any] = field(default_factory=dict)

    def row(self, publication: Publication) -> PublicFeature:
        """Return the row of a publication."""
        box = bounds(self.geometry)
        sides = dict(zip(("west", "south", "east", "north"), box, strict=True)) if box else {}
        return PublicFeature(publication=publication, **asdict(self), **sides)


class Publishable(Protocol):
    """A kind of thing that goes through the exit; `kinds.KINDS` lists them."""

    def offered(self, actor: Actor, area: Area | None = None) -> Sequence[Subject]:
        """Return what somebody may propose, newest first, at most some dozens; of one area."""

    def subject(self, actor: Actor, pk: int) -> Subject | None:
        """Return a thing that somebody sees and that may be proposed, else None."""

    def write(self, publication: Publication, out: Path) -> Iterator[tuple[int, int]]:
        """Write all that the public gets into a folder; yield how much of how much is done.

        Each part appears whole or not at all and one that is there already is kept: after a kill
        this goes on. `features.jsonl` (`write_features`) and `manifest.json` are among the parts.
        Raises Refused or InputError where the content is not what was proposed any more.
        """

    def goes_live(self, actor: Actor, publication: Publication) -> None:
        """Do what follows in the records when it is shown, in that transaction; mostly nothing."""
        del actor, publication

    def is_withdrawn(self, actor: Actor, publication: Publication, reason: str) -> None:
        """Do what follows when what was shown is withdrawn, in that transaction; mostly nothing."""
        del actor, publication, reason


def write_features(out: Path, features: Iterable[Feature]) -> int:
    """Write features, one a line, whole or not at all; return how many."""
    partial, many = out / f".{FEATURES}", 0
    with partial.open("w", encoding="utf-8") as file:
        for one in features:
            text = json.dumps(asdict(one), ensure_ascii=False, allow_nan=False, sort_keys=True)
            file.write(text + "\n")
            many += 1
    partial.replace(out / FEATURES)
    return many


def read_features(folder: Path, first: int = 0) -> Iterator[Feature]:
    """Yield the features of a folder from a line on."""
    with (folder / FEATURES).open(encoding="utf-8") as file:
        for line in islice(file, first, None):
            yield Feature(**json.loads(line))


def write_manifest(
    publication: Publication, out: Path, parts: Mapping[str, Path], about: Mapping[str, Any]
) -> None:
    """Write what was published: counts and hashes of its parts and features, and what it is about.

    ``about`` tells at least ``as_of``, the day of the data as an ISO date, ``office`` and
    ``licence``: layers of the open interface show these.
    """
    counts = Counter(one.collection for one in read_features(out))
    whole = {
        "lifecircle_publication": 1,
        "kind": publication.kind,
        "subject": publication.subject_id,
        "subject_sha256": publication.subject_sha256,
        "words_sha256": words_sha256(),
        "features": counts.total(),
        "collections": dict(counts),
        **about,
        "parts": {
            name: sha256_of(file) for name, file in {**parts, FEATURES: out / FEATURES}.items()
        },
    }
    write_json(out / f".{MANIFEST}", whole)
    (out / f".{MANIFEST}").replace(out / MANIFEST)


def files_in(out: Path, part: str) -> dict[str, Path]:
    """Return the files of a part by their path in the folder."""
    return {f"{part}/{file.name}": file for file in sorted((out / part).iterdir())}


def terms_of(public: PublicSource, *, simulated: bool) -> dict[str, str]:
    """Return who tells it and under which licence, for a manifest."""
    terms = office_terms(public, simulated=simulated)
    return {"office": terms.by, "licence": terms.licence}


def words_sha256() -> str:
    """Return a hash of what the office says of itself in all that it publishes."""
    sources = read_sources(settings.CITY)
    said = [sources.public.model_dump(mode="json"), sources.handbook.model_dump(mode="json")]
    text = json.dumps([settings.PUBLIC_URL, *said], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what a folder tells of itself."""
    found: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return found


def bounds(geometry: dict[str, Any] | None) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of a GeoJSON geometry; None where there is none."""
    points = list(_points(geometry["coordinates"])) if geometry else []
    if not points:
        return None
    lons, lats = zip(*points, strict=True)
    return min(lons), min(lats), max(lons), max(lats)


def _points(coordinates: Any) -> Iterator[tuple[float, float]]:
    if coordinates and isinstance(coordinates[0], int | float):
        yield coordinates[0], coordinates[1]
        return
    for one in coordinates:
        yield from _points(one)
