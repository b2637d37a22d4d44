"""`lifecircle publish data`: what the public may have, in files that describe themselves."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from lifecircle.cli.of_city import of_city
from lifecircle.cli.publishing import judged
from lifecircle.cli.showing import Stages
from lifecircle.publish.folder import check_replaceable
from lifecircle.publish.opendata.earlier import day_of, read_earlier
from lifecircle.publish.opendata.package import Licence, persons_zh, shown_zh
from lifecircle.publish.opendata.writing import OPEN_DATA, README, Terms, write_open_data

_FOLDER = click.Path(path_type=Path)


@click.command("data")
@of_city
@click.option(
    "--before",
    "before",
    type=_FOLDER,
    multiple=True,
    help="以前发布的开放数据，可给几份：边界变过的社区这次不写人数，以免两次相减。",
)
@click.option(
    "--licence",
    default="",
    help="主管部门自己的资料按什么许可开放，如 CC-BY-4.0；不给时照 lifecircle.toml 的 [public]。",
)
def data_command(
    folder: Path,
    out: Path,
    packs: tuple[str, ...],
    as_of: datetime | None,
    before: tuple[Path, ...],
    licence: str,
) -> None:
    """评估 FOLDER 里的城市，写出可以公开的数据。

    \b
    lifecircle publish data 示例市 --out 开放数据

    结果有社区、结论、汇总、设施四种表，各有 CSV、Parquet 和 GeoPackage；OpenStreetMap 的设施另成
    文件，照它自己的许可。README.md 和 datapackage.json 说明每份文件、每一列和许可；坐标、审图号、
    许可照 lifecircle.toml 的 [public]。没有个人资料，没有小区和住处；人数只写至少、至多，几份资料、
    几次发布合起来也推不出5人以下的数。
    """
    check_replaceable(out, OPEN_DATA)
    if any(out.resolve() == one.resolve() for one in before):
        reason = f"--out 和 --before 都是 {out}。以前发布的要留着，以后每次都用得上"
        raise click.UsageError(f"{reason}；--out 换一个文件夹。")
    progress = Stages(quiet=False)
    earlier = tuple(map(read_earlier, before))
    replaced = day_of(out)
    city = judged(folder, packs, as_of.date() if as_of else None, progress)
    terms = Terms(Licence(licence), earlier, city.sources.public)
    manifest = write_open_data(out, city.ground, city.found, terms, progress)
    progress.done()
    persons = manifest["run"]["persons"]
    if city.ground.city.simulated:
        click.echo("全部是模拟数据。")
    for said in shown_zh(terms.public):
        click.echo(said)
    for said in persons_zh(persons["smallest"]):
        click.echo(said)
    if persons["not_told"]:
        click.echo(f"{len(persons['not_told'])}个社区的边界与以前发布的不同，这次不写人数。")
    if replaced:
        click.echo(
            f"{out} 里原有的开放数据（{replaced}）已被替换；已经公开过的要另存一份，"
            "下次用 --before 给出。"
        )
    click.echo(f"\n结果在 {out}，说明在 {out / README}")
