"""A verdict explained in plain Chinese, worked by hand on the two estates and small cities."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from lifecircle.assess.examining import Examination
from lifecircle.place.city import read_city
from lifecircle.place.sources import CitySources, CommunitySource, FacilitySource, PeopleSource
from lifecircle.place.tables import City, Doubt, Record
from lifecircle.policy.models import Rule
from lifecircle.policy.packs import load_pack
from lifecircle.publish.why import Account, Explainer, facts_of
from lifecircle.terms.errors import Fault, Spot
from lifecircle.walk.network import Network
from tests.assess.cities import DAY, Place, Site, city_of, pack_of, rule
from tests.conftest import network_of
from tests.fixtures import two_estates as plan

COUNT = {"name": "count_in_area", "categories": ["clinic"]}
CLINICS = frozenset({"clinic"})


def explained(city: City, own: Rule, subject: str = "c0", *others: Rule) -> list[Account]:
    examined = Examination(pack_of(*others, own), city, network_of(city), DAY, own)
    return Explainer(examined).explain(subject)


def lines(account: Account, label: str) -> list[str]:
    return [text for own, text in account.lines if own == label]


@pytest.fixture(scope="module")
def estates(tmp_path_factory: pytest.TempPathFactory) -> City:
    """The two estates, with the supermarket as a census."""
    folder = tmp_path_factory.mktemp("estates")
    shop = plan.feature("Point", [plan.NODES["c"]], id="shop", name="墙边超市",
                        category="supermarket")  # fmt: skip
    return read_city(
        CitySources(
            title="两院",
            network=plan.FOLDER / "two-estates.osm.pbf",
            communities=CommunitySource(
                file=plan.write_layer(folder / "areas.geojson", [plan.COMMUNITY])
            ),
            facilities=(
                FacilitySource(
                    file=plan.write_layer(folder / "shops.geojson", [shop]),
                    census=("supermarket",),
                    census_on=DAY,
                    declared_by="测试",
                ),
            ),
            people=PeopleSource(
                file=plan.write_layer(folder / "people.geojson", plan.ESTATES),
                gates=plan.write_layer(folder / "gates.geojson", plan.GATES),
            ),
        )
    )


def test_the_way_around_the_wall(estates: City) -> None:
    """B's door is 54 m from the shop and 1,070 m on foot: north, west, south, east.

    50 m to the gate f, 300 to e, left 220 to d, left 300 to b, left 200 to c.
    """
    share = {"name": "share_of_people_within", "categories": ["supermarket"], "minutes": 10}
    own = rule("shop", "community", share, ">=1")
    about, walk = explained(estates, own, "610000000001")
    assert about.title == "墙边社区（610000000001）：shop"
    assert lines(about, "条文") == ["一：原文"]
    assert lines(about, "规则") == ["shop  社区：步行10分钟内走得到超市的居民比例不少于100%"]
    assert lines(walk, "结论")[0].startswith("未达标，可信度")
    assert lines(walk, "实测") == ["25%"]
    assert lines(walk, "差额") == ["75%"]
    assert lines(walk, "涉及") == ["300人（共400人），其中老年人未知，儿童未知，小区居民登记数。"]
    assert lines(walk, "哪里") == ["走得最远的出发点是B（people.geojson第2行）"]
    assert lines(walk, "各年龄") == ["老年人没有可用的人数。", "儿童没有可用的人数。"]
    assert lines(walk, "怎么走") == [
        "从门口到路上50米，沿路走300米，左转走220米，左转走300米，左转走200米，离路到门口0米，到墙边超市。"
    ]
    assert lines(walk, "路程") == ["走1070米，直线54米，是直线的19.87倍，转3个弯。"]
    assert "设施 shop 墙边超市：shops.geojson第1行" in lines(walk, "出处")
    assert lines(walk, "怎样会变") == [
        "要再有300人在规定时间内走得到，结论变为“达标”。",
        "走得最远的一处近270米，这一处就走得到，结论变为“达标”。",
        "再有1处，设在B门口的路边，100%的人就在规定时间内走得到，结论变为“达标”。",
    ]
    facts = facts_of([about, walk])
    assert facts["readings"][0]["way"]["length_m"] == "1070"
    json.dumps(facts)


def test_records_with_their_rows() -> None:
    spot = Spot("/data/月报.xlsx", "登记值", 9)
    records = [Record("county", "某区", "n", 17, DAY, "月报", spot)]
    city = city_of([Place("c0", county="某区")], records=records)
    own = rule("r", "county", {"name": "recorded_value", "record": "n"}, ">=20")
    _, found = explained(city, own, "某区")
    assert lines(found, "出处") == ["登记值 某区 n数17，2026-11-22，月报：月报.xlsx“登记值”表第9行"]
    assert lines(found, "怎样会变") == ["再有3（n数），结论变为“达标”。"]


def test_scope_unknown_and_out_of_scope() -> None:
    places = [Place("c0"), Place("c1", attributes={"setting": "rural"})]
    city = city_of(places, census=CLINICS)
    own = rule("r", "community", COUNT, ">=1", scope={"setting": ["urban"]})
    about, found = explained(city, own)
    assert lines(about, "适用") == ["没有登记城乡，不知道是否适用。"]
    assert lines(found, "怎样会变") == [
        "再有1处，结论变为“达标”。",
        "查明城乡属于规则所说的范围，结论变为“未达标”。",
        "查明城乡不属于规则所说的范围，结论变为“不适用”。",
    ]
    about, found = explained(city, own, "c1")
    assert lines(about, "适用")[0].endswith("所以不适用。")
    assert lines(found, "怎样会变") == []


def test_doubts_of_the_audit_with_their_cells() -> None:
    """Only the doubt about this community and this category is told."""
    city = city_of([Place("c0"), Place("c1")], census=CLINICS)
    cell = Spot("设施.xlsx", "设施", 4, "面积", "F4")
    told = [("像是同一处", "c0", CLINICS), ("别处的", "c1", CLINICS)]
    told.append(("公园", "c0", frozenset({"park"})))
    doubts = [
        Doubt(Fault(said, "设施.xlsx", "F4", "核对", "near-duplicate", cell), frozenset({c}), codes)
        for said, c, codes in told
    ]
    own = rule("r", "community", COUNT, ">=1")
    _, found = explained(replace(city, doubts=tuple(doubts)), own)
    assert lines(found, "疑点") == ["设施.xlsx，F4：像是同一处；请核对。"]


def test_what_a_sum_is_made_of() -> None:
    area = {"name": "area_per_100_households", "categories": ["clinic"], "basis": "gross_floor"}
    places = [Place("c0", counts={"households": 400})]
    sites = [Site("s", "clinic", 0, {"floor_m2": 100}), Site("t", "clinic", 0)]
    city = city_of(places, sites, census=CLINICS)
    spots = (Spot("设施.xlsx", "设施", 3), Spot("设施.xlsx", "设施", 4))
    city = replace(city, facilities=replace(city.facilities, spots=spots))
    _, found = explained(city, rule("r", "community", area, ">=30"))
    assert lines(found, "依据") == [
        "属于这里的有s站（100平方米）、t站（未登记）。建筑面积合计至少100平方米，400户。"
    ]
    assert lines(found, "出处")[:2] == [
        "设施 s s站：设施.xlsx“设施”表第3行",
        "设施 t t站：设施.xlsx“设施”表第4行",
    ]
    assert lines(found, "怎样会变")[0] == (
        "再有20平方米（其中t站还没有登记数量，登记后也计入），结论变为“达标”。"
    )
    assert "（有设施没有登记面积，合计只是下限），结论变为“未达标”。" in lines(found, "怎样会变")[1]


def test_parts_are_told_with_their_own_evidence() -> None:
    city = city_of([Place("c0")], census=CLINICS)
    part = rule("part", "community", COUNT, ">=1")
    both = rule("both", "community", {"name": "rules_met", "rules": ["part"]}, ">=1")
    _, found = explained(city, both, "c0", part)
    assert lines(found, "依据") == [
        "1项中0项达标。",
        "part（part）：未达标。资料里没有属于这里的社区就医点。",
    ]


def test_the_documentation_knows_every_cause() -> None:
    text = (Path(__file__).parents[2] / "docs" / "why-and-compare.md").read_text(encoding="utf-8")
    for cause in ("rule", "day", "row", "part", "declared", "streets", "unknown"):
        assert f"| `{cause}` |" in text
    for label in ("结论", "涉及", "哪里", "依据", "出处", "怎样会变"):
        assert f"| {label}" in text


@pytest.mark.parametrize("name", ["xian-2020", "leshan-2022", "sichuan-2021", "xian-2024"])
def test_every_rule_of_the_packs_can_be_explained(
    name: str, example_city: City, example_network: Network
) -> None:
    """Whatever is known or not: a clause, a verdict, and a verdict after each change."""
    loaded = load_pack(name)
    for own in loaded.in_force(DAY)[::4]:
        examined = Examination(loaded, example_city, example_network, DAY, own)
        for subject in examined.subjects.id[:1]:
            about, *readings = Explainer(examined).explain(subject)
            assert lines(about, "条文")
            assert readings
            json.dumps(facts_of([about, *readings]))
            for account in readings:
                assert lines(account, "结论")
                assert all(text.endswith("。") for text in lines(account, "怎样会变"))
