"""Levels of communities: each asks for all levels before it; the unknown is not below."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ladder import BELOW, standings, tally
from lifecircle.policy.fitting import pack_faults
from lifecircle.policy.packs import load_pack
from lifecircle.terms.words import Verdict


@pytest.mark.parametrize(
    ("liveable", "happy", "level", "waits_for"),
    [
        ("met", "met", "happy", ""),
        ("met", "not met", "liveable", "happy"),
        ("met", "not assessed", "liveable", "happy"),
        ("not met", "met", BELOW, "liveable"),
        ("not assessed", "met", "", "liveable"),
    ],
)
def test_climbing(
    example: Assessment, liveable: Verdict, happy: Verdict, level: str, waits_for: str
) -> None:
    own_id = next(f.subject for f in example.findings if f.rule == "happy")
    said = {"liveable": liveable, "happy": happy}
    findings = [
        dataclasses.replace(f, verdict=said[f.rule])
        for f in example.findings
        if f.subject == own_id and f.rule in said
    ]
    for found in standings(example.pack, findings):
        assert (found.community, found.level, found.next) == (own_id, level, waits_for)
    assert len(standings(example.pack, findings)) == 2


def test_happy_waits_for_the_attachment_that_nobody_holds(example: Assessment) -> None:
    liveable = [one for one in example.standings if one.level == "liveable"]
    assert liveable
    assert {one.verdict for one in liveable} == {"not assessed"}
    assert {one.reasons for one in liveable} == {("not-recorded",)}
    (rule,) = (rule for rule in example.pack.rules if rule.id == "happy")
    assert any("附件1" in said for said in example.pack.inferred_of(rule))


def test_every_community_of_the_level_is_counted_once(example: Assessment) -> None:
    counts = tally(example.pack, example.standings)
    assert set(counts) == {"walk", "circle"}
    for reading, levels in counts.items():
        (row,) = (r for r in example.rollup if (r.rule, r.reading) == ("liveable", reading))
        assert sum(count for _, count in levels) == row.denominator
        assert dict(levels)["宜居社区"] == row.met
        assert dict(levels)["未达宜居"] == row.not_met


def test_a_pack_without_levels_has_none(example: Assessment) -> None:
    assert standings(load_pack("leshan-2022"), example.findings) == ()


def test_a_level_that_no_rule_decides_is_a_fault() -> None:
    pack = load_pack("xian-2020")
    ladder = pack.header.ladder
    assert ladder is not None
    wrong = ladder.model_copy(
        update={"levels": (ladder.levels[0].model_copy(update={"rule": "liveable-all"}),)}
    )
    header = pack.header.model_copy(update={"ladder": wrong})
    faults = list(pack_faults(Path("xian-2020"), pack.model_copy(update={"header": header})))
    assert any("liveable-all" in fault.reason for fault in faults)
