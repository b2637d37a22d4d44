"""A publication as it stands after its job, made by hand: rows, folder and files."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.db.models import F

from lifecircle.govern.areas.models import Area
from lifecircle.govern.assessments.models import Run
from lifecircle.govern.publications.models import Publication, PublicFeature
from lifecircle.govern.publications.subjects import Feature, write_features

AT = datetime(2026, 7, 1, 1, tzinfo=UTC)
FRAME = {"as_of": "2026-06-30", "simulated": True, "source": "office", "licence": "CC-BY-4.0"}


def run_in(area: Area, word: str) -> Run:
    """Put a run of an area on record."""
    return Run.objects.create(
        city=area, packs=[], as_of="2026-06-30", tree="managing", boundaries="then", title=word,
        state=Run.State.DONE, sha256="cd" * 32, actor="test", done_at=AT, simulated=True,
    )  # fmt: skip


def published_in(
    area: Area, word: str, communities: int = 2, facilities: int = 3, **told: Any
) -> Publication:
    """Publish communities and facilities whose names begin with a word."""
    features = list(_features(word, communities, facilities))
    publication = Publication.objects.create(
        kind=Publication.Kind.RUN, subject_id=1, subject_sha256="ab" * 32, area=area,
        **{
            "title": f"{word} 2026", "state": Publication.State.PUBLISHED, "proposed_by": "one",
            "proposed_reason": "yearly", "decided_by": "other", "decided_at": AT,
            "decided_reason": "agreed", "published_at": AT, **told,
        },
    )  # fmt: skip
    folder = publication.folder
    for part in ("map", "opendata", "handbook"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "map" / "index.html").write_text("<title>map</title>", encoding="utf-8")
    (folder / "map" / "manifest.json").write_text('{"public": {}}', encoding="utf-8")
    (folder / "opendata" / "communities.csv").write_text("id\n", encoding="utf-8")
    for number in range(communities):
        (folder / "handbook" / f"community-C{number}.pdf").write_bytes(b"%PDF-1.4")
    many = write_features(folder, features)
    manifest = {
        "as_of": "2026-06-30", "simulated": True, "city": word, "features": many,
        "collections": {"communities": communities, "facilities": facilities},
        "packs": [{"id": "p", "title": "Pack", "version": "1"}],
        "totals": [
            {"title": "Meals", "reading_zh": "walk", "met": 1, "not_met": 1, "not_assessed": 0}
        ],
        "office": "office", "licence": "CC-BY-4.0", "datum": "WGS84", "map_approval_number": "",
        "complaints": {"telephone": "12345", "place": ""}, "pace": "",
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    publication.manifest = manifest
    publication.save()
    rows = [one.row(publication) for one in features]
    PublicFeature.objects.bulk_create(rows, batch_size=500)
    return publication


def proposed_in(area: Area, word: str) -> Publication:
    """Propose what differs a little from what is live."""
    made = published_in(area, word, state=Publication.State.PROPOSED, published_at=None)
    PublicFeature.objects.filter(publication=made).delete()
    made.decided_by = made.decided_reason = ""
    made.manifest |= {
        "differences": {
            "against": made.pk - 1,
            "counts": {"facilities": {"added": 1, "gone": 2}},
            "named": [["facilities", "added", f"{word} F9"]],
        }
    }
    made.save()
    return made


def superseded(publication: Publication, state: str = "superseded", **told: Any) -> None:
    """Let a publication be past."""
    mine = Publication.objects.filter(pk=publication.pk)
    mine.update(state=state, version=F("version") + 1, **told)


def _features(word: str, communities: int, facilities: int) -> Any:
    square = {"type": "Polygon", "coordinates": [[[108, 34], [109, 34], [109, 35], [108, 34]]]}
    for number in range(communities):
        yield Feature(
            "communities",
            f"C{number}",
            f"{word} C{number}",
            f"C{number}",
            square,
            _community(number),
        )
    for number in range(facilities):
        home = f"C{number % max(communities, 1)}"
        point = {"type": "Point", "coordinates": [108.5, 34.5]}
        told = _facility(word, home)
        yield Feature("facilities", f"F/{number}", f"{word} F{number}", home, point, told)


def _community(number: int) -> dict[str, Any]:
    verdicts = [
        {
            "pack": "p", "rule": f"r{rule}", "title": f"Rule {rule}", "marks": "",
            "verdict": verdict, "verdict_zh": "", "readings": ["walk"], "said": "Told. " * 6,
            "due": "", "clause_where": "1",
        }
        for rule, verdict in enumerate(("met", "not met", "not assessed", "not applicable") * 8)
    ]  # fmt: skip
    near = [{"id": "F/0", "name": "Near", "first_min": 3}]
    service = {
        "category": "clinic", "category_zh": "Clinic", "half_min": 5, "half_zh": "5 min",
        "declared": "census", "near": near, "more": 0,
    }  # fmt: skip
    return {
        "township": "T", "county": "K", "managed_by": "", "pinyin": f"c {number}",
        "people": {"residents": [195, 199], "older": None, "children": None},
        "people_note": "", "people_note_zh": "", "verdicts": verdicts, "services": [service] * 20,
        "half_of": "people", "handbook": f"community-C{number}.pdf", **FRAME,
    }  # fmt: skip


def _facility(word: str, home: str) -> dict[str, Any]:
    return {
        "categories": ["clinic"], "categories_zh": "Clinic", "functions": [], "functions_zh": "",
        "pinyin": "shi tang", "address": "1 Mill Road", "hours": "08:00-12:00",
        "hours_zh": "08:00-12:00", "open": [], "hotline": "029-1", "charges": "5 yuan",
        "to_bring": "", "state": "operating", "state_zh": "open", "serves": True, "opened_on": "",
        "community_name": f"{word} {home}", "from_osm": False, "lon": 108.5, "lat": 34.5,
        "datum": "WGS84", **FRAME,
    }  # fmt: skip
