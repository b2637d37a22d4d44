"""`lifecircle scenario`: who gains and who loses by closing a street, adding a bridge, a gate."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import click

from lifecircle.assess.ground import Ground
from lifecircle.assess.profiles import WALKERS, known
from lifecircle.assess.scenario import Scenario, scenario
from lifecircle.assess.walks import network_of
from lifecircle.cli.of_city import of_city
from lifecircle.cli.running import packs_asked
from lifecircle.cli.showing import Stages, table
from lifecircle.place.city import read_city
from lifecircle.place.coordinates.datums import Datum
from lifecircle.place.edits.edited_city import Edited, edited
from lifecircle.place.edits.edits import read_edits
from lifecircle.place.sources import read_sources
from lifecircle.place.tables import City, InputFile
from lifecircle.policy.packs import load_pack
from lifecircle.publish.folder import check_replaceable
from lifecircle.publish.results import sha256_of
from lifecircle.publish.scenario import PAGE, SCENARIO, minutes_text, write_scenario
from lifecircle.publish.scenario_page import headline, people_zh

_FILE = click.Path(path_type=Path)


@click.command("scenario")
@of_city
@click.option("--edits", type=_FILE, required=True, help="改动文件（GeoJSON，写法见下）。")
@click.option(
    "--datum",
    type=click.Choice(["wgs84", "gcj02", "bd09"]),
    default="wgs84",
    show_default=True,
    help="改动文件的坐标：高德、腾讯地图上画的写 gcj02，百度写 bd09。",
)
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    type=click.Choice(list(WALKERS)),
    help="并列比较的步行者：只作参考，不作判定。",
)
@click.option(
    "--json", "as_json", is_flag=True, help="只在标准输出写 manifest（JSON），不显示进度和表格。"
)
def scenario_command(
    folder: Path,
    edits: Path,
    datum: Datum,
    packs: tuple[str, ...],
    profiles: tuple[str, ...],
    as_of: datetime | None,
    out: Path,
    *,
    as_json: bool,
) -> None:
    """把 FOLDER 里的城市照现状评估一次，按改动文件改了再评估一次，比较谁得谁失。

    改动文件是在 QGIS 里画的 GeoJSON，一个要素一处改动，“操作”列写做什么：

    \b
    封闭道路  沿路画线（“宽度米”默认10）或画面    改造道路  同上，加“种类”
    新增通道  画线，两端画到路上，加“种类”；天桥、地道再写“台阶米”
    开门 关门  画点，加“小区编号”
    新增设施  画点，加“设施类别”                  关闭设施  画点，加“设施编号”

    种类有步道、台阶、天桥、地道、红绿灯过街、斑马线、无标线过街。

    \b
    lifecircle scenario 城市文件夹 --edits 方案.geojson --out 方案结果

    结果有 scenario.csv（逐条结论前后）、people.csv（各社区各类设施谁近谁远）、
    scenario.gpkg（改了哪一段、哪些住处变了）、manifest.json 和双击即可打开的 index.html。
    """
    check_replaceable(out, SCENARIO)
    sources = read_sources(folder)
    names = packs_asked(sources, packs)
    day = as_of.date() if as_of else sources.as_of or date.today()
    beside = known(profiles or sources.profiles)
    progress = Stages(quiet=as_json)
    loaded = [load_pack(name) for name in dict.fromkeys(names)]
    city = read_city(sources, progress)
    progress("读取改动")
    there = edited(city, read_edits(edits, city.plane, datum))
    progress("连接路网")
    grounds = [Ground(own, network_of(own.streets), day) for own in (city, there.city)]
    found = [scenario(pack, grounds[0], grounds[1], progress, beside) for pack in loaded]
    file = InputFile("edits", edits.name, sha256_of(edits))
    manifest = write_scenario(out, city, there, file, found)
    if as_json:
        click.echo(json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True))
        return
    progress.done()
    _tell(city, there, found)
    click.echo(f"\n结果在 {out}，用浏览器打开 {out / PAGE}")


def _tell(city: City, there: Edited, found: list[Scenario]) -> None:
    if city.simulated:
        click.echo("全部是模拟数据。")
    for effect in there.effects:
        click.echo(f"{effect.edit.says}：{effect.says}。")
    for one in found:
        click.echo()
        click.echo(f"{one.pack.header.title.zh}：{headline(one)}。")
        rows = [
            (
                own.title,
                people_zh(tally.nearer, tally.share_nearer),
                people_zh(tally.farther, tally.share_farther),
                minutes_text(tally.saved) or "未知",
                minutes_text(tally.lost) or "未知",
            )
            for own, tally in zip(one.nearness, one.whole, strict=True)
            if tally.changes
        ]
        if rows:
            headers = ("设施", "变近的人", "变远的人", "省下的人·分钟", "多走的人·分钟")
            table("", headers, rows)
