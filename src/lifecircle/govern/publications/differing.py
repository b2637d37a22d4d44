"""What a proposal would change of what everybody sees now."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import Any

from lifecircle.govern.publications.models import Publication, PublicFeature
from lifecircle.govern.publications.subjects import read_features

MOST_NAMED = 50


def differences(publication: Publication) -> dict[str, Any]:
    """Return by collection how many are new, gone and changed, and some of them by name.

    Compared with the live publication of the kind and area; ``against`` is that, None where this
    is the first.
    """
    mine = Publication.objects.filter(kind=publication.kind, area_id=publication.area_id)
    live = mine.live().exclude(pk=publication.pk).first()
    told: dict[str, Any] = {"against": live.pk if live else None, "counts": {}, "named": []}
    if live is None:
        return told
    old = {
        (one.collection, one.own_id): (one.name, _mark(one.geometry, one.properties))
        for one in PublicFeature.objects.filter(publication=live).iterator()
    }
    counts: Counter[tuple[str, str]] = Counter()
    for new in read_features(publication.folder):
        was = old.pop((new.collection, new.own_id), None)
        mark = _mark(new.geometry, new.properties)
        if was is None or was[1] != mark:
            _note(told, counts, new.collection, "changed" if was else "added", new.name)
    for (collection, _own_id), was in old.items():
        _note(told, counts, collection, "gone", was[0])
    for (collection, what), many in sorted(counts.items()):
        told["counts"].setdefault(collection, {})[what] = many
    return told


def _note(
    told: dict[str, Any], counts: Counter[tuple[str, str]], collection: str, what: str, name: str
) -> None:
    counts[collection, what] += 1
    if len(told["named"]) < MOST_NAMED:
        told["named"].append([collection, what, name])


def _mark(geometry: Any, properties: dict[str, Any]) -> str:
    """Return a mark of all that is told but the day, which is another in every publication."""
    kept = {name: value for name, value in properties.items() if name != "as_of"}
    text = json.dumps([geometry, kept], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
