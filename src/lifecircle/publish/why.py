"""Explains one verdict: what was required and found, where, which way, from which rows, what if."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from lifecircle.assess.doubts import categories_touched, doubts_touching, rests_on_amounts
from lifecircle.assess.examining import Case, Examination
from lifecircle.assess.subjects import AREAS
from lifecircle.assess.turning import turns
from lifecircle.place.tables import Origins
from lifecircle.policy.decide import unrecorded
from lifecircle.policy.measures import RulesMet, ShareOfAreasMeeting, parts_of, records_of
from lifecircle.policy.models import Rule
from lifecircle.policy.reading import rule_zh
from lifecircle.publish.sentences import Sentences, figure, per_of
from lifecircle.publish.turns import turn_zh
from lifecircle.terms.attributes import attributes
from lifecircle.terms.codes import code_sets
from lifecircle.terms.errors import Spot
from lifecircle.terms.figures import decimal_text
from lifecircle.terms.words import word
from lifecircle.walk.ways import Way

MOST_ROWS = 12
MOST_PARTS = 8
_TURNED = {"start": "沿路走", "left": "左转走", "right": "右转走"}
Lines = list[tuple[str, str]]


@dataclass
class Account:
    """An explanation as labelled lines for a person, and as ``facts`` for a program."""

    title: str
    lines: Lines = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    def say(self, label: str, *texts: str) -> None:
        """Add lines under one label; empty ones are left out."""
        self.lines += [(label, text) for text in texts if text]


def place_zh(spot: Spot) -> str:
    """Say where a row stands, such as 小区.xlsx“小区”第5行."""
    sheet = f"“{spot.sheet}”表" if spot.sheet else ""
    row = f"第{spot.row}行" if spot.row else ""
    return f"{Path(spot.file).name}{sheet}{row}" if spot.file else ""


class Explainer:
    """Explains the verdicts of one examination."""

    def __init__(self, examined: Examination) -> None:
        """Index the names of the city once."""
        self._examined = examined
        self._pack, self._city = examined.pack, examined.city
        self._rule = examined.rule
        self._sentences = Sentences(examined.city, examined.pack)
        self._row_of = {own: row for row, own in enumerate(self._city.facilities.id)}
        self._origin_of = {own: row for row, own in enumerate(self._city.origins.id)}

    def explain(self, subject: str) -> list[Account]:
        """Return the account of the rule itself, and one of each reading."""
        level = self._rule.subject
        name = self._sentences.name(level, subject)
        cases = self._examined.cases(subject)
        return [self._of_rule(subject, name, cases[0]), *(self._of_case(case) for case in cases)]

    def _of_rule(self, subject: str, name: str, case: Case) -> Account:
        rule, pack = self._rule, self._pack
        called = subject if name == subject else f"{name}（{subject}）"
        said = Account(f"{called}：{rule.title.zh}")
        said.say("政策", f"{pack.header.title.zh}（{pack.id} {pack.header.version}）")
        said.say("条文", f"{rule.clause.where}：{rule.clause.quote}")
        said.say("规则", f"{rule.id}  {rule_zh(pack, rule)}")
        marks = [word("strength", rule.strength), word("source", rule.source)]
        marks += [word("nature", rule.nature)] if rule.nature != "unstated" else []
        said.say("标记", "，".join([*marks, word("mark", rule.mark)]))
        said.say("推定", *pack.inferred_of(rule))
        said.say("期限", f"{rule.due}（评估日期{self._examined.as_of}）" if rule.due else "")
        said.say("改动", rule.changed)
        said.say("适用", self._applies(rule, case))
        said.facts = {
            "pack": {"id": pack.id, "version": pack.header.version, "sha256": pack.sha256},
            "as_of": self._examined.as_of.isoformat(),
            "subject": {"level": rule.subject, "id": subject, "name": name},
            "rule": {
                "id": rule.id,
                "title": rule.title.zh,
                "reads": rule_zh(pack, rule),
                "clause": {"where": rule.clause.where, "quote": rule.clause.quote},
                "source": rule.source,
                "mark": rule.mark,
                "inferred": list(pack.inferred_of(rule)),
                "strength": rule.strength,
                "due": str(rule.due or ""),
            },
        }
        return said

    def _applies(self, rule: Rule, case: Case) -> str:
        """Say by which attributes the rule applies here, or not."""
        level = word("level", rule.subject)
        if not rule.scope:
            return f"规则对每个{level}都适用。" if level != "全市" else "规则说的是全市。"
        own, known = case.subjects.attributes[case.row], attributes()
        unsaid = unrecorded(rule, own)
        said = [
            f"{known[name].zh}是{known[name].values.get(own[name], own[name])}"
            for name in rule.scope
            if name not in unsaid
        ]
        said += [f"没有登记{known[name].zh}" for name in unsaid]
        out = case.finding.verdict == "not applicable"
        end = "所以不适用" if out else "不知道是否适用" if unsaid else "所以适用"
        return f"{'，'.join(said)}，{end}。"

    def _of_case(self, case: Case) -> Account:
        found, rule = case.finding, case.rule
        said = Account(f"{word('reading', found.reading)}读法：{word('verdict', found.verdict)}")
        sentences = self._sentences
        due = f"，{word('due', found.due)}" if rule.due else ""
        confidence = f"，可信度{word('confidence', found.confidence)}"
        said.say("结论", f"{word('verdict', found.verdict)}{due}{confidence}")
        said.facts = {
            name: getattr(found, name)
            for name in (
                "reading", "verdict", "due", "confidence", "required", "observed", "shortfall",
                "unit", "share", "people", "people_affected", "older_affected",
                "children_affected", "people_basis", "people_estimated", "facility", "origin",
                "time_min", "distance_m", "median_min", "worst_tenth_min", "median_min_older",
                "worst_tenth_min_older", "median_min_children", "worst_tenth_min_children",
                "part", "whole", "left_out", "reasons", "waiver",
            )
        }  # fmt: skip
        if found.verdict != "not applicable":
            said.say("要求", sentences.required(found))
            said.say("实测", sentences.figure(found, found.observed))
            missing = figure(found.shortfall, found.unit, per_of(rule))
            said.say("差额", missing if found.shortfall else "")
            said.say("涉及", self._people(case))
        self._where(said, case)
        said.say("各年龄", *sentences.by_age(found))
        said.say("依据", sentences.evidence(found), *self._parts(case))
        self._rows(said, case)
        said.say("存疑", *(word("reason", code) for code in found.reasons))
        self._doubts(said, case)
        self._turns(said, case)
        return said

    def _people(self, case: Case) -> str:
        """Say who is affected, and on what the count rests."""
        found = case.finding
        if found.verdict != "not met" or case.rule.subject not in (*AREAS, "estate"):
            return ""
        if found.people_affected is None:
            return "人数未知。"
        parts = [f"{found.people_affected:,}人"]
        for count, zh in ((found.older_affected, "老年人"), (found.children_affected, "儿童")):
            parts.append(f"{zh}{'未知' if count is None else f'{count:,}人'}")
        of_all = f"（共{found.people:,}人）" if found.people is not None else ""
        basis = f"，{word('basis', found.people_basis)}" if found.people_basis else ""
        if found.people_estimated and found.people_basis != "raster":
            basis += "，有的是栅格估计数"
        return f"{parts[0]}{of_all}，其中{'，'.join(parts[1:])}{basis}。"

    def _where(self, said: Account, case: Case) -> None:
        """Say where the worst served start, what is nearest to them, and the way there."""
        found = case.finding
        if case.reading == "circle" or found.origin not in self._origin_of:
            return
        row = self._origin_of[found.origin]
        spot = place_zh(self._city.origins.spots[row])
        said.say("哪里", f"走得最远的出发点是{found.origin}" + (f"（{spot}）" if spot else ""))
        said.say("大门", closed_gates_zh(self._city.origins, row))
        if found.facility:
            way = self._examined.judge.walks.way(row, self._row_of[found.facility])
            if way is not None:
                self._way(said, row, self._row_of[found.facility], way)

    def _way(self, said: Account, origin: int, facility: int, way: Way) -> None:
        origins, places = self._city.origins, self._city.facilities
        start = shapely.Point(float(origins.x_m[origin]), float(origins.y_m[origin]))
        straight_m = float(shapely.distance(start, places.shape[facility]))
        factor = decimal_text(way.length_m / straight_m, 2) if straight_m >= 1 else ""
        parts = [f"{_TURNED[turned]}{_m(metres)}" for turned, metres in way.straights()]
        if len(parts) > MOST_PARTS:
            parts = [*parts[:MOST_PARTS], f"再转{len(parts) - MOST_PARTS}个弯"]
        legs = f"从门口到路上{_m(way.leg_from_m)}", f"离路到门口{_m(way.leg_to_m)}"
        name = self._sentences.facility(places.id[facility])
        detour = f"，是直线的{factor}倍" if factor else ""
        said.say("怎么走", f"{'，'.join([legs[0], *parts, legs[1]])}，到{name}。")
        said.say("路程", f"走{_m(way.length_m)}，直线{_m(straight_m)}{detour}，转{way.turns}个弯。")
        said.facts["way"] = {
            "length_m": decimal_text(way.length_m, 1),
            "straight_m": decimal_text(straight_m, 1),
            "detour": factor,
            "turns": way.turns,
            "junctions": list(way.junctions),
            "parts": [{"turn": t, "length_m": decimal_text(m, 1)} for t, m in way.straights()],
        }

    def _parts(self, case: Case) -> Iterable[str]:
        """Name the verdicts that a verdict counts, those met left out."""
        measure = case.rule.measure
        if isinstance(measure, RulesMet):
            for part in parts_of(measure):
                for found in self._examined.part(part, case.reading):
                    if found.subject == case.finding.subject and found.verdict != "met":
                        title = self._pack.rule(part).title.zh
                        said = self._sentences.evidence(found)
                        yield f"{title}（{part}）：{word('verdict', found.verdict)}。{said}"
        elif isinstance(measure, ShareOfAreasMeeting):
            found = case.finding
            out = found.left_out or 0
            yield f"分子{found.part}，分母{found.whole}，不计入分母的{out}个。"

    def _rows(self, said: Account, case: Case) -> None:
        """Name the rows of the files that the verdict rests on."""
        rows: list[dict[str, str]] = []
        facilities = [one.facility for one in case.finding.counted] or [case.finding.facility]
        for own in facilities:
            if own in self._row_of:
                spot = self._city.facilities.spots[self._row_of[own]]
                rows.append(_row("设施", own, self._sentences.facility(own), spot))
        level, subject = case.rule.subject, case.finding.subject
        for name in records_of(case.rule.measure):
            title = self._pack.header.records[name].zh
            for one in self._examined.judge.register.rows(level, subject, name):
                on = f"，{one.recorded_on}" if one.recorded_on else ""
                source = f"，{one.source}" if one.source else ""
                value = f"{title}{decimal_text(one.value, 4)}{on}{source}"
                rows.append(_row("登记值", subject, value, one.spot))
        if level == "community" and subject in self._city.communities.id:
            rows += [
                _row("摸底", subject, one.surveyed_by, one.spot)
                for one in self._city.surveys
                if one.community == case.row
                and not records_of(case.rule.measure)
                and case.finding.records
            ]
            at = self._city.communities.id.index(subject)
            rows.append(_row("社区", subject, "", self._city.communities.spots[at]))
        said.facts["rows"] = rows
        more = len(rows) - MOST_ROWS
        texts = [f"{r['kind']} {r['id']} {r['name']}：{r['place']}" for r in rows if r["place"]]
        said.say("出处", *texts[:MOST_ROWS], f"另有{more}行，见 --json" if more > 0 else "")

    def _doubts(self, said: Account, case: Case) -> None:
        """Name the doubts of the audit that weaken the verdict, each with its place."""
        community = case.finding.subject if case.rule.subject == "community" else ""
        if case.rule.subject == "facility" and case.finding.subject in self._row_of:
            home = int(self._city.facilities.community[self._row_of[case.finding.subject]])
            community = self._city.communities.id[home] if home >= 0 else ""
        codes = categories_touched(self._pack, case.rule)
        found = [
            doubt
            for doubt in doubts_touching(
                self._city,
                community,
                codes,
                amounts=rests_on_amounts(self._pack, case.rule),
                walked=case.reading == "walk",
            )
            if doubt.code in case.finding.reasons
        ]
        texts = [str(doubt.fault) for doubt in found]
        said.facts["doubts"] = [
            {"code": doubt.code, "says": text} for doubt, text in zip(found, texts, strict=True)
        ]
        more = len(texts) - MOST_ROWS
        said.say("疑点", *texts[:MOST_ROWS], f"另有{more}处，见 --json" if more > 0 else "")

    def _turns(self, said: Account, case: Case) -> None:
        measure = case.rule.measure
        level = measure.area if isinstance(measure, ShareOfAreasMeeting) else "community"
        found = turns(self._examined, case)
        basis = case.finding.people_basis
        texts = [turn_zh(one, self._sentences, self._pack, level, basis) for one in found]
        said.facts["turns"] = [
            {**asdict(one), "says": text} for one, text in zip(found, texts, strict=True)
        ]
        said.say("怎样会变", *texts)


def closed_gates_zh(origins: Origins, row: int) -> str:
    """Say which gates of an estate nobody starts from; empty where there is none."""
    if origins.gate_open is None:
        return ""
    own = origins.gate_of == row
    closed = np.flatnonzero(own & ~origins.gate_open).tolist()
    users = code_sets()["gate_users"]
    told = [
        "、".join(
            part
            for part in (
                users[origins.gate_open_to[gate]].zh if origins.gate_open_to[gate] else "",
                origins.gate_hours[gate],
            )
            if part
        )
        for gate in closed
    ]
    return f"{own.sum()}个门里{len(told)}个没有走：{'；'.join(told)}" if told else ""


def _row(kind: str, own_id: str, name: str, spot: Spot) -> dict[str, str]:
    return {"kind": kind, "id": own_id, "name": name, "place": place_zh(spot)}


def _m(metres: float) -> str:
    return f"{decimal_text(metres, 0)}米"


def facts_of(accounts: list[Account]) -> dict[str, Any]:
    """Return an explanation for a program: the rule's facts, and those of each reading."""
    return {**accounts[0].facts, "readings": [one.facts for one in accounts[1:]]}
