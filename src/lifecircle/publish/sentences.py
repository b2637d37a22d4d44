"""Says findings in Chinese sentences, the same in table, page and terminal."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from lifecircle.assess.findings import Assessment, Difference, Finding
from lifecircle.assess.ladder import tally
from lifecircle.assess.measured import UNMEASURED, Cited
from lifecircle.assess.subjects import Levels
from lifecircle.place.tables import City
from lifecircle.policy.measures import (
    AreaPer100Households,
    CapacityPerThousand,
    CountWithin,
    FacilityArea,
    FacilityMeasure,
    RateFromRecords,
    RecordMeasure,
    RulesMet,
    ShareOfAreasMeeting,
    SpreadOfAreasMeeting,
    WalkMeasure,
    records_of,
)
from lifecircle.policy.models import Pack, Rule
from lifecircle.terms.codes import code_sets
from lifecircle.terms.figures import decimal_text, percent_text
from lifecircle.terms.taxonomy import names_zh, osm_tags_text
from lifecircle.terms.words import word

NAMED = 5
"""A sentence names so many facilities."""

_WHO = {
    "raster": "人口（栅格估计）",
    "building": "住宅（按面积）",
    "centre": "社区中心",
}
"""Who walks, by what is known of them; residents where somebody counted them."""


def figure(text: str, unit: str, per: int = 1) -> str:
    """Return a figure as people read it, with its unit; a recorded number has none but its name.

    A rate is a percentage, or so many of each ``per``.
    """
    if not text:
        return "—"
    if unit in ("share", "areas", "spread"):
        return percent_text(text)
    if unit == "rate":
        return "～".join(map(percent_text, text.split("-"))) if per == 1 else f"每{per}中{text}"
    return text if unit in ("recorded", "records") else f"{text}{word('unit', unit)}"


_SIGNS = {">": "＞", "<=": "≤", "<": "＜", "=": "＝"}


def per_of(rule: Rule) -> int:
    """Return of how many a rate of the rule speaks."""
    return rule.measure.per if isinstance(rule.measure, RateFromRecords) else 1


def marks_zh(pack: Pack, rule: Rule) -> str:
    """Return 推定 and 待核 where a rule or a part of it rests on what is so."""
    marks = ["推定"] * pack.is_inferred(rule) + ["待核"] * pack.is_unverified(rule)
    return "、".join(marks)


def unheard(assessment: Assessment) -> list[str]:
    """Say which rules no data speak to, which levels are reached, which records went nowhere."""
    said = []
    if assessment.without_data:
        said.append(f"另有{len(assessment.without_data)}条规则没有任何资料，都记为未评估。")
    said += _gaps_said(assessment)
    for reading, counts in tally(assessment.pack, assessment.standings).items():
        levels = "，".join(f"{title}{count}个" for title, count in counts if count)
        said.append(f"社区等级（{word('reading', reading)}）：{levels}。")
    if assessment.strays:
        names = list(dict.fromkeys(row.subject for row in assessment.strays))
        more = "等" if len(names) > NAMED else ""
        said.append(
            f"有{len(assessment.strays)}个登记值没有用上：资料里没有名叫"
            f"{'、'.join(names[:NAMED])}{more}的社区、镇街或区县。"
        )
    return said


def _gaps_said(assessment: Assessment) -> list[str]:
    """Say how many communities have each kind of gap that the policy names."""
    said = []
    for kind in assessment.pack.header.gap_kinds:
        counts = Counter(f.verdict for f in assessment.findings if f.rule == kind.rule)
        open_ = counts["not assessed"]
        said.append(
            f"{kind.title.zh}{counts['not met']}个" + (f"（{open_}个未评估）" if open_ else "")
        )
    return [f"社区短板类型：{'，'.join(said)}。"] if said else []


def why_they_differ(row: Difference) -> str:
    """Say why people whom the circle serves do not walk there in time, with how many of each."""
    return "；".join(
        word("difference", reason) + ("" if people is None else f"{people:,}人")
        for reason, people in row.reasons
    )


def share_apart(row: Difference) -> str:
    """Say which share of the people circle and walk speak of differently; nothing where of none."""
    one, other = row.share_circle_only, row.share_walk_only
    said = [f"{percent_text(one)}只在圆内"] if one not in ("", "0") else []
    said += [f"{percent_text(other)}只走得到"] if other not in ("", "0") else []
    return "，".join(said)


class Sentences:
    """Knows the names behind the ids of one city and one pack."""

    def __init__(self, city: City, pack: Pack) -> None:
        """Index names once."""
        self._pack = pack
        self._city = city
        self._levels = Levels(city)
        self._rules = {rule.id: rule for rule in pack.rules}
        self._marks = {rule.id: marks_zh(pack, rule) for rule in pack.rules}
        # table and page say the same of a finding; its id holds as long as it is kept here
        self._said: dict[int, tuple[Finding, str]] = {}
        places = city.facilities
        self._facility = {
            own_id: name or names_zh(codes)
            for own_id, name, codes in zip(places.id, places.name, places.categories, strict=True)
        }

    def title(self, rule_id: str) -> str:
        """Return the title of a rule with its marks, for tables where nothing else tells them."""
        marks = self._marks[rule_id]
        return self._rules[rule_id].title.zh + (f"（{marks}）" if marks else "")

    def facility(self, facility_id: str) -> str:
        """Return what a facility is called, its category where it has no name."""
        return self._facility.get(facility_id, "")

    def name(self, level: str, subject: str) -> str:
        """Return what a subject is called."""
        return self.facility(subject) if level == "facility" else self._levels.name(level, subject)

    def figure(self, finding: Finding, text: str) -> str:
        """Return a figure of a finding as people read it."""
        return figure(text, finding.unit, per_of(self._rules[finding.rule]))

    def required(self, finding: Finding) -> str:
        """Return what is required as people read it, with its sign where it is not at least."""
        require = self._rules[finding.rule].require
        if require.comparator == "none":
            return "只列数，不判定"
        return _SIGNS.get(require.comparator, "") + self.figure(finding, finding.required)

    def between(self, row: Difference) -> str:
        """Say how far it is in a straight line and on foot where the way is longest."""
        if not row.origin:
            return ""
        walk = f"走到最近的一处要{_distance(row.walk_m)}" if row.walk_m else "一小时内走不到"
        detour = f"，是直线的{row.detour}倍" if row.detour else ""
        name = self.facility(row.facility)
        return f"走得最远的地方离{name}直线{_distance(row.straight_m)}，{walk}{detour}。"

    def evidence(self, finding: Finding) -> str:
        """Say what was found, how far and from where, and who excused it, in a few sentences."""
        if id(finding) not in self._said:
            excused = f"已豁免（{finding.waiver}）。" if finding.waiver else ""
            self._said[id(finding)] = (finding, self._found(finding) + excused)
        return self._said[id(finding)][1]

    def _found(self, finding: Finding) -> str:
        rule = self._rules[finding.rule]
        if finding.verdict == "not applicable" or not finding.subject:
            said = "、".join(word("reason", code) for code in finding.reasons)
            return f"{said or '本规则不适用于这里'}。"
        if isinstance(rule.measure, ShareOfAreasMeeting):
            return self._of_areas(finding, rule.measure)
        if isinstance(rule.measure, SpreadOfAreasMeeting):
            return self._of_spread(finding, rule.measure)
        if isinstance(rule.measure, RulesMet):
            return self._of_rules(finding, rule.measure)
        if finding.reading == "record":
            return self._on_record(finding, rule)
        circle = finding.reading == "circle"
        found = self._in_circle(finding) if circle else self._on_foot(finding, rule)
        return found + self._searched(finding, rule)

    def by_age(self, finding: Finding) -> list[str]:
        """Say in how many minutes older people and children arrive on foot, or that it is unknown.

        Nothing of what is not walked, and nothing where no facility is known.
        """
        if not finding.median_min:
            return []
        said = []
        for group, zh in (("older", "老年人"), ("children", "儿童")):
            half = getattr(finding, f"median_min_{group}")
            tenth = getattr(finding, f"worst_tenth_min_{group}")
            known = f"一半{_at_most(half)}，九成{_at_most(tenth)}" if half else "没有可用的人数"
            said.append(f"{zh}{known}。")
        return said

    def _of_rules(self, finding: Finding, measure: RulesMet) -> str:
        """Say how many parts are met, and which of them no circle speaks of."""
        said = f"{len(measure.rules)}项中{finding.observed}项达标"
        walked = [r for r in measure.rules if not self._pack.has_circle(self._pack.rule(r))]
        if finding.reading == "circle" and walked:
            said += f"（其中{len(walked)}项政策没有圆形范围，按步行计）"
        return f"{said}。"

    def _of_areas(self, finding: Finding, measure: ShareOfAreasMeeting) -> str:
        """Say the numerator, the denominator and what stayed out of it."""
        areas = word("level", measure.area)
        known = "已知" if finding.verdict == "not assessed" else ""
        said = f"{finding.whole}个{areas}中{known}{finding.part}个达标"
        said += f"（{percent_text(finding.observed)}）"
        if "parts-not-assessed" in finding.reasons:
            said += "，其余有的尚未评估"
        if finding.left_out:
            said += f"，另有{finding.left_out}个不计入分母"
        return f"{said}。"

    def _of_spread(self, finding: Finding, measure: SpreadOfAreasMeeting) -> str:
        """Name the areas that are farthest apart, by what is known of them."""
        level = measure.between
        order = sorted(finding.counted, key=lambda one: (Fraction(one.amount), one.facility))
        ends = [(order[-1], "最高"), (order[0], "最低")]
        said = "，".join(
            f"{self.name(level, one.facility)}{which}（{percent_text(one.amount)}）"
            for one, which in ends
        )
        least = f"；有的尚未评估，相差至少{percent_text(finding.observed)}"
        open_ = least if "parts-not-assessed" in finding.reasons else ""
        return f"{len(order)}个{word('level', level)}中，达标社区的比例{said}{open_}。"

    def _on_record(self, finding: Finding, rule: Rule) -> str:
        """Say what was counted, summed or recorded, and from which records."""
        measure = rule.measure
        if isinstance(measure, RecordMeasure):
            return self._recorded(finding, rule)
        assert isinstance(measure, FacilityMeasure)
        if isinstance(measure, FacilityArea):
            if not finding.observed:
                return f"没有登记{_BASIS[measure.basis]}。"
            return f"{_BASIS[measure.basis]}{self.figure(finding, finding.observed)}。"
        area = isinstance(measure, AreaPer100Households)
        said = self.counted(finding, self._pack.categories_of(measure), "平方米" * area)
        if isinstance(measure, AreaPer100Households | CapacityPerThousand):
            said += _of_ratio(finding, measure)
        return said + "".join(self._survey(cited) for cited in finding.records)

    def counted(self, finding: Finding, codes: tuple[str, ...], unit: str) -> str:
        """Name the facilities that belong here, with what each adds."""
        if not finding.counted:
            return f"资料里没有属于这里的{names_zh(codes)}。"
        named = [
            self.facility(one.facility) + _amount(one.amount, unit)
            for one in finding.counted[:NAMED]
        ]
        more = "等" if len(finding.counted) > NAMED else ""
        return f"属于这里的有{'、'.join(named)}{more}。"

    def _survey(self, cited: Cited) -> str:
        function = code_sets()["function"][cited.name].zh
        state = code_sets()["survey_state"][cited.value].zh
        return f"摸底（{_source(cited)}）：{function}{state}。"

    def _recorded(self, finding: Finding, rule: Rule) -> str:
        """Say what is on record under which name, and what is not."""
        titles = self._pack.header.records
        there = {cited.name for cited in finding.records}
        said = [
            f"{titles[cited.name].zh}：{cited.value}" + (f"（{_source(cited)}）" * bool(cited.on))
            for cited in finding.records
        ]
        assert isinstance(rule.measure, RecordMeasure)
        said += [
            f"没有登记{quoted(titles[name].zh)}"
            for name in records_of(rule.measure)
            if name not in there
        ]
        rate = finding.observed and isinstance(rule.measure, RateFromRecords)
        said += [f"比率{self.figure(finding, finding.observed)}"] if rate else []
        return "；".join(said) + "。"

    def _in_circle(self, finding: Finding) -> str:
        if not finding.facility:
            return "全市没有已知的这类设施。"
        near = f"最近的是{self.facility(finding.facility)}，直线{_distance(finding.distance_m)}"
        return f"圆内有{finding.observed}处；{near}。"

    def _on_foot(self, finding: Finding, rule: Rule) -> str:
        if not finding.facilities:
            return "全市没有已知的这类设施。"
        minutes = decimal_text(rule.minutes or 0, 2)
        who = _WHO.get(finding.people_basis, "居民")
        need = int(rule.require.value or 1) if isinstance(rule.measure, CountWithin) else 1
        many = f"至少{need}处" if need > 1 else ""
        parts = [f"{percent_text(finding.share)}的{who}{minutes}分钟内走得到{many}"]
        if finding.median_min:
            parts.append(f"一半的{who}{_at_most(finding.median_min)}")
        if finding.worst_tenth_min:
            parts.append(f"九成的{who}{_at_most(finding.worst_tenth_min)}")
        return "，".join([*parts, self.farthest(finding)]) + "。"

    def farthest(self, finding: Finding) -> str:
        """Say in a clause how far the home that is worst off has to walk."""
        if not finding.time_min:
            return "有的地方一小时内走不到"
        nearest = self.facility(finding.facility)
        far = _distance(finding.distance_m)
        return f"走得最远的一处到最近的{nearest}要{finding.time_min}分钟（{far}）"

    def _searched(self, finding: Finding, rule: Rule) -> str:
        """Say what was looked for where not finding it proves nothing."""
        if finding.verdict != "not assessed" or not isinstance(rule.measure, WalkMeasure):
            return ""
        codes = self._pack.categories_of(rule.measure)
        if any(layer.looked_for.startswith("OpenStreetMap") for layer in self._city.layers):
            tags = "；".join(osm_tags_text(code) for code in codes)
            return f"查找的是{names_zh(codes)}（{tags}）。"
        return f"查找的是{names_zh(codes)}。"


def _at_most(minutes: str) -> str:
    """Say what a share of people needs: at most so many minutes, or more than are searched."""
    beyond = minutes.startswith(">")
    return f"要超过{minutes[1:]}分钟" if beyond else f"不超过{minutes}分钟"


def _distance(metres: str) -> str:
    """Return metres up to a kilometre, kilometres beyond."""
    if len(metres) <= 3:
        return f"{metres}米"
    return f"{decimal_text(float(metres) / 1000, 2)}公里"


_BASIS = {"gross_floor": "建筑面积", "usable": "使用面积", "site": "用地面积"}


def _of_ratio(finding: Finding, measure: AreaPer100Households | CapacityPerThousand) -> str:
    """Say the sum, what it is held against, and that it may be more."""
    area = isinstance(measure, AreaPer100Households)
    what = _BASIS[measure.basis] if isinstance(measure, AreaPer100Households) else "床位、座位等"
    least = "至少" if finding.verdict == "not assessed" else ""
    heads = "户" if area else "人"
    whole = f"{int(finding.whole):,}{heads}" if finding.whole else f"{heads}数未知"
    return f"{what}合计{least}{finding.part}{'平方米' if area else '个'}，{whole}。"


def quoted(text: str) -> str:
    """Return a text in quotation marks, those inside it turned to single ones."""
    return f"“{text.replace('“', '‘').replace('”', '’')}”"


def _amount(text: str, unit: str) -> str:
    if not text:
        return ""
    return "（未登记）" if text == UNMEASURED else f"（{text}{unit}）"


def _source(cited: Cited) -> str:
    return "，".join(part for part in (cited.on, cited.source) if part)
