"""Findings and their roll-up as columns, and as CSV, Parquet and GeoPackage."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely

from lifecircle.assess.findings import Assessment, Difference, Finding, RollUp
from lifecircle.assess.ladder import BELOW
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack, Rule
from lifecircle.policy.packs import unit_of
from lifecircle.publish.sentences import Sentences, why_they_differ
from lifecircle.terms.taxonomy import names_zh
from lifecircle.terms.words import word

FIXED_DATE = "2000-01-01T00:00:00.000Z"
"""GeoPackage stores when it was written; a fixed date keeps equal content equal in bytes."""

Columns = dict[str, Sequence[Any]]

_COUNTS = (
    "people",
    "people_affected",
    "older_affected",
    "children_affected",
    "facilities",
    "left_out",
)
_TEXTS = (
    "observed",
    "required",
    "unit",
    "shortfall",
    "share",
    "people_basis",
    "facility",
    "origin",
    "time_min",
    "distance_m",
    "median_min",
    "worst_tenth_min",
    "median_min_older",
    "worst_tenth_min_older",
    "median_min_children",
    "worst_tenth_min_children",
    "confidence",
    "part",
    "whole",
)


def finding_columns(city: City, assessment: Assessment, sentences: Sentences) -> Columns:
    """Return one column per field of a finding, with names, words and the clause beside ids.

    The walks of other profiles stand among them, told by ``profile`` and their reasons.
    """
    pack = assessment.pack
    findings = sorted([*assessment.findings, *assessment.beside], key=lambda f: f.key)
    by_id = {rule.id: rule for rule in pack.rules}
    rules = [by_id[finding.rule] for finding in findings]
    columns: Columns = {
        "simulated": [simulated_mark(city)] * len(findings),
        "pack": [pack.id] * len(findings),
        "subject_level": [finding.subject_level for finding in findings],
        "subject": [finding.subject for finding in findings],
        "subject_name": [
            sentences.name(finding.subject_level, finding.subject) for finding in findings
        ],
        "rule": [rule.id for rule in rules],
        "rule_title": [rule.title.zh for rule in rules],
        "reading": [finding.reading for finding in findings],
        "profile": [finding.profile for finding in findings],
        "verdict": [finding.verdict for finding in findings],
        "verdict_zh": [word("verdict", finding.verdict) for finding in findings],
        "due": [finding.due for finding in findings],
        "due_on": [rule.due.isoformat() if rule.due else "" for rule in rules],
    }
    for name in (*_COUNTS, *_TEXTS):
        columns[name] = list(map(attrgetter(name), findings))
    columns["people_estimated"] = [_estimated(finding) for finding in findings]
    for name in ("counted", "records"):
        columns[name] = ["；".join(o.text for o in getattr(f, name)) for f in findings]
    columns["reasons"] = ["；".join(finding.reasons) for finding in findings]
    columns["reasons_zh"] = [
        "；".join(word("reason", code) for code in finding.reasons) for finding in findings
    ]
    columns["waiver"] = [finding.waiver for finding in findings]
    columns["evidence"] = [sentences.evidence(finding) for finding in findings]
    return columns | _rule_columns(pack, rules)


def _rule_columns(pack: Pack, rules: Sequence[Rule]) -> Columns:
    """Return what a row says of its rule: what it asks for, how sure it is, where it stands."""
    inferred = {rule.id: "；".join(pack.inferred_of(rule)) for rule in pack.rules}
    columns: Columns = {}
    columns["comparator"] = [rule.require.comparator for rule in rules]
    columns["strength"] = [rule.strength for rule in rules]
    columns["source"] = [rule.source for rule in rules]
    columns["mark"] = [rule.mark for rule in rules]
    columns["inferred"] = [inferred[rule.id] for rule in rules]
    columns |= _marks(pack, rules)
    columns["clause_where"] = [rule.clause.where for rule in rules]
    columns["clause"] = [rule.clause.quote for rule in rules]
    return columns


def simulated_mark(city: City) -> str:
    """Return the words that stand in every row made from simulated data, else nothing."""
    return "模拟数据" if city.simulated else ""


def rollup_columns(city: City, assessment: Assessment) -> Columns:
    """Return the roll-up to the city: numerator ``met``, denominator, and who is affected."""
    rows = assessment.rollup
    columns = _counts(city, assessment, rows)
    return {**columns, "subject_level": [row.subject_level for row in rows]}


def rollup_area_columns(city: City, assessment: Assessment) -> Columns:
    """Return the roll-up to the areas of each tree, the area before what the city's has.

    The rows of a level of a tree add up to the city's; those of no area carry an empty ``area``.
    Those of zones, which are tags, need not. ``boundaries_on`` is the day whose trees they are.
    """
    rows = assessment.rollup_by_area
    return {
        "boundaries_on": [assessment.as_of.isoformat()] * len(rows),
        "tree": [row.tree for row in rows],
        "tree_zh": [word("tree", row.tree) for row in rows],
        "area_level": [row.area_level for row in rows],
        "area": [row.area for row in rows],
        "area_name": [row.area_name for row in rows],
        "subject_level": [row.subject_level for row in rows],
        **_counts(city, assessment, rows),
    }


def difference_columns(city: City, assessment: Assessment, sentences: Sentences) -> Columns:
    """Return where circle and walk were held against each other, by community and rule."""
    rows = assessment.differences
    return {
        "simulated": [simulated_mark(city)] * len(rows),
        "pack": [assessment.pack.id] * len(rows),
        "community": [row.community for row in rows],
        "community_name": [sentences.name("community", row.community) for row in rows],
        "rule": [row.rule for row in rows],
        "rule_title": [assessment.pack.rule(row.rule).title.zh for row in rows],
        "circle": [row.circle for row in rows],
        "walk": [row.walk for row in rows],
        "people_circle_only": [row.people_circle_only for row in rows],
        "people_walk_only": [row.people_walk_only for row in rows],
        "people_estimated": [_estimated(row) for row in rows],
        "share_circle_only": [row.share_circle_only for row in rows],
        "share_walk_only": [row.share_walk_only for row in rows],
        "reason": [row.reasons[0][0] if row.reasons else "" for row in rows],
        "reasons_zh": [why_they_differ(row) for row in rows],
        "origin": [row.origin for row in rows],
        "facility": [row.facility for row in rows],
        "facility_name": [sentences.facility(row.facility) for row in rows],
        "straight_m": [row.straight_m for row in rows],
        "walk_m": [row.walk_m for row in rows],
        "detour": [row.detour for row in rows],
        **_marks(assessment.pack, [assessment.pack.rule(row.rule) for row in rows]),
    }


def level_columns(city: City, assessment: Assessment, sentences: Sentences) -> Columns:
    """Return the level each community has reached in each reading, and what the next waits for."""
    rows, ladder = assessment.standings, assessment.pack.header.ladder
    titles = {level.id: level.title.zh for level in ladder.levels} if ladder else {}
    rule_of = {level.id: level.rule for level in ladder.levels} if ladder else {}
    decided = [assessment.pack.rule(rule_of[row.next or row.level]) for row in rows]
    named = titles | {"": "未评估", BELOW: ladder.below.zh if ladder else ""}
    return {
        "simulated": [simulated_mark(city)] * len(rows),
        "pack": [assessment.pack.id] * len(rows),
        "community": [row.community for row in rows],
        "community_name": [sentences.name("community", row.community) for row in rows],
        "reading": [row.reading for row in rows],
        "level": [row.level for row in rows],
        "level_zh": [named[row.level] for row in rows],
        "next": [row.next for row in rows],
        "next_zh": [titles.get(row.next, "") for row in rows],
        "next_verdict": [row.verdict for row in rows],
        "next_reasons": ["；".join(row.reasons) for row in rows],
        **_marks(assessment.pack, decided),
    }


def gap_columns(city: City, assessment: Assessment, sentences: Sentences) -> Columns:
    """Return one row per community and kind of gap that the policy names, with what is missing."""
    kinds = {kind.rule: kind for kind in assessment.pack.header.gap_kinds}
    rows = [finding for finding in assessment.findings if finding.rule in kinds]
    return {
        "simulated": [simulated_mark(city)] * len(rows),
        "pack": [assessment.pack.id] * len(rows),
        "community": [row.subject for row in rows],
        "community_name": [sentences.name("community", row.subject) for row in rows],
        "kind": [kinds[row.rule].id for row in rows],
        "kind_zh": [kinds[row.rule].title.zh for row in rows],
        "gap_zh": [_GAP_ZH[row.verdict] for row in rows],
        **{name: [getattr(row, name) for row in rows] for name in _GAP},
        "people_estimated": [_estimated(row) for row in rows],
        **_marks(assessment.pack, [assessment.pack.rule(row.rule) for row in rows]),
    }


_GAP = ("rule", "reading", "verdict", "observed", "required", "shortfall", "unit", "people",
        "people_affected", "people_basis", "confidence", "waiver")  # fmt: skip
_GAP_ZH = {
    "met": "没有", "not met": "有", "not assessed": "未评估", "not applicable": "不适用"
}  # fmt: skip


def _counts(city: City, assessment: Assessment, rows: Sequence[RollUp]) -> Columns:
    by_id = {rule.id: rule for rule in assessment.pack.rules}
    rules = [by_id[row.rule] for row in rows]
    return {
        "simulated": [simulated_mark(city)] * len(rows),
        "pack": [assessment.pack.id] * len(rows),
        "rule": [row.rule for row in rows],
        "rule_title": [rule.title.zh for rule in rules],
        "unit": [unit_of(rule) for rule in rules],
        "reading": [row.reading for row in rows],
        "met": [row.met for row in rows],
        "not_met": [row.not_met for row in rows],
        "not_assessed": [row.not_assessed for row in rows],
        "not_applicable": [row.not_applicable for row in rows],
        "waived": [row.waived for row in rows],
        "partial_list": [row.partial_list for row in rows],
        "unverified": [row.unverified for row in rows],
        "inferred": [row.inferred for row in rows],
        "limited": [row.limited for row in rows],
        "weak": [row.weak for row in rows],
        "estimated": [row.estimated for row in rows],
        "denominator": [row.denominator for row in rows],
        "people": [row.people for row in rows],
        "people_affected": [row.people_affected for row in rows],
        "people_estimated": [_estimated(row) for row in rows],
        **_marks(assessment.pack, rules),
    }


def _estimated(row: Finding | RollUp | Difference) -> str:
    """Return the word beside numbers of people of whom nobody counted some."""
    return "估计" if row.people_estimated else ""


def _marks(pack: Pack, rules: Sequence[Rule]) -> Columns:
    """Return what the rule of each row, or a part of it, rests on: not verified, not printed."""
    said = {
        rule.id: ("待核" * pack.is_unverified(rule), "推定" * pack.is_inferred(rule))
        for rule in {rule.id: rule for rule in rules}.values()
    }
    return {
        "rests_on_unverified": [said[rule.id][0] for rule in rules],
        "rests_on_inferred": [said[rule.id][1] for rule in rules],
    }


def write_csv(path: Path, columns: Columns) -> None:
    """Write columns as UTF-8 with a mark, so that Excel reads the Chinese."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(columns)
        rows.writerows(zip(*map(_cells, columns.values()), strict=True))


def _cells(values: Sequence[Any]) -> list[Any]:
    """Return the cells of a column, in which few texts come often."""
    known = {value: disarmed(value) for value in set(values)}
    return [known[value] for value in values]


def disarmed(value: Any) -> Any:
    """Return a value for a cell; text that a spreadsheet would run as a formula is disarmed."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return "" if value is None else value


def arrow_table(columns: Columns) -> pa.Table:
    """Return columns as an Arrow table: counts as nullable integers, all else as text."""
    arrays = {}
    for name, values in columns.items():
        whole = name in _COUNTS or any(isinstance(value, int) for value in set(values))
        arrays[name] = pa.array(values, type=pa.int64() if whole else pa.string())
    return pa.table(arrays)


def write_parquet(path: Path, table: pa.Table) -> None:
    """Write a table as Parquet."""
    pq.write_table(table, path, compression="zstd")


def write_layers(path: Path, city: City) -> None:
    """Write communities, facilities and origins with geometry (WGS84) as a GeoPackage."""
    with fixed_date():
        areas, places, origins = city.communities, city.facilities, city.origins
        mark = simulated_mark(city)
        polygons = [_as_multi(shape) for shape in city.plane.to_degrees(areas.shape)]
        names = {"id": areas.id, "name": areas.name, **areas.attributes}
        _write_layer(path, mark, "communities", "MultiPolygon", polygons, names)
        points = city.plane.to_degrees(shapely.point_on_surface(places.shape))
        _write_layer(
            path,
            mark,
            "facilities",
            "Point",
            points,
            {
                "id": places.id,
                "name": places.name,
                "category": [names_zh(codes) for codes in places.categories],
                "layer": [city.layers[layer].name for layer in places.layer],
            },
        )
        homes = city.plane.to_degrees(shapely.points(origins.x_m, origins.y_m))
        whose = [areas.id[row] for row in origins.community]
        _write_layer(
            path,
            mark,
            "origins",
            "Point",
            homes,
            {"id": origins.id, "community": whose, "basis": origins.basis},
        )


def add_findings(path: Path, findings: pa.Table) -> None:
    """Add the findings to a GeoPackage, as a table without geometry."""
    with fixed_date():
        pyogrio.write_arrow(findings, path, layer="findings", driver="GPKG", append=False)


@contextmanager
def fixed_date() -> Iterator[None]:
    """Let GDAL write a fixed date; its refusals become those of files.

    It does not wait for the disk at every step: the folder it writes into is kept whole or not.
    """
    pyogrio.set_gdal_config_options(
        {"OGR_CURRENT_DATE": FIXED_DATE, "OGR_SQLITE_SYNCHRONOUS": "OFF"}
    )
    try:
        yield
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise OSError(str(error)) from error
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None, "OGR_SQLITE_SYNCHRONOUS": None})


def _write_layer(
    path: Path, mark: str, layer: str, kind: str, shapes: Any, columns: Mapping[str, Sequence[str]]
) -> None:
    columns = {**columns, "simulated": [mark] * len(shapes)}
    pyogrio.raw.write(
        path,
        geometry=shapely.to_wkb(np.asarray(shapes, dtype=object)),
        field_data=[np.array(values, dtype=object) for values in columns.values()],
        fields=list(columns),
        layer=layer,
        driver="GPKG",
        geometry_type=kind,
        crs="EPSG:4326",
    )


def _as_multi(shape: Any) -> Any:
    """Return the areal part of a shape as a multipolygon."""
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return shapely.multipolygons(parts)


def write_shapes(
    path: Path, city: City, layers: Mapping[str, tuple[Sequence[Any], Columns]]
) -> None:
    """Write layers of any shapes in plane metres, each with its columns, as a GeoPackage."""
    with fixed_date():
        for name, (shapes, columns) in layers.items():
            degrees = city.plane.to_degrees(np.array([*shapes, None], dtype=object)[:-1])
            _write_layer(path, simulated_mark(city), name, "Unknown", degrees, columns)
