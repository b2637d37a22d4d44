"""What packs say on planning: its order, its sizes, its claims, and what must not be written."""

from __future__ import annotations

import shutil
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.cli.packs import packs_group
from lifecircle.policy.cases import run_cases
from lifecircle.policy.differences import differences
from lifecircle.policy.packs import load_pack, shipped
from lifecircle.policy.planning import (
    PLAN_FIELDS,
    Chosen,
    PlanningRules,
    Precedence,
    Way,
)
from lifecircle.policy.planning_order import class_of, held_back, remedies_for, size_for
from lifecircle.policy.planning_reading import fields_zh, planning_zh
from lifecircle.terms.codes import code_sets
from lifecircle.terms.errors import InputError

KINDS = ("community_rooms", "idle_state_firm", "other")
OWNERS = ("state_firm", "individual", "unknown")
MODES = ("new_build", "conversion", "purchase")


def some(codes: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(codes), unique=True, max_size=2).map(tuple)


@st.composite
def choices(draw: st.DrawFn) -> Chosen:
    least = draw(st.none() | st.integers(1, 3))
    most = draw(st.none() | st.integers(least or 1, 4))
    lists = {
        "space_kinds": draw(some(KINDS)),
        "ownership": draw(some(OWNERS)),
        "modes": draw(some(MODES)),
    }
    if least is most is None and not any(lists.values()):
        least = 1
    return Chosen.model_validate({**lists, "least_functions": least, "most_functions": most})


def precedence(name: str, first: tuple[Chosen, ...], then: tuple[Chosen, ...]) -> Precedence:
    return Precedence.model_validate(
        {
            "id": name,
            "title": {"zh": "先后", "en": "Order"},
            "clause": {"quote": "先后", "where": "一"},
            "source": "verbatim",
            "first": first,
            "then": then,
        }
    )


WAYS = [
    Way(kind=kind, ownership=owner, mode=mode, functions=functions)
    for kind, owner, mode, functions in product(KINDS, OWNERS, MODES, range(1, 5))
]
SETS = st.lists(choices(), min_size=1, max_size=2).map(tuple)
PLANNINGS = st.lists(st.tuples(SETS, SETS), max_size=3).map(
    lambda pairs: PlanningRules(
        precedence=tuple(precedence(f"p{n}", *pair) for n, pair in enumerate(pairs))
    )
)


def slowly_holds(chosen: Chosen, way: Way) -> bool:
    """Hold each statement of the choice against the way, one after the other."""
    if chosen.space_kinds and way.kind not in chosen.space_kinds:
        return False
    if chosen.ownership and way.ownership not in chosen.ownership:
        return False
    if chosen.modes and way.mode not in chosen.modes:
        return False
    if chosen.least_functions is not None and way.functions < chosen.least_functions:
        return False
    return chosen.most_functions is None or way.functions <= chosen.most_functions


def holds(chosen: Chosen, way: Way) -> bool:
    return chosen.holds(way.kind, way.ownership, way.mode, way.functions)


@given(choices(), st.sampled_from(WAYS))
def test_a_choice_holds_what_all_its_parts_hold(chosen: Chosen, way: Way) -> None:
    assert holds(chosen, way) == slowly_holds(chosen, way)


@given(choices(), choices())
def test_a_choice_within_another_chooses_nothing_beside_it(one: Chosen, other: Chosen) -> None:
    if one.within(other):
        assert all(holds(other, way) for way in WAYS if holds(one, way))


def slowly_open(planning: PlanningRules, ways: list[Way]) -> list[Way]:
    """Filter by one precedence after the other, without indices."""
    for one in planning.precedence:
        first = [way for way in ways if any(slowly_holds(c, way) for c in one.first)]
        then = [way for way in ways if any(slowly_holds(c, way) for c in one.then)]
        if first:
            ways = [way for way in ways if way in first or way not in then]
    return ways


@given(PLANNINGS, st.lists(st.sampled_from(WAYS), min_size=1, max_size=6))
def test_ways_are_held_back_only_while_another_is_open(
    planning: PlanningRules, ways: list[Way]
) -> None:
    held = held_back(planning, ways)
    left = [way for way, by in zip(ways, held, strict=True) if by is None]
    assert left == slowly_open(planning, ways)
    assert left
    for way, by in zip(ways, held, strict=True):
        assert by is None or (by.is_then(way) and any(by.is_first(other) for other in ways))


def test_two_precedences_that_disagree_close_nothing_for_good() -> None:
    build = precedence("a", (Chosen(modes=("conversion",)),), (Chosen(modes=("new_build",)),))
    large = precedence("b", (Chosen(least_functions=2),), (Chosen(most_functions=1),))
    small = Way(kind="other", ownership="unknown", mode="conversion", functions=1)
    big = Way(kind="other", ownership="unknown", mode="new_build", functions=3)
    both = PlanningRules(precedence=(build, large))
    turned = PlanningRules(precedence=(large, build))
    assert held_back(both, [small, big]) == (None, build)
    assert held_back(turned, [small, big]) == (large, None)


def test_xian_puts_the_old_and_the_young_first() -> None:
    planning = load_pack("xian-2024").planning
    assert class_of(planning, "has-elder-care") == class_of(planning, "has-infant-care") == 0
    assert class_of(planning, "has-community-meals") == 1
    assert class_of(planning, "has-children-play") == 2
    assert class_of(planning, "nine-functions") == 3
    assert class_of(PlanningRules(), "anything") == 0


def test_a_claim_is_made_only_where_a_permit_was_not_kept() -> None:
    planning = load_pack("xian-2024").planning
    found = {state: remedies_for(planning, state) for state in code_sets()["permit_state"]}
    assert {state for state, remedies in found.items() if remedies} == {
        "diverted",
        "missing",
        "smaller",
    }
    assert found["diverted"][0] == "recover"
    assert "recover" not in found["missing"]
    assert set().union(*found.values()) == set(code_sets()["claim_remedy"])


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("sichuan-2021", {"new_build": "new-build", "extension": "converted", "joint_build": ""}),
        ("leshan-2022", {"new_build": "new-facility", "lease": "converted-facility"}),
        ("sichuan-province-2021", {"new_build": "", "purchase": "converted"}),
        ("xian-2024", {"new_build": ""}),
    ],
)
def test_a_mode_has_the_size_that_is_printed_for_it(name: str, sizes: dict[str, str]) -> None:
    pack = load_pack(name)
    for mode, wanted in sizes.items():
        size = size_for(pack, mode)
        assert (size.id if size else "") == wanted


def test_an_urban_minimum_is_not_planned_with_in_a_village() -> None:
    pack = load_pack("sichuan-2021")
    assert size_for(pack, "lease", {"setting": "rural"}) is None
    for area in ({}, {"setting": "urban"}, {"kind": "community"}):
        size = size_for(pack, "lease", area)
        assert size is not None
        assert size.id == "converted"


def test_the_size_of_a_mode_rests_on_a_rule_for_that_mode() -> None:
    for name in shipped():
        pack = load_pack(name)
        for said in pack.planning.sizes:
            for mode in said.modes:
                size = size_for(pack, mode)
                assert size is not None
                assert mode in pack.rule(size.minimum).scope["mode"]


def test_a_policy_that_says_nothing_on_planning_has_nothing() -> None:
    assert load_pack("nantong-2011").planning == PlanningRules()


def test_every_mode_and_kind_is_read_by_its_name() -> None:
    for name in shipped():
        for said, sentence in planning_zh(load_pack(name)):
            assert not any(char.isascii() and char.isalpha() for char in sentence), said.id
    assert fields_zh(PLAN_FIELDS) == "建设目标、建设内容、建设方式、建设时限、管理运营"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "xian-2024"
    shutil.copytree(shipped()["xian-2024"], folder)
    return folder


def change(file: Path, old: str, new: str) -> int:
    """Change the first ``old``; return the line of the id that stands before it."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    before = text[: text.index(old)].splitlines()
    return max((n for n, line in enumerate(before, 1) if "id: " in line), default=0)


SIZE = """
sizes:
  - id: big
    title: {zh: 大, en: Big}
    size: huge
    modes: [new_build]
    clause: {quote: 优先盘活利用存量资源, where: 一}
    source: verbatim
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[has-elder-care,", "[has-elder-cave,", "没有以社区为对象的规则 has-elder-cave"),
        ("[has-elder-care,", "[coverage-elder-care,", "没有以社区为对象的规则 coverage-elder-care"),
        ("- inefficient_idle", "- idle_shop", "space_kinds 没有取值 idle_shop（有 community_rooms"),
        ("modes: [new_build]", "modes: [nwe]", "modes 没有取值 nwe（有 new_build（新建）"),
        ("- modes: [new_build]", "- ownership: [king]", "ownership 没有取值 king"),
        ("- modes: [new_build]", "- modes: [extension]", "then 里的一条已经全在 first 里"),
        ("states: [diverted]", "states: [stolen]", "states 没有取值 stolen（有 as_permitted"),
        ("[recover, exchange, ", "[sue, ", "remedies 没有取值 sue（有 recover（收回）"),
    ],
)
def test_a_statement_that_does_not_fit_is_refused_with_its_line(
    copy: Path, old: str, new: str, said: str
) -> None:
    file = copy / "planning.yaml"
    line = change(file, old, new)
    with pytest.raises(InputError) as caught:
        load_pack(copy)
    (fault,) = caught.value.faults
    assert said in fault.reason
    assert (fault.file, fault.place) == (str(file), f"第{line}行")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "[has-after-school-care, ",
            "[has-elder-care, ",
            "规则 has-elder-care 已写在 one-old-one-young 里",
        ),
        ("[missing, smaller]", "[diverted, smaller]", "许可情况 diverted 已写在 diverted 里"),
        ("id: missing", "id: diverted", "规划 diverted 写了2次"),
        ("community_plan:", SIZE + "community_plan:", "planning_sizes 里没有 huge"),
        (
            "community_plan:",
            SIZE.replace("    modes: [new_build]\n", "") + "community_plan:",
            "modes 缺少这个字段",
        ),
        ("- modes: [conversion, extension]", "- {}", "至少写一项"),
        ("{least_functions: 2}", "{least_functions: 2, most_functions: 1}", "不能大于"),
        ("fields: [goal, content", "fields: [goal, contents", "community_plan.fields"),
        ("source: verbatim", "sauce: verbatim", "source 缺少这个字段"),
    ],
)
def test_what_is_written_twice_or_not_at_all_is_refused(
    copy: Path, old: str, new: str, said: str
) -> None:
    change(copy / "planning.yaml", old, new)
    with pytest.raises(InputError, match=r"planning\.yaml，第\d+行") as caught:
        load_pack(copy)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("state: missing", "state: gone", "没有取值 gone"),
        ("expect: [recover, ", "expect: [sue, ", "没有取值 sue"),
        ("ownership: owners", "ownership: nobody", "没有取值 nobody"),
        ("expect: [旧厂房]", "expect: [新厂房]", "ways 里没有 新厂房"),
        ("rules: [nine-functions,", "rules: [ten-functions,", "没有规则 ten-functions"),
        (
            "mode: new_build\n",
            "mode: new_build\n    area: {setting: moon}\n",
            "setting: moon 不在属性表里",
        ),
        ("mode: new_build\n    households", "mode: built\n    households", "没有取值 built"),
        ("mode: new_build\n    house", "mode: lease\n    size: a\n    house", "必须只写一个"),
    ],
)
def test_a_case_that_names_what_is_not_there_is_refused(
    copy: Path, old: str, new: str, said: str
) -> None:
    change(copy / "cases" / "planning.yaml", old, new)
    with pytest.raises(InputError, match=said):
        load_pack(copy)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[has-elder-care, has-infant-care]", "[has-elder-care]"),
        ("least_functions: 2", "least_functions: 4"),
        ("- estate_open_ground\n", "- community_asset\n"),
        ("[recover, exchange, retrofit]", "[exchange, recover, retrofit]"),
        ("fields: [goal, content, mode,", "fields: [goal, content,"),
    ],
)
def test_the_cases_notice_a_changed_reading(copy: Path, old: str, new: str) -> None:
    change(copy / "planning.yaml", old, new)
    assert [result for result in run_cases(load_pack(copy)) if not result.passed]


def test_a_pack_inherits_what_its_parent_says(tmp_path: Path) -> None:
    folder = tmp_path / "district"
    folder.mkdir()
    (folder / "pack.yaml").write_text(
        "id: district\nversion: 0.1.0\ntitle: {zh: 某区, en: A district}\nissuer: 区\n"
        'issued: "2027"\napplies_to: 社区\nparent: xian-2024\n',
        encoding="utf-8",
    )
    parent = load_pack("xian-2024")
    assert load_pack(folder).planning == parent.planning
    own = shipped()["xian-2020"] / "planning.yaml"
    text = own.read_text(encoding="utf-8").replace("[happy]", "[has-elder-care]", 1)
    (folder / "planning.yaml").write_text(
        "priority:\n  - id: happy-after" + text.partition("- id: happy-after")[2], encoding="utf-8"
    )
    child = load_pack(folder)
    assert [one.rules for one in child.planning.priority] == [("has-elder-care",)]
    assert child.planning.precedence == ()
    said = list(differences(parent, child))
    assert any(line.startswith("增加 规划 happy-after：补缺口的先后，第1类") for line in said)
    assert sum(line.startswith("删去 规划 ") for line in said) == 8


def test_differences_tell_a_changed_statement(copy: Path) -> None:
    change(copy / "planning.yaml", "least_functions: 2", "least_functions: 3")
    change(copy / "planning.yaml", "quote: 优先盘活利用存量资源", "quote: 盘活利用存量资源")
    said = list(differences(load_pack("xian-2024"), load_pack(copy)))
    assert len(said) == 2
    assert said[0] == "修改 规划 stock-before-new-build：条文引文不同"
    assert "能容下2项以上" in said[1]
    assert "能容下3项以上" in said[1]


def test_the_command_shows_clause_reading_and_what_is_inferred() -> None:
    shown = CliRunner().invoke(packs_group, ["show", "sichuan-2021"]).output
    part = shown.partition("\n规划\n")[2]
    assert "条文 二（四）：支持不具备新建、改扩建条件和无法使用现成国有资产的社区" in part
    assert "都不行，才“购置、租赁”" in part
    assert "推定 then：合作共建等其他方式原文没有排先后" in part
    assert "\n规划\n" not in CliRunner().invoke(packs_group, ["show", "nantong-2011"]).output
    inferred = CliRunner().invoke(packs_group, ["show", "xian-2024", "--inferred"]).output
    assert "推定  planning.complexes-before-scattered（least_functions）" in inferred
