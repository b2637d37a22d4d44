"""Reads an office's own words for kinds of facility: ``own-kinds.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from lifecircle.terms.errors import Fault, InputError, stop
from lifecircle.terms.spellings import folded
from lifecircle.terms.taxonomy import category_of, suggestions
from lifecircle.terms.yaml_files import line_of, root_of

EXAMPLE = "写成 kinds: {邻里中心: community_complex}，见 docs/taxonomy.md"


def read_kinds(path: Path) -> Mapping[str, tuple[str, ...]]:
    """Return the categories that each of an office's own words or numbers stands for, sorted.

    The keys are folded (see `lifecircle.terms.spellings.folded`), so that `categories_named` finds
    a word however it is spelled. Raises InputError with one fault per problem, each with its line.
    """
    root = root_of(path, EXAMPLE)
    faults: list[Fault] = []
    kinds: dict[str, tuple[str, ...]] = {}
    for word, written in _kinds(path, root).value:
        line = line_of(word)
        name = word.value if isinstance(word, yaml.ScalarNode) else ""
        if not folded(name):
            faults.append(Fault("名称是空的", str(path), line, "写上本单位的叫法"))
            continue
        if folded(name) in kinds:
            faults.append(Fault(f"{name} 写了2次", str(path), line, "只留一个"))
        kinds[folded(name)] = _categories(path, name, written, faults)
    if faults:
        raise InputError(*faults)
    return kinds


def _kinds(path: Path, root: yaml.Node) -> yaml.MappingNode:
    rows = root.value if isinstance(root, yaml.MappingNode) else []
    named = {key.value: value for key, value in rows if isinstance(key, yaml.ScalarNode)}
    kinds = named.get("kinds")
    if len(rows) != 1 or not isinstance(kinds, yaml.MappingNode):
        raise stop("文件里应当只有 kinds 一项", file=path, place=line_of(root), remedy=EXAMPLE)
    return kinds


def _categories(path: Path, name: str, written: yaml.Node, faults: list[Fault]) -> tuple[str, ...]:
    """Return the categories written for one word; gather what is wrong with them."""
    parts = written.value if isinstance(written, yaml.SequenceNode) else [written]
    texts = [part.value for part in parts if isinstance(part, yaml.ScalarNode) and part.value]
    if not texts or len(texts) != len(parts):
        remedy = "写一个类别，或写成 [类别, 类别]"
        faults.append(Fault(f"{name} 没有写类别", str(path), line_of(written), remedy))
    codes = set()
    for text in texts:
        code = category_of(text)
        if code is None:
            close = suggestions(text)
            remedy = f"改为 {' 或 '.join(close)}" if close else "用 lifecircle packs categories 查"
            reason = f"{name} 的类别 {text} 不认识"
            faults.append(Fault(reason, str(path), line_of(written), remedy))
        else:
            codes.add(code)
    return tuple(sorted(codes))
