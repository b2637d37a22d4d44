"""`lifecircle check`: every fault of a city's files at once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from lifecircle.assess.doubts import record_doubts
from lifecircle.cli.showing import Stages, table
from lifecircle.place.city import inspect_city
from lifecircle.place.formats.blanks import write_workbook
from lifecircle.place.formats.marking import Mark, write_marked
from lifecircle.place.formats.sheets import TABLES
from lifecircle.place.forms.filled import rows_of
from lifecircle.place.inspection import Inspection
from lifecircle.place.sources import read_sources
from lifecircle.policy.packs import load_pack
from lifecircle.publish.audit import AuditRow, audit_json, audit_page, audit_rows, facts
from lifecircle.publish.folder import check_new, whole_file
from lifecircle.terms.errors import InputError
from lifecircle.terms.words import word

FAILED = 1
MOST_SHOWN = 40
_FILE = click.Path(path_type=Path)


@click.command("check")
@click.argument("folder", type=_FILE)
@click.option("--json", "json_file", type=_FILE, help="把结果写成 JSON；写 - 则写到标准输出。")
@click.option("--html", "html_file", type=_FILE, help="把结果写成一个网页，双击打开。")
@click.option(
    "--marked", type=_FILE, help="文件夹：写出各工作簿的副本，有问题的格子标色，另附“问题清单”。"
)
@click.option("--merged", type=_FILE, help="没有错误时，把各单位的登记合成一本工作簿（.xlsx）。")
@click.option("--all", "show_all", is_flag=True, help=f"在终端显示全部，不只前{MOST_SHOWN}条。")
@click.option("--overwrite", is_flag=True, help="替换已有的同名文件。")
def check_command(
    folder: Path,
    json_file: Path | None,
    html_file: Path | None,
    marked: Path | None,
    merged: Path | None,
    *,
    show_all: bool,
    overwrite: bool,
) -> None:
    """检查一个城市的全部文件，不评估。

    FOLDER 是放着 lifecircle.toml 的文件夹。错误要改好才能评估；疑点照样评估，但会按名称降低
    有关结论的可信度。认可某个疑点，写进 lifecircle.toml 的 accepted。

    \b
    lifecircle check 城市文件夹 --html 检查.html --marked 退回修改

    退出码：没有错误为0，有错误为1。
    """
    to_stdout = json_file == Path("-")
    files = [out for out in (json_file, html_file, merged) if out is not None and out != Path("-")]
    for out in files:
        check_new(out, overwrite=overwrite)
    progress = Stages(quiet=to_stdout)
    sources = read_sources(folder)
    found = inspect_city(sources, progress)
    if found.city is not None:
        packs = [load_pack(name) for name in sources.packs]
        found.doubts += record_doubts(found.city, packs)
    progress.done()
    title = sources.title or folder.resolve().name
    if to_stdout:
        click.echo(audit_json(found), nl=False)
    else:
        _tell(found, show_all=show_all)
    if json_file is not None and not to_stdout:
        _write(json_file, audit_json(found), overwrite=overwrite)
    if html_file is not None:
        _write(html_file, audit_page(found, title), overwrite=overwrite)
    if marked is not None:
        _write_marked(marked, audit_rows(found), overwrite=overwrite)
    if merged is not None and found.city is not None:
        with whole_file(merged, overwrite=overwrite) as part:
            write_workbook(part, rows_of(found.city), title)
        click.echo(f"合并的工作簿在 {merged}", err=True)
    click.get_current_context().exit(FAILED if found.faults else 0)


def _tell(found: Inspection, *, show_all: bool) -> None:
    """Print what was read and what was found."""
    rows = audit_rows(found)
    if found.city is not None:
        table("读到的", ("", ""), facts(found.city), texts=2)
        click.echo()
    shown = rows if show_all else rows[:MOST_SHOWN]
    for file in dict.fromkeys(row.file for row in shown):
        own = [row for row in shown if row.file == file]
        _table_of(file, own)
    if len(rows) > len(shown):
        click.echo(
            f"另有{len(rows) - len(shown)}条没有显示：加 --all，或 --html、--json、--marked。"
        )
    for one in found.accepted:
        click.echo(f"已认可 {one.code} {one.count}处：{one.by}，{one.on}，{one.reason}")
    errors, doubts = len(found.faults), len(found.doubts)
    click.echo(
        f"{errors}处错误，{doubts}处疑点。" + ("改好错误才能评估。" if errors else "可以评估。")
    )


def _table_of(file: str, rows: list[AuditRow]) -> None:
    cells = []
    for row in rows:
        gravity, _, place, header, reason, remedy, _ = row.cells()
        kind = "" if row.gravity == "error" else f"（{word('reason', row.fault.code)}）"
        cells.append((gravity, place, header, reason, remedy + kind))
    table(file or "整个城市", ("程度", "位置", "列", "问题", "改法"), cells, texts=5)
    click.echo()


def _write(out: Path, text: str, *, overwrite: bool) -> None:
    with whole_file(out, overwrite=overwrite) as part:
        part.write_text(text, encoding="utf-8")
    click.echo(f"结果在 {out}", err=True)


def _write_marked(folder: Path, rows: list[AuditRow], *, overwrite: bool) -> None:
    """Write one marked copy for each workbook that has a row to mark."""
    files = sorted({row.fault.file for row in rows if row.fault.file.lower().endswith(TABLES)})
    stems: Counter[str] = Counter()
    for file in files:
        marks = [Mark(row.fault, row.gravity == "error") for row in rows if row.fault.file == file]
        path = Path(file)
        stems[path.stem] += 1
        number = f"-{stems[path.stem]}" if stems[path.stem] > 1 else ""
        out = folder / f"{path.stem}{number}.xlsx"
        try:
            with whole_file(out, overwrite=overwrite) as part:
                write_marked(path, marks, part)
        except InputError as error:
            click.echo(f"没有写副本：{error}", err=True)
            continue
        click.echo(f"标好的副本在 {out}（{len(marks)}处）", err=True)
    if not files:
        click.echo("没有要退回的工作簿。", err=True)
