"""Finds packs, reads their folders and checks that their parts fit together."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

from lifecircle.policy.documents import read_document
from lifecircle.policy.measures import (
    UNIT_OF_MEASURE,
    RulesMet,
    ShareOfAreasMeeting,
    WalkMeasure,
)
from lifecircle.policy.models import (
    CasesFile,
    NotModelledFile,
    Pack,
    PackFile,
    Rule,
    RulesFile,
)
from lifecircle.terms.errors import Fault, raise_all, stop
from lifecircle.terms.taxonomy import categories


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
    return _read_folder(folder)


def _read_folder(folder: Path) -> Pack:
    header = read_document(folder / "pack.yaml", PackFile)
    rule_files = sorted((folder / "rules").glob("*.yaml"))
    if not rule_files:
        raise stop("没有规则文件", file=folder / "rules", remedy="至少写一个 rules/*.yaml")
    rules: list[Rule] = []
    faults: list[Fault] = []
    for path in rule_files:
        in_file = read_document(path, RulesFile).rules
        faults += [fault for rule in in_file for fault in _rule_faults(path, header, rule)]
        rules += in_file
    case_files = sorted((folder / "cases").glob("*.yaml"))
    cases = [case for path in case_files for case in read_document(path, CasesFile).cases]
    listed = folder / "not_modelled.yaml"
    pack = Pack(
        header=header,
        rules=tuple(rules),
        not_modelled=read_document(listed, NotModelledFile).rows if listed.is_file() else (),
        cases=tuple(cases),
        sha256=_hash(folder),
    )
    faults += _pack_faults(folder, pack)
    raise_all(faults)
    return pack


def _hash(folder: Path) -> str:
    """Hash the pack's YAML files by name and content, so that a run can name what it judged by."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _rule_faults(path: Path, header: PackFile, rule: Rule) -> Iterator[Fault]:
    measure = rule.measure
    place = f"规则 {rule.id}"
    if isinstance(measure, WalkMeasure):
        if bool(measure.kind) == bool(measure.categories):
            yield Fault("kind 和 categories 必须只写一个", str(path), place, "删去其中一个")
        if measure.kind and measure.kind not in header.kinds:
            yield Fault(f"pack.yaml 的 kinds 里没有 {measure.kind}", str(path), place, "补写这一类")
        for code in measure.categories:
            if code not in categories():
                yield Fault(f"没有设施类别 {code}", str(path), place, "改用类别表中的名称")
    wants_city = isinstance(measure, ShareOfAreasMeeting)
    if wants_city != (rule.subject == "city"):
        yield Fault(f"{measure.name} 不能用于 {rule.subject}", str(path), place, "改 subject")


def _pack_faults(folder: Path, pack: Pack) -> Iterator[Fault]:
    header_file = str(folder / "pack.yaml")
    if pack.header.id != folder.name:
        yield Fault(f"id 是 {pack.header.id}，文件夹叫 {folder.name}", header_file, "", "改成一致")
    for code, kind in pack.header.kinds.items():
        for category in kind.categories:
            if category not in categories():
                yield Fault(f"没有设施类别 {category}", header_file, f"kinds.{code}", "改正")
    ids = Counter(rule.id for rule in pack.rules)
    for rule_id, times in ids.items():
        if times > 1:
            yield Fault(f"规则 {rule_id} 写了{times}次", str(folder), "", "改其中一个的 id")
    yield from _reference_faults(folder, pack)
    for case in pack.cases:
        if case.rule not in ids:
            yield Fault(f"没有规则 {case.rule}", str(folder / "cases"), case.name, "改正名称")


def _reference_faults(folder: Path, pack: Pack) -> Iterator[Fault]:
    """Allow a rule made of others to name only community rules that stand before it."""
    before: set[str] = set()
    for rule in pack.rules:
        measure = rule.measure
        names: tuple[str, ...] = measure.rules if isinstance(measure, RulesMet) else ()
        if isinstance(measure, ShareOfAreasMeeting):
            names = (measure.rule,)
        for name in names:
            if name not in before:
                reason = f"前面没有评社区的规则 {name}"
                yield Fault(reason, str(folder), f"规则 {rule.id}", "改正名称，或移到它后面")
        if rule.subject == "community":
            before.add(rule.id)


def unit_of(rule: Rule) -> str:
    """Return the unit of the rule's figure: share, count, rules or areas."""
    return UNIT_OF_MEASURE[rule.measure.name]
