"""What two runs compared as columns find is what comparing every row of them finds."""

from __future__ import annotations

import csv
import json
import random
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.assess.findings import Assessment
from lifecircle.place.tables import City
from lifecircle.publish import past
from lifecircle.publish.comparing import Comparison, compare
from lifecircle.publish.matching import TEXT, aligned, tuples, unlike
from lifecircle.publish.past import read_past
from lifecircle.publish.results import write_results
from lifecircle.publish.tables import disarmed
from lifecircle.terms.errors import InputError
from lifecircle.walk.network import Network
from tests.publish import slow_comparing

Row = dict[str, Any]
Edit = Callable[[random.Random, list[Row], list[Row], dict[str, Any]], None]
CHANCES = (0.0, 0.01, 0.2)


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: pytest.TempPathFactory,
    example_city: City,
    example_network: Network,
    example: Assessment,
) -> Path:
    out = tmp_path_factory.mktemp("slowly") / "a"
    write_results(out, example_city, example_network, [example])
    add_records(out)
    add_findings(out)
    return out


def add_records(folder: Path) -> None:
    """Add records, surveys and areas to the rows, of which the example has none."""
    run = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["run"]
    recorded = sorted({name for rule in run["rules"].values() for name in rule["records"]} | {"n"})
    with (folder / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    for own in [row[1] for row in rows if row[0] == "community"]:
        rows.append(["survey", own, "", "调查.xlsx", "一", "5", own, "", "", "", f"s{own}"])
        rows.append(["area", own, own, *[""] * 7, f"a{own}"])
        for name in recorded:
            for day in ("", " 2026-01-01"):
                told = ["record", f"community:{own}", f"{own}{day}", "月报.xlsx", "一", "7", own]
                rows.append([*told, "", "", name, f"{name}{own}{day}"])
    rows.append(["record", "city:市", "市", *[""] * 6, recorded[0], "c"])
    with (folder / "rows.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *sorted(rows)])


def add_findings(folder: Path) -> None:
    """Judge every rule on every level, so that wholes count parts of levels above and below."""
    with (folder / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    areas = [row for row in rows if row["kind"] == "community"]
    subjects = {("city", "市"), *((n, row[n]) for n in ("township", "county") for row in areas)}
    for kind in ("estate", "facility"):
        subjects |= {(kind, own) for own in [r["id"] for r in rows if r["kind"] == kind][:3]}
    table = pq.read_table(folder / "findings.parquet")
    by_key = {tuple(one[name] for name in slow_comparing.KEY): one for one in table.to_pylist()}
    for key, one in list({key[2:]: one for key, one in by_key.items()}.items()):
        for level, own in subjects:
            said = {"subject_level": level, "subject": own, "subject_name": own}
            by_key.setdefault((level, own, *key), {**one, **said})
    found = [by_key[key] for key in sorted(by_key)]
    pq.write_table(pa.Table.from_pylist(found, table.schema), folder / "findings.parquet")


def judged_otherwise(
    luck: random.Random, findings: list[Row], _rows: list[Row], _run: dict[str, Any]
) -> None:
    """Turn verdicts, due states, figures and what they rest on, and leave findings out."""
    share = luck.choice(CHANCES)
    for one in list(findings):
        for name, values in (
            ("verdict", ("met", "not met", "not assessed")),
            ("due", ("", "overdue", "due later")),
            ("observed", ("", "0.5", "7")),
            ("records", ("", "n=7（2026-01-01）")),
            ("facility", ("", "990001001000-clinic")),
        ):
            if luck.random() < share:
                one[name] = luck.choice(values)
        if luck.random() < share / 4:
            findings.remove(one)


def read_otherwise(
    luck: random.Random, _findings: list[Row], rows: list[Row], _run: dict[str, Any]
) -> None:
    """Change, drop, double and move rows of the input."""
    share = luck.choice(CHANCES)
    for row in list(rows):
        if luck.random() < share:
            row["sha256"] = row["sha256"][::-1]
        if luck.random() < share / 4:
            rows.append({**row, "sha256": luck.choice((row["sha256"], "0" * 16))})
        if luck.random() < share / 4:
            rows.remove(row)
        if luck.random() < share / 4:
            other = f"{row['id']}x"
            row["id"] = other if row["kind"] == "record" else luck.choice(("-1", "x", other))
        if luck.random() < share / 2:
            row["name"], row["row"] = '=改名,\n“二”"', "9"


def ruled_otherwise(
    luck: random.Random, _findings: list[Row], _rows: list[Row], run: dict[str, Any]
) -> None:
    """Read a rule otherwise, drop one, add one; another day, network and census."""
    rules = run["rules"]
    own, gone = luck.sample(sorted(rules), 2)
    rules["new"] = {**rules[own], "title": "新增"}
    rules[own] = {**rules[own], "reads": "不一样", "due": "2026-01-01", "changed": "决定"}
    del rules[gone]
    run["pack"]["sha256"] = "0" * 64
    run["network_sha256"] = luck.choice((run["network_sha256"], "0"))
    run["options"]["as_of"] = luck.choice((run["options"]["as_of"], "2027-01-01"))
    run["layers"][0]["census"] = run["layers"][0]["census"][1:]
    run["waivers"] = [{"community": "x", "rule": own}]


def under_other_ids(
    luck: random.Random, findings: list[Row], rows: list[Row], run: dict[str, Any]
) -> None:
    """Give communities other ids, of which some are recorded as renamed or split."""
    ids = sorted({row["id"] for row in rows if row["kind"] == "community"})
    for own in luck.sample(ids, 2):
        later = f"{luck.choice('09')}{own[1:]}n"
        for one in findings:
            if (one["subject_level"], one["subject"]) == ("community", own):
                one["subject"] = later
        for row in rows:
            row["community"] = later if row["community"] == own else row["community"]
            if row["kind"] in ("community", "survey") and row["id"] == own:
                row["id"] = later
            if row["id"] == f"community:{own}":
                row["id"] = f"community:{later}"
        kind = luck.choice(("rename", "rename", "split", ""))
        event = {"on": "2026-01-01", "kind": kind, "level": "community", "says": f"{own}→{later}"}
        if kind:
            run.setdefault("area_changes", []).append({**event, "pairs": [[own, later]]})


EDITS: tuple[Edit, ...] = (judged_otherwise, read_otherwise, ruled_otherwise, under_other_ids)


def edited(source: Path, out: Path, luck: random.Random) -> Path:
    """Write a result again with edits, sorted as results are."""
    shutil.copytree(source, out)
    table = pq.read_table(out / "findings.parquet")
    findings = table.to_pylist()
    with (out / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [dict(row) for row in csv.DictReader(file)]
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    for edit in EDITS:
        if luck.random() < 0.75:
            edit(luck, findings, rows, manifest["run"])
    findings.sort(key=lambda one: [one[name] for name in slow_comparing.KEY])
    pq.write_table(pa.Table.from_pylist(findings, table.schema), out / "findings.parquet")
    with (out / "rows.csv").open("w", encoding="utf-8-sig", newline="") as file:
        sheet = csv.writer(file, lineterminator="\n")
        sheet.writerow(rows[0])
        told = sorted(tuple(row.values()) for row in rows)
        sheet.writerows([disarmed(cell) for cell in row] for row in told)
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return out


def assert_alike(found: Comparison, wanted: Comparison) -> None:
    for name in ("packs", "general", "rows", "same", "moved"):
        assert getattr(found, name) == getattr(wanted, name), name
    for one, other in zip(found.changes, wanted.changes, strict=True):
        assert one == other


def test_edits_at_random_are_found_alike(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "_BLOCK_BYTES", 4096)
    kinds: Counter[str] = Counter()
    for seed in range(16):
        luck = random.Random(seed)
        folders = [folder, edited(folder, tmp_path / str(seed), luck)]
        if seed % 4 == 3:
            folders.reverse()
        (found,) = compare(*map(read_past, folders))
        assert_alike(found, slow_comparing.compare(*folders))
        kinds.update(change.kind for change in found.changes)
        kinds.update(cause.kind for change in found.changes for cause in change.causes)
        kinds.update(f"{row.how} {row.kind}" for row in found.rows)
    assert {
        "changed", "rule-new", "rule-gone", "subject-new", "subject-gone", "subject-succeeded",
        "subject-successor", "rule", "day", "row", "part", "declared", "streets", "unknown",
        "succession", "changed record", "new record", "gone record", "changed facility",
        "changed survey", "changed area", "new facility", "gone facility", "changed estate",
        "changed community",
    } <= set(kinds)  # fmt: skip


def test_a_table_of_rows_that_cannot_be_read_is_told(tmp_path: Path, folder: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    (broken / "rows.csv").write_text("kind,id\n1\n", encoding="utf-8")
    with pytest.raises(InputError, match="读不了输入各行的表"):
        compare(read_past(folder), read_past(broken))


ROWS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(("", "1", "=2", "三")), st.sampled_from("xy")),
    max_size=12,
)
NAMES = ("kind", "id", "sha256")


def in_parts(rows: list[tuple[str, ...]], size: int) -> list[pa.Table]:
    rows = sorted(rows)
    cut = [rows[at : at + size] for at in range(0, len(rows), size)]
    return [
        pa.table({name: pa.array(v, TEXT) for name, v in zip(NAMES, zip(*some, strict=True))})  # noqa: B905
        for some in cut
    ]


@given(ROWS, ROWS, st.integers(1, 5), st.integers(1, 5))
def test_rows_in_parts_of_any_size_are_matched(
    one: list[tuple[str, ...]], other: list[tuple[str, ...]], size: int, other_size: int
) -> None:
    none = pa.table({name: pa.array([], TEXT) for name in NAMES})
    found: list[list[tuple[str, ...]]] = [[], []]
    for pair in aligned(
        iter(in_parts(one, size)), iter(in_parts(other, other_size)), NAMES[:2], none
    ):
        for some, table in zip(found, unlike(pair, NAMES[:2], "sha256"), strict=True):
            some.extend(tuples(table))
    by_key: list[dict[tuple[str, ...], list[str]]] = [defaultdict(list), defaultdict(list)]
    for keyed, rows in zip(by_key, (one, other), strict=True):
        for *key, sha256 in sorted(rows):
            keyed[tuple(key)].append(sha256)
    for some, rows in zip(found, (one, other), strict=True):
        assert some == [row for row in sorted(rows) if by_key[0][row[:2]] != by_key[1][row[:2]]]
