"""The handbook's content: minutes worked by hand, and held against a slow count."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from math import inf
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.assess.judge import assess_on
from lifecircle.assess.profiles import walkers_of
from lifecircle.place.city import read_city
from lifecircle.place.forms.filled import rows_of
from lifecircle.place.planning import Space
from lifecircle.place.sources import (
    CitySources,
    CommunitySource,
    FacilitySource,
    HandbookSource,
    NetworkSource,
    PeopleSource,
)
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from lifecircle.publish.handbook.city_book import city_book
from lifecircle.publish.handbook.codes import community_url, facility_url, qr
from lifecircle.publish.handbook.community_book import community_book
from lifecircle.publish.handbook.material import Material, at_most
from lifecircle.publish.handbook.paper import FOOT_MM, LARGE, NORMAL, WIDTH_MM, Paper
from lifecircle.publish.handbook.plate import Mark, rings
from lifecircle.publish.handbook.services import MOST_OF_KIND
from lifecircle.publish.handbook.traditional import in_traditional
from lifecircle.publish.handbook.writing import file_name
from lifecircle.publish.typesetting import missing_glyphs, texts_in
from lifecircle.terms.errors import InputError
from lifecircle.terms.taxonomy import categories, names_zh
from tests.conftest import DAY, network_of
from tests.fixtures import two_estates as plan
from tests.publish.map.conftest import write_plan

PBF = plan.FOLDER / "two-estates.osm.pbf"


def two_estates(folder: Path, *, census: bool) -> City:
    claim: dict[str, Any] = {"census": ("all",), "census_on": DAY, "declared_by": "测试"}
    gates = plan.write_layer(folder / "gates.geojson", plan.GATES)
    return read_city(
        CitySources(
            network=NetworkSource(file=PBF),
            communities=CommunitySource(
                file=plan.write_layer(folder / "areas.geojson", [plan.COMMUNITY])
            ),
            facilities=(FacilitySource(file=PBF, **(claim if census else {})),),
            people=PeopleSource(
                file=plan.write_layer(folder / "estates.geojson", plan.ESTATES), gates=gates
            ),
        )
    )


def material_of(city: City, pack: Pack, office: HandbookSource | None = None) -> Material:
    ground = Ground(city, network_of(city), DAY)
    return Material.of(ground, [assess_on(ground, pack)], office or HandbookSource())


@pytest.fixture
def material(tmp_path: Path, pack: Pack) -> Material:
    return material_of(two_estates(tmp_path, census=True), pack)


def parts(book: dict[str, Any], heading: str) -> list[dict[str, Any]]:
    (section,) = (one for one in book["sections"] if one["heading"] == heading)
    found: list[dict[str, Any]] = section["parts"]
    return found


def said(book: dict[str, Any], heading: str) -> str:
    told = [{key: part[key] for key in part if key != "kind"} for part in parts(book, heading)]
    return "\n".join(texts_in(told))


def test_minutes_and_nearest_as_worked_by_hand(material: Material) -> None:
    found = {one.category: one for one in material.reached.services[0]}
    ids = material.ground.city.facilities.id
    # half of the 400 live in B or arrive before it: metres at 80 a minute
    worked = {
        "supermarket": (1070, [("n3", 450)]),
        "clinic": (350, [("n5", 350)]),
        "community_reading_room": (570, [("n4", 550)]),
    }
    for category, (half_m, near) in worked.items():
        service = found[category]
        assert service.half_s == pytest.approx(half_m / 80 * 60, abs=0.1)
        assert service.half_older_s is None  # nobody knows the ages in B
        ways_m = [(ids[one.facility], round(one.first_s * 80 / 60)) for one in service.near]
        assert ways_m == near


def test_the_book_says_the_minutes_in_their_bands(material: Material) -> None:
    book = community_book(material, 0, large=False)
    bands: dict[str, list[str]] = {}
    for part in parts(book, "走路几分钟到"):
        if part["kind"] == "subheading":
            bands[part["text"]] = []
        if part["kind"] == "table":
            bands[list(bands)[-1]] += [" ".join(row) for row in part["rows"]]
    assert bands == {
        "5分钟以内": ["社区就医点 5分钟 1 东门诊所"],
        "5到10分钟": ["社区书屋 8分钟 3 社区书屋"],
        "10到15分钟": ["超市 14分钟 2 墙边超市"],
    }
    rows = next(p["rows"] for p in parts(book, "设施表") if p["kind"] == "table")
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert rows[0][1:] == ["东门诊所（社区就医点）", "本社区", "5分钟"]
    assert rows[2][1] == "社区书屋"  # a name that tells the kind does not tell it twice
    assert "这些设施的开放时间、服务热线都未登记。" in said(book, "设施表")


def test_what_a_partial_list_does_not_hold_is_not_said_to_be_absent(
    tmp_path: Path, pack: Pack
) -> None:
    book = community_book(material_of(two_estates(tmp_path, census=False), pack), 0, large=False)
    told = said(book, "走路几分钟到")
    assert "没找到不等于没有" in told
    assert "资料已查全" not in told
    met = said(book, "政策做到了没有")
    assert "未达标0项" in met
    assert "不完整名录" in met


def test_unmet_rules_are_told_with_their_evidence_and_marks(material: Material) -> None:
    told = said(community_book(material, 0, large=False), "政策做到了没有")
    assert "步行5分钟购物（推定）" in told
    assert "13.38分钟" in told
    assert "达标（推定）：" in told


def test_complaints_go_where_the_office_says_and_nowhere_else(
    material: Material, pack: Pack
) -> None:
    silent = said(community_book(material, 0, large=False), "怎样提意见")
    assert "未登记" in silent
    assert "12345" not in silent
    office = HandbookSource(complaint_telephone="12345", complaint_place="一楼大厅")
    told = said(
        community_book(material_of(material.ground.city, pack, office), 0, large=False),
        "怎样提意见",
    )
    assert "电话：12345\n当面反映：一楼大厅" in told
    assert "未登记" not in told


def test_codes_are_printed_only_where_pages_have_an_address(material: Material, pack: Pack) -> None:
    assert all(
        p["kind"] != "codes" for p in parts(community_book(material, 0, large=False), "设施表")
    )
    office = HandbookSource(page_base_url="https://example.org/f/")
    book = community_book(material_of(material.ground.city, pack, office), 0, large=False)
    (codes,) = (part for part in parts(book, "设施表") if part["kind"] == "codes")
    assert [cell["alt"] for cell in codes["cells"]] == ["1 东门诊所", "2 墙边超市", "3 社区书屋"]
    urls = ["https://example.org/f/index.html#facility=n" + one for one in "534"]
    assert [cell["svg"] for cell in codes["cells"]] == [qr(url) for url in urls]
    (own,) = (part for part in parts(book, "地图") if part["kind"] == "codes")
    ids = material.ground.city.communities.id
    assert own["cells"][0]["svg"] == qr(f"https://example.org/f/index.html#community={ids[0]}")


@pytest.mark.parametrize("base", ["https://example.org/f", "https://example.org/f/"])
def test_addresses_open_the_map_at_what_they_name(base: str) -> None:
    assert facility_url(base, "甲#1/2&b") == (
        "https://example.org/f/index.html#facility=%E7%94%B2%231%2F2%26b"
    )
    assert community_url(base, "6101") == "https://example.org/f/index.html#community=6101"


def with_register(folder: Path, **said: str) -> City:
    """Return the two estates with one clinic at e, as a register of the office tells of it."""
    two_estates(folder, census=True)
    clinic = plan.feature(
        "Point", [plan.NODES["e"]], id="K", name="东门诊所", category="clinic", **said
    )
    layer = plan.write_layer(folder / "clinic.geojson", [clinic])
    return read_city(
        CitySources(
            network=NetworkSource(file=PBF),
            communities=CommunitySource(file=folder / "areas.geojson"),
            facilities=(FacilitySource(file=layer),),
            people=PeopleSource(file=folder / "estates.geojson", gates=folder / "gates.geojson"),
        )
    )


def test_what_to_bring_and_what_it_costs_are_printed_where_known(
    tmp_path: Path, pack: Pack
) -> None:
    city = with_register(
        tmp_path, 办理所需材料="身份证、医保卡", 收费标准="挂号费10元", 地址="墙边路2号"
    )
    details = city.facilities.details[0]
    assert (details.to_bring, details.charges) == ("身份证、医保卡", "挂号费10元")
    book = community_book(material_of(city, pack), 0, large=False)
    told = said(book, "设施表")
    assert "1 东门诊所\n身份证、医保卡\n挂号费10元" in told
    assert "本社区，墙边路2号" in told
    assert "没有登记" not in told
    silent = said(
        community_book(material_of(with_register(tmp_path), pack), 0, large=False), "设施表"
    )
    assert "要带什么、怎样收费没有登记，去之前可以先问社区。" in silent
    (row,) = (row for row in rows_of(city)["facilities"] if row["id"] == "K")
    assert (row["to_bring"], row["charges"]) == ("身份证、医保卡", "挂号费10元")


def test_how_many_more_there_are_and_where_to_see_them(material: Material, pack: Pack) -> None:
    (service, *rest) = material.reached.services[0]
    fuller = replace(
        material, reached=replace(material.reached, services=((replace(service, more=3), *rest),))
    )
    name = categories()[service.category].zh
    told = said(community_book(fuller, 0, large=False), "设施表")
    assert (
        f"附近还有没有列出的：{name}3处。全部设施在便民服务地图上可以看到，也可以问社区。" in told
    )
    assert "没有列出" not in said(community_book(material, 0, large=False), "设施表")


def test_what_is_planned_is_marked_as_not_open(example_city: City, pack: Pack) -> None:
    site = {
        "plan": 1,
        "community": 1,
        "name": "旧仓库",
        "start_year": 2027,
        "ready_on": "2028-06-30",
        "builds": [{"kind": "社区助餐点"}, {"kind": "社区助餐点"}],
    }
    late = {**site, "ready_on": ""}
    states = ("planned", "building", "closed")
    table = example_city.facilities
    own = [row for row, home in enumerate(table.community.tolist()) if home == 1][:3]
    details = list(table.details)
    for row, state in zip(own, states, strict=True):
        details[row] = replace(details[row], status=state, opened_on=date(2027, 5, 1))
    city = replace(example_city, facilities=replace(table, details=tuple(details)))
    material = replace(material_of(city, pack), sites=[site, late])
    book = community_book(material, 1, large=False)
    (made,) = (p for p in parts(book, "规划中的设施（还没有开放）") if p["kind"] == "table")
    kinds = [names_zh(table.categories[row]) for row in own]
    assert [(row[0], *row[2:]) for row in made["rows"]] == [
        (kinds[0], "规划中", "2027年开放"),
        (kinds[1], "在建", "2027年开放"),
        ("社区助餐点", "规划中", "2027年开工，2028年建成"),
        ("社区助餐点", "规划中", "2027年开工，建成时间未定"),
    ]
    assert "现在去不了" in said(book, "规划中的设施（还没有开放）")
    headings = [one["heading"] for one in community_book(material, 0, large=False)["sections"]]
    assert all("规划中" not in heading for heading in headings)


def test_the_first_plan_of_a_folder_is_read(tmp_path: Path, example_city: City, pack: Pack) -> None:
    ids = example_city.communities.id
    city = replace(example_city, spaces=(Space("K1", "旧仓库", 1, 0.0, 0.0, "", "", {}, None, ""),))
    folder = write_plan(tmp_path / "plan", "K1", ids[1])
    ground = Ground(city, network_of(city), DAY)
    made = Material.of(ground, [assess_on(ground, pack)], HandbookSource(), folder)
    assert [one["community"] for one in made.sites] == [1]
    with pytest.raises(InputError, match="不是规划结果的文件夹"):
        Material.of(ground, [], HandbookSource(), tmp_path)


def test_nearest_facilities_against_a_slow_count(example_city: City, pack: Pack) -> None:
    ground = Ground(example_city, network_of(example_city), DAY)
    found = Material.of(ground, [assess_on(ground, pack)], HandbookSource()).reached
    walks, origins = ground.walks(*walkers_of(pack)), example_city.origins
    told = [5 * (int(weight) // 5) + 2 for weight in origins.weight]
    for row, services in enumerate(found.services):
        for service in services:
            lane = walks.lane((service.category,), 1)
            people: dict[int, int] = defaultdict(int)
            first: dict[int, float] = defaultdict(lambda: inf)
            ways = []
            for own in range(len(origins)):
                if origins.community[own] != row:
                    continue
                time_s = float(lane.time_s[own])
                ways += [time_s] * told[own]
                if time_s <= 900:
                    facility = int(lane.rows[lane.nearest.target[own, 0]])
                    people[facility] += told[own]
                    first[facility] = min(first[facility], time_s)
            order = sorted(people, key=lambda one: (-people[one], one))
            chosen = order[:MOST_OF_KIND]
            assert service.more == len(order) - len(chosen)
            assert [(n.facility, n.first_s) for n in service.near] == [
                (one, first[one]) for one in chosen
            ]
            assert service.half_s == sorted(ways)[(len(ways) + 1) // 2 - 1]


def test_the_city_counts_every_community_once_for_each_service(
    example: Assessment, example_city: City, example_network: Any
) -> None:
    ground = Ground(example_city, example_network, DAY)
    book = city_book(Material.of(ground, [example], HandbookSource()), large=True)
    (table,) = (part for part in parts(book, "走路几分钟到") if part["kind"] == "table")
    for row in table["rows"]:
        assert sum(map(int, row[1:])) == len(example_city.communities)
    assert book["mark"] == "模拟数据"
    assert not missing_glyphs(texts_in(book))


def test_minutes_are_rounded_up_and_the_unknown_is_said() -> None:
    told = [at_most(time_s) for time_s in (0.0, 59.0, 300.0, 300.1, inf, None)]
    assert told == ["1分钟", "1分钟", "5分钟", "6分钟", "超过60分钟", "—"]


def test_traditional_turns_words_and_leaves_drawings() -> None:
    book = {
        "kind": "text",
        "text": "社区干部在后面的“发廊”里",
        "parts": [{"svg": "<text>里</text>"}],
    }
    turned = in_traditional(book)
    assert turned["text"] == "社區幹部在後面的「髮廊」裡"
    assert turned["parts"] == [{"svg": "<text>里</text>"}]


def test_ids_become_names_that_every_system_takes() -> None:
    assert file_name("610102001001") == "610102001001"
    assert len({file_name(one) for one in ("a/b", "a:b", "a%2Fb", "a_b")}) == 4
    assert not set('/\\:*?"<>|\n') & set(file_name('甲/\\:*?"<>|\n'))


PLACES = st.lists(st.tuples(st.floats(-300, 300), st.floats(-300, 300)), min_size=1, max_size=80)


HEIGHTS = st.sampled_from([NORMAL.high_mm, LARGE.high_mm])


@given(PLACES, HEIGHTS)
def test_rings_stay_on_the_sheet_and_apart(
    places: list[tuple[float, float]], high_mm: float
) -> None:
    paper = Paper.around(-300, -300, 300, 300, high_mm)
    marks = [Mark(n, x, y) for n, (x, y) in enumerate(places, start=1)]
    radius = 2.0
    placed = rings(marks, paper, radius)
    for at, (x, y) in enumerate(placed):
        assert radius <= x <= WIDTH_MM - radius
        assert radius <= y <= high_mm - FOOT_MM - radius
        for a, b in placed[:at]:
            assert (x - a) ** 2 + (y - b) ** 2 >= (2 * radius) ** 2


@given(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4), st.floats(0, 1e4), st.floats(0, 1e4), HEIGHTS)
def test_the_sheet_holds_what_it_is_made_for(
    west: float, south: float, wide: float, high: float, high_mm: float
) -> None:
    paper = Paper.around(west, south, west + wide, south + high, high_mm)
    for x_m in (west, west + wide):
        for y_m in (south, south + high):
            x, y = paper.mm(x_m, y_m)
            assert -1e-6 <= x <= WIDTH_MM + 1e-6
            assert -1e-6 <= y <= high_mm + 1e-6
    left, low, right, top = paper.sheet
    assert (right - left) / (top - low) == pytest.approx(WIDTH_MM / high_mm)


def test_the_day_stands_on_the_cover(material: Material) -> None:
    assert date(2026, 11, 22) == DAY
    assert "2026年11月22日" in community_book(material, 0, large=True)["cover"]
