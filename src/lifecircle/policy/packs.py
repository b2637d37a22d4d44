"""Finds packs and reads their folders."""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path

from lifecircle.policy.appraisal import Appraisal
from lifecircle.policy.casebook import CasesFile
from lifecircle.policy.changes import apply_changes, inherit
from lifecircle.policy.documents import Model, read_document
from lifecircle.policy.fitting import pack_faults
from lifecircle.policy.measures import UNIT_OF_MEASURE
from lifecircle.policy.models import (
    ChangesFile,
    NotModelledFile,
    Pack,
    PackFile,
    Rule,
    RulesFile,
    WorkflowFile,
)
from lifecircle.policy.planning import PlanningRules
from lifecircle.terms.errors import raise_all, stop


def shipped() -> dict[str, Path]:
    """Return the packs that come with lifecircle, folder by id."""
    root = Path(str(resources.files("lifecircle.policy").joinpath("shipped")))
    return {folder.name: folder for folder in sorted(root.iterdir()) if folder.is_dir()}


def load_pack(name: str | Path) -> Pack:
    """Read a pack by the id of a shipped one or by the path of a folder with a ``pack.yaml``.

    Raises InputError naming file, line and remedy for every fault found.
    """
    known = shipped()
    folder = known.get(str(name), Path(name))
    if not (folder / "pack.yaml").is_file():
        ids = "、".join(known)
        raise stop(f"没有名为 {name} 的政策包", remedy=f"用 {ids}，或给出含 pack.yaml 的文件夹")
    return _read_folder(folder.resolve() if folder.name in ("", "..") else folder)


def _read_folder(folder: Path) -> Pack:
    header = read_document(folder / "pack.yaml", PackFile)
    parent = _parent(folder, header)
    rule_files = sorted((folder / "rules").glob("*.yaml"))
    if not rule_files and parent is None:
        raise stop("没有规则文件", file=folder / "rules", remedy="至少写一个 rules/*.yaml")
    files = [read_document(path, RulesFile) for path in rule_files]
    rules = tuple(rule for file in files for rule in file.rules)
    records = {name: record for file in files for name, record in file.records.items()}
    header = header.model_copy(update={"records": {**header.records, **records}})
    workflows = _optional(folder / "workflow.yaml", WorkflowFile)
    appraisal = _optional(folder / "appraisal.yaml", Appraisal)
    left_out = [
        read_document(path, NotModelledFile) for path in sorted(folder.glob("not_modelled*.yaml"))
    ]
    own = Pack(
        header=header,
        rules=rules,
        workflows=workflows.workflows if workflows else (),
        appraisal=appraisal or Appraisal(),
        planning=_optional(folder / "planning.yaml", PlanningRules) or PlanningRules(),
        not_modelled=tuple(row for file in left_out for row in file.rows),
        cases=_cases(folder),
        sha256=_hash(folder),
    )
    pack = _over_parent(folder, own, parent) if parent else own
    raise_all(pack_faults(folder, pack))
    return pack


def _optional(path: Path, model: type[Model]) -> Model | None:
    return read_document(path, model) if path.is_file() else None


def _parent(folder: Path, header: PackFile) -> Pack | None:
    if not header.parent:
        return None
    beside = folder.parent / header.parent
    if header.parent == header.id:
        raise stop("parent 不能是自己", file=folder / "pack.yaml", remedy="改正 parent")
    return load_pack(beside if (beside / "pack.yaml").is_file() else header.parent)


def _over_parent(folder: Path, own: Pack, parent: Pack) -> Pack:
    """Return the parent with the pack's changes made and its own parts added."""
    rules: tuple[Rule, ...] = parent.rules
    file = folder / "changes.yaml"
    changes = _optional(file, ChangesFile)
    if changes is not None:
        rules, faults = apply_changes(file, rules, changes.changes)
        raise_all(faults)
    digest = hashlib.sha256(f"{parent.sha256}{own.sha256}".encode()).hexdigest()
    return own.model_copy(
        update={
            "header": inherit(parent, own.header),
            "rules": rules + own.rules,
            "workflows": own.workflows or parent.workflows,
            "appraisal": own.appraisal if own.appraisal.names() else parent.appraisal,
            "planning": own.planning if own.planning != PlanningRules() else parent.planning,
            "not_modelled": parent.not_modelled + own.not_modelled,
            "sha256": digest,
        }
    )


def _cases(folder: Path) -> CasesFile:
    """Join all files under ``cases/``."""
    files = [read_document(path, CasesFile) for path in sorted((folder / "cases").glob("*.yaml"))]
    return CasesFile(
        **{
            name: tuple(case for file in files for case in getattr(file, name))
            for name in CasesFile.model_fields
        }
    )


def _hash(folder: Path) -> str:
    """Hash the pack's YAML files by name and content, so that a run can name what it judged by."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def unit_of(rule: Rule) -> str:
    """Return the unit of the rule's figure, a code of the words for units."""
    return UNIT_OF_MEASURE[rule.measure.name]
