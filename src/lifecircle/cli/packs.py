"""`lifecircle packs`: read and check policy packs."""

from __future__ import annotations

import json
from typing import Any

import click

from lifecircle.cli.showing import table
from lifecircle.policy.cases import run_cases
from lifecircle.policy.models import Pack, Rule
from lifecircle.policy.packs import load_pack, shipped, unit_of
from lifecircle.terms.figures import decimal_text
from lifecircle.terms.taxonomy import categories, names_zh
from lifecircle.terms.words import word


@click.group("packs", short_help="查看、检查政策包。")
def packs_group() -> None:
    """政策包：一份政策的条文、数字、读法和测试，写成可以读、可以改的文件。"""


@packs_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出。")
def list_command(*, as_json: bool) -> None:
    """列出随程序提供的政策包。"""
    packs = [load_pack(name) for name in shipped()]
    if as_json:
        rows = [{"id": p.id, "title": p.header.title.zh, "rules": len(p.rules)} for p in packs]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    table(
        "政策包",
        ["名称", "政策", "规则", "测试"],
        [[p.id, p.header.title.zh, str(len(p.rules)), str(len(run_cases(p)))] for p in packs],
    )


@packs_group.command("show")
@click.argument("pack")
@click.option("--inferred", is_flag=True, help="只列出推定的读法。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出整个政策包。")
def show_command(pack: str, *, inferred: bool, as_json: bool) -> None:
    """像读政策一样读 PACK：条文、规则、标记、推定的读法。"""
    loaded = load_pack(pack)
    if as_json:
        content: Any = loaded.model_dump(mode="json")
        click.echo(json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True))
        return
    if inferred:
        for where, what, says in loaded.inferred_readings():
            click.echo(f"推定  {where}（{what}）：{says}")
        return
    _show_header(loaded)
    for rule in loaded.rules:
        _show_rule(loaded, rule)


def _show_header(pack: Pack) -> None:
    header = pack.header
    click.echo(f"{header.title.zh}\n{header.title.en}")
    click.echo(f"发文：{header.issuer}；{header.issued}；适用：{header.applies_to}")
    for part, documents in (("上位文件", header.parents), ("附件", header.attachments)):
        for document in documents:
            click.echo(f"{part}：{document.title}（{'已取得' if document.held else '未取得'}）")
    pace = header.walking
    click.echo(
        f"步行：每分钟{decimal_text(pace.speed_m_per_min, 1)}米（{pace.inferred or '原文'}）"
    )
    if header.circle:
        minutes = "、".join(decimal_text(value, 1) for value in header.circle.minutes)
        radius = decimal_text(header.circle.radius_m, 0)
        click.echo(f"圆形范围：以社区几何中心为圆心，半径{radius}米，只用于{minutes}分钟")


def _show_rule(pack: Pack, rule: Rule) -> None:
    due = f"；期限{rule.due}" if rule.due else ""
    marks = "，".join(
        (word("strength", rule.strength), word("source", rule.source), word("mark", rule.mark))
    )
    click.echo(f"\n{rule.id}  {rule.title.zh} / {rule.title.en}（{marks}{due}）")
    click.echo(f"  条文 {rule.clause.where}：{rule.clause.quote}")
    click.echo(f"  规则 {_in_words(pack, rule)}")
    for said in rule.inferred:
        click.echo(f"  推定 {said.of}：{said.says}")


def _in_words(pack: Pack, rule: Rule) -> str:
    """Say a rule in plain Chinese."""
    measure = rule.measure
    need = f"{rule.require.comparator} {decimal_text(rule.require.value.__float__(), 4)}"
    unit = word("unit", unit_of(rule))
    if measure.name == "rules_met":
        return f"{len(measure.rules)}条规则中达标的项数 {need}{unit}"
    if measure.name == "share_of_areas_meeting":
        return f"达到“{pack.rule(measure.rule).title.zh}”的{unit} {need}"
    names = names_zh(pack.categories_of(measure))
    minutes = decimal_text(measure.minutes, 1)
    if measure.name == "count_within":
        return f"步行{minutes}分钟内的{names} {need}{unit}"
    return f"步行{minutes}分钟内走得到{names}之一的{unit} {need}"


@packs_group.command("check")
@click.argument("packs", nargs=-1)
@click.pass_context
def check_command(context: click.Context, packs: tuple[str, ...]) -> None:
    """检查 PACKS（默认全部）：文件写法、相互引用，并运行其中的测试。

    有测试不符时退出码为 1。
    """
    failed = 0
    for name in packs or tuple(shipped()):
        results = run_cases(load_pack(name))
        for result in results:
            click.echo(str(result))
        wrong = sum(not result.passed for result in results)
        click.echo(f"{name}：{len(results)}个测试，{wrong}个不符")
        failed += wrong
    if failed:
        context.exit(1)


@packs_group.command("categories")
def categories_command() -> None:
    """列出设施类别：名称、英文、OpenStreetMap 标签的判断说明。"""
    table(
        "设施类别",
        ["category", "名称", "说明"],
        [[code, cat.zh, cat.note] for code, cat in categories().items()],
    )
