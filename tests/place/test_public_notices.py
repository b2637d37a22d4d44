"""What the public is told of the data: plain, and nothing that is the office's own business."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from lifecircle.assess.ground import Ground
from lifecircle.place.notices import public_notices
from lifecircle.place.tables import AcceptedFault, City, PeopleEstimate, WayShares
from lifecircle.publish.opendata.package import Licence, description
from lifecircle.terms.taxonomy import categories
from tests.assess.cities import Place, city_of
from tests.conftest import network_of

DAY_SAID = "设施资料的日期：2026年11月22日；以后的变动没有写进来。"
SIMULATED = "全部是模拟数据，不对应任何真实地点。"


def plain(**given: Any) -> City:
    city = city_of([Place("c0", estates=({"residents": 300},))], census=frozenset(categories()))
    return replace(city, simulated=False, **given)


def with_basis(city: City, basis: Any) -> City:
    origins = replace(city.origins, basis=(basis,) * len(city.origins))
    said = (PeopleEstimate("residents", "a.tif", "某人口栅格", 123456, 789),)
    return replace(city, origins=origins, estimates=said)


def test_of_a_city_fully_known_only_the_day_is_told() -> None:
    assert public_notices(plain()) == (DAY_SAID,)


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        ("raster", "有的社区的人数是按人口分布资料估计的（来源：某人口栅格），不是登记数。"),
        ("building", "有的社区没有人口资料，居民住在哪里是按住宅的大小推算的。"),
        ("centre", "有的社区没有人口和住宅资料，步行从社区中心算起。"),
    ],
)
def test_who_was_estimated_is_told_without_a_number(basis: str, said: str) -> None:
    assert public_notices(with_basis(plain(), basis)) == (DAY_SAID, said)


def test_simulated_and_partial_lists_are_told() -> None:
    city = city_of([Place("c0", estates=({"residents": 300},))], partial=frozenset({"clinic"}))
    told = public_notices(city)
    assert told[0] == SIMULATED
    assert told[-1] == "有的设施名录不完整：列出来的是知道的，没有列出来不等于没有。"


def test_what_makes_a_walk_doubtful_is_told() -> None:
    city = plain()
    streets = replace(
        city.streets,
        ways=WayShares((("primary", 1000),), ("no-footways",)),
        guessed=np.array([0]),
        z_m=np.zeros(2),
    )
    gates = replace(
        city.origins,
        gate_of=np.array([0, 0]),
        gate_x_m=np.zeros(2),
        gate_y_m=np.zeros(2),
        gate_leg_m=np.zeros(2),
        gate_open=np.array([True, False]),
    )
    told = public_notices(replace(city, streets=streets, origins=gates))
    starts = [
        "设施资料",
        "道路资料里没有人行道",
        "有的路口没有过街处",
        "步行时间计入",
        "步行从小区能走",
    ]
    assert [one.startswith(start) for one, start in zip(told, starts, strict=True)] == [True] * 5


def test_boundaries_of_another_day_are_told() -> None:
    told = public_notices(plain(trees_of=date(2025, 1, 2)))
    assert told[-1] == "镇街、区县按2025年1月2日的区划。"


def test_names_files_and_counts_of_the_office_stay_in_the_office(example_city: City) -> None:
    """The office's sentences name who accepted what and in which file; open data tell neither."""
    taken = AcceptedFault("overlap", "李某", date(2026, 1, 1), "界线在办", 2)
    files = replace(example_city.layers[0], looked_for="a.xlsx")
    city = replace(
        with_basis(example_city, "raster"),
        accepted=(taken,),
        layers=(files, *example_city.layers[1:]),
        notices=("a.xlsx 有3处没有人数，见 lifecircle check。", "overlap：2处已由李某认可。"),
    )
    told = "\n".join(public_notices(Ground(city, network_of(city), date(2026, 1, 1)).city))
    for word in ("李某", "xlsx", "geojson", "tif", "lifecircle", "123456", "123,456"):
        assert word not in told
    assert not re.search(r"\d人|\d户|[A-Za-z]", told)


def test_open_data_tell_the_public_what_maps_and_handbooks_do(tmp_path: Any) -> None:
    city = plain(notices=("a.xlsx 有3处没有人数。",))
    said = description(tmp_path, city, {}, Licence(), ["人数写成区间。"], "2026-11-22")
    assert said["description"].endswith(f"人数写成区间。\n{DAY_SAID}")
