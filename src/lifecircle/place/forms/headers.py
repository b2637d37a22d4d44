"""Reads an office's own headers: a YAML file of forms, each with its headers and what they mean."""

from __future__ import annotations

from pathlib import Path

import yaml

from lifecircle.place.forms.forms import Form, form_of_sheet, forms
from lifecircle.terms.errors import Fault, raise_all, stop
from lifecircle.terms.yaml_files import line_of, root_of

EXAMPLE = "写成 设施: {点位全称: 设施名称}，见 docs/lifecircle-toml.md"


def read_headers(path: Path | None) -> dict[str, dict[str, str]]:
    """Return by form which of our columns each of the office's own headers means.

    Raises InputError naming every form and column that does not exist, with its line.
    """
    if path is None:
        return {}
    faults: list[Fault] = []
    found: dict[str, dict[str, str]] = {}
    for name, body in _pairs(path, root_of(path, EXAMPLE)):
        form = form_of_sheet(str(name.value))
        if form is None:
            known = "、".join(one.zh for one in forms().values())
            reason = f"没有名为 {name.value} 的表"
            faults.append(Fault(reason, str(path), line_of(name), f"从 {known} 里选"))
            continue
        for theirs, ours in _pairs(path, body):
            column = forms()[form].column_of(str(ours.value))
            if column is None:
                faults.append(_unknown(path, ours, forms()[form]))
            else:
                found.setdefault(form, {})[str(theirs.value)] = column
    raise_all(faults)
    return found


def _unknown(path: Path, ours: yaml.Node, form: Form) -> Fault:
    known = "、".join(column.zh for column in form.columns.values())
    return Fault(
        f"“{form.zh}”没有 {ours.value} 这一列", str(path), line_of(ours), f"从 {known} 里选"
    )


def _pairs(path: Path, node: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise stop("应为列名和列的对照", file=path, place=line_of(node), remedy=EXAMPLE)
    return list(node.value)
