"""Writes which verdicts would turn under other assumptions: a table, a page, a manifest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lifecircle import __version__
from lifecircle.assess.sensitivity import Sensitivity
from lifecircle.place.tables import City
from lifecircle.publish.folder import Kind, whole_folder
from lifecircle.publish.results import sha256_of, write_json
from lifecircle.publish.runs import run_hash
from lifecircle.publish.sensitivity_page import sensitivity_page
from lifecircle.publish.tables import Columns, simulated_mark, write_csv
from lifecircle.publish.trials import Places, assumption_zh, margin, turn_counts
from lifecircle.terms.words import word

TABLE, PAGE, MANIFEST = "sensitivity.csv", "index.html", "manifest.json"
SENSITIVITY = Kind(frozenset({TABLE, PAGE, MANIFEST}), MANIFEST, '"lifecircle_sensitivity"')


def turn_columns(city: City, found: list[Sensitivity]) -> Columns:
    """Return one row for each finding that turns under each assumption.

    ``margin`` is how far today's figure is from what is required, in the rule's unit, and
    ``time_min`` against ``minutes`` how far the longest way is from what the rule allows;
    ``settled`` says that it turns between met and not met; ``turns_under`` counts the
    assumptions that turn this finding.
    """
    places = Places(city)
    rows = [
        (one, trial.assumption, turned.today, turned.then, "yes" if turned.settled else "no")
        for one in found
        for trial in one.trials
        for turned in trial.turned
    ]
    today, then = [row[2] for row in rows], [row[3] for row in rows]
    columns: Columns = {
        "simulated": [simulated_mark(city)] * len(rows),
        "pack": [one.pack.id for one, *_ in rows],
        "assumption": [assumption.kind for _, assumption, *_ in rows],
        "assumption_zh": [assumption_zh(assumption) for _, assumption, *_ in rows],
        "assumed_today": [assumption.today for _, assumption, *_ in rows],
        "assumed_then": [assumption.changed for _, assumption, *_ in rows],
        "county": [places.of(finding).county for finding in today],
        "township": [places.of(finding).township for finding in today],
        "subject_level": [finding.subject_level for finding in today],
        "subject": [finding.subject for finding in today],
        "subject_name": [places.name(finding) for finding in today],
        "rule": [finding.rule for finding in today],
        "rule_title": [one.pack.rule(finding.rule).title.zh for one, _, finding, *_ in rows],
        "reading": [finding.reading for finding in today],
        "settled": [row[4] for row in rows],
    }
    for name, findings in (("", today), ("_then", then)):
        columns[f"verdict{name}"] = [finding.verdict for finding in findings]
        columns[f"verdict{name}_zh"] = [word("verdict", f.verdict) for f in findings]
        for field in ("observed", "share", "time_min", "people_affected"):
            columns[field + name] = [getattr(finding, field) for finding in findings]
    columns["minutes"] = [one.pack.rule(f.rule).minutes for one, _, f, *_ in rows]
    columns["margin"] = [margin(finding) for finding in today]
    for field in ("required", "unit", "people", "people_basis", "confidence", "due", "waiver"):
        columns[field] = [getattr(finding, field) for finding in today]
    columns["turns_under"] = [one.times[f.key] for one, _, f, *_ in rows]
    return columns


def write_sensitivity(
    out: Path, city: City, network_sha256: str, found: list[Sensitivity]
) -> dict[str, Any]:
    """Write table, page and manifest into ``out``, all or nothing, and return the manifest."""
    with whole_folder(out, SENSITIVITY) as folder:
        write_csv(folder / TABLE, turn_columns(city, found))
        (folder / PAGE).write_text(sensitivity_page(city, found), encoding="utf-8")
        run = {
            "software": {"name": "lifecircle", "version": __version__},
            "packs": [_of_pack(one) for one in found],
            "city": {"title": city.title, "simulated": city.simulated},
            "inputs": [vars(file) for file in city.files],
            "network_sha256": network_sha256,
            "results": {TABLE: sha256_of(folder / TABLE)},
        }
        manifest = {
            "lifecircle_sensitivity": 1,
            "run": run,
            "run_sha256": run_hash(run),
            "files": {PAGE: sha256_of(folder / PAGE)},
        }
        write_json(folder / MANIFEST, manifest)
        return manifest


def _of_pack(found: Sensitivity) -> dict[str, Any]:
    pack = found.pack
    return {
        "id": pack.id,
        "version": pack.header.version,
        "sha256": pack.sha256,
        "as_of": found.as_of.isoformat(),
        "judged": found.judged,
        "turn": len(found.times),
        "trials": [
            {
                "assumption": vars(trial.assumption),
                "communities": trial.communities,
                "origins_off_network": trial.origins,
                "facilities_off_network": trial.facilities,
                "turned": [
                    {"from": before, "to": after, "count": count}
                    for (before, after), count in turn_counts(trial).items()
                    if count
                ],
            }
            for trial in found.trials
        ],
    }
