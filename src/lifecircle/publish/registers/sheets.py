"""What stands on each sheet of a register: columns with what they mean, and their values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from lifecircle.assess.findings import Assessment, Finding
from lifecircle.assess.ground import Ground
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack, Rule
from lifecircle.publish.planning.words import code_zh
from lifecircle.publish.sentences import Sentences
from lifecircle.publish.tables import simulated_mark
from lifecircle.publish.why import place_zh
from lifecircle.terms.codes import code_sets
from lifecircle.terms.words import word

Kind = Literal["text", "word", "name", "long", "whole", "figure", "date", "verdict"]


class Amount(NamedTuple):
    """A figure with its unit, as findings hold them: a percentage is a share."""

    text: str
    unit: str


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its header, what it means, how its cells are written, its values."""

    zh: str
    says: str
    kind: Kind = "text"
    values: Sequence[Any] = ()


@dataclass(frozen=True)
class Sheet:
    """A sheet of a register, and what it lists."""

    zh: str
    says: str
    columns: tuple[Column, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.columns[0].values) if self.columns else 0


def finding_sheet(ground: Ground, found: Assessment, said: Sentences) -> Sheet:
    """Return every finding of the pack, those of other walkers left out."""
    return Sheet(
        "结论",
        "每条结论一行：对象、规则、读法、结论和依据。其他步行者的结论只作参考，不在这里。",
        _columns(ground, found, said, [one for one in found.findings if one.subject]),
    )


def gap_sheet(ground: Ground, found: Assessment, said: Sentences) -> Sheet:
    """Return the findings that are not met, those with most people first."""
    short = [one for one in found.findings if one.verdict == "not met" and one.subject]
    short.sort(key=lambda one: (-(one.people_affected or 0), one.key))
    kinds = {kind.rule: kind.title.zh for kind in found.pack.header.gap_kinds}
    kind = Column(
        "短板类型", "政策自己列出的短板类型；政策没有分的为空", "text",
        [kinds.get(one.rule, "") for one in short],
    )  # fmt: skip
    columns = _columns(ground, found, said, short)
    return Sheet(
        "短板",
        "未达标的结论，涉及居民多的在前。未评估的不在这里，也不等于达标。",
        (*columns[:2], kind, *columns[2:]),
    )


def _columns(
    ground: Ground, found: Assessment, said: Sentences, rows: list[Finding]
) -> tuple[Column, ...]:
    rules = [found.pack.rule(one.rule) for one in rows]
    mark = [simulated_mark(ground.city)] * len(rows)
    return (
        *_verdicts(_Units(ground), said, rows, rules),
        *_figures(rows),
        *_grounds(found.pack, said, rows, rules),
        Column("数据性质", "模拟数据会写明", "text", mark),
    )


def _verdicts(
    units: _Units, said: Sentences, rows: list[Finding], rules: list[Rule]
) -> tuple[Column, ...]:
    """Return whom a finding speaks of, by which rule, and what it says."""
    names = [said.name(one.subject_level, one.subject) for one in rows]
    return (
        Column("编号", "对象的编号", "text", [one.subject for one in rows]),
        Column("名称", "对象的名称", "text", names),
        Column("级别", "对象是社区、镇街、区县、全市、小区还是设施", "word",
               [word("level", one.subject_level) for one in rows]),
        Column("管理单位", "社区归谁管：区县，或与区县并列的开发区", "text",
               [units.of(one) for one in rows]),
        Column("规则", "规则的标题；“推定”“待核”另列", "name", [rule.title.zh for rule in rules]),
        Column("读法", "政策自己的圆形范围、步行，或登记的记录；两种读法分列，不合并", "word",
               [word("reading", one.reading) for one in rows]),
        Column("结论", "达标、未达标、未评估（资料不足以判断）、不适用", "verdict",
               [word("verdict", one.verdict) for one in rows]),
        Column("豁免", "谁、何时、为什么豁免；结论仍是未达标", "text", [o.waiver for o in rows]),
        Column("期限", "规则的期限", "date", [rule.due for rule in rules]),
        Column("期限状态", "评估日期那天是否已到期限", "word",
               [word("due", one.due) for one in rows]),
    )  # fmt: skip


def _figures(rows: list[Finding]) -> tuple[Column, ...]:
    """Return what was measured and required, and who is affected."""

    def amount(name: str) -> list[Amount]:
        return [Amount(getattr(one, name), one.unit) for one in rows]

    return (
        Column("实测", "量到的数；比例写成百分数", "figure", amount("observed")),
        Column("要求", "规则要求的数", "figure", amount("required")),
        Column("差额", "还差多少", "figure", amount("shortfall")),
        Column("单位", "实测、要求、差额的单位", "text",
               [word("unit", one.unit) if one.unit else "" for one in rows]),
        Column("居民", "对象的常住人口，没人登记的为空", "whole", [one.people for one in rows]),
        Column("涉及居民", "因未达标受影响的人，人数未知的为空", "whole",
               [one.people_affected for one in rows]),
        Column("涉及老年人", "其中的老年人", "whole", [one.older_affected for one in rows]),
        Column("涉及儿童", "其中的儿童", "whole", [one.children_affected for one in rows]),
        Column("人口依据", "人口是登记的，还是推算的", "text",
               [word("basis", one.people_basis) if one.people_basis else "" for one in rows]),
        Column("估计", "人口里有栅格推算的，没有人登记过", "word",
               ["估计" * one.people_estimated for one in rows]),
    )  # fmt: skip


def _grounds(
    pack: Pack, said: Sentences, rows: list[Finding], rules: list[Rule]
) -> tuple[Column, ...]:
    """Return what a finding rests on: places, reasons, the clause and how sure it is."""
    return (
        Column("最近设施", "走得最远的出发点（圆形范围为社区中心）最近的设施", "name",
               [said.facility(one.facility) for one in rows]),
        Column("步行分钟", "从走得最远的出发点到最近设施的分钟数；>60是一小时内走不到", "figure",
               [Amount(one.time_min, "") for one in rows]),
        Column("可信度", "可靠、有限、薄弱；原因见存疑", "word",
               [word("confidence", one.confidence) for one in rows]),
        Column("存疑", "使可信度降低或不能评估的原因", "long",
               ["；".join(word("reason", code) for code in one.reasons) for one in rows]),
        Column("依据", "找到什么、多远、从哪里", "long", [said.evidence(one) for one in rows]),
        Column("待核", "结论所依据的数字或条文没有核对原文", "word",
               ["待核" * pack.is_unverified(rule) for rule in rules]),
        Column("推定", "结论所依据的读法政策没有明写", "word",
               ["推定" * pack.is_inferred(rule) for rule in rules]),
        Column("条文位置", "条文在政策里的位置", "text", [rule.clause.where for rule in rules]),
        Column("条文", "政策原文", "long", [rule.clause.quote for rule in rules]),
        Column("规则编号", "政策包里的编号，查依据时用", "text", [rule.id for rule in rules]),
    )  # fmt: skip


class _Units:
    """Knows who answers for each community."""

    def __init__(self, ground: Ground) -> None:
        table = ground.city.communities
        self._of = dict(zip(table.id, table.managed_by, strict=True))

    def of(self, finding: Finding) -> str:
        """Return who answers for a community, nothing for other subjects."""
        return self._of.get(finding.subject, "") if finding.subject_level == "community" else ""


def space_sheet(city: City) -> Sheet:
    """Return every site that the registers list."""
    rows, areas = city.spaces, city.communities
    community = [areas.name[one.community] if one.community >= 0 else "" for one in rows]

    def zh(column: str, code: str) -> str:
        return code_zh(column, code) if column in code_sets() else code

    def amount(name: str) -> list[Amount]:
        return [Amount(f"{v:g}" if (v := o.amounts.get(name)) is not None else "", "m2")
                for o in rows]  # fmt: skip

    return Sheet(
        "空间",
        "摸底登记的空间资源。空着的是没有登记，不是没有。",
        (
            Column("编号", "空间的编号", "text", [one.id for one in rows]),
            Column("名称", "空间的名称", "text", [one.name for one in rows]),
            Column("社区", "所在社区", "text", community),
            Column("类型", "房屋、土地等", "text", [zh("space_kind", o.kind) for o in rows]),
            Column("权属", "归谁所有", "text", [zh("ownership", o.ownership) for o in rows]),
            Column("产权单位", "产权单位的名称", "text", [one.owner for one in rows]),
            Column("建筑面积", "平方米；土地为可建的面积", "figure", amount("floor_m2")),
            Column("使用面积", "平方米", "figure", amount("usable_m2")),
            Column("用地面积", "平方米", "figure", amount("site_m2")),
            Column("可用日期", "何时可以使用", "date", [one.available_on for one in rows]),
            Column(
                "现状", "现在的状况", "text", [zh("space_condition", o.condition) for o in rows]
            ),
            Column(
                "安全鉴定", "安全鉴定的结果", "text", [zh("safety_check", o.safety) for o in rows]
            ),
            Column("规划用途", "规划批准的用途", "text", [one.planning_use for one in rows]),
            Column("使用条件", "产权单位提的条件", "long", [one.terms for one in rows]),
            Column("备注", "登记时写的备注，照录", "long", [one.remark for one in rows]),
            Column("出处", "填报文件和行", "text", [place_zh(one.spot) for one in rows]),
            Column("数据性质", "模拟数据会写明", "text", [simulated_mark(city)] * len(rows)),
        ),
    )
