"""`lifecircle packs`: read, check, compare and start policy packs."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lifecircle.cli.showing import table
from lifecircle.policy.asked import records_asked
from lifecircle.policy.cases import run_cases
from lifecircle.policy.coverage import Coverage, cover, ledger
from lifecircle.policy.differences import differences
from lifecircle.policy.models import Pack, Rule
from lifecircle.policy.packs import load_pack, shipped
from lifecircle.policy.planning import PlanningRules
from lifecircle.policy.planning_reading import planning_zh
from lifecircle.policy.reading import appraisal_zh, rule_en, rule_zh, workflow_zh
from lifecircle.policy.starting import starter
from lifecircle.publish.folder import whole_folder
from lifecircle.terms.codes import code_sets
from lifecircle.terms.errors import stop
from lifecircle.terms.figures import decimal_text
from lifecircle.terms.taxonomy import Category, categories, matching, osm_tags_text, suggestions
from lifecircle.terms.words import word


@click.group("packs")
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
        texts=2,
    )


@packs_group.command("show")
@click.argument("pack")
@click.option("--inferred", is_flag=True, help="只列出推定的读法。")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出整个政策包。")
def show_command(pack: str, *, inferred: bool, as_json: bool) -> None:
    """像读政策一样读 PACK：条文、规则、标记、推定的读法、测试。"""
    loaded = load_pack(pack)
    if as_json:
        content = loaded.model_dump(mode="json", by_alias=True)
        click.echo(json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True))
        return
    if inferred:
        for where, what, says in loaded.inferred_readings():
            click.echo(f"推定  {where}（{what}）：{says}")
        return
    _show_header(loaded)
    for rule in loaded.rules:
        _show_rule(loaded, rule)
    for workflow in loaded.workflows:
        click.echo("\n" + "\n".join(workflow_zh(workflow)))
    said = list(appraisal_zh(loaded.appraisal))
    if said:
        click.echo("\n考核\n  " + "\n  ".join(said))
    _show_planning(loaded)


def _show_header(pack: Pack) -> None:
    header = pack.header
    click.echo(f"{header.title.zh}\n{header.title.en}")
    click.echo(f"发文：{header.issuer}；{header.issued}；适用：{header.applies_to}")
    if header.parent:
        click.echo(f"在 {header.parent} 上改动")
    for part, documents in (("上位文件", header.parents), ("附件", header.attachments)):
        for document in documents:
            click.echo(f"{part}：{document.title}（{'已取得' if document.held else '未取得'}）")
    if header.walking:
        speed = decimal_text(header.walking.speed_m_per_min, 1)
        click.echo(f"步行：每分钟{speed}米（{header.walking.inferred or '原文'}）")
    if header.circle:
        minutes = "、".join(decimal_text(value, 1) for value in header.circle.minutes)
        radius = decimal_text(header.circle.radius_m, 0)
        click.echo(f"圆形范围：以社区几何中心为圆心，半径{radius}米，只用于{minutes}分钟")


def _show_rule(pack: Pack, rule: Rule) -> None:
    dates = [f"自{rule.from_}起"] if rule.from_ else []
    dates += [f"至{rule.to}止"] if rule.to else []
    dates += [f"期限{rule.due}"] if rule.due else []
    marks = [word("strength", rule.strength), word("source", rule.source), word("mark", rule.mark)]
    marks += [word("nature", rule.nature)] if rule.nature != "unstated" else []
    click.echo(f"\n{rule.id}  {rule.title.zh} / {rule.title.en}（{'，'.join(marks + dates)}）")
    click.echo(f"  条文 {rule.clause.where}：{rule.clause.quote}")
    click.echo(f"  规则 {rule_zh(pack, rule)}")
    click.echo(f"       {rule_en(pack, rule)}")
    for said in rule.inferred:
        click.echo(f"  推定 {said.of}：{said.says}")
    if rule.changed:
        click.echo(f"  改动 {rule.changed}")
    for case in pack.cases.cases:
        if case.rule == rule.id:
            click.echo(f"  测试 {case.name} → {word('verdict', case.expect.verdict)}")


def _show_planning(pack: Pack) -> None:
    if pack.planning != PlanningRules():
        click.echo("\n规划")
    for said, sentence in planning_zh(pack):
        marks = f"{word('source', said.source)}，{word('mark', said.mark)}"
        click.echo(f"  {said.title.zh} / {said.title.en}（{marks}）")
        click.echo(f"    条文 {said.clause.where}：{said.clause.quote}")
        click.echo(f"    读作 {sentence}")
        for reading in said.inferred:
            click.echo(f"    推定 {reading.of}：{reading.says}")


@packs_group.command("records")
@click.argument("pack")
def records_command(pack: str) -> None:
    """列出 PACK 要办公室登记的项目：“登记值”表的“项目”一列照这里写。"""
    loaded = load_pack(pack)
    rows = [
        [record, word("level", level), "、".join(rule.title.zh for rule in rules)]
        for (level, record), rules in records_asked(loaded).items()
    ]
    if rows:
        table(loaded.header.title.zh, ["项目", "对象级别", "哪些规则要用"], rows, texts=3)
    else:
        click.echo("这个政策包不用登记值。")


@packs_group.command("diff")
@click.argument("old")
@click.argument("new")
def diff_command(old: str, new: str) -> None:
    """用文字说明 OLD 与 NEW 两个政策包的规则有什么不同。"""
    said = list(differences(load_pack(old), load_pack(new)))
    click.echo("\n".join(said) if said else "规则相同。")


@packs_group.command("coverage")
@click.option("--missing", is_flag=True, help="逐条列出没有着落的台账行。")
@click.pass_context
def coverage_command(context: click.Context, *, missing: bool) -> None:
    """对照需求台账：哪些条目有规则，哪些写明了原因，哪些没有着落。

    有没有着落的条目，或名称写错时，退出码为 1。
    """
    found = cover([load_pack(name) for name in shipped()])
    wanted = len(found.modelled) + len(found.left_out) + len(found.missing)
    kinds = sorted({row.kind for row in ledger() if row.wanted})
    rows = [[kind, *map(str, _tally(found, kind))] for kind in kinds]
    table("台账条目", ["类别", "已建模", "写明原因", "没有着落"], rows)
    click.echo(
        f"\n共{wanted}条：已建模{len(found.modelled)}，没有着落{len(found.missing)}；其余原因："
    )
    for reason, count in sorted(found.reasons().items()):
        click.echo(f"  {reason}：{count}")
    for row in found.missing if missing else ():
        click.echo(f"没有着落  {row.id}（{row.kind}）{row.phrase}：{row.number}")
    for fault in found.faults:
        click.echo(f"有误  {fault}")
    if found.missing or found.faults:
        context.exit(1)


def _tally(found: Coverage, kind: str) -> tuple[int, int, int]:
    left_out = sum(row.kind == kind for row, _ in found.left_out)
    return found.modelled_of(kind), left_out, sum(row.kind == kind for row in found.missing)


@packs_group.command("new")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--title", default="某市某政策", show_default=True, help="政策名称。")
@click.option("--parent", default="", help="在哪个政策包上改动；不给则从头写。")
def new_command(folder: Path, title: str, parent: str) -> None:
    """在 FOLDER 写出一个新政策包的起点，文件里的注释教怎么写。"""
    first = load_pack(parent).rules[0].id if parent else ""
    files = starter(folder.name, title, parent, first)
    with whole_folder(folder, None) as out:
        for name, text in files.items():
            (out / name).parent.mkdir(exist_ok=True)
            (out / name).write_text(text, encoding="utf-8")
    load_pack(folder)
    click.echo(f"已写出 {folder}；改好后运行：lifecircle packs check {folder}")


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
@click.argument("word", default="")
@click.option("--all", "in_full", is_flag=True, help="每个类别都列出常用名、标签、编码和说明。")
def categories_command(word: str, *, in_full: bool) -> None:
    """列出设施类别；给出 WORD（如：食堂、060200）则列出对应的类别及其全部名称和编码。"""
    if word:
        found = matching(word)
        if not found:
            close = "、".join(suggestions(word))
            remedy = f"试试 {close}" if close else "不给字词，列出全部类别"
            raise stop(f"没有叫“{word}”的设施类别", remedy=remedy)
        in_full = True
    else:
        found = tuple(categories().values())
    if in_full:
        for category in found:
            table("", [category.code, f"{category.zh} / {category.en}"], _facts(category), texts=2)
            click.echo()
        return
    table(
        "设施类别（加上字词或 --all 看常用名、OpenStreetMap 标签和高德编码）",
        ["category", "名称", "服务功能", "常用名（部分）"],
        [[c.code, c.zh, _functions(c), "、".join(c.names[:3])] for c in found],
        texts=4,
    )


def _functions(category: Category) -> str:
    functions = code_sets()["function"]
    return "、".join(functions[code].zh for code in category.functions)


def _facts(category: Category) -> list[list[str]]:
    """Return what is known of a category as rows of label and text, without the empty ones."""
    amap = "、".join(category.amap)
    if category.amap_except:
        amap += f"（{'、'.join(category.amap_except)}除外）"
    facts = [
        ["服务功能", _functions(category)],
        ["常用名", "、".join(category.names)],
        ["OpenStreetMap", osm_tags_text(category.code)],
        ["高德编码", amap],
        ["说明", category.note],
    ]
    return [fact for fact in facts if fact[1]]
