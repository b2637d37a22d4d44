"""`lifecircle publish map`: one map of services and findings, for everybody."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click

from lifecircle.cli.of_city import of_city
from lifecircle.cli.publishing import judged
from lifecircle.cli.showing import Stages
from lifecircle.place.sources import read_sources
from lifecircle.publish.folder import check_replaceable
from lifecircle.publish.map.page import NO_NUMBER
from lifecircle.publish.map.writing import MAP, MOST_PACKS, PAGE, Wanted, write_map
from lifecircle.publish.opendata.earlier import read_earlier

_FILE = click.Path(path_type=Path)


@click.command("map")
@of_city
@click.option("--plan", type=_FILE, help="lifecircle plan 写出的文件夹：把选定的点位放到图上。")
@click.option(
    "--before",
    "before",
    type=_FILE,
    multiple=True,
    help="以前发布的开放数据，可给几份：边界变过的社区这次不写人数，以免两次相减。",
)
@click.option(
    "--json", "as_json", is_flag=True, help="只在标准输出写 manifest（JSON），不显示进度。"
)
def map_command(
    folder: Path,
    out: Path,
    packs: tuple[str, ...],
    as_of: datetime | None,
    plan: Path | None,
    before: tuple[Path, ...],
    *,
    as_json: bool,
) -> None:
    """把 FOLDER 里的城市做成便民服务地图：双击 index.html 即可打开，放到任何网站也能用。

    \b
    lifecircle publish map 示例市 --out 地图
    lifecircle publish map 示例市 --out 地图 --plan 规划结果

    图上有设施和开放时间、各社区达标情况、从任一处出发的“我的15分钟”、各小区走到
    各类设施要几分钟、规划项目。审图号、坐标、底图、署名写在 lifecircle.toml 的
    [public]。默认没有底图，页面不发出任何网络请求。
    """
    check_replaceable(out, MAP)
    if len(packs) > MOST_PACKS:
        raise click.UsageError(f"一张地图最多放{MOST_PACKS}个政策包。")
    public = read_sources(folder).public
    progress = Stages(quiet=as_json)
    done = judged(folder, packs, as_of.date() if as_of else None, progress)
    wanted = Wanted(done.ground, done.found, public, plan, tuple(map(read_earlier, before)))
    manifest = write_map(out, wanted, progress)
    if as_json:
        click.echo(json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True))
        return
    progress.done()
    if done.ground.city.simulated:
        click.echo("本次结果全部是模拟数据。")
    if not public.map_approval_number:
        click.echo(f"注意：{NO_NUMBER}写在 lifecircle.toml 的 [public]。")
    click.echo(f"地图在 {out}，用浏览器打开 {out / PAGE}")
