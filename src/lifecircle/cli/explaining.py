"""`lifecircle why`: one verdict in plain Chinese."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import click

from lifecircle.assess.examining import Examination, find_rule
from lifecircle.assess.walks import network_of
from lifecircle.cli.running import packs_asked
from lifecircle.cli.showing import Stages, labelled
from lifecircle.place.city import read_city
from lifecircle.place.sources import read_sources
from lifecircle.policy.models import Pack, Rule
from lifecircle.policy.packs import load_pack
from lifecircle.publish.why import Explainer, facts_of
from lifecircle.terms.errors import InputError


@click.command("why")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("subject")
@click.argument("rule")
@click.option("--pack", "packs", multiple=True, help="政策包；不给时用 lifecircle.toml 里的。")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="评估日期（默认今天）。")
@click.option("--json", "as_json", is_flag=True, help="只在标准输出写 JSON。")
def why_command(
    folder: Path,
    subject: str,
    rule: str,
    packs: tuple[str, ...],
    as_of: datetime | None,
    *,
    as_json: bool,
) -> None:
    """说明 FOLDER 里的城市，SUBJECT 按 RULE 为什么是这个结论。

    SUBJECT 是社区、镇街、区县、小区、设施的编号或名称，或者“全市”；RULE 是规则的编号，
    或标题的一部分。认不出或有几个都像时，列出候选。

    \b
    lifecircle why 城市文件夹 610000000001 one-clinic
    lifecircle why 城市文件夹 全市 宜居社区 --pack xian-2020
    """
    progress = Stages(quiet=as_json)
    sources = read_sources(folder)
    names = packs_asked(sources, packs)
    day = as_of.date() if as_of else sources.as_of or date.today()
    pack, wanted = _rule(tuple(load_pack(name) for name in names), rule, day)
    city = read_city(sources, progress)
    network = network_of(city.streets)
    progress(f"评估 {wanted.title.zh}")
    examined = Examination(pack, city, network, day, wanted)
    accounts = Explainer(examined).explain(examined.subject(subject))
    if as_json:
        click.echo(json.dumps(facts_of(accounts), ensure_ascii=False, indent=2, sort_keys=True))
        return
    progress.done()
    if city.simulated:
        click.echo("全部是模拟数据。")
    for account in accounts:
        labelled(account.title, account.lines)


def _rule(packs: tuple[Pack, ...], text: str, day: date) -> tuple[Pack, Rule]:
    """Return the first pack that knows the rule; the faults of all of them where none does."""
    failed: list[InputError] = []
    for pack in packs:
        try:
            return pack, find_rule(pack, text, day)
        except InputError as error:
            failed.append(error)
    raise InputError(*(fault for error in failed for fault in error.faults))
