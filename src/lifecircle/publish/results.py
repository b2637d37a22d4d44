"""Writes the results of assessments into a folder: tables, map layers, page, manifest."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lifecircle import __version__
from lifecircle.assess.doubts import categories_touched
from lifecircle.assess.findings import Assessment
from lifecircle.place.area_changes import events
from lifecircle.place.areas.succession import trees_on
from lifecircle.place.tables import City, Layer
from lifecircle.policy.measures import parts_of, records_of
from lifecircle.policy.models import Pack
from lifecircle.policy.reading import rule_zh
from lifecircle.publish.boundaries import boundary_columns, event_said
from lifecircle.publish.charts.bars import Bars
from lifecircle.publish.charts.shown import assessed
from lifecircle.publish.folder import Kind, whole_folder
from lifecircle.publish.map_layers import MapLayers
from lifecircle.publish.page import render
from lifecircle.publish.payload import page_payload
from lifecircle.publish.rows import row_columns
from lifecircle.publish.runs import run_hash
from lifecircle.publish.sentences import Sentences
from lifecircle.publish.tables import (
    add_findings,
    arrow_table,
    difference_columns,
    finding_columns,
    gap_columns,
    level_columns,
    rollup_area_columns,
    rollup_columns,
    write_csv,
    write_layers,
    write_parquet,
)
from lifecircle.publish.walkers import walkers_told
from lifecircle.terms.progress import Progress, silent
from lifecircle.walk.network import Network

MANIFEST = "manifest.json"
PAGE = "index.html"
ROWS = "rows.csv"
TABLES = (
    "findings.csv",
    "rollup.csv",
    "rollup_areas.csv",
    "rollup_changes.csv",
    "circle_against_walk.csv",
    "levels.csv",
    "gaps.csv",
    ROWS,
)
CONTAINERS = ("findings.gpkg", "findings.parquet", PAGE)
RESULTS = Kind(frozenset({*TABLES, *CONTAINERS, MANIFEST}), MANIFEST, '"lifecircle_manifest"')


def write_results(
    out: Path,
    city: City,
    network: Network,
    assessments: list[Assessment],
    progress: Progress = silent,
    walked: Mapping[str, Sequence[Bars]] | None = None,
) -> dict[str, Any]:
    """Write one assessment into ``out``, or each of several into a folder named by its pack.

    ``walked`` are the people by minutes of each pack, for its page. All or nothing. Equal input
    gives equal bytes. Returns the manifest; with several packs, one that holds each pack's
    manifest by id.
    """
    city = trees_on(city, assessments[0].as_of)
    with whole_folder(out, RESULTS) as folder:
        drawn = _Drawn(city, MapLayers(city, network), folder / "layers.gpkg", folder / "all.csv")
        write_layers(drawn.layers_file, city)
        write_csv(drawn.rows_file, row_columns(city))
        packs = {}
        for assessment in assessments:
            progress("写出结果")
            below = folder if len(assessments) == 1 else folder / assessment.pack.id
            below.mkdir(exist_ok=True)
            charts = (walked or {}).get(assessment.pack.id, ())
            packs[assessment.pack.id] = _write_one(below, drawn, assessment, charts)
        drawn.layers_file.unlink()
        drawn.rows_file.unlink()
        if len(assessments) == 1:
            return packs[assessments[0].pack.id]
        manifest = {"lifecircle_manifest": 1, "packs": packs}
        write_json(folder / MANIFEST, manifest)
        return manifest


@dataclass(frozen=True, eq=False)
class _Drawn:
    """What the results of every pack hold alike, made once and copied."""

    city: City
    layers: MapLayers
    layers_file: Path
    rows_file: Path


def _write_one(
    folder: Path, drawn: _Drawn, assessment: Assessment, walked: Sequence[Bars]
) -> dict[str, Any]:
    shutil.copyfile(drawn.layers_file, folder / "findings.gpkg")
    shutil.copyfile(drawn.rows_file, folder / ROWS)
    sentences = Sentences(drawn.city, assessment.pack)
    _write_tables(folder, drawn.city, assessment, sentences)
    charts = assessed(drawn.city, assessment, walked)
    page = render(page_payload(drawn.layers, assessment, sentences), charts)
    (folder / PAGE).write_text(page, encoding="utf-8")
    manifest = manifest_of(drawn.city, assessment, folder)
    write_json(folder / MANIFEST, manifest)
    return manifest


def _write_tables(folder: Path, city: City, assessment: Assessment, sentences: Sentences) -> None:
    """Write findings and roll-up; the columns of a large city are gone before its page is made."""
    findings = finding_columns(city, assessment, sentences)
    write_csv(folder / "findings.csv", findings)
    write_csv(folder / "rollup.csv", rollup_columns(city, assessment))
    write_csv(folder / "rollup_areas.csv", rollup_area_columns(city, assessment))
    write_csv(folder / "rollup_changes.csv", boundary_columns(city, assessment))
    differences = difference_columns(city, assessment, sentences)
    write_csv(folder / "circle_against_walk.csv", differences)
    write_csv(folder / "levels.csv", level_columns(city, assessment, sentences))
    write_csv(folder / "gaps.csv", gap_columns(city, assessment, sentences))
    table = arrow_table(findings)
    del findings
    write_parquet(folder / "findings.parquet", table)
    add_findings(folder / "findings.gpkg", table)


def manifest_of(city: City, assessment: Assessment, folder: Path) -> dict[str, Any]:
    """Return what the run was made of and the hash of each file it wrote.

    ``run_sha256`` covers ``run``: input, pack, software, options, and the tables of results.
    The containers beside them are listed outside, since libraries may write them differently.
    """
    pack = assessment.pack
    run = {
        "software": {"name": "lifecircle", "version": __version__},
        "pack": {"id": pack.id, "version": pack.header.version, "sha256": pack.sha256},
        "rules": rules_read(pack),
        "options": _options(assessment),
        "city": _city(city),
        "inputs": [vars(file) for file in city.files],
        "accepted": [{**vars(one), "on": one.on.isoformat()} for one in city.accepted],
        "waivers": [waiver.told() for waiver in city.waivers if waiver.pack in ("", pack.id)],
        "area_changes": [event_said(event) for event in events(city.changes)],
        "layers": [_layer(layer) for layer in city.layers],
        "estimates": [vars(estimate) for estimate in city.estimates],
        "ways_m": dict(city.streets.ways.by_kind),
        "network_sha256": assessment.network_sha256,
        "notices": list(city.notices),
        "walkers": walkers_told(assessment),
        "records_of_unknown_areas": [
            {"level": row.level, "subject": row.subject, "record": row.record}
            for row in assessment.strays
        ],
        "rules_without_data": list(assessment.without_data),
        "verdicts": dict(sorted(Counter(f.verdict for f in assessment.findings).items())),
        "results": {name: sha256_of(folder / name) for name in TABLES},
    }
    return {
        "lifecircle_manifest": 1,
        "run": run,
        "run_sha256": run_hash(run),
        "files": {name: sha256_of(folder / name) for name in CONTAINERS},
    }


def _options(assessment: Assessment) -> dict[str, Any]:
    walking = assessment.pack.header.walking
    return {
        "as_of": assessment.as_of.isoformat(),
        "profile": assessment.profile,
        "beside": sorted({finding.profile for finding in assessment.beside}),
        "speed_m_per_min": walking.speed_m_per_min if walking else None,
    }


def rules_read(pack: Pack) -> dict[str, dict[str, Any]]:
    """Return what each rule was judged by, so that two runs can tell a changed rule."""
    walking, circle = pack.header.walking, pack.header.circle
    found = {}
    for rule in pack.rules:
        round_ = circle if pack.has_circle(rule) else None
        found[rule.id] = {
            "title": rule.title.zh,
            "reads": rule_zh(pack, rule),
            "source": rule.source,
            "strength": rule.strength,
            "due": str(rule.due or ""),
            "changed": rule.changed,
            "categories": list(categories_touched(pack, rule)),
            "records": list(records_of(rule.measure)),
            "parts": list(parts_of(rule.measure)),
            "speed_m_per_min": walking.speed_m_per_min if walking and rule.minutes else None,
            "radius_m": round_.radius_m if round_ else None,
        }
    return found


def _city(city: City) -> dict[str, Any]:
    gates, walked = len(city.origins.gate_of), city.origins.gate_open
    return {
        "title": city.title,
        "simulated": city.simulated,
        "communities": len(city.communities),
        "origins": len(city.origins),
        "gates": gates,
        "gates_open": gates if walked is None else int(walked.sum()),
        "facilities": len(city.facilities),
    }


def _layer(layer: Layer) -> dict[str, Any]:
    return {
        "name": layer.name,
        "census": sorted(layer.census),
        "census_by_area_only": sorted(layer.counted),
        "census_on": layer.census_on.isoformat() if layer.census_on else None,
        "declared_by": layer.declared_by,
        "partial": sorted(layer.partial - layer.census - layer.counted),
    }


def sha256_of(path: Path) -> str:
    """Return the hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a manifest; equal content gives equal bytes."""
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
