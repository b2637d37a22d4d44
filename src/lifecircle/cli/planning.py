"""`lifecircle plan`: from gaps to plans under the budget, explained action by action."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import click

from lifecircle.assess.ground import Ground
from lifecircle.assess.judge import assess_on
from lifecircle.assess.walks import network_of
from lifecircle.cli.running import packs_asked
from lifecircle.cli.showing import Stages, table
from lifecircle.place.city import read_city
from lifecircle.place.sources import read_sources
from lifecircle.plan.model.solving import Limits, until_interrupted
from lifecircle.plan.planning import Effort, Planned, plan_city
from lifecircle.plan.wishes import Wishes, decided_of, share_of
from lifecircle.policy.packs import load_pack
from lifecircle.publish.folder import check_replaceable
from lifecircle.publish.planning.page import gap_zh, headline
from lifecircle.publish.planning.words import wan_text
from lifecircle.publish.planning.writing import MOST_PLANS, PAGE, PLAN, write_plan

_FILE = click.Path(path_type=Path)


@click.command("plan")
@click.argument("folder", type=_FILE)
@click.option("--pack", help="政策包，一次一个；不给时用 lifecircle.toml 里的第一个。")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="评估日期（默认今天）。")
@click.option("--out", type=_FILE, required=True, help="结果文件夹；已有的旧结果会整体替换。")
@click.option(
    "--plans",
    type=click.IntRange(1, MOST_PLANS),
    default=3,
    show_default=True,
    help="要几个方案：都差不多好，任两个有三成花费不同。",
)
@click.option(
    "--least-share",
    "shares",
    multiple=True,
    help="每个区县至少补上缺的人的这个比例，如 30%；只管一类写 类=30%。",
)
@click.option("--decided", multiple=True, help="已定要建的：空间编号=类别@年份，可加 :建设方式。")
@click.option("--not-use", multiple=True, help="不用这处空间（写编号）。")
@click.option("--set-aside", multiple=True, help="这次不照政策包里的这条先后（写它的编号）。")
@click.option(
    "--seconds",
    type=click.FloatRange(1),
    default=60.0,
    show_default=True,
    help="求解的时限（秒）。",
)
@click.option(
    "--gap",
    type=click.FloatRange(0, 1),
    default=0.0,
    show_default=True,
    help="离最好的差到这个比例就停；0是求到最好，或到时限。",
)
@click.option(
    "--explain-seconds",
    type=click.FloatRange(0),
    default=60.0,
    show_default=True,
    help="逐项去掉重新求解的时限（秒），0是不算。",
)
@click.option(
    "--json", "as_json", is_flag=True, help="只在标准输出写 manifest（JSON），不显示进度和表格。"
)
def plan_command(
    folder: Path,
    pack: str | None,
    as_of: datetime | None,
    out: Path,
    plans: int,
    shares: tuple[str, ...],
    decided: tuple[str, ...],
    not_use: tuple[str, ...],
    set_aside: tuple[str, ...],
    seconds: float,
    gap: float,
    explain_seconds: float,
    *,
    as_json: bool,
) -> None:
    """评估 FOLDER 里的城市，为缺口找空间，在预算内排出方案。

    规划用的资料填在工作簿里：空间资源、规划许可、居民需求、配置标准、建设单价、预算
    （lifecircle forms 有样表）。缺口照政策包的优先次序补，先追回许可未落实的，再花钱。

    \b
    lifecircle plan 示例市 --pack xian-2024 --out 规划结果

    结果有 demand.csv（需求清单）、claims.csv（应收回、置换、补建的）、plans.csv（方案比较）、
    actions.csv（做什么）、gains.csv（谁得到）、promise.csv（建成后变了的结论）、sites.csv（每处
    空间用不用、为什么）、communities.csv（一社区一策）、facilities.csv（建成的设施，可直接并入
    设施表）和双击即可打开的 index.html。按 Ctrl-C 提前结束求解，照写到那时最好的方案。
    """
    check_replaceable(out, PLAN)
    fixed = tuple(map(decided_of, decided))
    wishes = Wishes(dict(map(share_of, shares)), set_aside, fixed, not_use)
    sources = read_sources(folder)
    name = packs_asked(sources, (pack,) if pack else ())[0]
    day = as_of.date() if as_of else sources.as_of or date.today()
    progress = Stages(quiet=as_json)
    loaded = load_pack(name)
    city = read_city(sources, progress)
    progress("连接路网")
    ground = Ground(city, network_of(city.streets), day)
    assessment = assess_on(ground, loaded, progress)
    with until_interrupted() as stopped:
        effort = Effort(
            Limits(seconds=seconds, gap=gap, stopped=stopped),
            Limits(seconds=explain_seconds, gap=gap, stopped=stopped),
            plans,
        )
        planned = plan_city(ground, assessment, wishes, effort, progress)
        manifest = write_plan(out, ground, planned, wishes)
    if as_json:
        click.echo(json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True))
        return
    progress.done()
    _tell(planned, simulated=city.simulated)
    click.echo(f"\n结果在 {out}，用浏览器打开 {out / PAGE}")


def _tell(planned: Planned, *, simulated: bool) -> None:
    if simulated:
        click.echo("全部是模拟数据。")
    click.echo(f"{headline(planned)}。")
    rows = [
        (
            "推荐" if number == 1 else f"备选{number - 1}",
            f"{int(worked.plan.served.sum()):,}",
            wan_text(int(worked.plan.cost_yuan.sum())),
            f"{len(worked.sites)}处{len(worked.plan.chosen)}项",
            gap_zh(planned.proposal.pack, worked.plan),
        )
        for number, worked in enumerate(planned.plans, start=1)
    ]
    if rows:
        table("", ("方案", "新服务人次", "花费（万元）", "处数", "离最好还差"), rows)
