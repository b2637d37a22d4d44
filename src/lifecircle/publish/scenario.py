"""Writes who gains and who loses by edits: tables, map layers, a page, a manifest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from lifecircle import __version__
from lifecircle.assess.people import People
from lifecircle.assess.scenario import GROUPS, Pair, Scenario, Tally
from lifecircle.place.edits.edited_city import Edited
from lifecircle.place.tables import City, InputFile
from lifecircle.publish.folder import Kind, whole_folder
from lifecircle.publish.results import sha256_of, write_json
from lifecircle.publish.runs import run_hash
from lifecircle.publish.scenario_page import scenario_page
from lifecircle.publish.tables import Columns, simulated_mark, write_csv, write_shapes
from lifecircle.publish.trials import Places
from lifecircle.terms.figures import decimal_text, share_text
from lifecircle.terms.taxonomy import names_zh
from lifecircle.terms.words import word

FINDINGS, PEOPLE, MAP = "scenario.csv", "people.csv", "scenario.gpkg"
PAGE, MANIFEST = "index.html", "manifest.json"
SCENARIO = Kind(
    frozenset({FINDINGS, PEOPLE, MAP, PAGE, MANIFEST}), MANIFEST, '"lifecircle_scenario"'
)


def minutes_text(tenths: int | None) -> str:
    """Return tenths of a second as minutes to two decimals, empty where nobody knows."""
    return "" if tenths is None else decimal_text(tenths / 600, 2)


def pair_columns(city: City, found: Sequence[Scenario]) -> Columns:
    """Return one row for each finding on foot and for each other that changed.

    ``served`` are the people of a community who are served on foot; nobody counted them where a
    cell is empty.
    """
    places = Places(city)
    rows = [(one, pair) for one in found for pair in one.pairs]
    pairs = [pair for _, pair in rows]
    today = [pair.before for pair in pairs]
    columns: Columns = {
        "simulated": [simulated_mark(city)] * len(rows),
        "pack": [one.pack.id for one, _ in rows],
        "subject_level": [finding.subject_level for finding in today],
        "subject": [finding.subject for finding in today],
        "subject_name": [places.name(finding) for finding in today],
        "rule": [finding.rule for finding in today],
        "rule_title": [one.pack.rule(pair.before.rule).title.zh for one, pair in rows],
        "reading": [finding.reading for finding in today],
        "profile": [finding.profile for finding in today],
        "changed": ["yes" if pair.changed else "no" for pair in pairs],
        "turned": ["yes" if pair.turned else "no" for pair in pairs],
    }
    for name, which in (("", "before"), ("_then", "after")):
        findings = [getattr(pair, which) for pair in pairs]
        columns[f"verdict{name}"] = [finding.verdict for finding in findings]
        columns[f"verdict{name}_zh"] = [word("verdict", f.verdict) for f in findings]
        for field in ("observed", "share", "time_min", "median_min", "worst_tenth_min"):
            columns[field + name] = [getattr(finding, field) for finding in findings]
        for at, group in enumerate(GROUPS):
            columns[f"{group}_served{name}"] = [_served(pair, which, at) for pair in pairs]
    for field in ("required", "unit", "people", "people_basis", "confidence"):
        columns[field] = [getattr(finding, field) for finding in today]
    columns["people_estimated"] = _estimated(finding.people_basis for finding in today)
    return columns


def _served(pair: Pair, which: str, group: int) -> int | None:
    if pair.served is None:
        return None
    return pair.served[which == "after"][group]


def _estimated(basis: Any) -> list[str]:
    return ["估计" if own in ("raster", "building", "centre") else "" for own in basis]


def people_columns(city: City, found: Sequence[Scenario]) -> Columns:
    """Return one row for each kind of facility and community where anybody gains or loses.

    The rows of the whole city have an empty ``community``, those of any kind at all an empty
    ``kind``. Minutes are of ways within an hour both before and after; ``reached`` and ``cut_off``
    are the people for whom that is so on one side only, and are part of nearer and farther.
    """
    areas = city.communities
    basis = People.by_community(city).basis()
    rows: list[tuple[Scenario, str, tuple[str, ...], int, Tally]] = []
    for one in found:
        kinds = [(own.title, own.categories) for own in one.nearness]
        tallies = list(zip(kinds, one.whole, one.by_community, strict=True))
        for (kind, codes), whole, by_community in (
            (("", ()), one.anywhere_whole, one.anywhere),
            *tallies,
        ):
            rows.append((one, kind, codes, -1, whole))
            rows += [(one, kind, codes, c, t) for c, t in enumerate(by_community) if t.changes]
    columns: Columns = {
        "simulated": [simulated_mark(city)] * len(rows),
        "pack": [one.pack.id for one, *_ in rows],
        "kind": [row[1] for row in rows],
        "categories": [names_zh(row[2]) for row in rows],
        "community": [areas.id[row[3]] if row[3] >= 0 else "" for row in rows],
        "community_name": [areas.name[row[3]] if row[3] >= 0 else "全市" for row in rows],
        "people_basis": [basis[row[3]] if row[3] >= 0 else "" for row in rows],
        "people_estimated": _estimated(basis[row[3]] if row[3] >= 0 else "" for row in rows),
    }
    columns |= _tally_columns([row[4] for row in rows])
    for name in ("minutes_saved", "minutes_lost", "most_saved_min", "most_lost_min"):
        columns[name] = [
            text if row[1] else "" for text, row in zip(columns[name], rows, strict=True)
        ]
    return columns


def _tally_columns(tallies: Sequence[Tally]) -> Columns:
    columns: Columns = {}
    for at, group in enumerate(GROUPS):
        columns[group] = [tally.people[at] for tally in tallies]
        columns[f"{group}_nearer"] = [tally.nearer[at] for tally in tallies]
        columns[f"{group}_farther"] = [tally.farther[at] for tally in tallies]
    return {
        **columns,
        "residents_reached": [tally.reached for tally in tallies],
        "residents_cut_off": [tally.cut_off for tally in tallies],
        "share_nearer": [share_text(*tally.share_nearer) for tally in tallies],
        "share_farther": [share_text(*tally.share_farther) for tally in tallies],
        "minutes_saved": [minutes_text(tally.saved) for tally in tallies],
        "minutes_lost": [minutes_text(tally.lost) for tally in tallies],
        "most_saved_min": [minutes_text(tally.most_saved) for tally in tallies],
        "most_lost_min": [minutes_text(tally.most_lost) for tally in tallies],
    }


def _write_map(path: Path, city: City, edited: Edited, found: Sequence[Scenario]) -> None:
    """Write what was drawn, what it changed, and the origins that gain or lose."""
    effects = edited.effects
    pieces = [(effect, shape) for effect in effects for shape in effect.shapes]
    write_shapes(
        path,
        city,
        {
            "edits": (
                [effect.edit.shape for effect in effects],
                {
                    "action": [effect.edit.action_zh for effect in effects],
                    "name": [effect.edit.name for effect in effects],
                    "effect": [effect.says for effect in effects],
                },
            ),
            "changed": (
                [shape for _, shape in pieces],
                {
                    "action": [effect.edit.action_zh for effect, _ in pieces],
                    "name": [effect.edit.name for effect, _ in pieces],
                },
            ),
            "origins": _changed_origins(city, found),
        },
    )


def _changed_origins(city: City, found: Sequence[Scenario]) -> tuple[list[Any], Columns]:
    """Return the origins that gain or lose, once for each pack, and by how much at most."""
    origins, ids = city.origins, city.communities.id
    points = shapely.points(origins.x_m, origins.y_m)
    shapes: list[Any] = []
    columns: dict[str, list[Any]] = {
        name: []
        for name in ("pack", "id", "community", "residents", "nearer", "farther",
                     "most_saved_min", "most_lost_min", "displaced")
    }  # fmt: skip
    for one in found:
        zero = np.zeros((1, len(origins)), dtype=np.int64)
        gain = np.concatenate([zero, *([own.gain] for own in one.nearness)])
        nearer = np.concatenate([zero, *([own.nearer] for own in one.nearness)]).sum(axis=0)
        farther = np.concatenate([zero, *([own.farther] for own in one.nearness)]).sum(axis=0)
        for row in np.flatnonzero((nearer > 0) | (farther > 0) | one.displaced).tolist():
            shapes.append(points[row])
            residents = int(origins.residents[row])
            values = (
                one.pack.id,
                origins.id[row],
                ids[origins.community[row]],
                str(residents) if residents >= 0 else "",
                str(int(nearer[row])),
                str(int(farther[row])),
                minutes_text(int(gain[:, row].max())),
                minutes_text(int(-gain[:, row].min())),
                "yes" if one.displaced[row] else "no",
            )
            for name, value in zip(columns, values, strict=True):
                columns[name].append(value)
    return shapes, dict(columns)


def write_scenario(
    out: Path, city: City, edited: Edited, edits: InputFile, found: Sequence[Scenario]
) -> dict[str, Any]:
    """Write tables, map, page and manifest into ``out``, all or nothing; return the manifest.

    ``city`` is the city as it is, and ``edits`` the file that says what would be otherwise.
    """
    with whole_folder(out, SCENARIO) as folder:
        write_csv(folder / FINDINGS, pair_columns(edited.city, found))
        write_csv(folder / PEOPLE, people_columns(city, found))
        _write_map(folder / MAP, city, edited, found)
        (folder / PAGE).write_text(scenario_page(city, edited, found), encoding="utf-8")
        run = {
            "software": {"name": "lifecircle", "version": __version__},
            "packs": [_of_pack(one) for one in found],
            "city": {"title": city.title, "simulated": city.simulated},
            "inputs": [vars(file) for file in (*city.files, edits)],
            "edits": [{"edit": own.edit.says, "effect": own.says} for own in edited.effects],
            "results": {name: sha256_of(folder / name) for name in (FINDINGS, PEOPLE)},
        }
        manifest = {
            "lifecircle_scenario": 1,
            "run": run,
            "run_sha256": run_hash(run),
            "files": {name: sha256_of(folder / name) for name in (PAGE, MAP)},
        }
        write_json(folder / MANIFEST, manifest)
        return manifest


def _of_pack(one: Scenario) -> dict[str, Any]:
    whole = one.anywhere_whole
    return {
        "id": one.pack.id,
        "version": one.pack.header.version,
        "sha256": one.pack.sha256,
        "as_of": one.as_of.isoformat(),
        "network_sha256": [one.before.network_sha256, one.after.network_sha256],
        "findings": len(one.pairs),
        "turned": sum(pair.turned for pair in one.pairs),
        "people_nearer": dict(zip(GROUPS, whole.nearer, strict=True)),
        "people_farther": dict(zip(GROUPS, whole.farther, strict=True)),
        "doors_displaced": int(one.displaced.sum()),
    }
