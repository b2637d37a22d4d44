"""`lifecircle publish documents` and `publish templates`: official documents in Word."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from lifecircle.cli.of_city import of_city
from lifecircle.cli.publishing import judged
from lifecircle.cli.showing import Stages
from lifecircle.place.sources import read_sources
from lifecircle.publish.documents.filling import templates_in
from lifecircle.publish.documents.templates import KINDS, write_templates
from lifecircle.publish.documents.writing import DOCUMENTS, write_documents
from lifecircle.publish.folder import check_replaceable, whole_folder
from lifecircle.publish.past import read_past

_PATH = click.Path(path_type=Path)


@click.command("documents")
@of_city
@click.option("--before", type=_PATH, help="上一期的评估结果（lifecircle assess 的结果文件夹）。")
@click.option("--template", type=_PATH, help="办公室自己的模板文件夹；没有的那种用自带的。")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(list(KINDS.values())),
    help="只写哪种（可以给几次）；不给则四种都写。",
)
@click.option("--json", "as_json", is_flag=True, help="只在标准输出写 manifest（JSON）。")
def documents_command(
    folder: Path,
    out: Path,
    packs: tuple[str, ...],
    as_of: datetime | None,
    before: Path | None,
    template: Path | None,
    kinds: tuple[str, ...],
    *,
    as_json: bool,
) -> None:
    """评估 FOLDER 里的城市，写出公文：月通报、季排名、评估报告、公示（Word，GB/T 9704-2012）。

    发文机关、文号、主送、日期写在 lifecircle.toml 的 [documents]；没写的印成涂黄的空位。
    每个数字都有编号，用 lifecircle trace 查出处。

    \b
    lifecircle publish documents 示例市 --out 公文 --before 上月结果
    """
    check_replaceable(out, DOCUMENTS)
    templates = templates_in(template)
    wanted = {kind: templates[kind] for kind, zh in KINDS.items() if zh in kinds or not kinds}
    past = read_past(before) if before else None
    office = read_sources(folder).documents
    progress = Stages(quiet=as_json)
    found = judged(folder, packs, as_of.date() if as_of else None, progress)
    manifest = write_documents(out, found.ground, found.found, office, wanted, past, progress)
    if as_json:
        click.echo(json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True))
        return
    progress.done()
    if found.ground.city.simulated:
        click.echo("全部是模拟数据。")
    unheard = [one.pack.id for one in found.found if past is not None and one.pack.id not in past]
    for pack in unheard:
        click.echo(f"上一期的结果里没有政策包 {pack}，没有比较。")
    click.echo(f"公文在 {out}")


@click.command("templates")
@click.option("--out", type=_PATH, required=True, help="新的文件夹。")
def templates_command(out: Path) -> None:
    """写出公文模板（Word），办公室可以改字体、版头、段落，再用 --template 交回来。

    占位符写在两对花括号里，例如 {{ 发文机关 }}；{%p … %} 和 {%tr … %} 是逐段、逐行，不要删一半。
    """
    with whole_folder(out, None) as folder:
        names = write_templates(folder)
    click.echo(f"{'、'.join(names)} 在 {out}")
