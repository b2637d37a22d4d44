"""`lifecircle compare`: what changed between two runs, and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from lifecircle.cli.showing import table
from lifecircle.publish.comparing import Change, Comparison, change_columns, compare, only_one
from lifecircle.publish.folder import check_new, whole_file
from lifecircle.publish.past import read_past
from lifecircle.publish.sentences import figure
from lifecircle.publish.tables import write_csv
from lifecircle.terms.words import word

MOST_SHOWN = 60
_FOLDER = click.Path(path_type=Path)


@click.command("compare")
@click.argument("before", metavar="RESULT_A", type=_FOLDER)
@click.argument("after", metavar="RESULT_B", type=_FOLDER)
@click.option("--out", type=_FOLDER, help="把全部变化写成 CSV。")
@click.option("--overwrite", is_flag=True, help="替换已有的同名文件。")
@click.option("--json", "as_json", is_flag=True, help="只在标准输出写 JSON。")
def compare_command(
    before: Path, after: Path, out: Path | None, *, overwrite: bool, as_json: bool
) -> None:
    """比较 RESULT_A（前一次）和 RESULT_B（后一次）两个结果文件夹。

    每条变了的结论都说明原因：规则或日期变了，或者依据里的哪一行增加、删去、改了。
    依据里找不到时，直说没有哪一行能单独说明。

    \b
    lifecircle compare 上月结果 本月结果 --out 变化.csv
    """
    if out is not None:
        check_new(out, overwrite=overwrite)
    runs = read_past(before), read_past(after)
    found = compare(*runs)
    if out is not None:
        with whole_file(out, overwrite=overwrite) as part:
            write_csv(part, change_columns(found))
    if as_json:
        click.echo(json.dumps(_plain(found), ensure_ascii=False, indent=2, sort_keys=True))
        return
    for said in only_one(*runs):
        click.echo(said)
    for comparison in found:
        _tell(comparison)
    if out is not None:
        click.echo(f"全部变化在 {out}", err=True)


def _tell(found: Comparison) -> None:
    packs = found.packs[0] if found.packs[0] == found.packs[1] else " → ".join(found.packs)
    click.echo(f"{packs}：{len(found.changes)}处变化，{found.same}条结论不变"
               f"（其中{found.moved}条数值变了）。")  # fmt: skip
    for said in found.general:
        click.echo(f"  {said}")
    if not found.changes:
        return
    click.echo()
    rows = _cells(found.changes)
    table("", ("对象", "规则", "变化", "原因"), rows[:MOST_SHOWN], texts=4)
    if len(rows) > MOST_SHOWN:
        click.echo(f"另有{len(rows) - MOST_SHOWN}行没有显示：加 --out 或 --json。")
    click.echo()


def _cells(changes: tuple[Change, ...]) -> list[tuple[str, str, str, str]]:
    """Return one row a change, the readings that changed alike in one."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for change in changes:
        changed = change.kind == "changed"
        why = "；".join(cause.says for cause in change.causes)
        whom = change.subject_name or change.subject or "—"
        turned = _turned(change) if changed else word("change", change.kind)
        key = (whom, change.rule_title or "—", turned, why)
        rows.setdefault(key, []).extend([word("reading", change.reading)] if changed else [])
    return [
        (whom, f"{rule}（{'、'.join(readings)}）" if readings else rule, turned, why)
        for (whom, rule, turned, why), readings in rows.items()
    ]


def _turned(change: Change) -> str:
    """Say the verdict before and after, the figure where it moved, the due state where it did."""
    said = []
    if change.verdict[0] != change.verdict[1]:
        said.append("→".join(word("verdict", one) for one in change.verdict))
    if change.due[0] != change.due[1]:
        said.append("→".join(word("due", one) for one in change.due))
    if change.observed[0] != change.observed[1]:
        said.append("→".join(figure(one, change.unit) for one in change.observed))
    return "，".join(said)


def _plain(found: list[Comparison]) -> list[dict[str, Any]]:
    """Return comparisons for JSON, with each row as its text."""
    plain = []
    for one in found:
        changes = [
            {
                **{k: v for k, v in vars(change).items() if k != "causes"},
                "causes": [
                    {"kind": c.kind, "says": c.says, "rows": [row.text for row in c.rows]}
                    for c in change.causes
                ],
            }
            for change in one.changes
        ]
        plain.append(
            {
                "packs": one.packs,
                "general": one.general,
                "changes": changes,
                "rows": [row.text for row in one.rows],
                "same": one.same,
                "moved": one.moved,
            }
        )
    return plain
