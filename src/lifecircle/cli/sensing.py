"""`lifecircle sensitivity`: which verdicts would turn under other assumptions."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import click

from lifecircle.assess.assumptions import BAND_PERCENT, LEGS_M, changes
from lifecircle.assess.sensitivity import Sensitivity, sensitivity
from lifecircle.assess.walks import network_of
from lifecircle.cli.of_city import of_city
from lifecircle.cli.running import packs_asked
from lifecircle.cli.showing import Stages, table
from lifecircle.place.city import read_city
from lifecircle.place.sources import read_sources
from lifecircle.place.tables import City
from lifecircle.policy.packs import load_pack
from lifecircle.publish.folder import check_replaceable
from lifecircle.publish.sensitivity import PAGE, SENSITIVITY, write_sensitivity
from lifecircle.publish.trials import assumption_zh, summary_zh, total_zh, touched_zh


@click.command("sensitivity")
@of_city
@click.option(
    "--speed-band",
    type=click.FloatRange(0, 100, min_open=True, max_open=True),
    default=BAND_PERCENT,
    show_default=True,
    help="步行速度比政策包的慢和快百分之几，各试一次。",
)
@click.option(
    "--speed",
    "speeds",
    type=click.FloatRange(0, 200, min_open=True),
    multiple=True,
    help="再试一种步行速度（米/分钟），如老年人的57；可以给多个。",
)
@click.option(
    "--leg",
    "legs",
    type=click.FloatRange(0),
    multiple=True,
    default=LEGS_M,
    show_default=True,
    help="离最近的路超过几米，就当作接不上路、走不到；可以给多个。",
)
@click.option(
    "--json", "as_json", is_flag=True, help="只在标准输出写 manifest（JSON），不显示进度和表格。"
)
def sensitivity_command(
    folder: Path,
    packs: tuple[str, ...],
    speed_band: float,
    speeds: tuple[float, ...],
    legs: tuple[float, ...],
    as_of: datetime | None,
    out: Path,
    *,
    as_json: bool,
) -> None:
    """把 FOLDER 里的城市照现在的假设评估一次，再一次改一个假设重新评估，列出会变的结论。

    试四种假设：步行速度，接路距离（出发点、设施离路多远还算接得上），人口分布（按资料、
    均匀分布、全部在社区中心），小区大门（用不用）。只看按步行判的规则和由它们组成的规则。

    \b
    lifecircle sensitivity 城市文件夹 --out 试算
    lifecircle sensitivity 城市文件夹 --speed 57 --leg 80 --out 试算

    结果有 sensitivity.csv、manifest.json 和双击即可打开的 index.html。
    """
    check_replaceable(out, SENSITIVITY)
    sources = read_sources(folder)
    names = packs_asked(sources, packs)
    day = as_of.date() if as_of else sources.as_of or date.today()
    progress = Stages(quiet=as_json)
    loaded = [load_pack(name) for name in dict.fromkeys(names)]
    city = read_city(sources, progress)
    progress("连接路网")
    network = network_of(city.streets)
    found = []
    for pack in loaded:
        tried = changes(pack, city, speeds, speed_band, legs)
        found.append(sensitivity(pack, city, network, day, tried, progress))
    manifest = write_sensitivity(out, city, network.sha256, found)
    if as_json:
        click.echo(json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True))
        return
    progress.done()
    _tell(city, found, out)


def _tell(city: City, found: list[Sensitivity], out: Path) -> None:
    if city.simulated:
        click.echo("全部是模拟数据。")
    walked = [one for one in found if one.judged]
    for one in walked:
        click.echo()
        click.echo(one.pack.header.title.zh)
        click.echo(total_zh(len(one.times), one.judged))
        rows = [
            (assumption_zh(t.assumption), summary_zh(t), touched_zh(t, city)) for t in one.trials
        ]
        table("", ("假设", "会变的结论", "说明"), rows, texts=3)
    if len(walked) < len(found):
        none = f"{len(found) - len(walked)}个政策包" if walked else "这些政策包"
        click.echo(f"{none}没有按步行判的规则，没有可试算的。")
    click.echo(f"\n结果在 {out}，用浏览器打开 {out / PAGE}")
