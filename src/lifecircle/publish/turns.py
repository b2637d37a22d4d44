"""Says in Chinese what would turn a verdict."""

from __future__ import annotations

from lifecircle.assess.turns import Turn
from lifecircle.policy.models import Pack
from lifecircle.publish.sentences import Sentences
from lifecircle.terms.attributes import attributes
from lifecircle.terms.figures import percent_text
from lifecircle.terms.words import word

NAMED = 5
_UNITS = {
    "count": "处",
    "rules": "项",
    "areas": "个",
    "m2": "平方米",
    "places": "个",
    "people": "人",
    "households": "户",
    "residents": "人",
    "m": "米",
    "recorded": "",
    "records": "",
}
_PEOPLE = {"raster": "人（估计）", "building": "平方米住宅的住户", "centre": "处（社区中心）"}
_IF = {
    "places": "再有{amount}，设在{origins}门口的路边，{share}的人就在规定时间内走得到",
    "people": "要再有{people}在规定时间内走得到",
    "nearer": "走得最远的一处近{amount}，这一处就走得到",
    "closed": "{facilities}一旦停办{served}",
    "in-circle": "圆内再有{amount}",
    "circle-nearer": "最近的{facilities}离圆还差{amount}，移进圆内",
    "more": "再有{amount}{of}",
    "fewer": "减少{amount}{of}",
    "lost": "再减少{amount}",
    "added": "再增加{amount}",
    "open": "已登记而没有开展服务的{facilities}开展服务",
    "heads": "查明这里不多于{amount}",
    "at-least": "查明以后不比现在知道的多（{reasons}）",
    "at-most": "查明以后达到可能的最大数（{reasons}）",
    "verified": "数字核实为原文",
    "in-scope": "查明{attributes}属于规则所说的范围",
    "out-of-scope": "查明{attributes}不属于规则所说的范围",
    "network": "补上这一带的路网，而最近的设施仍然走不到",
}

_NO_LONGER = "再有{amount}不再达标"


def turn_zh(turn: Turn, sentences: Sentences, pack: Pack, level: str, basis: str) -> str:
    """Say one change and the verdict it would give; ``level`` is that of areas it names."""
    if turn.kind == "overdue":
        return f"到{turn.amount}仍是未达标，就是已逾期。"
    unit = _UNITS.get(turn.unit, "")
    counted = turn.kind == "lost" and turn.unit in ("rules", "areas")
    said = (_NO_LONGER if counted else _IF[turn.kind]).format(
        amount=f"{turn.amount}{unit}",
        people=f"{turn.amount}{_PEOPLE.get(basis, unit)}",
        origins=_listed(turn.names),
        share=percent_text(turn.share),
        served=f"（只剩{percent_text(turn.share)}的人走得到）" * bool(turn.share),
        facilities=_listed([sentences.facility(own) or own for own in turn.names]),
        reasons="；".join(word("reason", code) for code in _known(turn, "reason")),
        attributes="、".join(attributes()[own].zh for own in turn.names if own in attributes()),
        of=_of(turn, sentences, pack, level),
    )
    still = "仍为" if turn.kind == "nearer" and turn.verdict != "met" else "变为"
    return f"{said}，结论{still}“{word('verdict', turn.verdict)}”。"


def _known(turn: Turn, kind: str) -> tuple[str, ...]:
    return turn.names if kind == "reason" and turn.kind in ("at-least", "at-most") else ()


def _of(turn: Turn, sentences: Sentences, pack: Pack, level: str) -> str:
    """Say which parts the missing things are to come from."""
    if not turn.names or turn.kind not in ("more", "fewer"):
        return ""
    if turn.unit == "rules":
        names = [pack.rule(own).title.zh for own in turn.names]
        return f"达标（现在没有达标或未评估的：{_listed(names)}）"
    if turn.unit == "areas":
        names = [sentences.name(level, own) for own in turn.names]
        return f"达标（现在没有达标或未评估的：{_listed(names)}）"
    if turn.unit in ("recorded", "records", "places"):
        known = pack.header.records
        names = [known[own].zh for own in turn.names if own in known]
        return f"（{_listed(names)}）" if names else ""
    names = [sentences.facility(own) or own for own in turn.names]
    return f"（其中{_listed(names)}还没有登记数量，登记后也计入）"


def _listed(names: list[str] | tuple[str, ...]) -> str:
    more = f"等{len(names)}个" if len(names) > NAMED else ""
    return "、".join(names[:NAMED]) + more
