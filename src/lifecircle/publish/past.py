"""Reads a folder of results again: findings and input rows as tables, and the manifest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from lifecircle.publish.matching import TEXT, tuples
from lifecircle.publish.results import MANIFEST, ROWS
from lifecircle.publish.rows import COLUMNS
from lifecircle.terms.errors import stop

Key = tuple[str, str, str, str, str]
ROW_KEY = ("kind", "id")
KEY = ("subject_level", "subject", "rule", "reading", "profile")
_FINDING = (
    *KEY, "subject_name", "rule_title", "verdict", "due", "observed", "unit", "facility",
    "counted", "records",
)  # fmt: skip
NO_ROWS = pa.table({name: pa.array([], TEXT) for name in COLUMNS})
_BLOCK_BYTES = 2**19
"""Of a file of rows so much is read at once; the reader holds up to 32 such blocks ahead."""
_ARMED = r"^'([=+\-@\t\r]|$)"


@dataclass(frozen=True, eq=False)
class Past:
    """What one run of one pack left behind: its manifest's ``run``, findings and input rows.

    ``findings`` has columns of `TEXT`, and so has what ``rows`` yields: some of the rows at a
    time, sorted by `ROW_KEY`. Of a large city, all of them as objects would fill the memory.
    """

    run: Mapping[str, Any]
    findings: pa.Table
    rows: Callable[[], Iterator[pa.Table]]

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
        found = {}
        for table in self.rows():
            own = table.filter(pc.equal(table["kind"], "community"))
            for community, *areas in tuples(own.select(["id", "township", "county"])):
                found[community] = areas[0], areas[1]
            if table["kind"][-1].as_py() > "community":
                break
        return found


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
        findings = pq.read_table(
            table, columns=list(_FINDING), read_dictionary=list(_FINDING), use_threads=False
        )
    except (OSError, pa.ArrowException) as error:
        raise stop("读不了结论表", file=table, remedy="再评估一次") from error
    return Past(run, findings, partial(_rows, rows))


def _rows(path: Path) -> Iterator[pa.Table]:
    columns = dict.fromkeys(COLUMNS, TEXT)
    convert = pyarrow.csv.ConvertOptions(column_types=columns, include_columns=COLUMNS)
    parse = pyarrow.csv.ParseOptions(newlines_in_values=True)
    read = pyarrow.csv.ReadOptions(block_size=_BLOCK_BYTES, use_threads=False)
    try:
        with pyarrow.csv.open_csv(path, read, parse, convert) as file:
            for batch in file:
                if len(batch):
                    yield pa.table({name: _armed(batch[name]) for name in COLUMNS})
    except (OSError, pa.ArrowException) as error:
        raise stop("读不了输入各行的表", file=path, remedy="再评估一次") from error


def _armed(column: pa.DictionaryArray) -> pa.DictionaryArray:
    """Undo what the writer of CSV does to text that a spreadsheet would run."""
    values = pc.replace_substring_regex(column.dictionary, _ARMED, r"\1")
    if values.equals(column.dictionary):
        return column
    return values.take(column.indices).dictionary_encode()
