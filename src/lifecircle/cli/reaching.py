"""`lifecircle reach`: how far one walks, how full facilities are, how evenly all that is spread."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from statistics import median

import click

from lifecircle.assess.circle_walkable import Heads
from lifecircle.assess.evenness import Evenness
from lifecircle.assess.reach import Reach, minutes_of, reach
from lifecircle.assess.walks import network_of
from lifecircle.cli.running import packs_asked
from lifecircle.cli.showing import Stages, table
from lifecircle.place.city import read_city
from lifecircle.place.sources import CitySources, read_sources
from lifecircle.policy.models import Pack
from lifecircle.policy.packs import load_pack
from lifecircle.publish.folder import check_replaceable
from lifecircle.publish.reached import capacity_zh, figure, needed_zh, people_left
from lifecircle.publish.reaching import REACHED, write_reach
from lifecircle.terms.figures import decimal_text, percent_text
from lifecircle.terms.taxonomy import names_zh

_FILE = click.Path(path_type=Path)
MOST_SHOWN = 30
ESTIMATES = ("building", "raster")


@click.command("reach")
@click.argument("folder", type=_FILE)
@click.option("--out", type=_FILE, required=True, help="结果文件夹；已有的旧结果会整体替换。")
@click.option(
    "--pack", "name", default="", help="政策包；不给时用 lifecircle.toml 里第一个有步行时间的。"
)
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="日期（默认今天），决定施行哪些规则。"
)
@click.option(
    "--minutes",
    multiple=True,
    type=click.FloatRange(1, 60),
    help="等时圈的分钟数，可以给多个；不给时用政策包写的。",
)
@click.option(
    "--json", "as_json", is_flag=True, help="只在标准输出写 manifest（JSON），不显示进度和表格。"
)
def reach_command(
    folder: Path,
    out: Path,
    name: str,
    as_of: datetime | None,
    minutes: tuple[float, ...],
    *,
    as_json: bool,
) -> None:
    """计算 FOLDER 里的城市从各社区中心走得到哪里，设施容量够多少人用，步行远近是否均等。

    \b
    lifecircle reach 城市文件夹 --out 可达
    lifecircle reach 城市文件夹 --out 可达 --pack xian-2020 --minutes 5 --minutes 15

    结果有 isochrones.csv、isochrones.gpkg、isochrones.geojson（等时圈），
    circle_walkable.csv（圆里走得到的部分），capacity.csv、capacity_assigned.csv
    （容量），equity.csv（均等程度），manifest.json。
    """
    check_replaceable(out, REACHED)
    progress = Stages(quiet=as_json)
    sources = read_sources(folder)
    day = as_of.date() if as_of else sources.as_of or date.today()
    pack = _pack(sources, name, day)
    wanted = tuple(sorted(set(minutes))) or minutes_of(pack)
    city = read_city(sources, progress)
    progress("连接路网")
    network = network_of(city.streets)
    found = reach(pack, city, network, wanted, progress)
    manifest = write_reach(out, city, found, progress)
    if as_json:
        click.echo(json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True))
        return
    progress.done()
    if city.simulated:
        click.echo("本次结果全部是模拟数据。")
    for notice in city.notices:
        click.echo(f"注意：{notice}")
    click.echo(
        f"\n{pack.header.title.zh}，{day}，每分钟{decimal_text(found.profile.speed_m_per_min, 1)}米"
    )
    _tell_isochrones(found)
    _tell_circles(found)
    _tell_capacity(found)
    _tell_evenness(found)
    click.echo(f"\n结果在 {out}")


def _pack(sources: CitySources, name: str, day: date) -> Pack:
    """Return the pack asked for, or the first of the city's that names a pace and minutes."""
    names = packs_asked(sources, (name,) if name else ())
    for one in names:
        pack = load_pack(one).on(day)
        if minutes_of(pack):
            return pack
    raise click.UsageError(f"{'、'.join(names)} 没有写步行多少分钟、每分钟多少米；换一个 --pack。")


def _total(heads: list[Heads]) -> str:
    """Return the median of counts, or nothing where some people were not counted."""
    if not all(one.complete for one in heads):
        return "未知"
    about = "约" if any(one.estimated for one in heads) else ""
    return f"{about}{median(one.known for one in heads):,.0f}"


def _tell_isochrones(found: Reach) -> None:
    rows = []
    for minutes in found.minutes:
        own = [one for one in found.isochrones if one.minutes == minutes]
        area_km2 = [one.area.area / 1e6 for one in own]
        rows.append(
            (
                f"{decimal_text(minutes, 1)}分钟",
                *(f"{one:.2f}" for one in (min(area_km2), median(area_km2), max(area_km2))),
                f"{median(one.street_m for one in own) / 1000:.1f}",
                _total([one.heads for one in own]),
            )
        )
    click.echo()
    table(
        "从各社区中心走得到的范围",
        ("", "最小（平方公里）", "中位", "最大", "街道（公里，中位）", "人数（中位）"),
        rows,
    )


def _tell_circles(found: Reach) -> None:
    if not found.shares:
        click.echo("\n这个政策包没有画圆。")
        return
    share = sorted(one.walked_m2 / one.circle_m2 for one in found.shares)
    people = [
        one.walked_heads.known / one.circle_heads.known
        for one in found.shares
        if one.circle_heads.complete and one.circle_heads.known
    ]
    click.echo(
        f"\n政策的圆里走得到的面积：中位{percent_text(decimal_text(median(share), 4))}"
        f"（{percent_text(decimal_text(share[0], 4))}至{percent_text(decimal_text(share[-1], 4))}）"
    )
    said = percent_text(decimal_text(median(people), 4)) if people else "未知（没有登记人口）"
    click.echo(f"圆里的居民走得到中心的：中位{said}")


def _tell_capacity(found: Reach) -> None:
    rows = []
    for supply in found.supplies:
        left, whole = people_left(supply)
        rows.append(
            (
                f"{capacity_zh(supply.capacity_name)}：{names_zh(supply.categories)}",
                f"{decimal_text(supply.minutes, 1)}分钟",
                str(len(supply.rows)),
                figure(float(supply.capacity.sum()), 0),
                str(supply.unrecorded),
                needed_zh(supply) if whole else "未知",
                f"{left:,}（{left / whole:.0%}）" if whole else "未知",
            )
        )
    click.echo()
    if not rows:
        click.echo("没有设施登记床位、托位、座位数。")
        return
    headers = ("容量", "步行", "设施", "合计", "未登记", "每千人需要", "没有余位的居民")
    table("容量（每人只占一份，先让最多的人有位，再让路最短）", headers, rows, texts=2)


def _tell_evenness(found: Reach) -> None:
    city = [one for one in found.evenness if one.level == "city"]
    known = [one for one in city if one.by and one.mean_min == one.mean_min]
    known.sort(key=lambda one: (-one.short[0], one.title))
    rows = [
        (
            one.title,
            decimal_text(one.minutes, 1),
            figure(one.mean_min, 1),
            _beyond(one),
            figure(one.gini, 3),
            figure(one.palma, 2),
            _between(one.theil.between, one.theil.total),
            figure(one.older, 3) or "未知",
        )
        for one in known[:MOST_SHOWN]
    ]
    click.echo()
    if not rows:
        click.echo("均等程度未知：没有设施资料，或没有人口。")
        return
    headers = (
        "步行到",
        "限（分钟）",
        "平均",
        "超限的人",
        "基尼",
        "帕尔马",
        "区域之间占",
        "老年集中",
    )
    table("全市步行时间是否均等（超限的人多的在前）", headers, rows)
    if len(known) < len(city):
        click.echo(f"另有{len(city) - len(known)}项未知：没有调查过设施，或没有人口。")
    if any("partial-list" in one.reasons for one in known):
        click.echo("“至多”：名录不全，实际只会更近；均等程度也只按名录里的设施算。")
    if any(one.by in ESTIMATES for one in known):
        click.echo(
            "人口不是清点的：按住宅面积或人口栅格推算（估计），见 equity.csv 的 weighed_by。"
        )


def _beyond(one: Evenness) -> str:
    share = percent_text(figure(one.short[0], 4))
    return f"至多{share}" if "partial-list" in one.reasons else share


def _between(between: float, total: float) -> str:
    return percent_text(decimal_text(between / total, 4)) if total > 0 else "—"
