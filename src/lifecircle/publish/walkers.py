"""Says who walks and how, and what other walkers than the pack's would need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lifecircle.assess.findings import Assessment, Finding
from lifecircle.assess.profiles import WALKERS, Figure, figures
from lifecircle.policy.measures import WalkMeasure
from lifecircle.terms.figures import decimal_text
from lifecircle.terms.words import word

_FIGURES = {
    "speed_m_per_min": "平地每分钟{}米",
    "steps_up": "上台阶用时{}倍",
    "steps_down": "下台阶用时{}倍",
    "signals_s": "红绿灯等{}秒",
    "zebra_s": "斑马线等{}秒",
    "crossing_s": "其他过街处等{}秒",
    "lift_s": "电梯{}秒",
}
_BARRED = {"steps_up": "不走台阶", "kerb_s": "不过未做坡道的缘石", "lift_s": "不乘电梯"}
Beside = Mapping[tuple[str, str], Sequence[Finding]]


def walkers_told(assessment: Assessment) -> list[str]:
    """Return a sentence for each walker: the figures, and which of them nobody verified."""
    pack = assessment.pack
    if not any(isinstance(rule.measure, WalkMeasure) for rule in pack.rules):
        return []
    others = sorted({finding.profile for finding in assessment.beside})
    walking = pack.header.walking
    own = f"{walking.speed_m_per_min:g}" if walking else ""
    return [_told(assessment.profile, own), *(_told(name, "") for name in others)]


def _told(name: str, pace: str) -> str:
    said = []
    for figure in figures(name):
        if figure.value is None and figure.name in _BARRED:
            said.append(_BARRED[figure.name])
        elif figure.value is not None and figure.name in _FIGURES:
            of_pack = figure.name == "speed_m_per_min" and bool(pace)
            text = _FIGURES[figure.name].format(pace if of_pack else f"{figure.value:g}")
            said.append(text + _mark(figure, of_pack=of_pack))
    use = "用于判定" if pace else "只作参考"
    return f"步行者“{WALKERS[name]}”（{use}）：{'，'.join(said)}。"


def _mark(figure: Figure, *, of_pack: bool) -> str:
    if of_pack:
        return "（政策）"
    return "（待核）" if figure.read == "no" else ""


def beside_of(assessment: Assessment) -> Beside:
    """Return the findings of other walkers by community and rule."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for finding in assessment.beside:
        found.setdefault((finding.subject, finding.rule), []).append(finding)
    return found


def beside_zh(findings: Sequence[Finding]) -> str:
    """Say what other walkers need, nothing where none was asked for."""
    if not findings:
        return ""
    parts = [
        f"{WALKERS[one.profile]}{word('verdict', one.verdict)}（{_longest(one)}）"
        for one in findings
    ]
    return f"参考：{'，'.join(parts)}。"


def _longest(finding: Finding) -> str:
    if not finding.facilities:
        return "没有已知的这类设施"
    if not finding.time_min:
        return "有的地方一小时内走不到"
    return f"最远{decimal_text(float(finding.time_min), 1)}分钟"
