"""`lifecircle publish handbook`: what people reach on foot, for each community and the city."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from lifecircle.cli.of_city import of_city
from lifecircle.cli.publishing import judged
from lifecircle.cli.showing import Stages
from lifecircle.place.sources import read_sources
from lifecircle.place.tables import City
from lifecircle.publish.folder import check_replaceable
from lifecircle.publish.handbook.material import Material
from lifecircle.publish.handbook.writing import Wanted, kind_of, write_handbooks
from lifecircle.publish.opendata.earlier import read_earlier

_FILE = click.Path(path_type=Path)


@click.command("handbook")
@of_city
@click.option("--communities", default="", help="只写这些社区的（编号，用逗号隔开）；默认全部。")
@click.option("--large", is_flag=True, help="另写一套大字版，给老年人看。")
@click.option(
    "--plan",
    type=_FILE,
    help="lifecircle plan 写出的文件夹：已经批准的规划，第1个方案印成“规划中”。",
)
@click.option(
    "--before",
    type=_FILE,
    multiple=True,
    help="以前发布的开放数据，可给几份：边界变过的社区不按人数算，以免两次相减。",
)
def handbook_command(
    folder: Path,
    packs: tuple[str, ...],
    as_of: datetime | None,
    communities: str,
    plan: Path | None,
    before: tuple[Path, ...],
    out: Path,
    *,
    large: bool,
) -> None:
    """写出便民服务手册（PDF）：每个社区一本，全市一本（简体、繁体）。

    手册里有地图、走路几分钟到、设施表、政策做到了没有、怎样提意见。

    \b
    lifecircle publish handbook 示例市 --out 手册 --large
    """
    check_replaceable(out, kind_of(out))
    office = read_sources(folder).handbook
    earlier = list(map(read_earlier, before))
    progress = Stages(quiet=False)
    found = judged(folder, packs, as_of.date() if as_of else None, progress)
    rows = _rows(found.ground.city, communities)
    progress("走到各处")
    material = Material.of(found.ground, found.found, office, plan, earlier)
    manifest = write_handbooks(out, material, Wanted(rows, large), progress)
    progress.done()
    if found.ground.city.simulated:
        click.echo("手册里全部是模拟数据。")
    click.echo(f"写出{len(manifest['files'])}本手册，在 {out}")


def _rows(city: City, asked: str) -> list[int]:
    """Return the rows of the communities asked for by id, all of them where none is."""
    row_of = {own_id: row for row, own_id in enumerate(city.communities.id)}
    wanted = [own.strip() for own in asked.replace("，", ",").split(",") if own.strip()]
    unknown = [own for own in wanted if own not in row_of]
    if unknown:
        raise click.UsageError(f"没有编号为 {'、'.join(unknown)} 的社区。")
    return sorted({row_of[own] for own in wanted}) if wanted else list(row_of.values())
