"""Sections that documents share: overview, units compared, gaps, changes, what to know of data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lifecircle.assess.findings import Finding
from lifecircle.assess.ladder import BELOW, tally
from lifecircle.place.notices import public_notices
from lifecircle.policy.models import Rule
from lifecircle.publish.charts.gathered import units_of
from lifecircle.publish.comparing import Change
from lifecircle.publish.documents.figures import Block, Figures, heading, paragraph, table
from lifecircle.publish.documents.material import Material, of_verdict, people_zh, share_zh
from lifecircle.publish.sentences import figure as figure_zh
from lifecircle.publish.sentences import quoted
from lifecircle.publish.walkers import walkers_told
from lifecircle.terms.words import word

MOST_GAPS, MOST_CHANGES, MOST_LISTED, MOST_DRAWN = 8, 20, 40, 2

DIGITS = "零一二三四五六七八九"
CLAUSE_ENDS = "。；，、"


def chinese(number: int) -> str:
    """Return a number from 1 to 99 in Chinese, as headings carry it."""
    tens, ones = divmod(number, 10)
    ten = ("" if tens == 1 else DIGITS[tens]) + "十" if tens else ""
    return ten + (DIGITS[ones] if ones or not tens else "")


def day_zh(day: date) -> str:
    """Return a day as documents write it: figures in full, no zeros before them."""
    return f"{day.year}年{day.month}月{day.day}日"


def simulated(material: Material) -> list[Block]:
    """Say first of all that the data are made up, where they are."""
    said = "本文全部数据是模拟数据，不反映任何真实地方。"
    return [paragraph(said)] if material.ground.city.simulated else []


def overview(material: Material, figures: Figures) -> Iterator[Block]:
    """Say what was judged by what, and how many rules have communities that do not meet them."""
    city, found = material.ground.city, material.assessment
    pack, rows = found.pack, material.community_rows
    communities = figures.one(len(city.communities), "评估的社区个数", source="社区表的行数")
    yield paragraph(
        f"依据《{pack.header.title.zh}》（政策包 {pack.id} {pack.header.version}），对"
        f"{city.title}{communities}个社区作了评估，评估日期为{day_zh(found.as_of)}。"
    )
    rules = figures.one(len(pack.rules), "评估日期那天生效的规则条数", source="政策包的规则")
    said = f"当日生效的规则{rules}条"
    if found.without_data:
        silent = figures.one(
            len(found.without_data), "没有任何资料的规则条数",
            source=f"没有资料的规则：{'、'.join(found.without_data)}",
        )  # fmt: skip
        said += f"，其中{silent}条没有任何资料，都记为未评估"
    yield paragraph(f"{said}。")
    short = [rule for rule, row in rows if row.not_met]
    clear = [rule for rule, row in rows if not row.not_met and not row.not_assessed]
    rest = [rule for rule, _ in rows if rule not in short and rule not in clear]
    parts = (
        (short, "有社区未达标"),
        (clear, "应评社区全部达标"),
        (rest, "没有社区未达标，但有社区未评估"),
    )
    marked = [
        figures.one(len(some), f"以社区为对象的规则中{zh}的条数", source=_listed(some)) + f"条{zh}"
        for some, zh in parts
        if some
    ]
    whole = figures.one(len(rows), "以社区为对象、有资料的规则条数", source="rollup.csv")
    among = f"，其中{'，'.join(marked)}" if marked else ""
    yield paragraph(f"以社区为对象、有资料的规则{whole}条{among}。")
    yield from _levels(material, figures)
    yield from _kinds_of_gap(material, figures)


def _listed(rules: list[Rule]) -> str:
    return f"规则：{'、'.join(rule.id for rule in rules) or '没有'}"


def _levels(material: Material, figures: Figures) -> Iterator[Block]:
    """Say how many communities have reached each level, in each reading."""
    found, ladder = material.assessment, material.assessment.pack.header.ladder
    if ladder is None:
        return
    titles = {level.id: level.title.zh for level in ladder.levels} | {BELOW: ladder.below.zh}
    for reading, counts in tally(found.pack, found.standings).items():
        zh, said = word("reading", reading), []
        for title, number in counts:
            own = [
                one.community
                for one in found.standings
                if one.reading == reading and titles.get(one.level, "未评估") == title
            ]
            says, source = f"按{zh}，等级为“{title}”的社区", f"levels.csv：{'、'.join(own)}"
            said += [f"{title}{figures.one(number, says, source=source)}个"] if number else []
        yield paragraph(f"社区等级（{zh}）：{'，'.join(said)}。")


def _kinds_of_gap(material: Material, figures: Figures) -> Iterator[Block]:
    pack, said = material.assessment.pack, []
    for kind in pack.header.gap_kinds:
        if kind.rule in material.rows:
            found = material.findings_of(pack.rule(kind.rule))
            short, open_ = of_verdict(found, "not met"), of_verdict(found, "not assessed")
            name = kind.title.zh
            count = figures.one(len(short), f"短板“{name}”的社区", short, rule=kind.rule)
            text = f"{name}{count}个"
            if open_:
                unknown = figures.one(
                    len(open_), f"短板“{name}”未评估的社区", open_, rule=kind.rule
                )
                text += f"（另有{unknown}个未评估）"
            said.append(text)
    if said:
        yield paragraph(f"按政策列出的短板类型：{'，'.join(said)}。")


def compared_units(
    material: Material, figures: Figures, drawn: int = MOST_DRAWN
) -> Iterator[Block]:
    """Set those who answer side by side, rule by rule, the first drawn too; no sum over rules."""
    yield paragraph(
        "下列各表按管理单位统计，开发区与区县并列。应评是达标、未达标、未评估之和，不含不适用的社区；"
        "有社区未评估的，达标比例只是下限。各项规则分别列出，不合并计分。"
    )
    for number, rule in enumerate(material.headlines, start=1):
        title = f"表{number}　{material.sentences.title(rule.id)}（{material.reading_zh(rule)}）"
        rows = [
            figures.row(
                {
                    "单位": row.area_name or "不属于任何单位", "应评": str(row.denominator),
                    "达标": str(row.met), "未达标": str(row.not_met),
                    "未评估": str(row.not_assessed), "达标比例": share_zh(row),
                },
                f"{row.area_name or '不属于任何单位'}的社区按“{rule.title.zh}”的结论个数",
                material.counted_in(row),
                rule=rule.id,
                table=f"rollup_areas.csv：managing，{row.area}，{rule.id}，{row.reading}",
            )
            for row in material.units(rule)
        ]  # fmt: skip
        if number <= drawn:
            yield from figures.picture(units_of(material.ground.city, material.assessment, rule))
        yield from table("区县表", title, rows)


def gaps(material: Material, figures: Figures, most: int = MOST_GAPS) -> Iterator[Block]:
    """Say the widest gaps, each with its clause and, where there is one, the other reading."""
    found = material.gaps
    if not found:
        yield paragraph("没有社区被判为未达标。未评估的不等于达标，见资料说明。")
        return
    yield paragraph("以下按涉及居民从多到少列出。只有政策原文载明的要求才会判为未达标。")
    for number, (rule, row) in enumerate(found[:most], start=1):
        yield heading(2, f"（{chinese(number)}）{material.sentences.title(rule.id)}")
        short = of_verdict(material.findings_of(rule), "not met")
        title = f"“{rule.title.zh}”"
        count = figures.one(row.not_met, f"{title}未达标的社区个数", short)
        whole = figures.one(row.denominator, f"{title}应评的社区个数", material.counted_in(row))
        said = f"应评社区{whole}个，未达标{count}个"
        if row.not_assessed:
            open_ = of_verdict(material.findings_of(rule), "not assessed")
            said += f"，未评估{figures.one(row.not_assessed, f'{title}未评估的社区个数', open_)}个"
        people = figures.one(people_zh(row), f"{title}未达标涉及的居民", short)
        said += f"，涉及居民{people}{'' if row.people_affected is None else '人'}"
        said += f"（按{material.reading_zh(rule)}）。{_other_reading(material, figures, rule)}"
        due = f"期限为{day_zh(rule.due)}。" if rule.due else ""
        quote = quoted(rule.clause.quote.rstrip(CLAUSE_ENDS))
        yield paragraph(f"{said}{due}依据：{rule.clause.where}，{quote}。")
    if len(found) > most:
        rest = figures.one(len(found) - most, "其余有社区未达标的规则条数", source="rollup.csv")
        yield paragraph(f"另有{rest}条规则有社区未达标，见附送的台账.xlsx。")


def of_city(material: Material, figures: Figures) -> Iterator[Block]:
    """Say what the city as a whole does not meet; nothing where no rule speaks of it."""
    found = material.of_city
    if not found:
        return
    count = figures.one(len(found), "以全市为对象的结论条数", found, rule="", reading="")
    said = []
    for verdict in ("met", "not met", "not assessed"):
        own, zh = of_verdict(found, verdict), word("verdict", verdict)
        if own:
            number = figures.one(len(own), f"以全市为对象、{zh}的结论", own, rule="", reading="")
            said.append(f"{zh}{number}条")
    among = f"，其中{'，'.join(said)}" if said else ""
    yield paragraph(f"以全市为对象的结论{count}条{among}。")
    short = of_verdict(found, "not met")
    yield from table("全市表", "全市未达标的要求", [_place(material, figures, o) for o in short])


def _other_reading(material: Material, figures: Figures, rule: Rule) -> str:
    """Say what the walk says where the policy's own reading is a circle; the two never mix."""
    walked = material.findings_of(rule, "walk")
    if material.reading_of(rule) != "circle" or not walked:
        return ""
    short = of_verdict(walked, "not met")
    count = figures.one(len(short), f"“{rule.title.zh}”按步行未达标的社区个数", short or walked)
    return f"同一规则按步行，未达标{count}个；两种读法分列，不合并。"


def worst_places(material: Material, figures: Figures) -> Iterator[Block]:
    """List findings that are not met, those with most people first."""
    short = [
        one
        for rule, _ in material.community_rows
        for one in of_verdict(material.findings_of(rule), "not met")
    ]
    short.sort(key=lambda one: (-(one.people_affected or 0), one.key))
    rows = [_place(material, figures, one) for one in short[:MOST_LISTED]]
    if len(short) > MOST_LISTED:
        yield paragraph(
            f"共{len(short):,}条，以下是涉及居民最多的{MOST_LISTED}条，其余见附送的台账.xlsx。"
        )
    elif not rows:
        yield paragraph("没有社区被判为未达标。")
    yield from table("缺口表", "未达标清单", rows)


def _place(material: Material, figures: Figures, one: Finding) -> dict[str, str]:
    said, rule = material.sentences, material.assessment.pack.rule(one.rule)
    excused = "（已豁免）" if one.waiver else ""
    community, name = one.subject_level == "community", said.name(one.subject_level, one.subject)
    return figures.row(
        {
            "社区" if community else "对象": name,
            "规则": f"{said.title(one.rule)}（{word('reading', one.reading)}）{excused}",
            "实测": said.figure(one, one.observed),
            "要求": said.required(one),
            "涉及人口": people_zh(one),
        },
        f"{name}按“{rule.title.zh}”未达标",
        [one],
        table="findings.csv",
    )


def changes(material: Material, figures: Figures) -> Iterator[Block]:
    """Say which verdicts changed since the earlier result, and why; nothing where none is given."""
    if material.compared is None:
        yield paragraph("没有给出上一期的评估结果，本期不作比较。")
        return
    found, source = material.compared, "lifecircle compare"
    turned = {
        pair: [one for one in found.changes if one.kind == "changed" and one.verdict == pair]
        for pair in (("not met", "met"), ("met", "not met"))
    }
    better, worse = (
        figures.one(
            len(own),
            f"由{word('verdict', pair[0])}变为{word('verdict', pair[1])}的结论条数",
            [now for one in own for now in _now(material, one)],
            source=source,
            rule="",
            reading="",
        )
        for pair, own in turned.items()
    )
    rest = len(found.changes) - sum(map(len, turned.values()))
    others = figures.one(rest, "其他变化的条数", source=source)
    same = figures.one(found.same, "没有变化的结论条数", source=source)
    yield paragraph(
        f"与{day_zh(date.fromisoformat(material.before_on))}的结果相比：由未达标变为达标的结论{better}条，由达标变为未达标的{worse}条，"
        f"其他变化{others}条，没有变化的{same}条。两种读法分别计数。"
    )
    for said in found.general:
        yield paragraph(f"{said}。")
    yield from _changed(material, figures, found.changes)


def _changed(material: Material, figures: Figures, found: tuple[Change, ...]) -> Iterator[Block]:
    """List the first changes, each with its cause."""
    rows = [
        figures.row(
            _change(one),
            "两次评估之间变了的结论",
            _now(material, one),
            source="lifecircle compare",
            rule=one.rule,
        )
        for one in found[:MOST_CHANGES]
    ]
    more = len(found) - len(rows)
    title = "变了的结论" + (f"（前{MOST_CHANGES}条，另有{more}条）" if more > 0 else "")
    yield from table("变化表", title, rows)


def _now(material: Material, one: Change) -> list[Finding]:
    """Return the finding of today that a change speaks of; nothing of what is gone."""
    if one.kind != "changed":
        return []
    rule = material.assessment.pack.rule(one.rule)
    return [f for f in material.findings_of(rule, one.reading) if f.subject == one.subject]


def _change(one: Change) -> dict[str, str]:
    verdicts = [word("verdict", v) for v in one.verdict if v]
    turned = "变为".join(dict.fromkeys(verdicts)) or word("change", one.kind)
    values = [figure_zh(text, one.unit) for text in one.observed if text]
    moved = f"（{'→'.join(values)}）" if len(set(values)) > 1 else ""
    reading = f"（{word('reading', one.reading)}）" if one.reading else ""
    return {
        "对象": one.subject_name or one.subject or "—",
        "规则": f"{one.rule_title}{reading}" if one.rule_title else "—",
        "变化": turned + moved,
        "原因": "；".join(cause.says for cause in one.causes),
    }


def of_data(material: Material, *, public: bool = False) -> Iterator[Block]:
    """Say what a reader must know of the data, and what each mark means.

    The ``public`` is told nothing that rows of the registers are quoted in.
    """
    found, city = material.assessment, material.ground.city
    for said in (*(public_notices(city) if public else city.notices), *walkers_told(found)):
        yield paragraph(said)
    if found.strays:
        yield paragraph(f"有{len(found.strays)}个登记值说的对象不在资料里，没有用上。")
    pack = found.pack
    legend = []
    if any(pack.is_unverified(rule) for rule in pack.rules):
        legend.append("“待核”是数字或条文没有核对原文，不据此判为未达标，也不据此排名")
    if any(pack.is_inferred(rule) for rule in pack.rules):
        legend.append("“推定”是政策没有明写、由办公室可以改的读法")
    legend.append("“未评估”是资料不足以判断：不完整名录里没找到不等于没有，没人摸底不等于不达标")
    if any(row.people_estimated for row in found.rollup):
        legend.append("“估计”是人口由栅格推算，没有人登记过")
    yield paragraph(f"标记：{'；'.join(legend)}。")
    for said in city.attributions:
        yield paragraph(f"资料来源：{said}。")
