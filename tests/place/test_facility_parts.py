"""Rows of a register that are one facility: put together, and judged as the one they are.

::

    id   part_of   categories   floor_m2   beds
    A              elder_care     400       20       ->   A: elder_care + canteen, 600 m2, 20 beds
    B      A       canteen        200
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from lifecircle.assess.findings import Finding
from lifecircle.assess.judge import assess
from lifecircle.demo.files import write_example
from lifecircle.place.city import inspect_city, read_city
from lifecircle.place.facilities import facility_table
from lifecircle.place.facility_parts import Row, placed_with_parts, put_together
from lifecircle.place.sources import read_sources
from lifecircle.place.tables import City, FacilityDetails
from lifecircle.policy.packs import load_pack
from lifecircle.terms.errors import Spot
from tests.conftest import DAY, network_of
from tests.fixtures.subdistrict import city_with, write_sheets

HERE = shapely.Point(1, 2)


def row(
    own_id: str,
    part_of: str = "",
    amounts: Mapping[str, float] | None = None,
    *,
    categories: Sequence[str] = ("clinic",),
    layer: int = 0,
    shape: Any = HERE,
    **details: Any,
) -> Row:
    known = FacilityDetails(amounts=amounts or {}, part_of=part_of, **details)
    spot = Spot("a.xlsx", "设施", 7)
    return Row(own_id, own_id, tuple(categories), layer, shape, "", known, spot)


def test_an_extension_makes_one_facility_of_600_m2() -> None:
    rows = [
        row("A", "", {"floor_m2": 400, "beds": 20}, categories=["elder_care_point"], hours="8-20"),
        row("B", "A", {"floor_m2": 200, "seats": 40}, categories=["community_canteen"], hours="9"),
    ]
    found = put_together(rows)
    (one,) = found.rows
    assert one.categories == ("community_canteen", "elder_care_point")
    # nobody said how many seats A had before
    assert one.details.amounts == {"floor_m2": 600, "beds": 20}
    assert (one.id, one.details.hours, one.shape) == ("A", "8-20", HERE)
    assert (found.faults, found.also_listed) == ([], {})


@pytest.mark.parametrize(
    ("host", "part", "whole"),
    [
        ({"floor_m2": 400}, {"floor_m2": 200}, {"floor_m2": 600}),
        ({"floor_m2": 400}, {}, {}),
        ({}, {"floor_m2": 200}, {}),
        ({"floor_m2": 400, "usable_m2": 300}, {"floor_m2": 200}, {"floor_m2": 600}),
        ({"beds": 20}, {}, {"beds": 20}),
        ({"beds": 20}, {"beds": 5}, {"beds": 25}),
        ({}, {"beds": 5}, {}),
    ],
)
def test_unknown_is_not_zero(
    host: dict[str, float], part: dict[str, float], whole: dict[str, float]
) -> None:
    (one,) = put_together([row("A", "", host), row("B", "A", part)]).rows
    assert one.details.amounts == whole


def test_parts_of_parts_and_those_not_serving_yet() -> None:
    rows = [
        row("C", "B", {"floor_m2": 1}),
        row("B", "A", {"floor_m2": 10}),
        row("A", "", {"floor_m2": 100}),
        row("D", "A", {"floor_m2": 1000}, status="building"),
    ]
    found = put_together(rows).rows
    assert [(one.id, one.details.amounts["floor_m2"]) for one in found] == [("A", 111), ("D", 1000)]
    assert found[1].details.part_of == "A"


def test_a_place_only_its_part_has_and_layers_that_list_it() -> None:
    nowhere, there = shapely.Point(), shapely.Point(3, 4)
    rows = [
        row("A", shape=nowhere, categories=["clinic"]),
        row("B", "A", shape=there, categories=["bank", "clinic"], layer=1),
    ]
    found = put_together(rows)
    assert found.rows[0].shape == there
    assert found.also_listed == {("A", "bank"): (1,), ("A", "clinic"): (1,)}


def test_names_that_nothing_bears_and_circles_are_told() -> None:
    rows = [row("A", "A"), row("B", "C"), row("C", "B"), row("D", "X"), row("E", "D")]
    found = put_together(rows)
    assert [(fault.code, fault.reason[:1]) for fault in found.faults] == [
        ("part-of-itself", "A"),
        ("part-of-itself", "B"),
        ("part-of-itself", "C"),
        ("no-facility", "没"),
    ]
    assert all(fault.remedy and fault.place == "“设施”表第7行" for fault in found.faults)


def test_a_part_stands_where_its_facility_stands() -> None:
    placed = np.array([True, False, False, False, False])
    found = placed_with_parts("ABCDE", ["", "A", "B", "X", "E"], placed)
    assert found.tolist() == [True, True, True, False, False]


floors = st.lists(st.integers(1, 900), min_size=1, max_size=5)


@given(floors, st.data())
def test_however_a_facility_is_split_it_is_the_same(own: list[int], data: st.DataObject) -> None:
    """Each row beyond the first names the first or an earlier one, in any order of rows."""
    kinds = ["bank", "clinic", "park", "school"]
    split = [data.draw(st.sets(st.sampled_from(kinds), min_size=1)) for _ in own]
    rows = [
        row(
            f"R{at}",
            f"R{data.draw(st.integers(0, at - 1))}" if at else "",
            {"floor_m2": floor / 10, "seats": floor},
            categories=sorted(codes),
        )
        for at, (floor, codes) in enumerate(zip(own, split, strict=True))
    ]
    (one,) = put_together(data.draw(st.permutations(rows))).rows
    assert one.id == "R0"
    assert one.categories == tuple(sorted(set().union(*split)))
    assert one.details.amounts["seats"] == sum(own)
    assert one.details.amounts["floor_m2"] == pytest.approx(sum(own) / 10, abs=1e-9)


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> City:
    """An example city of two communities with all its registers."""
    folder = tmp_path_factory.mktemp("parts") / "city"
    write_example(folder, 2, 5)
    return read_city(read_sources(folder))


@pytest.fixture(scope="module")
def judge(registered: City) -> Callable[[City], list[Finding]]:
    network = network_of(registered)
    packs = [load_pack(name) for name in ("xian-2024", "sichuan-2021", "leshan-2022")]
    return lambda city: [
        finding for pack in packs for finding in assess(pack, city, network, DAY).findings
    ]


@settings(max_examples=3)
@given(seed=st.integers(0, 10**6))
def test_a_split_facility_gives_the_same_assessment(
    registered: City, judge: Callable[[City], list[Finding]], seed: int
) -> None:
    """Most facilities with a floor area are written in two rows, the part in any place."""
    dice, split = np.random.default_rng(seed), []
    whole = [_row_of(registered, at) for at in range(len(registered.facilities))]
    for one in whole:
        split.append(one)
        amounts = one.details.amounts
        if "floor_m2" in amounts and one.details.serves and dice.random() < 0.8:
            some = {name: float(dice.integers(0, int(amounts[name]) + 1)) for name in amounts}
            rest = {name: amounts[name] - some[name] for name in amounts}
            details = FacilityDetails(amounts=some, part_of=one.id)
            part = replace(one, id=f"{dice.integers(10**9)}", details=details)
            split[-1] = replace(one, details=replace(one.details, amounts=rest))
            split.insert(int(dice.integers(len(split) + 1)), part)
    assert len(split) > len(whole) + 10
    tables = [
        facility_table(rows, registered.plane, registered.communities) for rows in (whole, split)
    ]
    assert tables[0].id == tables[1].id
    assert tables[0].details == tables[1].details
    before, after = (judge(replace(registered, facilities=table)) for table in tables)
    assert before == after


def _row_of(city: City, at: int) -> Row:
    places = city.facilities
    point = shapely.centroid(places.shape[at])
    lon, lat = city.plane.degrees(point.x, point.y)
    home = city.communities.id[places.community[at]] if places.community[at] >= 0 else ""
    return Row(
        places.id[at],
        places.name[at],
        places.categories[at],
        places.layer[at],
        shapely.Point(float(lon), float(lat)),
        home,
        places.details[at],
        places.spots[at],
    )


def test_a_part_of_nothing_is_a_fault_with_its_row(example_folder: Path, tmp_path: Path) -> None:
    city_with(example_folder, tmp_path, '[[workbooks]]\nfile = "a.xlsx"\n')
    sheet: list[Sequence[object]] = [
        ["编号", "名称", "类别", "所属社区", "并入设施编号", "建筑面积"],
        ["Z1", "甲站", "养老服务点", "990001001001", "", 400],
        ["Z2", "甲站扩建", "社区食堂", "", "Z1", 200],
        ["Z3", "乙站扩建", "社区食堂", "", "Z9", 200],
    ]
    write_sheets(tmp_path / "a.xlsx", {"设施": sheet})
    (fault,) = inspect_city(read_sources(tmp_path)).faults
    assert str(fault).endswith(
        "a.xlsx，“设施”表第4行：没有编号为 Z9 的设施可以并入；请改正并入设施编号；另算一处的留空。"
    )
    write_sheets(tmp_path / "a.xlsx", {"设施": sheet[:3]})
    found = inspect_city(read_sources(tmp_path))
    assert found.city is not None
    places = found.city.facilities
    at = places.id.index("Z1")
    assert "Z2" not in places.id
    assert places.details[at].amounts == {"floor_m2": 600}
    assert places.categories[at] == ("community_canteen", "elder_care_point")
    assert [doubt.code for doubt in found.doubts].count("no-coordinates") == 1
