"""Reads a folder of results again: findings by key, input rows by name, and the manifest."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lifecircle.publish.results import MANIFEST, ROWS
from lifecircle.terms.errors import stop

Key = tuple[str, str, str, str, str]
RowKey = tuple[str, str, str, str]
Row = Mapping[str, str]
_KEY = ("subject_level", "subject", "rule", "reading", "profile")
_FINDING = (
    *_KEY, "subject_name", "rule_title", "verdict", "due", "observed", "unit", "facility",
    "origin", "counted", "records",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Past:
    """What one run of one pack left behind: its manifest's ``run``, findings and input rows."""

    run: Mapping[str, Any]
    findings: Mapping[Key, Mapping[str, Any]]
    rows: Mapping[RowKey, tuple[Row, ...]]

    @property
    def pack(self) -> str:
        """Return the id of the pack."""
        return str(self.run["pack"]["id"])

    @property
    def rules(self) -> Mapping[str, Mapping[str, Any]]:
        """Return what each rule was judged by."""
        found: Mapping[str, Mapping[str, Any]] = self.run["rules"]
        return found

    @cached_property
    def wider(self) -> Mapping[str, tuple[str, str]]:
        """Return the township and the county of each community, by ids."""
        return {
            row["id"]: (row["township"], row["county"])
            for rows in self.rows.values()
            for row in rows
            if row["kind"] == "community"
        }


def read_past(folder: Path) -> dict[str, Past]:
    """Return the runs in a result folder by pack.

    Raises InputError where the folder holds no results, or those of an older version.
    """
    manifest = _manifest(folder)
    if "packs" in manifest:
        return {pack: _read(folder / pack, said) for pack, said in manifest["packs"].items()}
    one = _read(folder, manifest)
    return {one.pack: one}


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        reason = "这里没有评估结果（读不到 manifest.json）"
        raise stop(reason, file=folder, remedy="给出 lifecircle assess --out 的文件夹") from error
    if not isinstance(manifest, dict) or "lifecircle_manifest" not in manifest:
        raise stop("manifest.json 不是评估结果的", file=folder, remedy="给出评估结果的文件夹")
    return manifest


def _read(folder: Path, manifest: Mapping[str, Any]) -> Past:
    run = manifest["run"]
    table, rows = folder / "findings.parquet", folder / ROWS
    if "rules" not in run or not rows.is_file():
        reason = "这份结果是旧版本写的，没有记下输入的各行"
        raise stop(reason, file=folder, remedy="用现在的版本再评估一次")
    try:
        findings = pq.read_table(table, columns=list(_FINDING)).to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise stop("读不了结论表", file=table, remedy="再评估一次") from error
    return Past(run, {tuple(f[name] for name in _KEY): f for f in findings}, _rows(rows))


def _rows(path: Path) -> dict[RowKey, tuple[Row, ...]]:
    found: dict[RowKey, list[Row]] = defaultdict(list)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for cells in csv.DictReader(file):
            row = {name: _armed(cell) for name, cell in cells.items()}
            record = row["kind"] == "record"
            name = row["name"] if record else ""
            found[row["kind"], row["id"], name, row["categories"] if record else ""].append(row)
    return {key: tuple(rows) for key, rows in found.items()}


def _armed(cell: str) -> str:
    """Undo what the writer of CSV does to text that a spreadsheet would run."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in "=+-@\t\r" else cell
