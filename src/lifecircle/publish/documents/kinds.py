"""The four documents an office issues, as what their templates are filled with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from lifecircle.publish.charts.gathered import units_of
from lifecircle.publish.documents import drawn, sections
from lifecircle.publish.documents.figures import Block, Figures, heading, paragraph, table
from lifecircle.publish.documents.marking import missing, plain
from lifecircle.publish.documents.material import Material, of_verdict, people_zh, share_zh
from lifecircle.publish.documents.ranking import FEWEST, REFUSALS, Ranked, rankings
from lifecircle.publish.documents.sections import chinese, day_zh
from lifecircle.publish.headlines import MOST_HEADLINES
from lifecircle.terms.words import word

Part = tuple[str, Iterable[Block]]
"""A section or an annex: its title and its blocks."""

MONTHS_A_QUARTER = 3


@dataclass(frozen=True)
class Written:
    """A document before its template is filled, and the figures in it."""

    said: dict[str, Any]
    figures: Figures


def write(kind: str, material: Material) -> Written:
    """Write the document of a kind: bulletin, ranking, report or notice."""
    title, make = _KINDS[kind]
    figures = Figures()
    parts, annexes = make(material, figures)
    body = sections.simulated(material)
    for number, (name, blocks) in enumerate(parts, start=1):
        body += [heading(1, f"{chinese(number)}、{name}"), *blocks]
    annexes.append(("数字出处", list(_sources(material, figures))))
    pages: list[Block] = []
    for number, (name, blocks) in enumerate(annexes, start=1):
        mark = f"附件{number}" if len(annexes) > 1 else "附件"
        heads = (("附件标记", mark), ("空行", ""), ("附件标题", name))
        pages += [*({"类": style, "文": text} for style, text in heads), *blocks]
    said = _letterhead(material, kind) | {
        "标题": title(material),
        "正文": body,
        "附件": _list([name for name, _ in annexes]),
        "附录": pages,
    }
    return Written(said, figures)


def _letterhead(material: Material, kind: str) -> dict[str, Any]:
    """Return what the office said of itself, and a marked gap for what it did not."""
    office = material.office
    issuer = office.issuer or missing("发文机关")
    return {
        "发文机关标志": office.mark or f"{issuer}文件",
        "发文字号": getattr(office.numbers, kind) or missing("发文字号"),
        "主送机关": office.to or missing("主送机关"),
        "发文机关": issuer,
        "成文日期": day_zh(office.signed_on) if office.signed_on else missing("成文日期"),
        "抄送": "，".join(office.copy_to),
        "印发机关": office.printed_by or missing("印发机关"),
        "印发日期": day_zh(office.printed_on) if office.printed_on else missing("印发日期"),
    }


def _list(names: list[str]) -> list[dict[str, str]]:
    """Return the list of annexes: numbered where there are several, no stop at the end."""
    numbers = [f"{at}．" if len(names) > 1 else "" for at in range(1, len(names) + 1)]
    return [
        {"头": ("　　　" if at else "附件：") + number, "名": name}
        for at, (number, name) in enumerate(zip(numbers, names, strict=True))
    ]


def _sources(material: Material, figures: Figures) -> Iterator[Block]:
    """Tell where each figure of the text comes from, and how to ask for those of the tables."""
    yield paragraph(
        "正文里每个数字在文件中都有书签，名称就是下表的编号；表格每行的编号印在最后一列。"
        "用 lifecircle trace 加文件名和编号，可以查到规则、条文、结论和填报的行。"
    )
    pack = material.assessment.pack
    known = {rule.id: rule for rule in pack.rules}
    rows = [
        {
            "编号": one.id,
            "数字": one.text,
            "说的是什么": one.says,
            "规则": known[one.rule].title.zh if one.rule in known else "—",
            "条文": known[one.rule].clause.where if one.rule in known else "—",
        }
        for one in figures.in_text
    ]
    yield from table("出处表", "正文数字", rows)


def _bulletin(material: Material, figures: Figures) -> tuple[list[Part], list[Part]]:
    return [
        ("总体情况", list(sections.overview(material, figures))),
        ("各单位情况", list(sections.compared_units(material, figures))),
        ("主要短板", [*sections.gaps(material, figures), *sections.of_city(material, figures)]),
        (
            "较上期的变化",
            [*sections.changes(material, figures), *drawn.before_and_after(material, figures)],
        ),
        ("资料和标记说明", list(sections.of_data(material))),
    ], [("未达标清单", list(sections.worst_places(material, figures)))]


def _report(material: Material, figures: Figures) -> tuple[list[Part], list[Part]]:
    return [
        ("评估依据和总体情况", list(sections.overview(material, figures))),
        ("各单位比较", list(sections.compared_units(material, figures, MOST_HEADLINES))),
        ("主要短板", [*sections.gaps(material, figures, 20), *sections.of_city(material, figures)]),
        ("居民走多久", list(drawn.minutes(material, figures))),
        ("圆形范围与步行的差别", list(_readings(material, figures))),
        (
            "较上期的变化",
            [*sections.changes(material, figures), *drawn.before_and_after(material, figures)],
        ),
        ("资料和局限", list(sections.of_data(material))),
    ], [
        ("各社区各规则的结论", list(drawn.matrix(material, figures))),
        ("各规则结论汇总", list(_all_rules(material, figures))),
        ("未达标清单", list(sections.worst_places(material, figures))),
    ]


def _all_rules(material: Material, figures: Figures) -> Iterator[Block]:
    """List every rule with its verdicts in the policy's own reading, by whom it speaks of."""
    said, pack = material.sentences, material.assessment.pack
    by_level: dict[str, list[dict[str, str]]] = {}
    for rule in (rule for rule in pack.rules if rule.id in material.rows):
        row, level = material.rows[rule.id], word("level", rule.subject)
        cells = {
            "规则": f"{said.title(rule.id)}（{material.reading_zh(rule)}）",
            "应评": str(row.denominator), "达标": str(row.met), "未达标": str(row.not_met),
            "未评估": str(row.not_assessed), "涉及人口": people_zh(row) if row.not_met else "—",
        }  # fmt: skip
        says = f"全市的{level}按“{rule.title.zh}”的结论个数"
        counted = material.counted_in(row)
        by_level.setdefault(level, []).append(figures.row(cells, says, counted, table="rollup.csv"))
    for level, rows in by_level.items():
        yield from table("规则表", f"以{level}为对象的规则", rows)


def _readings(material: Material, figures: Figures) -> Iterator[Block]:
    """Count the communities that the circle and the walk speak of differently, rule by rule."""
    found = material.assessment.differences
    if not found:
        yield paragraph("这项政策没有圆形范围，只有一种读法。")
        return
    rules = {rule.id: rule for rule, _ in material.community_rows}
    rows = []
    for own in dict.fromkeys(row.rule for row in found):
        apart = [row for row in found if row.rule == own]
        circle = {row.community for row in apart if (row.circle, row.walk) == ("met", "not met")}
        walk = {row.community for row in apart if (row.circle, row.walk) == ("not met", "met")}
        if own not in rules or not (circle or walk):
            continue
        people = [row.people_circle_only for row in apart]
        known = [one for one in people if one is not None]
        cells = {
            "规则": material.sentences.title(own), "只在圆内达标": str(len(circle)),
            "只按步行达标": str(len(walk)),
            "涉及人口": f"{sum(known):,}" if len(known) == len(people) else "未知",
        }  # fmt: skip
        counted = [
            f for f in material.findings_of(rules[own], "walk") if f.subject in circle | walk
        ]
        rows.append(figures.row(cells, "两种读法结论不同的社区个数", counted,
                                table="circle_against_walk.csv"))  # fmt: skip
    yield paragraph(
        "政策以社区几何中心为圆心画圆，步行从居民住处沿路计时。圆内有而走不到的，往往隔着河、铁路或围墙。"
        "涉及人口是在圆内而限时走不到的居民。"
    )
    if not rows:
        yield paragraph("两种读法没有结论相反的社区。")
    yield from table("读法表", "两种读法结论相反的社区个数", rows)


def _ranking(material: Material, figures: Figures) -> tuple[list[Part], list[Part]]:
    found, refused = rankings(material)
    rules = figures.one(len(found), "可以排名的规则条数", source="rollup_areas.csv")
    out = figures.one(sum(refused.values()), "不参加排名的规则条数", source="rollup_areas.csv")
    reasons = "；".join(f"{REFUSALS[code]}的{count}条" for code, count in sorted(refused.items()))
    basis = [
        paragraph(
            "排名只按单项规则，不合并计分。参加排名的规则须是政策原文载明、有标准、不属于“宜”和“鼓励探索”的；"
            "参加排名的单位须全部社区都已评估，有社区未评估的列在后面，不排名。"
            "按达标社区占应评社区的比例从高到低，比例相等的名次并列，其后的名次顺延。开发区与区县并列。"
        ),
        paragraph(
            f"本期可以排名的规则{rules}条。" + f"不参加排名的{out}条：{reasons}。" * bool(refused)
        ),
    ]
    level = [one for one in found if one.all_meet]
    result: list[Block] = []
    for number, one in enumerate((one for one in found if not one.all_meet), start=1):
        result += _ranked(material, figures, one, number)
    if level:
        names = "、".join(material.sentences.title(one.rule.id) for one in level)
        count = figures.one(len(level), "各单位全部达标的规则条数", source="rollup_areas.csv")
        result.append(paragraph(f"各单位都全部达标、并列第1的规则{count}条，不另列表：{names}。"))
    if not found:
        result = [paragraph(f"没有一条规则能排名：至少要有{FEWEST}个单位的社区全部评估过。")]
    return [
        ("排名的依据", basis),
        ("排名", result),
        ("资料和标记说明", list(sections.of_data(material))),
    ], []


def _ranked(material: Material, figures: Figures, one: Ranked, number: int) -> list[Block]:
    rule = one.rule
    title = f"表{number}　{material.sentences.title(rule.id)}（{material.reading_zh(rule)}）"
    rows = [
        figures.row(
            {
                "名次": "—" if rank is None else str(rank), "单位": row.area_name,
                "达标比例": share_zh(row), "达标": str(row.met), "应评": str(row.denominator),
                "未评估": str(row.not_assessed),
            },
            f"{row.area_name}按“{rule.title.zh}”的名次",
            material.counted_in(row),
            rule=rule.id,
            table=f"rollup_areas.csv：managing，{row.area}，{rule.id}，{row.reading}",
        )
        for rank, row in one.units
    ]  # fmt: skip
    chart = figures.picture(units_of(material.ground.city, material.assessment, rule))
    return [*chart, *table("排名表", title, rows)]


def _notice(material: Material, figures: Figures) -> tuple[list[Part], list[Part]]:
    office = material.office
    period, contact = (
        office.notice_period or missing("公示期"),
        office.contact or missing("联系方式"),
    )
    asked = paragraph(
        f"公示期为{period}。对结果有异议的，可以在公示期内向{contact}反映，请写明社区、规则和理由。"
    )
    return [
        ("公示内容", [*sections.overview(material, figures), paragraph(_PUBLIC)]),
        ("公示期和联系方式", [asked]),
        ("资料和标记说明", list(sections.of_data(material, public=True))),
    ], [("各社区未达标项目", list(_by_community(material, figures)))]


_PUBLIC = "各社区未达标的项目见附件1。只列判为未达标的；未评估的不列，也不等于达标。不公布人口。"


def _by_community(material: Material, figures: Figures) -> Iterator[Block]:
    """List what each community does not meet, without any number of people."""
    short = {
        rule.id: {one.subject: one for one in of_verdict(material.findings_of(rule), "not met")}
        for rule, _ in material.community_rows
    }
    communities, rows = material.ground.city.communities, []
    for at, own in enumerate(communities.id):
        found = [by_subject[own] for by_subject in short.values() if own in by_subject]
        names = [
            material.sentences.title(one.rule)
            + "（已豁免）" * bool(one.waiver)
            + "（未到期限）" * (one.due == "not yet due")
            for one in found
        ]
        cells = {
            "社区": communities.name[at] or own,
            "镇街": communities.township[at],
            "未达标的项目": "；".join(names) or "没有判为未达标的",
        }
        says = f"{cells['社区']}未达标的项目{len(found)}项"
        rows.append(figures.row(cells, says, found, table="findings.csv", rule="", reading=""))
    yield from table("公示表", "各社区未达标的项目", rows)


def _title(what: str, when: Callable[[date], str]) -> Callable[[Material], str]:
    def say(material: Material) -> str:
        return f"{material.ground.city.title}{what}\n（{when(material.assessment.as_of)}）"

    return say


def _month(day: date) -> str:
    return f"{day.year}年{day.month}月"


def _quarter(day: date) -> str:
    return f"{day.year}年第{chinese((day.month - 1) // MONTHS_A_QUARTER + 1)}季度"


def title_text(written: Written) -> str:
    """Return the title of a document on one line."""
    return plain(str(written.said["标题"])).replace("\n", "")


_KINDS: dict[
    str, tuple[Callable[[Material], str], Callable[..., tuple[list[Part], list[Part]]]]
] = {
    "bulletin": (_title("社区服务设施建设情况通报", _month), _bulletin),
    "ranking": (_title("社区服务设施单项排名通报", _quarter), _ranking),
    "report": (_title("社区生活圈评估报告", day_zh), _report),
    "notice": (_title("社区服务设施评估结果公示", day_zh), _notice),
}
