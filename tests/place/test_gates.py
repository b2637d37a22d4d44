"""Gates by hour and by who may pass, on one estate worked by hand.

    y (m)
    200       n ------------- m
              |               |
              |   +-------+   |        X lives at (80, 0), 80 m inside of each gate
      0       w   |   X   |   e ------ s     shop at s
              |   +-------+   |
              west gate       east gate, 06:00-20:00
    x:        0      80      160      340

By the east gate it is 80 + 180 = 260 m to the shop, 3.25 min at 80 m/min; by the west gate
80 + 200 + 160 + 200 + 180 = 820 m, 10.25 min: at 21:00 it takes 7 minutes longer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.assess.examining import Examination
from lifecircle.assess.findings import Finding
from lifecircle.assess.judge import assess
from lifecircle.place.city import inspect_city, read_city
from lifecircle.place.edits.edited_city import edited
from lifecircle.place.edits.edits import read_edits
from lifecircle.place.formats.blanks import write_workbook
from lifecircle.place.forms.filled import rows_of
from lifecircle.place.forms.hours import hours_of, open_at
from lifecircle.place.residents.gates import with_open_gates
from lifecircle.place.sources import (
    CitySources,
    CommunitySource,
    FacilitySource,
    PeopleSource,
    WorkbookSource,
    read_sources,
)
from lifecircle.place.tables import City
from lifecircle.publish.comparing import compare
from lifecircle.publish.past import read_past
from lifecircle.publish.results import write_results
from lifecircle.publish.rows import row_columns
from lifecircle.publish.why import Explainer
from lifecircle.terms.errors import InputError
from tests.assess import cities
from tests.assess.cities import DAY, pack_of, rule
from tests.conftest import network_of
from tests.fixtures import two_estates as plan
from tests.fixtures.drawn import draw
from tests.fixtures.river_town import drawn
from tests.fixtures.subdistrict import write_sheets

NODES = {"w": (0.0, 0.0), "n": (0.0, 200.0), "m": (160.0, 200.0), "e": (160.0, 0.0),
         "s": (340.0, 0.0)}  # fmt: skip
AREA = plan.feature("Polygon", plan.square(-50, -50, 600, 300), id="610000000001", name="东西社区")
SHOP = plan.feature("Point", [NODES["s"]], id="shop", name="东超市", category="supermarket")
ESTATE = plan.feature("Polygon", plan.square(40, -20, 120, 20), id="X", residents=100)
SHARE = {"name": "share_of_people_within", "categories": ["supermarket"], "minutes": 10}
RULE = rule("shop", "community", SHARE, ">=1")
NINE_PM = time(21)
LONGER_M = 560


def gate(node: str, **said: str) -> dict[str, object]:
    return plan.feature("Point", [NODES[node]], estate="X", **said)


BOTH = [gate("e", hours="06:00-20:00"), gate("w")]


def layers(folder: Path) -> dict[str, Any]:
    """Write all but the people and return the sources."""
    draw(folder / "city.osm.pbf", NODES, [("wnmes", {"highway": "footway"})])
    shops = FacilitySource(
        file=plan.write_layer(folder / "shops.geojson", [SHOP]),
        census=("supermarket",),
        census_on=DAY,
        declared_by="测试",
    )
    areas = CommunitySource(file=plan.write_layer(folder / "areas.geojson", [AREA]))
    return {"network": folder / "city.osm.pbf", "communities": areas, "facilities": (shops,)}


def city_of(folder: Path, gates: Sequence[dict[str, object]], at: time | None = None) -> City:
    folder.mkdir(exist_ok=True)
    people = PeopleSource(
        file=plan.write_layer(folder / "people.geojson", [ESTATE]),
        gates=plan.write_layer(folder / "gates.geojson", list(gates)),
        **({} if at is None else {"at": at}),
    )
    return read_city(CitySources(**layers(folder), people=people))


def walk_of(city: City) -> Finding:
    found = assess(pack_of(RULE), city, network_of(city), DAY).findings
    return next(own for own in found if own.reading == "walk")


@pytest.mark.parametrize(
    ("at", "metres", "minutes"),
    [
        (None, 260, "3.25"),
        (time(6), 260, "3.25"),
        (time(19, 59), 260, "3.25"),
        (time(20), 820, "10.25"),
        (NINE_PM, 260 + LONGER_M, "10.25"),
        (time(5, 59), 820, "10.25"),
    ],
)
def test_the_walk_goes_round_when_the_near_gate_is_shut(
    tmp_path: Path, at: time | None, metres: int, minutes: str
) -> None:
    found = walk_of(city_of(tmp_path, BOTH, at))
    assert (found.distance_m, found.time_min) == (str(metres), minutes)
    assert found.verdict == ("met" if metres == 260 else "not met")
    assert (found.confidence, found.reasons) == ("firm", ())


@pytest.mark.parametrize(
    ("who", "metres"),
    [
        ("", 260),
        ("所有人", 260),
        ("本小区居民", 260),
        ("业主", 260),
        ("只走车", 820),
        ("常闭", 820),
    ],
)
def test_who_may_pass(tmp_path: Path, who: str, metres: int) -> None:
    city = city_of(tmp_path, [gate("e", open_to=who), gate("w", open_to="everyone")])
    assert walk_of(city).distance_m == str(metres)
    told = [notice for notice in city.notices if "只走车或常闭" in notice]
    assert told == (["大门里1个只走车或常闭，步行不从这些门出发。"] if metres > 260 else [])


def test_how_many_gates_were_closed_is_told(tmp_path: Path) -> None:
    gates = [*BOTH, gate("m", open_to="常闭")]
    assert city_of(tmp_path, gates, NINE_PM).notices[-2] == (
        "按21:00能走的门计：共3个门，1个这时关着，1个只走车或常闭，1个没有写开放时间、按开着算。"
    )
    told = city_of(tmp_path, gates).notices
    assert "大门里1个写了开放时间；没有写 people.at，都按开着算。" in told


def test_an_hour_asked_for_without_gates_is_told(tmp_path: Path) -> None:
    people = PeopleSource(file=plan.write_layer(tmp_path / "p.geojson", [ESTATE]), at=NINE_PM)
    city = read_city(CitySources(**layers(tmp_path), people=people))
    assert "没有登记大门，people.at（21:00）没有用上。" in city.notices


@pytest.mark.parametrize(
    ("gates", "at"),
    [
        ([gate("e", hours="06:00-20:00"), gate("w", open_to="常闭")], NINE_PM),
        ([gate("e", open_to="只走车"), gate("w", open_to="常闭")], None),
    ],
)
def test_where_no_gate_is_open_all_count_and_it_is_doubted(
    tmp_path: Path, gates: list[dict[str, object]], at: time | None
) -> None:
    """Never from (80, 0) through the wall: that point is 80 m off the street, without a gate."""
    city = city_of(tmp_path, gates, at)
    (doubt,) = (own for own in city.doubts if own.code == "no-open-gate")
    assert doubt.communities == frozenset(["610000000001"])
    assert "小区 X 登记的2个门" in doubt.fault.reason
    assert (Path(doubt.fault.file).name, bool(doubt.fault.remedy)) == ("people.geojson", True)
    found = walk_of(city)
    assert (found.distance_m, found.confidence) == ("260", "limited")
    assert "no-open-gate" in found.reasons


def test_the_doubt_weakens_walks_only(tmp_path: Path) -> None:
    city = city_of(tmp_path, [gate("e", open_to="常闭")])
    count = {"name": "count_in_area", "categories": ["supermarket"]}
    pack = pack_of(RULE, rule("shops", "community", count, ">=1"))
    found = assess(pack, city, network_of(city), DAY).findings
    weak = {(own.rule, own.reading) for own in found if "no-open-gate" in own.reasons}
    assert weak == {("shop", "walk")}
    assert len(found) > len(weak)


def test_a_gate_that_nobody_noted_is_open_and_changes_nothing(tmp_path: Path) -> None:
    plain = city_of(tmp_path / "a", [gate("e"), gate("w")])
    empty = city_of(tmp_path / "b", [gate("e", hours="", open_to=""), gate("w", hours="不详")])
    assert plain.notices == empty.notices
    assert not any("门" in notice for notice in plain.notices)
    assert row_columns(plain)["sha256"] == row_columns(empty)["sha256"]
    before = replace(plain, origins=replace(plain.origins, gate_open=None, gate_hours=(),
                                            gate_open_to=()))  # fmt: skip
    assert row_columns(plain)["sha256"] == row_columns(before)["sha256"]
    assert walk_of(plain) == walk_of(empty) == walk_of(before)


def test_two_hours_compared_name_the_estate(tmp_path: Path) -> None:
    runs = []
    for at in (time(12), NINE_PM):
        city = city_of(tmp_path / f"at{at.hour}", BOTH, at)
        network = network_of(city)
        write_results(
            tmp_path / f"out{at.hour}", city, network, [assess(pack_of(RULE), city, network, DAY)]
        )
        runs.append(read_past(tmp_path / f"out{at.hour}"))
        manifest = json.loads((tmp_path / f"out{at.hour}" / "manifest.json").read_text("utf-8"))
        closed = 1 if at == NINE_PM else 0
        said = f"按{at:%H:%M}能走的门计：共2个门，{closed}个这时关着，1个没有写开放时间、按开着算。"
        assert said in manifest["run"]["notices"]
    (found,) = compare(*runs)
    assert "能走的大门由 2 个改为 1 个" in found.general
    (change,) = (own for own in found.changes if own.reading == "walk")
    assert [cause.kind for cause in change.causes] == ["row"]
    assert "小区 X" in change.causes[0].says
    (same,) = compare(runs[0], runs[0])
    assert same.changes == ()


def test_why_names_the_closed_gate(tmp_path: Path) -> None:
    city = city_of(tmp_path, BOTH, NINE_PM)
    examined = Examination(pack_of(RULE), city, network_of(city), DAY, RULE)
    _, walk = Explainer(examined).explain("610000000001")
    assert ("大门", "2个门里1个没有走：06:00-20:00") in walk.lines
    open_ = city_of(tmp_path, BOTH, time(12))
    examined = Examination(pack_of(RULE), open_, network_of(open_), DAY, RULE)
    assert "大门" not in dict(Explainer(examined).explain("610000000001")[1].lines)


def degrees(x_m: float, y_m: float) -> tuple[float, float]:
    lon, lat = plan.PLANE.degrees(x_m, y_m)
    return float(lon), float(lat)


def book_city(folder: Path, book: Path, at: time | None = None) -> City:
    people = None if at is None else PeopleSource(at=at)
    return read_city(
        CitySources(**layers(folder), people=people, workbooks=(WorkbookSource(file=book),))
    )


def book_of(path: Path, *rows: Sequence[object]) -> Path:
    return write_sheets(
        path,
        {
            "小区": [["编号", "经度", "纬度", "人口"], ["X", *degrees(80, 0), 100]],
            "大门": [["小区编号", "门名", "经度", "纬度", "开放时间", "谁能走"], *rows],
        },
    )


def test_a_workbook_round_trips_every_gate_also_closed_ones(tmp_path: Path) -> None:
    book = book_of(
        tmp_path / "a.xlsx",
        ["X", "东门", *degrees(*NODES["e"]), "6:00-20:00", "居民"],
        ["X", "西门", *degrees(*NODES["w"]), "全天", ""],
        ["X", "北门", *degrees(*NODES["m"]), "", "只走车"],
    )
    city = book_city(tmp_path, book, NINE_PM)
    assert walk_of(city).distance_m == "820"
    origins = city.origins
    assert origins.gate_hours == ("00:00-24:00", "06:00-20:00", "")
    assert origins.gate_open_to == ("", "residents", "vehicles")
    assert origins.gate_open is not None
    assert origins.gate_open.tolist() == [True, False, False]

    rows = rows_of(city)
    write_workbook(tmp_path / "again.xlsx", {form: rows[form] for form in ("estates", "gates")})
    cells = openpyxl.load_workbook(tmp_path / "again.xlsx")["大门"]
    assert [row[5].value for row in cells.iter_rows(min_row=2, max_row=4)] == [
        None, "本小区居民", "只走车",
    ]  # fmt: skip
    again = book_city(tmp_path, tmp_path / "again.xlsx", NINE_PM)
    assert again.origins.gate_hours == origins.gate_hours
    assert again.origins.gate_open_to == origins.gate_open_to
    assert np.array_equal(again.origins.gate_x_m, origins.gate_x_m)
    assert walk_of(again).distance_m == "820"


def test_a_bad_cell_is_one_sentence(tmp_path: Path) -> None:
    book = book_of(
        tmp_path / "a.xlsx",
        ["X", "东门", *degrees(*NODES["e"]), "白天", "保安"],
        ["X", "西门", *degrees(*NODES["w"]), "06:00-25:00", ""],
    )
    found = inspect_city(CitySources(**layers(tmp_path), workbooks=(WorkbookSource(file=book),)))
    said = {f.spot.cell: f for f in found.faults if f.spot}
    assert set(said) == {"E2", "F2", "E3"}
    assert str(said["E2"]).endswith(
        "a.xlsx，“大门”表第2行：“开放时间”应为时段，如 06:00-22:00，全天写 24小时；"
        "几段用顿号隔开，从不开的门写在“谁能走”，写的是“白天”；"
        "请改成时段，如 06:00-22:00，全天写 24小时。"
    ), str(said["E2"])
    assert "从 所有人、本小区居民、只走车、常闭 里选" in said["F2"].remedy


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("06:00-22:00", "06:00-22:00"),
        ("６：００—２２：００", "06:00-22:00"),
        ("6:00～22:00", "06:00-22:00"),
        ("6点-22点30分", "06:00-22:30"),
        ("每天 6时至22时", "06:00-22:00"),
        ("06:00-08:30、17:00-22:00", "06:00-08:30、17:00-22:00"),
        ("06:00-08:30，17:00-22:00", "06:00-08:30、17:00-22:00"),
        ("06:00-08:30\n17:00-22:00", "06:00-08:30、17:00-22:00"),
        ("22:00-06:00", "22:00-06:00"),
        ("24小时", "00:00-24:00"),
        ("每天24小时", "00:00-24:00"),
        ("全天", "00:00-24:00"),
        ("不详", None),
        ("", None),
        (None, None),
    ],
)
def test_hours_as_people_write_them(text: str | None, hours: str | None) -> None:
    assert (hours_of(text).value, hours_of(text).expected) == (hours, "")


@pytest.mark.parametrize(
    "text",
    ["6-22", "06:00", "06:00-", "06:00-06:00", "25:00-26:00", "06:60-07:00", "24:00-06:00",
     "06:00-24:30", "周一至周五 06:00-22:00", "白天", "06:00-22:00（夏季）", "0.25", "常闭", "无"],
)  # fmt: skip
def test_hours_that_nobody_can_read(text: str) -> None:
    assert hours_of(text).expected
    assert hours_of(text).value is None


MINUTES = st.integers(0, 24 * 60 - 1)


@given(st.lists(st.tuples(MINUTES, MINUTES).filter(lambda p: p[0] != p[1]), min_size=1), MINUTES)
def test_hours_hold_the_minutes_counted_one_by_one(
    ranges: list[tuple[int, int]], minute: int
) -> None:
    held = set()
    for begin, end in ranges:
        now = begin
        while now != end:
            held.add(now)
            now = (now + 1) % (24 * 60)
    text = "、".join(f"{a // 60}:{a % 60:02d}-{b // 60}:{b % 60:02d}" for a, b in ranges)
    said = hours_of(text).value
    assert hours_of(said).value == said
    assert open_at(said, time(minute // 60, minute % 60)) == (minute in held)


HOURS = st.sampled_from(["", "06:00-20:00", "20:00-06:00", "00:00-24:00"])
WHO = st.sampled_from(["", "everyone", "residents", "vehicles", "nobody"])


@given(
    st.lists(st.tuples(st.integers(0, 2), HOURS, WHO), max_size=8),
    st.sampled_from([None, time(5), time(12), NINE_PM]),
)
def test_the_open_gates_against_a_plain_count(
    rows: list[tuple[int, str, str]],
    at: time | None,
) -> None:
    rows = sorted(rows)
    city = small_city()
    count = len(rows)
    origins = replace(
        city.origins,
        gate_of=np.array([row[0] for row in rows], dtype=np.int64),
        gate_x_m=np.zeros(count),
        gate_y_m=np.zeros(count),
        gate_leg_m=np.zeros(count),
        gate_hours=tuple(row[1] for row in rows),
        gate_open_to=tuple(row[2] for row in rows),
    )
    there, _, doubts = with_open_gates(city.communities, origins, at)
    night = at is not None and not 6 <= at.hour < 20

    def passed(hours: str, who: str) -> bool:
        shut = at is not None and hours == ("06:00-20:00" if night else "20:00-06:00")
        return who not in ("vehicles", "nobody") and not shut

    walled = {own for own, *_ in rows} - {row[0] for row in rows if passed(*row[1:])}
    wanted = [row[0] in walled or passed(*row[1:]) for row in rows]
    assert there.gate_open is not None
    assert there.gate_open.tolist() == wanted
    assert len(doubts) == len(walled)


def small_city() -> City:
    return cities.city_of([cities.Place("c0", estates=({"residents": 1},) * 3)])


TOML = """
network = "city.osm.pbf"
[communities]
file = "areas.geojson"
[people]
"""


@pytest.mark.parametrize(
    ("text", "at"),
    [('at = "21:00"', NINE_PM), ("at = 21:00:00", NINE_PM), ('at = "6:05"', time(6, 5))],
)
def test_the_hour_in_the_toml(tmp_path: Path, text: str, at: time) -> None:
    (tmp_path / "lifecircle.toml").write_text(TOML + text, encoding="utf-8")
    people = read_sources(tmp_path).people
    assert people is not None
    assert (people.at, people.file) == (at, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('at = "晚上"', "people.at：应为 21:00 这样的时间，写的是 晚上"),
        ('at = "24:00"', "应为 21:00 这样的时间"),
        ("at = 21", "应为 21:00 这样的时间"),
        ('gates = "g.geojson"\nat = "21:00"', "缺少 file"),
        ("", "缺少 file"),
    ],
)
def test_a_bad_hour_in_the_toml(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "lifecircle.toml").write_text(TOML + text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_sources(tmp_path)


def test_edits_keep_what_was_recorded_of_the_other_gates(tmp_path: Path) -> None:
    """At 21:00 a new gate at (150, 200) is 10 m from m: 10 + 200 + 180 = 390 m to the shop.

    To it X walks the 70 m east and 200 m north straight, 212 m. The east gate stays shut.
    """
    city = city_of(tmp_path, BOTH, NINE_PM)
    draft = [drawn("Point", [(150.0, 200.0)], 操作="开门", 小区编号="X")]
    file = plan.write_layer(tmp_path / "方案.geojson", draft)
    found = edited(city, read_edits(file, city.plane))
    assert found.effects[0].says == "小区 X 多一个门，能走的共2个"
    there = found.city
    recorded = zip(np.round(there.origins.gate_x_m), there.origins.gate_hours, strict=True)
    assert sorted(recorded) == [
        (0.0, ""), (150.0, ""), (160.0, "06:00-20:00"),
    ]  # fmt: skip
    inside_m = float(np.hypot(150 - 80, 200))
    assert walk_of(there).distance_m == f"{inside_m + 390:.0f}"

    shut = [drawn("Point", [NODES["w"]], 操作="关门", 小区编号="X")]
    file = plan.write_layer(tmp_path / "关.geojson", shut)
    with pytest.raises(InputError, match="只有这一个开着的门，关了就出不来"):
        edited(city, read_edits(file, city.plane))
    east = [drawn("Point", [NODES["e"]], 操作="关门", 小区编号="X")]
    file = plan.write_layer(tmp_path / "东.geojson", east)
    with pytest.raises(InputError, match="最近的开着的门离画的点160米"):
        edited(city, read_edits(file, city.plane))
