"""What must be true of every pack that is shipped, and of all of them together."""

from __future__ import annotations

from pathlib import Path

import pytest

from lifecircle.policy.cases import run_cases
from lifecircle.policy.coverage import cover
from lifecircle.policy.models import Pack
from lifecircle.policy.packs import load_pack, shipped
from lifecircle.policy.reading import appraisal_zh, rule_en, rule_zh, workflow_zh

TEXTS = {
    "sichuan-2021": "sichuan-2021-facility-gap-programme.txt",
    "leshan-2022": "leshan-2022-community-plan.txt",
    "nantong-2011": "nantong-2011-urban-rural-communities.txt",
    "xian-2024": "xian-2024-embedded-facilities.txt",
    "xian-2020": "xian-2020-15-minute-circle.txt",
}
NAMES = sorted(shipped())


@pytest.fixture(scope="module")
def packs() -> dict[str, Pack]:
    return {name: load_pack(name) for name in NAMES}


def test_the_five_policies_and_the_province_are_there() -> None:
    assert set(NAMES) == {*TEXTS, "sichuan-province-2021"}


@pytest.mark.parametrize("name", NAMES)
def test_every_case_passes(name: str) -> None:
    failed = [str(result) for result in run_cases(load_pack(name)) if not result.passed]
    assert failed == []


def test_there_are_enough_cases_with_names_of_their_own(packs: dict[str, Pack]) -> None:
    names = [(name, result.name) for name, pack in packs.items() for result in run_cases(pack)]
    assert len(names) >= 120
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_verbatim_quote_stands_in_the_policy(name: str, policies: Path) -> None:
    text = (policies / TEXTS[name]).read_text(encoding="utf-8")
    pack = load_pack(name)
    said = [item for item in pack.statements() if item[1].source == "verbatim"]
    assert said
    assert [where for where, item in said if item.clause.quote not in text] == []
    names = {where for where, _ in said}
    assert {f"planning.{one.id}" for one in pack.planning.statements()} <= names


def test_a_source_that_was_not_read_is_not_called_verbatim(packs: dict[str, Pack]) -> None:
    province = packs["sichuan-province-2021"]
    assert {said.source for _, said in province.statements()} == {"secondary"}


def test_every_wanted_row_of_the_ledger_is_accounted_for(packs: dict[str, Pack]) -> None:
    found = cover(packs.values())
    assert [row.id for row in found.missing] == []
    assert found.faults == ()
    assert found.modelled_of("standard/threshold") >= 45
    assert found.modelled_of("indicator/target") >= 80


def test_a_rule_with_a_printed_date_is_not_left_without(packs: dict[str, Pack]) -> None:
    for pack in packs.values():
        for rule in pack.rules:
            inferred_due = any(item.of == "due" for item in rule.inferred)
            assert rule.due is not None or not inferred_due, f"{pack.id} {rule.id}"


@pytest.mark.parametrize("name", NAMES)
def test_everything_can_be_said_in_words(name: str) -> None:
    pack = load_pack(name)
    for rule in pack.rules:
        chinese, english = rule_zh(pack, rule), rule_en(pack, rule)
        for said in (chinese, english):
            assert "{" not in said
            assert "None" not in said
        assert english.isascii() or "×" in english
    for workflow in pack.workflows:
        assert len(list(workflow_zh(workflow))) >= 2 * len(workflow.steps)
    assert len(list(appraisal_zh(pack.appraisal))) == len(pack.appraisal.names())


def test_leshans_box_one(packs: dict[str, Pack]) -> None:
    """30 rows (LS-051 to LS-080), 31 rates, 5 binding and 25 expected."""
    rows = [f"LS-{number:03d}" for number in range(51, 81)]
    rules = packs["leshan-2022"].rules
    natures = {
        row: {rule.nature for rule in rules if row in rule.ledger and rule.nature != "unstated"}
        for row in rows
    }
    assert [row for row, found in natures.items() if len(found) != 1] == []
    assert sum(found == {"binding"} for found in natures.values()) == 5
    assert sum(found == {"expected"} for found in natures.values()) == 25


def test_the_figures_the_mission_names(packs: dict[str, Pack]) -> None:
    xian = packs["xian-2024"]
    shares = {
        str(rule.require.value)
        for rule in xian.rules
        if rule.measure.name == "share_of_areas_meeting" and rule.subject == "county"
    }
    assert {"0.9", "0.5", "0.7", "1"} <= {share.rstrip("0").rstrip(".") for share in shares}
    counts = {int(rule.require.value or 0) for rule in xian.rules}
    assert {35, 32, 40, 107, 90} <= counts
    nantong = packs["nantong-2011"]
    ranges = {rule.require.text for rule in nantong.rules}
    assert "40-50" in ranges
    bases = {getattr(rule.measure, "basis", "") for rule in nantong.rules}
    assert "usable" in bases
    assert packs["sichuan-2021"].header.planning_sizes
