"""A named change set over a pack, what it changes in words, and coverage of the ledger."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lifecircle.policy.cases import run_cases
from lifecircle.policy.coverage import cover, ledger
from lifecircle.policy.differences import differences
from lifecircle.policy.models import NotModelled, Pack
from lifecircle.policy.packs import load_pack
from lifecircle.terms.errors import InputError

HEADER = """
id: district-x
version: 1.0.0
title: {zh: X区, en: District X}
issuer: X区人民政府
issued: "2026-12-01"
applies_to: X区城市社区
parent: xian-2020
"""
CHANGES = """
changes:
  - rule: one-clinic
    from: 2027-01-01
    by: X区人民政府
    why: X政发〔2026〕9号
    require: {comparator: ">=", value: 2}
    strength: hard
"""
CASES = """
cases:
  - name: 2026年底前一个就医点就够
    rule: one-clinic
    as_of: 2026-12-31
    observed: {value: 1}
    expect: {verdict: met}
  - name: 2027年起要两个
    rule: one-clinic
    as_of: 2027-01-01
    observed: {value: 1}
    expect: {verdict: not met}
"""


@pytest.fixture
def district(tmp_path: Path) -> Path:
    folder = tmp_path / "district-x"
    (folder / "cases").mkdir(parents=True)
    (folder / "pack.yaml").write_text(HEADER, encoding="utf-8")
    (folder / "changes.yaml").write_text(CHANGES, encoding="utf-8")
    (folder / "cases" / "x.yaml").write_text(CASES, encoding="utf-8")
    return folder


def test_the_change_holds_from_its_day(district: Path) -> None:
    loaded = load_pack(district)
    assert [str(result) for result in run_cases(loaded) if not result.passed] == []
    assert len(run_cases(loaded)) == 2
    before, after = (loaded.rule("one-clinic", day) for day in (date(2026, 6, 1), date(2027, 6, 1)))
    assert before.require.text == ">=1"
    assert after.require.text == ">=2"
    assert before.to == date(2026, 12, 31)
    assert after.strength == "hard"
    assert "X政发〔2026〕9号" in after.changed
    assert len(loaded.on(date(2027, 6, 1)).rules) == len(load_pack("xian-2020").rules)


def test_everything_else_is_the_parents(district: Path) -> None:
    parent, child = load_pack("xian-2020"), load_pack(district)
    assert child.header.circle == parent.header.circle
    assert child.header.kinds == parent.header.kinds
    assert child.rule("liveable") == parent.rule("liveable")
    assert child.sha256 != parent.sha256


def test_the_difference_is_said_in_words(district: Path) -> None:
    said = list(differences(load_pack("xian-2020"), load_pack(district)))
    assert len(said) == 2
    assert said[0] == "修改 one-clinic：有效期至由未定改为2026-12-31"
    assert said[1].startswith("增加 one-clinic自2027-01-01起：社区（城市社区）：步行15分钟内的")
    assert "不少于2处" in said[1]
    assert list(differences(load_pack("xian-2020"), load_pack("xian-2020"))) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("rule: one-clinic", "rule: one-dentist", "没有在这一天有效的规则"),
        ('    require: {comparator: ">=", value: 2}\n    strength: hard\n', "", "没有写改什么"),
        ("    strength: hard\n", "    strength: hard\n    withdraw: true\n", "没有写改什么"),
        ("    why: X政发〔2026〕9号\n", "", "why 缺少这个字段"),
    ],
)
def test_a_careless_change_is_told(district: Path, old: str, new: str, said: str) -> None:
    file = district / "changes.yaml"
    assert old in CHANGES
    file.write_text(CHANGES.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        load_pack(district)


def test_district_x_asks_forty_square_metres_from_2027(tmp_path: Path) -> None:
    """Leshan's 30 m2 per hundred households becomes 40 for one district, with its own cases."""
    folder = tmp_path / "district-x"
    (folder / "cases").mkdir(parents=True)
    header = HEADER.replace("xian-2020", "leshan-2022")
    (folder / "pack.yaml").write_text(header, encoding="utf-8")
    rule = "box2-area-per-100-households"
    (folder / "changes.yaml").write_text(
        f"changes:\n  - rule: {rule}\n    from: 2027-01-01\n    by: X区政府\n    why: 本区标准\n"
        '    require: {comparator: ">=", value: 40}\n',
        encoding="utf-8",
    )
    lines = ["cases:"]
    for name, day, value, verdict in (
        ("2026年35平方米达到", "2026-12-31", 35, "met"),
        ("2027年35平方米不够", "2027-01-01", 35, "not met"),
        ("2027年正好40平方米达到", "2027-01-01", 40, "met"),
    ):
        lines.append(
            f"  - {{name: {name}, rule: {rule}, as_of: {day}, observed: {{value: {value}}}, "
            f"expect: {{verdict: {verdict}}}}}"
        )
    (folder / "cases" / "x.yaml").write_text("\n".join(lines), encoding="utf-8")
    loaded = load_pack(folder)
    results = run_cases(loaded)
    assert len(results) == 3
    assert [str(result) for result in results if not result.passed] == []
    said = list(differences(load_pack("leshan-2022"), loaded))
    assert any("不少于40平方米/百户" in sentence for sentence in said)


def test_a_rule_can_be_withdrawn(district: Path) -> None:
    withdrawn = "{rule: all-lists-everywhere, from: 2027-01-01, by: X, why: Y, withdraw: true}"
    change = f"changes:\n  - {withdrawn}\n"
    (district / "changes.yaml").write_text(change, encoding="utf-8")
    (district / "cases" / "x.yaml").unlink()
    loaded = load_pack(district)
    assert loaded.rule("all-lists-everywhere", date(2026, 12, 31))
    with pytest.raises(KeyError):
        loaded.rule("all-lists-everywhere", date(2027, 1, 1))


def test_a_pack_cannot_be_its_own_parent(district: Path) -> None:
    (district / "pack.yaml").write_text(HEADER.replace("xian-2020", "district-x"), encoding="utf-8")
    with pytest.raises(InputError, match="parent 不能是自己"):
        load_pack(district)


def test_the_whole_ledger_is_carried() -> None:
    assert len(ledger()) == 728
    assert len({row.id for row in ledger()}) == 728
    kinds = [row.kind for row in ledger()]
    assert kinds.count("standard/threshold") == 62
    assert kinds.count("indicator/target") == 100
    assert kinds.count("spatial analysis") == 32


def left_out(pack: Pack, **row: str) -> Pack:
    return pack.model_copy(update={"not_modelled": (NotModelled.model_validate(row),)})


def test_a_row_in_neither_is_missing(pack: Pack) -> None:
    bare = pack.model_copy(update={"not_modelled": ()})
    missing = {row.id for row in cover([bare]).missing}
    assert "X20-37" in missing
    listed = left_out(bare, ledger="X20-37", reason="no testable condition")
    assert {row.id for row in cover([listed]).missing} == missing - {"X20-37"}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"ledger": "X20-99", "reason": "no testable condition"}, "没有的 X20-99"),
        ({"ledger": "X20-24", "reason": "no testable condition"}, "已有规则"),
        ({"ledger": "X20-37", "reason": "repeats another row"}, "说重复"),
        ({"ledger": "X20-37", "reason": "repeats another row", "names": "X20-37"}, "没有规则"),
        ({"ledger": "X20-37", "reason": "module not yet built"}, "没有写是哪个模块"),
    ],
)
def test_careless_reasons_are_told(pack: Pack, row: dict[str, str], said: str) -> None:
    assert any(said in fault for fault in cover([left_out(pack, **row)]).faults)
