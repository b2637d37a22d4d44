"""`lifecircle trace`: where a figure of a document comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from lifecircle.cli.showing import labelled
from lifecircle.publish.documents.tracing import Traced, trace

MOST_FINDINGS, MOST_ROWS = 20, 12
HEX = 12
_ROLES = {
    "network": "路网",
    "communities": "社区",
    "facilities": "设施",
    "people": "人口",
    "gates": "大门",
    "raster-residents": "人口栅格",
    "raster-adults": "成年人栅格",
    "raster-older": "老年人栅格",
    "raster-children": "儿童栅格",
    "elevation": "高程",
    "workbook": "工作簿",
    "headers": "列名对照",
    "kinds": "类别叫法",
}
Lines = list[tuple[str, str]]


@click.command("trace")
@click.argument("document", type=click.Path(path_type=Path))
@click.argument("figure_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="只在标准输出写 JSON，列全。")
def trace_command(document: Path, figure_id: str, *, as_json: bool) -> None:
    """查公文 DOCUMENT 里编号为 ID 的数字：哪次评估、哪条规则和条文、哪些结论、填报的哪些行。

    编号印在表格最后一列和文末的“数字出处”，也是 Word 书签的名称。不知道编号时写数字本身，
    会列出可能的编号。文件改过的，说出现在印的是什么。

    \b
    lifecircle trace 公文/月通报.docx D12
    """
    found = trace(document, figure_id)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2, sort_keys=True))
        return
    if found.run["city"]["simulated"]:
        click.echo("全部是模拟数据。")
    labelled(f"{found.document} {found.id}", [*_figure(found), *_run(found)])
    if found.rule is not None:
        labelled(str(found.rule["title"]), _rule(found))
    if found.findings:
        labelled(f"由{len(found.findings)}条结论得来", _findings(found))


def _figure(found: Traced) -> Lines:
    lines = [("数字", found.text), ("说的是", str(found.figure["says"]))]
    if found.printed_now is not None:
        lines.append(("注意", f"文件改过，这里现在是：{found.printed_now}"))
    elif found.altered:
        lines.append(("注意", "文件改过，这个数字没有变"))
    lines += [("也在", str(found.figure["table"]))] if found.figure["table"] else []
    return lines + ([("取自", str(found.figure["source"]))] if found.figure["source"] else [])


def _run(found: Traced) -> Lines:
    run = found.run
    pack, software = run["pack"], run["software"]
    lines = [
        ("评估", f"{run['city']['title']}，评估日期{run['as_of']}，运行 {found.run_sha256[:HEX]}"),
        ("政策包", f"{pack['id']} {pack['version']}（{pack['sha256'][:HEX]}）"),
        ("软件", f"{software['name']} {software['version']}"),
        ("路网", str(run["network_sha256"])[:HEX]),
    ]
    return lines + [
        ("输入", f"{_ROLES.get(one['role'], one['role'])} {one['name']}（{one['sha256'][:HEX]}）")
        for one in run["inputs"]
    ]


def _rule(found: Traced) -> Lines:
    rule = found.rule
    assert rule is not None
    lines = [
        ("规则", f"{found.figure['rule']}　{rule['reads']}"),
        ("条文", f"{rule['where']}：{rule['quote']}"),
        ("来源", "，".join(part for part in (rule["source"], rule["marks"]) if part)),
    ]
    return lines + [("推定", str(said)) for said in rule["inferred"]]


def _findings(found: Traced) -> Lines:
    lines: Lines = []
    for one in found.findings[:MOST_FINDINGS]:
        lines.append((str(one["subject"]), _said(one)))
        for part in one["parts"]:
            lines += [("", f"其中“{part['rule']}”{_said(part)}"), *_rows(part)]
        lines += _rows(one)
    rest = len(found.findings) - MOST_FINDINGS
    return lines + ([("", f"另有{rest}条结论，见 --json")] if rest > 0 else [])


def _said(one: Mapping[str, Any]) -> str:
    figures = f"实测{one['observed']}，要求{one['required']}，可信度{one['confidence']}"
    return f"{one['reading']}：{one['verdict']}，{figures}。{one['evidence']}"


def _rows(one: Mapping[str, Any]) -> Lines:
    """Name the rows of the files, those without a place left out."""
    rows = [row for row in one["rows"] if row["place"]]
    more = len(rows) - MOST_ROWS
    return [
        ("", f"{row['kind']} {row['id']} {row['name']}：{row['place']}") for row in rows[:MOST_ROWS]
    ] + ([("", f"另有{more}行，见 --json")] if more > 0 else [])
