"""Writes the documents of an assessment into a folder, with where each figure comes from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lifecircle.assess.findings import Assessment, Finding
from lifecircle.assess.ground import Ground
from lifecircle.place.letterhead import Letterhead
from lifecircle.policy.reading import rule_zh
from lifecircle.publish.documents.figures import Figure
from lifecircle.publish.documents.filling import filled
from lifecircle.publish.documents.kinds import Written, title_text, write
from lifecircle.publish.documents.material import Material, met_in, since
from lifecircle.publish.documents.origins import Origins
from lifecircle.publish.documents.templates import KINDS
from lifecircle.publish.each_pack import of_each_pack
from lifecircle.publish.folder import Kind, whole_folder
from lifecircle.publish.past import Past
from lifecircle.publish.registers.writing import REGISTER, write_register
from lifecircle.publish.results import MANIFEST, sha256_of, write_json
from lifecircle.publish.runs import run_hash, run_of
from lifecircle.publish.sentences import marks_zh
from lifecircle.terms.progress import Progress, silent
from lifecircle.terms.words import word

FIGURES = "figures.json"
NAMES = tuple(f"{name}.docx" for name in KINDS.values())
DOCUMENTS = Kind(
    frozenset({*NAMES, REGISTER, FIGURES, MANIFEST}), MANIFEST, '"lifecircle_documents"'
)


def write_documents(
    out: Path,
    ground: Ground,
    assessments: Sequence[Assessment],
    office: Letterhead,
    templates: Mapping[str, bytes],
    before: Mapping[str, Past] | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Write the documents of ``templates`` by kind and their register, each pack in its folder.

    ``before`` are the runs of an earlier result by pack. All or nothing; equal input gives equal
    bytes. Returns the manifest.
    """

    def write_pack(below: Path, found: Assessment) -> dict[str, Any]:
        progress(f"写公文 {found.pack.id}")
        past = (before or {}).get(found.pack.id)
        compared = since(past, ground, found) if past else None
        day = str(past.run["options"]["as_of"]) if past else ""
        met = met_in(past, found) if past else None
        material = Material(ground, found, office, compared, day, met)
        return _write_one(below, material, templates, past)

    with whole_folder(out, DOCUMENTS) as folder:
        return of_each_pack(folder, assessments, write_pack, "lifecircle_documents")


def _write_one(
    folder: Path, material: Material, templates: Mapping[str, bytes], past: Past | None
) -> dict[str, Any]:
    written = {kind: write(kind, material) for kind in templates}
    documents = {}
    for kind, one in written.items():
        name = f"{KINDS[kind]}.docx"
        (folder / name).write_bytes(
            filled(templates[kind], KINDS[kind], one.said, one.figures.pictures)
        )
        documents[name] = {
            "title": title_text(one),
            "sha256": sha256_of(folder / name),
            "figures": {figure.id: _figure(figure) for figure in one.figures.all},
        }
    run = run_of(material.ground, material.assessment) | {
        "office": material.office.model_dump(mode="json"),
        "before": past.run["network_sha256"] if past else "",
        "templates": {kind: hashlib.sha256(templates[kind]).hexdigest() for kind in templates},
    }
    told = {
        "lifecircle_figures": 1,
        "run": run,
        "run_sha256": run_hash(run),
        "documents": documents,
    }
    write_json(folder / FIGURES, told | _behind(material, list(written.values())))
    write_register(folder / REGISTER, material.ground, material.assessment)
    manifest = {
        "lifecircle_documents": 1,
        "run": run,
        "run_sha256": run_hash(run),
        "files": {name: sha256_of(folder / name) for name in (*documents, REGISTER, FIGURES)},
    }
    write_json(folder / MANIFEST, manifest)
    return manifest


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "printed": [list(pair) for pair in figure.printed],
        "says": figure.says,
        "rule": figure.rule,
        "reading": figure.reading,
        "table": figure.table,
        "source": figure.source,
        "findings": [key_text(one) for one in figure.findings],
    }


def key_text(finding: Finding) -> str:
    """Return the key of a finding as one text."""
    return "|".join(finding.key)


def _behind(material: Material, written: Sequence[Written]) -> dict[str, Any]:
    """Return the rules and findings that any figure names, each once."""
    figures = [figure for one in written for figure in one.figures.all]
    findings = {key_text(one): one for figure in figures for one in figure.findings}
    parts = {key: material.short_parts(one) for key, one in findings.items()}
    findings |= {key_text(one): one for found in parts.values() for one in found}
    pack, said, rows = material.assessment.pack, material.sentences, Origins(material.ground)
    named = {figure.rule for figure in figures} | {one.rule for one in findings.values()}
    return {
        "rules": {
            rule.id: {
                "title": rule.title.zh,
                "reads": rule_zh(pack, rule),
                "where": rule.clause.where,
                "quote": rule.clause.quote,
                "source": word("source", rule.source),
                "marks": marks_zh(pack, rule),
                "inferred": list(pack.inferred_of(rule)),
            }
            for rule in pack.rules
            if rule.id in named
        },
        "findings": {
            key: {
                "subject": said.name(one.subject_level, one.subject),
                "verdict": word("verdict", one.verdict),
                "reading": word("reading", one.reading),
                "observed": said.figure(one, one.observed),
                "required": said.required(one),
                "confidence": word("confidence", one.confidence),
                "evidence": said.evidence(one),
                "rule": pack.rule(one.rule).title.zh,
                "parts": [key_text(part) for part in parts.get(key, ())],
                "rows": rows.of(one),
            }
            for key, one in sorted(findings.items())
        },
    }
