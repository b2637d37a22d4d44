"""Says findings in Chinese sentences, the same in table, page and terminal."""

from __future__ import annotations

from lifecircle.assess.findings import Finding
from lifecircle.place.tables import City
from lifecircle.policy.measures import CountWithin, RulesMet, WalkMeasure
from lifecircle.policy.models import Pack, Rule
from lifecircle.terms.figures import decimal_text, percent_text
from lifecircle.terms.taxonomy import names_zh, osm_tags_text
from lifecircle.terms.words import word

_WHO = {
    "raster": "人口（栅格估计）",
    "building": "住宅（按面积）",
    "centre": "社区中心",
}
"""Who walks, by what is known of them; residents where somebody counted them."""


def figure(text: str, unit: str) -> str:
    """Return a figure as people read it, with its unit."""
    if not text:
        return "—"
    return percent_text(text) if unit in ("share", "areas") else f"{text}{word('unit', unit)}"


class Sentences:
    """Knows the names behind the ids of one city and one pack."""

    def __init__(self, city: City, pack: Pack) -> None:
        """Index names once."""
        self._pack = pack
        self._city = city
        places = city.facilities
        self._facility = {
            own_id: name or names_zh(codes)
            for own_id, name, codes in zip(places.id, places.name, places.categories, strict=True)
        }

    def facility(self, facility_id: str) -> str:
        """Return what a facility is called, its category where it has no name."""
        return self._facility.get(facility_id, "")

    def evidence(self, finding: Finding) -> str:
        """Say what was found, how far and from where, and who excused it, in a few sentences."""
        excused = f"已豁免（{finding.waiver}）。" if finding.waiver else ""
        return self._found(finding) + excused

    def _found(self, finding: Finding) -> str:
        rule = self._pack.rule(finding.rule)
        if finding.verdict == "not applicable":
            return "本规则不适用于这里。"
        if finding.subject_level == "city":
            rest = "，其余有的尚未评估" if finding.verdict == "not assessed" else ""
            return f"已知达标的社区占{percent_text(finding.observed)}{rest}。"
        if isinstance(rule.measure, RulesMet):
            return self._of_rules(finding, rule.measure)
        if finding.reading == "circle":
            return self._in_circle(finding) + self._searched(finding, rule)
        return self._on_foot(finding, rule) + self._searched(finding, rule)

    def _of_rules(self, finding: Finding, measure: RulesMet) -> str:
        """Say how many parts are met, and which of them no circle speaks of."""
        said = f"{len(measure.rules)}项中{finding.observed}项达标"
        walked = [r for r in measure.rules if not self._pack.has_circle(self._pack.rule(r))]
        if finding.reading == "circle" and walked:
            said += f"（其中{len(walked)}项政策没有圆形范围，按步行计）"
        return f"{said}。"

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
            parts.append(f"一半的{who}不超过{finding.median_min}分钟")
        if finding.time_min:
            nearest = self.facility(finding.facility)
            parts.append(
                f"走得最远的一处到最近的{nearest}要{finding.time_min}分钟"
                f"（{_distance(finding.distance_m)}）"
            )
        else:
            parts.append("有的地方一小时内走不到")
        return "，".join(parts) + "。"

    def _searched(self, finding: Finding, rule: Rule) -> str:
        """Say what was looked for where not finding it proves nothing."""
        if finding.verdict != "not assessed" or not isinstance(rule.measure, WalkMeasure):
            return ""
        codes = self._pack.categories_of(rule.measure)
        if any(layer.looked_for.startswith("OpenStreetMap") for layer in self._city.layers):
            tags = "；".join(osm_tags_text(code) for code in codes)
            return f"查找的是{names_zh(codes)}（{tags}）。"
        return f"查找的是{names_zh(codes)}。"


def _distance(metres: str) -> str:
    """Return metres up to a kilometre, kilometres beyond."""
    if len(metres) <= 3:
        return f"{metres}米"
    return f"{decimal_text(float(metres) / 1000, 2)}公里"
