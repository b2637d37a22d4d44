"""What a community has of each policy, a plain sentence a rule, in the reader's language."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lifecircle.govern.assessments.wording import rule_title, said
from lifecircle.govern.public.wording import in_script
from lifecircle.govern.wording import in_chinese, listed, worded
from lifecircle.terms.codes import code_sets
from lifecircle.terms.words import word

Figures = Mapping[str, Any]
ORDER = ("not met", "divided", "not assessed", "met")
READINGS = ("circle", "walk", "record")


@dataclass(frozen=True)
class Line:
    """A rule: one sentence with the number that people need, and why, a sentence each."""

    title: str
    sentence: str
    why: Sequence[str]


@dataclass(frozen=True)
class Policy:
    """A policy by how far it is: ``divided`` are the rules whose readings disagree."""

    title: str
    groups: Mapping[str, Sequence[Line]]

    @property
    def counts(self) -> list[str]:
        """Say how many rules are so far, those that there are."""
        words = {
            "not met": ngettext("没有做到%(many)s项", "没有做到%(many)s项", len(self.not_met)),
            "divided": ngettext(
                "两种算法不一样%(many)s项", "两种算法不一样%(many)s项", len(self.divided)
            ),
            "not assessed": ngettext("说不清%(many)s项", "说不清%(many)s项", len(self.unknown)),
            "met": ngettext("做到了%(many)s项", "做到了%(many)s项", len(self.met)),
        }
        many = {name: len(self.groups[name]) for name in ORDER}
        return [words[name] % {"many": many[name]} for name in ORDER if many[name]]

    @property
    def not_met(self) -> Sequence[Line]:
        """Return what is not met."""
        return self.groups["not met"]

    @property
    def divided(self) -> Sequence[Line]:
        """Return what one way of counting meets and another does not."""
        return self.groups["divided"]

    @property
    def unknown(self) -> Sequence[Line]:
        """Return what nobody can tell."""
        return self.groups["not assessed"]

    @property
    def met(self) -> Sequence[Line]:
        """Return what is met."""
        return self.groups["met"]


def policies(
    verdicts: Sequence[Mapping[str, Any]], packs: Sequence[Mapping[str, str]]
) -> list[Policy]:
    """Return each policy with its rules, in the order of the pack."""
    of_pack: dict[str, dict[str, list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for one in verdicts:
        if one["verdict"] != "not applicable":
            of_pack[one["pack"]][one["rule"]].append(one)
    return [_policy(pack, of_pack[pack["id"]]) for pack in packs]


def _policy(pack: Mapping[str, str], of_rule: Mapping[str, Sequence[Mapping[str, Any]]]) -> Policy:
    groups: dict[str, list[Line]] = {name: [] for name in ORDER}
    for own in of_rule.values():
        verdict = own[0]["verdict"] if len(own) == 1 else "divided"
        groups[verdict].append(_line(own))
    return Policy(in_script(pack["title"]), groups)


def _line(own: Sequence[Mapping[str, Any]]) -> Line:
    first = own[0]
    title = first["title"]
    for code in READINGS:
        title = title.removesuffix(f"（{word('reading', code)}）")
    every = [(one["verdict"], figures) for one in own for figures in one.get("figures", ())]
    called = rule_title(first["pack"], first["rule"], title)
    told = list(_each(every)) if every else [part for one in own for part in _kept(one)]
    if len(own) > 1:
        return Line(called, _divided(own), [*told, *_about(first)])
    plain = _nearest(first["verdict"], every) if every else told[-1]
    return Line(called, plain, [*told, *_about(first)])


def _kept(one: Mapping[str, Any]) -> list[str]:
    """Return the sentences of a verdict that was published before its figures were kept."""
    begins = "|".join(f"{word('reading', code)}：" for code in READINGS)
    parts = filter(None, re.split(begins, one["said"]))
    return [in_chinese(in_script(part)) for part in parts] or [_("没有资料。")]


def _nearest(verdict: str, every: Sequence[tuple[str, Figures]]) -> str:
    """Say the reading on foot where there is one: that is what somebody feels."""
    figures = next((one for _v, one in every if one["reading"] == "walk"), every[0][1])
    return sentence(verdict, figures)


def _divided(own: Sequence[Mapping[str, Any]]) -> str:
    verdicts = {reading: one["verdict"] for one in own for reading in one["readings"]}
    return _("，").join(
        _("%(counted)s%(verdict)s")
        % {"counted": counted_as(reading), "verdict": verdict_said(verdicts[reading])}
        for reading in READINGS
        if reading in verdicts
    ) + _("。")


def _each(every: Sequence[tuple[str, Figures]]) -> Iterator[str]:
    for verdict, figures in every:
        told = sentence(verdict, figures)
        if len(every) > 1:
            told = _("%(counted)s：%(told)s") % {
                "counted": counted_as(figures["reading"]), "told": told
            }  # fmt: skip
        yield told
        if figures["waived"]:
            yield _("这里经批准可以不照这一条办。")


def _about(one: Mapping[str, Any]) -> Iterator[str]:
    if one["due"]:
        yield _("要求%(day)s以前做到。") % {"day": date.fromisoformat(one["due"]).isoformat()}
    yield _("写在政策的这里：%(where)s") % {"where": in_script(one["clause_where"])}
    if one.get("inferred"):
        yield _("政策没有写明怎样算，这是照字面的意思算的。")
    if one.get("unverified"):
        yield _("这一条的原文还没有核对，只作参考。")


def counted_as(reading: str) -> str:
    """Say by which way of counting."""
    words = {"circle": _("按直线距离算"), "walk": _("按走路算"), "record": _("按登记算")}
    return words[reading]


def verdict_said(verdict: str) -> str:
    """Say a verdict to everybody."""
    words = {"met": _("做到了"), "not met": _("没有做到"), "not assessed": _("说不清")}
    return words.get(verdict, _("不适用"))


def sentence(verdict: str, figures: Figures) -> str:
    """Say figures in one sentence, as `verdict_figures.figures_of` gives them."""
    ways: Mapping[str, Callable[[], str]] = {
        "open": lambda: _("；").join(said("reason", one) for one in figures["reasons"]) + _("。"),
        "walk": lambda: _on_foot(verdict, figures),
        "circle": lambda: _in_circle(figures),
        "here": lambda: _here(figures),
        "parts": lambda: _("%(of)s项里做到了%(met)s项。") % figures,
        "nowhere": lambda: _("全市还没有登记这样的设施。"),
    }
    way = ways.get(figures["kind"])
    return way() if way else _("按工作人员登记的情况判断。")


def _on_foot(verdict: str, figures: Figures) -> str:
    told = {**figures, "nearest": in_script(figures["nearest"])}
    if figures["unreached"]:
        told["people"] = _people(figures)
        within = (
            _("%(within_min)s分钟走不到的居民有%(people)s")
            if figures["need"] == 1
            else _("%(within_min)s分钟走不到至少%(need)s处的居民有%(people)s")
        )
        rest = (
            _("，最远的要走%(farthest_min)s分钟。")
            if figures["farthest_min"]
            else _("，有的走一小时也到不了。")
        )
        return (within + rest) % told
    if figures["farthest_min"] is None:
        return _("有的住处走一小时也到不了。")
    if figures["farthest_min"] <= float(figures["within_min"]):
        return (
            _("最远的住处走到%(nearest)s要%(farthest_min)s分钟，没有超过%(within_min)s分钟。")
            % told
        )
    if verdict == "met":
        return _("大多数居民%(within_min)s分钟走得到，最远的住处要走%(farthest_min)s分钟。") % told
    return _("最远的住处走到%(nearest)s要%(farthest_min)s分钟，超过了%(within_min)s分钟。") % told


def _people(figures: Figures) -> str:
    least, most = figures["unreached"]
    told = {"least": f"{least:,}", "most": "" if most is None else f"{most:,}"}
    text = _("%(least)s人以上") if most is None else _("%(least)s至%(most)s人")
    return (text + (_("（估计）") if figures["estimated"] else "")) % told


def _in_circle(figures: Figures) -> str:
    told = {**figures, "nearest": in_script(figures["nearest"])}
    if not figures["count"]:
        return _("政策划的范围里没有，最近的是%(nearest)s，直线%(straight_m)s米。") % told
    text = ngettext(
        "政策划的范围里有%(count)s处，最近的是%(nearest)s，直线%(straight_m)s米。",
        "政策划的范围里有%(count)s处，最近的是%(nearest)s，直线%(straight_m)s米。",
        figures["count"],
    )
    return text % told


def _here(figures: Figures) -> str:
    names = listed(in_script(one) for one in figures["names"])
    text = _("社区里有%(names)s等。") if figures["more"] else _("社区里有%(names)s。")
    parts = [text % {"names": names} if names else _("社区里没有登记这样的设施。")]
    functions, states = code_sets()["function"], code_sets()["survey_state"]
    parts += [
        _("摸底时，%(function)s%(state)s。")
        % {"function": worded(functions[name]), "state": worded(states[value])}
        for name, value in figures["surveyed"]
        if name in functions and value in states
    ]
    return _("%(one)s%(two)s") % {"one": parts[0], "two": "".join(parts[1:])}
