"""Plans of a small town, worked by hand (see `towns`)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lifecircle.assess.judge import assess_on
from lifecircle.place.edits.built import with_built, write_built
from lifecircle.place.planning import BuildStandard, Permit, StatedNeed, YearBudget
from lifecircle.place.tables import City
from lifecircle.plan.deciding import Loss
from lifecircle.plan.model.solving import Limits, Status
from lifecircle.plan.planning import Effort, Planned, plan_city
from lifecircle.plan.wishes import Decided, Wishes
from lifecircle.policy.models import Pack
from lifecircle.publish.planning.page import loss_zh
from lifecircle.terms.errors import InputError
from tests.assess.cities import Site, rule
from tests.plan.towns import (
    CARE,
    MEALS,
    SPACES,
    STANDARDS,
    ground_of,
    policy,
    space,
    statement,
    town,
)

EFFORT = Effort(Limits(seconds=20), Limits(seconds=20))
CENTRE = "community_service_facility"


def planned(city: City, pack: Pack | None = None, wishes: Wishes | None = None) -> Planned:
    ground = ground_of(city)
    found = assess_on(ground, pack or policy())
    return plan_city(ground, found, wishes or Wishes(), EFFORT)


def done(found: Planned, city: City, at: int = 0) -> set[tuple[str, int, str]]:
    """Return (space, year, category) of what a plan builds."""
    years = [row.year for row in found.proposal.money]
    return {
        (city.spaces[site.space].id, years[site.way.start], project.standard.category)
        for site in found.plans[at].sites
        for project in site.projects
    }


def test_the_plan_is_the_one_worked_by_hand() -> None:
    city = town()
    found = planned(city)
    assert done(found, city) == {
        ("S2", 2026, CARE), ("S2", 2026, MEALS), ("S0", 2027, CARE)
    }  # fmt: skip
    best = found.plans[0]
    assert best.plan.status is Status.OPTIMAL
    assert best.plan.cost_yuan.tolist() == [500_000, 300_000]
    assert [stage.value for stage in best.plan.stages] == [4000, 3000, 800_000]
    assert [site.is_complex for site in best.sites] == [False, True]


def test_the_demand_list_stands_in_the_order_of_the_policy_and_of_people() -> None:
    needs = (
        StatedNeed(0, "community_meals", 40, "电话", None),
        StatedNeed(2, "community_meals", 7, "电话", None),
        StatedNeed(2, "community_meals", 5, "入户", None),
    )
    sites = [Site("F", MEALS, 0)]
    found = planned(town(sites=sites, needs=needs))
    rows = [(n.rule.id, n.subject, n.people, n.stated, n.state) for n in found.proposal.needs]
    assert rows == [
        ("has-care", "c1", 3000, 0, "gap"),
        ("has-care", "c2", 2000, 0, "gap"),
        ("has-care", "c0", 1000, 0, "gap"),
        ("has-meals", "c1", 3000, 0, "gap"),
        ("has-meals", "c2", 2000, 12, "gap"),
        ("has-meals", "c0", 0, 40, "asked for"),
    ]
    assert [(n.older, n.children) for n in found.proposal.needs[:1]] == [(600, 300)]


def test_the_table_of_what_is_built_keeps_the_promise(tmp_path: Path) -> None:
    city = town()
    found = planned(city)
    promise = found.plans[0].promise
    turned = {(was.subject, was.rule): (was.verdict, now.verdict) for was, now in promise.turned}
    assert turned == {
        ("c0", "has-care"): ("not met", "met"),
        ("c1", "has-care"): ("not met", "met"),
        ("c1", "has-meals"): ("not met", "met"),
    }
    write_built(tmp_path / "设施.csv", promise.built)
    again = assess_on(ground_of(with_built(city, tmp_path / "设施.csv")), policy())
    assert again.findings == promise.assessment.findings


def test_each_action_says_who_gains_and_from_how_many_minutes() -> None:
    """c0 walks to nothing today; S0 stands 50 m beside its door: 50 m at 80 m a minute."""
    city = town()
    best = planned(city).plans[0]
    gains = {(g.need.subject, g.need.rule.id): g for g in best.gains}
    care = gains["c0", "has-care"]
    assert (care.people, care.met) == (1000, True)
    assert care.before_min == float("inf")
    assert care.after_min == pytest.approx(50 / 80, abs=1e-4)


def test_what_is_lost_without_an_action_is_solved_again() -> None:
    """Without the care of S0, its canteen; the others have nothing in their place."""
    city = town()
    best = planned(city).plans[0]
    names = {
        project.action: (city.spaces[site.space].id, project.standard.category)
        for site in best.sites
        for project in site.projects
    }
    lost = {names[one.action]: (one.people, one.yuan, one.status) for one in best.losses}
    assert lost == {
        ("S0", CARE): ((1000, -1000), -100_000, Status.OPTIMAL),
        ("S2", CARE): ((3000, 0), -300_000, Status.OPTIMAL),
        ("S2", MEALS): ((0, 3000), -200_000, Status.OPTIMAL),
    }


def test_a_loss_of_the_first_class_is_told_though_others_gain_as_many() -> None:
    """Without the care of S0 1,000 go without care and 1,000 others get a canteen."""
    pack = policy()
    loss = Loss(7, (0, 1), (1000, -1000), -100_000, Status.OPTIMAL)
    assert loss.first == (0, 1000)
    assert loss_zh(pack, loss) == "少服务1,000人（care）"
    assert loss_zh(pack, replace(loss, people=(0, 20), status=Status.TIME_LIMIT)) == (
        "至多少服务20人（other）"
    )
    assert loss_zh(pack, replace(loss, people=(0, 0), yuan=50_000)) == "多花5万元"
    assert loss_zh(pack, replace(loss, people=(0, 0))) == "可以由别的替代"
    assert loss_zh(pack, replace(loss, status=None)) == "没有它就没有可行方案"


def test_stock_comes_before_purchase_unless_it_is_set_aside() -> None:
    rich = (YearBudget(2026, 10_000_000, ""),)
    spaces = tuple(one for one in SPACES if one.id != "S2")
    only = planned(town(spaces, budget=rich))
    assert ("S1", 2026, MEALS) in done(only, town(spaces, budget=rich))
    both = planned(town(budget=rich))
    assert {row[0] for row in done(both, town())} == {"S0", "S2"}
    assert {one.precedence.id for one in both.proposal.yielded} == {"stock-first"}
    assert all(one.all for one in both.proposal.yielded)
    free = planned(town(budget=rich), wishes=Wishes(set_aside=("stock-first",)))
    assert not free.proposal.yielded
    assert any(
        SPACES[free.proposal.ways[o.way].space].id == "S1" for o in free.proposal.offers.offers
    )


def test_what_was_permitted_is_claimed_before_money_is_spent() -> None:
    permit = Permit("P1", "花园", 1, MEALS, 120.0, None, "missing", "developer", "", "")
    found = planned(town(permits=(permit,)))
    assert [(one.permit.id, one.remedies, one.fills) for one in found.proposal.owed] == [
        ("P1", ("recover", "retrofit"), (("c1", "has-meals"),))
    ]
    kept = {n.subject: n.kept_out for n in found.proposal.needs if n.rule.id == "has-meals"}
    assert kept == {"c1": "claimed", "c2": "", "c0": ""}
    # the canteen of c1 is claimed: the money it would have taken builds nothing there
    assert {row[2] for row in done(found, town()) if row[0] == "S2"} == {CARE}
    own = next(one for one in found.plans[0].communities if one.community == 1)
    assert [one.permit.id for one in own.owed] == ["P1"]
    assert ("has-meals", "claimed") in {(need.rule.id, why) for need, why in own.open}


def test_a_permit_that_was_kept_or_never_checked_is_no_claim() -> None:
    permits = [
        Permit("P1", "甲", 1, MEALS, 120.0, 120.0, "as_permitted", "", "", ""),
        Permit("P2", "乙", 1, MEALS, 120.0, None, "unchecked", "", "", ""),
        Permit("P3", "丙", 1, MEALS, 120.0, None, "", "", "", ""),
    ]
    found = planned(town(permits=permits))
    assert not found.proposal.owed
    assert all(need.kept_out == "" for need in found.proposal.needs)


def test_spaces_that_cannot_be_used_say_why() -> None:
    spaces = (
        space("A", 0, 200.0),
        space("B", 0, 200.0, condition="in_use"),
        space("C", -1, 200.0),
        space("D", 0, 200.0, modes=("lease",)),
        space("E", 0, 200.0, available_on=date(2031, 1, 1)),
        space("F", 0, 200.0, amounts={}),
        space("G", 0, 200.0, modes=("joint_build",)),
        space("H", 0, 200.0, safety="", condition="", ownership=""),
    )
    city = town(spaces)
    found = planned(city)
    said = {(spaces[one.space].id, one.mode): one.reason for one in found.proposal.refused}
    assert said == {
        ("B", ""): "正在使用",
        ("C", ""): "不在任何社区里",
        ("D", "lease"): "租赁而没有年租金",
        ("E", "conversion"): "预算年度内还不能交付",
        ("F", ""): "没有建筑面积（空地写可建面积）",
        ("G", "joint_build"): "没有合作共建的单价，也没有写改造建设费",
    }
    caveats = {w.caveats for w in found.proposal.ways if spaces[w.space].id == "H"}
    assert caveats == {("先做安全评估", "可用情况不清楚，先查看现场", "权属不清，先确认权属")}


def test_a_space_without_modes_is_planned_as_usual_and_says_so() -> None:
    bought = space("B", 1, 120.0, modes=(), purchase_yuan=1)
    found = planned(town((space("A", 0, 200.0, modes=()), bought)))
    assert {(w.space, w.mode, w.assumed) for w in found.proposal.ways} == {
        (0, "conversion", True),
        (1, "purchase", True),
    }


def test_rent_is_paid_every_year_and_a_price_once() -> None:
    rented = space("R", 1, 120.0, modes=("lease",), rent_yuan_per_year=9_000, works_yuan=50_000)
    pack = policy(precedence=())
    found = planned(town((rented,)), pack)
    holds = {w.start: w.hold_yuan for w in found.proposal.ways}
    assert holds == {0: (59_000, 9_000), 1: (0, 59_000)}
    assert {o.cost_yuan for o in found.proposal.offers.offers} == {(100_000, 0), (0, 100_000)}


def test_the_schedule_counts_the_months_of_works_and_of_fitting_out() -> None:
    """Works of 4 months and fitting out of 3 from 22 November 2026: open from July 2027."""
    best = planned(town()).plans[0]
    ready = {
        (site.way.start, project.standard.category): project.ready_on
        for site in best.sites
        for project in site.projects
    }
    assert ready[0, CARE] == date(2027, 7, 1)
    assert ready[1, CARE] == date(2027, 8, 1)


def test_a_community_plan_is_complete_when_all_its_fields_are() -> None:
    city = town()
    best = planned(city).plans[0]
    own = {city.communities.id[one.community]: one for one in best.communities}
    assert own["c0"].complete
    assert own["c2"].missing
    assert {(need.rule.id, why) for need, why in own["c2"].open} == {
        ("has-care", "no-site"),
        ("has-meals", "no-site"),
    }
    assert {(need.rule.id, why) for need, why in own["c0"].open} == {("has-meals", "no-money")}
    nobody = tuple(replace(one, operating_mode="", months=None) for one in STANDARDS)
    bare = planned(town(standards=nobody)).plans[0].communities[0]
    assert bare.missing == ("schedule", "operation")


AREA = rule(
    "area",
    "community",
    {"name": "area_per_100_households", "categories": [CENTRE], "basis": "gross_floor"},
    ">=30",
)
MINIMUM = rule(
    "minimum",
    "facility",
    {"name": "facility_area", "categories": [CENTRE], "basis": "gross_floor"},
    ">=160",
    scope={"mode": ["conversion"]},
)
CENTRE_STANDARD = BuildStandard(CENTRE, None, None, 500, 1, "self_run", "模拟")


@pytest.mark.parametrize(("households", "floor_m2"), [(600, 180.0), (500, 160.0), (601, 181.0)])
def test_an_area_is_filled_by_what_is_missing_and_no_less_than_the_minimum(
    households: int, floor_m2: float
) -> None:
    """600 households want 180 m2, 601 want 180.3; 500 want 150 and get the minimum of 160."""
    city = town(standards=(*STANDARDS, CENTRE_STANDARD), households={"c0": households})
    found = planned(city, policy(AREA, MINIMUM))
    offers = found.proposal.offers.offers
    of_centre = {
        (SPACES[found.proposal.ways[o.way].space].id, o.floor_m2) for o in offers if o.standard == 2
    }
    assert ("S0", floor_m2) in of_centre
    assert not {own for own, _ in of_centre} & {"S1"}


def test_people_who_walk_are_served_by_what_they_reach() -> None:
    """5 minutes at 80 m/min are 400 m: S0 stands 50 m off its own door and 1,050 m from c1's."""
    walk = rule(
        "near",
        "community",
        {"name": "share_of_people_within", "categories": [MEALS], "minutes": 5},
        ">=1",
    )
    city = town()
    found = planned(city, policy(walk, priority=(statement("near", rules=["near"]),)))
    best = found.plans[0]
    near = {g.need.subject: g.people for g in best.gains if g.need.rule.id == "near"}
    assert near == {"c0": 1000, "c1": 3000}
    reached = found.proposal.offers
    spaces = {
        SPACES[found.proposal.ways[reached.offers[o].way].space].id: reached.asked.need[d]
        for o, d in zip(reached.offer, reached.demand, strict=True)
        if found.proposal.needs[reached.asked.need[d]].rule.id == "near"
    }
    assert set(spaces) <= {"S0", "S1", "S2"}


def test_a_share_for_each_district_that_cannot_be_says_what_clashes() -> None:
    """c2 has no site: of the west's 5,000 short of care at most 3,000 can be served."""
    with pytest.raises(InputError) as caught:
        planned(town(), wishes=Wishes({"care": 0.8}))
    said = "\n".join(fault.reason for fault in caught.value.faults)
    assert "西区care至少新服务4,000人（别的都不限也至多3,000人）" in said
    assert planned(town(), wishes=Wishes({"care": 0.6})).plans


@pytest.mark.parametrize(
    ("city", "wishes", "reason", "place"),
    [
        (town(budget=()), Wishes(), "没有预算", "“预算”表"),
        (town(budget=(YearBudget(2020, 5, ""),)), Wishes(), "2026年起没有预算", "“预算”表"),
        (town(()), Wishes(), "没有空间资源", "“空间资源”表"),
        (town(), Wishes({"nobody": 0.5}), "没有名为 nobody 的优先类", "--least-share"),
        (town(), Wishes({"": 1.5}), "比例应在0到1之间", "--least-share"),
        (town(), Wishes(set_aside=("x",)), "没有名为 x 的先后", "--set-aside"),
        (town(), Wishes(barred=("X",)), "没有编号为 X 的空间", "--not-use"),
        (town(), Wishes(decided=(Decided("X", CARE, 2026),)), "没有编号为 X", "--decided"),
        (town(), Wishes(decided=(Decided("S3", CARE, 2026),)), "不在可做的事里", "--decided"),
        (town(standards=()), Wishes(), "没有一种配置标准能补“has-care”", "“配置标准”表"),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(
    city: City, wishes: Wishes, reason: str, place: str
) -> None:
    with pytest.raises(InputError) as caught:
        planned(city, wishes=wishes)
    assert any(reason in fault.reason and fault.place == place for fault in caught.value.faults)
    assert all(fault.remedy for fault in caught.value.faults)


def test_where_nothing_can_be_had_the_list_still_stands() -> None:
    found = planned(town((space("S3", 2, 400.0, safety="failed"),)))
    assert found.decision is None
    assert len(found.proposal.needs) == 6


def test_the_same_input_gives_the_same_plan_whatever_the_order_of_spaces() -> None:
    one, other = town(), town(tuple(reversed(SPACES)))
    assert done(planned(one), one) == done(planned(other), other)


def test_nobody_is_planned_for_who_was_not_assessed_or_counted() -> None:
    city = town()
    unknown = replace(city.origins, residents=city.origins.residents * 0 - 1)
    counts = {name: values * 0 - 1 for name, values in city.communities.counts.items()}
    nobody: Any = replace(
        city, origins=unknown, communities=replace(city.communities, counts=counts)
    )
    found = planned(nobody)
    assert {need.kept_out for need in found.proposal.needs} == {"people-unknown"}
    assert found.decision is None


def test_rooms_added_to_a_facility_of_the_same_kind_enlarge_it() -> None:
    """600 households want 180 m2 and have 100 in F: an extension of 80 makes it 180, in one place.

    At least 160 m2 are asked of each facility in a conversion; with F's 100 the 80 are enough.
    """
    rooms = space("X", 0, 90.0, facility="F", modes=("conversion",))
    sites = [Site("F", CENTRE, 0, {"floor_m2": 100.0}, mode="conversion")]
    city = town((rooms,), sites=sites, standards=(CENTRE_STANDARD,), households={"c0": 600})
    found = planned(city, policy(AREA, MINIMUM))
    best = found.plans[0]
    assert [(one.floor_m2, one.part_of) for one in best.promise.built] == [(80.0, "F")]
    there = best.promise.ground.city.facilities
    assert there.id == ("F",)
    assert there.details[0].amounts["floor_m2"] == 180.0
    then = {f.subject: f.verdict for f in best.promise.assessment.findings if f.rule == "area"}
    assert then["c0"] == "met"


def test_rooms_added_to_a_facility_of_another_kind_stand_beside_it() -> None:
    rooms = space("X", 0, 200.0, facility="F", modes=("conversion",))
    city = town((rooms,), sites=[Site("F", "school", 0)])
    built = planned(city).plans[0].promise.built
    assert [(one.category, one.part_of) for one in built] == [(CARE, "")]


def test_what_is_decided_is_in_every_plan_and_what_is_barred_in_none() -> None:
    """A canteen in S0 leaves no floor for care there: c0 goes without, whatever the order."""
    fixed = Wishes(decided=(Decided("S0", MEALS, 2026, "conversion"),), barred=("S1",))
    city = town()
    found = planned(city, wishes=fixed)
    for at in range(len(found.plans)):
        assert ("S0", 2026, MEALS) in done(found, city, at)
    assert ("S0", 2027, CARE) not in done(found, city)
    assert "S1" not in {city.spaces[way.space].id for way in found.proposal.ways}
    refused = {city.spaces[one.space].id: one.reason for one in found.proposal.refused}
    assert refused["S1"] == "这次不用"


def test_what_is_decided_beyond_the_money_says_what_clashes() -> None:
    wishes = Wishes(decided=(Decided("S2", CARE, 2027), Decided("S0", CARE, 2027)))
    with pytest.raises(InputError) as caught:
        planned(town(), wishes=wishes)
    said = "；".join(fault.reason for fault in caught.value.faults)
    assert "2027年预算30万元" in said
    assert "已定" in said


def test_stopped_by_a_person_the_plan_stands_and_nothing_more_is_explained() -> None:
    ground = ground_of(town())
    found = assess_on(ground, policy())
    at_once = Effort(Limits(seconds=20), Limits(seconds=20, stopped=lambda: True))
    none = plan_city(ground, found, Wishes(), at_once)
    assert none.plans[0].losses == ()
    assert none.plans[0].plan.cost_yuan.tolist() == [500_000, 300_000]
