"""Says in Chinese what a changed assumption is, what it turns, and where."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from lifecircle.assess.assumptions import Assumption
from lifecircle.assess.findings import Finding
from lifecircle.assess.sensitivity import Trial
from lifecircle.assess.subjects import Levels
from lifecircle.place.tables import City
from lifecircle.terms.figures import decimal_text
from lifecircle.terms.words import word

_KINDS_ZH = {"speed": "步行速度", "leg": "接路距离", "spread": "人口分布", "gates": "小区大门"}
_VALUES_ZH = {
    ("leg", ""): "不限",
    ("spread", "given"): "按资料",
    ("spread", "even"): "均匀分布在社区范围内",
    ("spread", "centre"): "全部在社区中心",
    ("gates", "recorded"): "从登记的大门进出",
    ("gates", "none"): "不用大门",
}
_UNITS_ZH = {"speed": "{}米/分钟", "leg": "最多{}米"}
TURNS = (
    ("met", "not met"),
    ("not met", "met"),
    ("met", "not assessed"),
    ("not met", "not assessed"),
    ("not assessed", "met"),
    ("not assessed", "not met"),
)


def value_zh(assumption: Assumption, value: str) -> str:
    """Say a value of an assumption."""
    fixed = _VALUES_ZH.get((assumption.kind, value))
    return fixed or _UNITS_ZH[assumption.kind].format(value)


def assumption_zh(assumption: Assumption) -> str:
    """Say what is assumed today and what instead."""
    today, changed = (value_zh(assumption, v) for v in (assumption.today, assumption.changed))
    return f"{_KINDS_ZH[assumption.kind]}：{today}→{changed}"


def touched_zh(trial: Trial, city: City) -> str:
    """Say what the data let the trial touch; nothing where that is everything."""
    kind, whole, own = trial.assumption.kind, len(city.communities), trial.communities
    if kind == "leg":
        if not trial.origins and not trial.facilities:
            return "没有出发点或设施离路更远"
        return f"{trial.origins}处出发点、{trial.facilities}处设施离路更远，当作走不到"
    if kind == "gates":
        without = f"{whole - own}个社区没有登记大门，照旧" if whole > own else ""
        return without if own else "没有登记任何大门"
    return f"{whole - own}个社区本来就是从中心评估的" if whole > own else ""


def turn_counts(trial: Trial) -> dict[tuple[str, str], int]:
    """Count the turns of a trial from one verdict to another, in the order of `TURNS`."""
    counts = dict.fromkeys(TURNS, 0)
    for one in trial.turned:
        counts[one.today.verdict, one.then.verdict] += 1
    return counts


def summary_zh(trial: Trial) -> str:
    """Say in a clause how many verdicts turn, and to what."""
    if not trial.turned:
        return "没有结论会变" if trial.communities else "没有试算"
    said = [
        f"{word('verdict', before)}→{word('verdict', after)} {count}条"
        for (before, after), count in turn_counts(trial).items()
        if count
    ]
    return "，".join(said)


class Place(NamedTuple):
    """Where a subject lies: names of the county level and the township, empty where in none.

    ``rank`` orders the county level by id, those in none last and the city itself first.
    """

    county: str
    township: str
    rank: int


class Places:
    """Finds the area and the name of a subject of one city."""

    def __init__(self, city: City) -> None:
        """Index areas once."""
        self._levels = Levels(city)

    def name(self, finding: Finding) -> str:
        """Return what a subject is called."""
        return self._levels.name(finding.subject_level, finding.subject)

    def of(self, finding: Finding) -> Place:
        """Return the area in which a subject lies."""
        subjects = self._levels.subjects(finding.subject_level)
        row = subjects.row(finding.subject)
        county, township = (
            -1 if row is None else int(subjects.areas[level][row])
            for level in ("county", "township")
        )
        last = len(self._levels.groups("county")[0])
        rank = -1 if finding.subject_level == "city" else county if county >= 0 else last
        return Place(self._called("county", county), self._called("township", township), rank)

    def _called(self, level: str, row: int) -> str:
        return self._levels.groups(level)[1][row] if row >= 0 else ""


def total_zh(turn: int, judged: int) -> str:
    """Say how many verdicts turn under any assumption."""
    if not judged:
        return "没有按步行判的规则，没有可试算的。"
    return f"按步行判的结论{judged}条，其中{turn}条至少在一种假设下会变。"


def margin(finding: Finding) -> str:
    """Return how far the observed figure is from the required one, in the rule's unit.

    Empty for a range and where nothing was observed.
    """
    if not finding.observed or "-" in finding.required:
        return ""
    return decimal_text(abs(Fraction(finding.observed) - Fraction(finding.required)), 4)
