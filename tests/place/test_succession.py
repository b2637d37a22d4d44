"""Changes of areas undone and held against today's trees.

2025            东县                    西县                  c0..c7 are communities
          +--------+--------+     +--------+--------+
          |  甲镇  |  乙镇  |     |  丙镇  |  丁镇  |
          | c0  c1 | c2  c3 |     | c4  c5 | c6  c7 |
          +--------+--------+     +--------+--------+
2026-01-10  丙镇 goes from 西县 to 东县
2026-03-01  甲镇 and 乙镇 become 新镇
2026-05-01  高新区 takes c7 over from 西县, which stays its county
2026-06-01  丁镇 is called 丁街道
today                 东县                     西县
          +-----------------+--------+   +----------------+
          |      新镇       |  丙镇  |   |     丁街道     |
          | c0  c1  c2  c3  | c4  c5 |   | c6 (c7 高新区) |
          +-----------------+--------+   +----------------+
"""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifecircle.place.area_changes import AreaChange, events
from lifecircle.place.areas.change_register import problems_of, read_changes
from lifecircle.place.areas.succession import (
    apportioned,
    back,
    carried,
    forward,
    trees_on,
)
from lifecircle.place.city import read_city
from lifecircle.place.formats.blanks import write_workbook
from lifecircle.place.formats.workbook import read_workbook
from lifecircle.place.forms.filled import rows_of
from lifecircle.place.sources import read_sources
from lifecircle.place.tables import Area, City, Record
from lifecircle.terms.errors import InputError
from tests.assess.cities import Place, city_of

HEADER = "生效日期,变更,级别,原,现,涉及,人口比例,依据\n"
HISTORY = """2026-06-01,更名,镇街,丁镇,丁街道,,,
2026-01-10,调整隶属,区县,西县,东县,丙镇,,示政函〔2026〕1号
2026-03-01,合并,镇街,甲镇,新镇,c0、c1社区,,
2026-03-01,合并,镇街,乙镇,新镇,,,
2026-05-01,移交,区县,西县,高新区,c7,,
"""
TODAY = [("新镇", "东县")] * 4 + [("丙镇", "东县")] * 2 + [("丁街道", "西县")] * 2


def small_city(
    lying: list[tuple[str, str]] | None = None, managed: dict[int, str] | None = None
) -> City:
    """Return communities c0.. by township and county; ``managed`` names other managing units."""
    lying = TODAY if lying is None else lying
    city = city_of([Place(f"c{n}", town, county) for n, (town, county) in enumerate(lying)])
    units = tuple((managed or {}).get(n, county) for n, (_, county) in enumerate(lying))
    return replace(city, communities=replace(city.communities, managed_by=units))


def today() -> City:
    return small_city(managed={7: "高新区"})


def read(folder: Path, rows: str, city: City, as_of: date | None = None) -> tuple[AreaChange, ...]:
    path = folder / "区划变更.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return read_changes([read_workbook(path, None)["area_changes"]], city.communities, {}, as_of)[0]


def lying_on(city: City, day: str) -> list[tuple[str, str, str]]:
    table = trees_on(city, date.fromisoformat(day)).communities
    return list(zip(table.township, table.county, table.managed_by, strict=True))


def test_each_day_has_its_trees(tmp_path: Path) -> None:
    city = replace(today(), changes=read(tmp_path, HISTORY, today()))
    east, west = ("东县", "东县"), ("西县", "西县")
    towns = [("甲镇", *east)] * 2 + [("乙镇", *east)] * 2
    assert lying_on(city, "2026-01-09") == [*towns, *[("丙镇", *west)] * 2, *[("丁镇", *west)] * 2]
    moved = [("丙镇", *east)] * 2
    assert lying_on(city, "2026-01-10") == [*towns, *moved, *[("丁镇", *west)] * 2]
    merged = [("新镇", *east)] * 4
    assert lying_on(city, "2026-04-30") == [*merged, *moved, *[("丁镇", *west)] * 2]
    over = [("丁镇", *west), ("丁镇", "西县", "高新区")]
    assert lying_on(city, "2026-05-01") == [*merged, *moved, *over]
    now = [(town, county, county) for town, county in TODAY[:7]]
    assert lying_on(city, "2026-06-01") == [*now, ("丁街道", "西县", "高新区")]


def test_what_was_undone_is_told_and_stays_undone(tmp_path: Path) -> None:
    city = replace(today(), changes=read(tmp_path, HISTORY, today()))
    then = trees_on(city, date(2026, 4, 1))
    (said,) = then.notices
    assert said.startswith("各级汇总按2026-04-01的区划和管理关系，撤回了其后的变更：")
    assert said.endswith("：2026-05-01移交：c7由西县→高新区；2026-06-01更名：丁镇→丁街道。")
    assert trees_on(then, date(2026, 4, 1)) is then
    earlier = trees_on(then, date(2026, 1, 1))
    assert earlier.communities.county == trees_on(city, date(2026, 1, 1)).communities.county
    with pytest.raises(ValueError, match="2026-04-01"):
        trees_on(then, date(2026, 5, 1))


def test_registers_follow_a_renaming(tmp_path: Path) -> None:
    """What is recorded of 丁镇 is of 丁街道 since June, and the other way round before."""
    names = ("丁镇", "丁街道", "甲镇")
    records = tuple(Record("township", name, "n", 1.0, None, "") for name in names)
    areas = (Area("township", "丁街道", {"township_kind": "town"}),)
    city = replace(today(), records=records, areas=areas, changes=read(tmp_path, HISTORY, today()))
    since, before = trees_on(city, date(2026, 6, 1)), trees_on(city, date(2026, 5, 31))
    assert [one.subject for one in since.records] == ["丁街道", "丁街道", "甲镇"]
    assert [one.subject for one in before.records] == ["丁镇", "丁镇", "甲镇"]
    assert (since.areas[0].name, before.areas[0].name) == ("丁街道", "丁镇")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("2026-06-01,更名,镇街,丁镇,丁家镇,,,", "2026-06-01以后没有叫 丁家镇 的镇街；请与“社区”表"),
        ("2999-01-01,更名,镇街,丁镇,丁街道,,,", "生效日期 2999-01-01 还没有到；请生效以后再登记"),
        ("2026-06-01,更名,区县,西县,东县,,,", "西县 变更以后还在“社区”表里"),
        ("2026-06-01,更名,镇街,丁街道,丁街道,,,", "“原”和“现”都是 丁街道"),
        ("2026-06-01,移交,区县,西县,高新区,c6,,", "“涉及”的 c6 在2026-06-01以后不属于 高新区"),
        ("2026-06-01,移交,区县,西贤,高新区,c7,,", "没有叫 西贤 的管理单位"),
        ("2026-06-01,移交,区县,西县,高新区,,,", "移交没有写涉及哪些社区或镇街"),
        ("2026-06-01,移交,镇街,西县,高新区,c7,,", "移交的级别应为区县"),
        ("2026-06-01,调整隶属,社区,甲镇,新镇,c0,,", "调整隶属的级别不能是社区"),
        ("2026-06-01,合并,镇街,甲镇,新镇,,,", "并成 新镇 只写了一行，又没有写“涉及”"),
        (
            "2026-06-01,合并,镇街,甲镇,新镇,,,\n2026-06-01,合并,镇街,乙镇,新镇,,,",
            "并成 新镇 的有2行没有写“涉及”，分不清原来各属哪里",
        ),
        (
            "2026-06-01,合并,镇街,甲镇,新镇,c0、c1,,\n2026-06-01,合并,镇街,乙镇,新镇,c1、c2,,",
            "社区 c1 在同一次变更里写了两处",
        ),
        (
            "2026-06-01,拆分,社区,c9,c0,,0.5,\n2026-06-01,拆分,社区,c9,c1,,40%,",
            "c9 的人口比例 0.5＋0.4 加起来是0.9，不是1",
        ),
        (
            "2026-06-01,拆分,社区,c9,c0,,0.5,\n2026-06-01,拆分,社区,c9,c1,,,",
            "c9→c1 没有写人口比例",
        ),
        ("2026-06-01,拆分,社区,c9,c0,,2,\n2026-06-01,拆分,社区,c9,c1,,,", "比例 2 不在0到1之间"),
        ("2026-06-01,合并,社区,c8,c9,,,", "没有编号为 c9 的社区"),
        ("2026-06-01,合并,社区,c1,c0,,,", "社区 c1 变更以后还在社区表里"),
        (
            "2026-06-01,更名,镇街,甲,乙,,,\n2026-06-01,更名,镇街,乙,甲,,,",
            "乙 在2026-06-01有两次变更",
        ),
        ("2026-06-01,更名,小区,甲,乙,,,", "级别应为社区、镇街或区县"),
        ("2026-06-01,改,镇街,甲,乙,,,", "不认识“改”"),
        (",更名,镇街,甲,乙,,,", "没有写生效日期"),
        ("2026-06-01,合并,镇街,西县·老镇,新镇,c0,,", "西县·老镇 和 新镇 不在同一个区县"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_one_sentence_with_its_row(
    tmp_path: Path, rows: str, said: str
) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, rows + "\n", today())
    (fault,) = caught.value.faults
    assert said in str(fault)
    assert "区划变更.csv，第" in str(fault)
    assert "；请" in str(fault)


def test_a_name_that_two_counties_have_needs_its_county(tmp_path: Path) -> None:
    city = small_city([("城关镇", "东县"), ("城关镇", "西县")])
    with pytest.raises(InputError, match="有几个叫 城关镇 的镇街：东县·城关镇、西县·城关镇"):
        read(tmp_path, "2026-06-01,更名,镇街,老镇,城关镇,,,\n", city)
    changes = read(tmp_path, "2026-06-01,更名,镇街,西县·老镇,西县·城关镇,,,\n", city)
    then = trees_on(replace(city, changes=changes), date(2026, 1, 1))
    assert then.communities.township == ("城关镇", "老镇")


def test_an_assessment_of_a_later_day_may_know_its_changes(tmp_path: Path) -> None:
    rows = "2998-01-01,更名,镇街,丁镇,丁街道,,,\n"
    assert read(tmp_path, rows, today(), date(2999, 1, 1))


def test_what_follows_from_a_misfit_is_not_told_again(tmp_path: Path) -> None:
    rows = "2026-03-01,更名,镇街,丁乡,丁镇,,,\n2026-06-01,更名,镇街,丁镇,丁家街道,,,\n"
    with pytest.raises(InputError) as caught:
        read(tmp_path, rows, today())
    assert [fault.spot.row for fault in caught.value.faults if fault.spot] == [3]


SPLIT = [
    AreaChange(date(2026, 1, 1), "split", "community", "a", to, share=share)
    for to, share in (("a", Fraction(1, 2)), ("b", Fraction(1, 3)), ("c", Fraction(1, 6)))
]


def test_people_are_split_in_whole_persons_and_come_back() -> None:
    # 1,001 people: 500.5, 333.67 and 166.83; the two left over go to the larger remainders
    (event,) = events(SPLIT)
    there = carried({"a": 1001, "z": 5}, forward(event))
    assert there == {"a": 500, "b": 334, "c": 167, "z": 5}
    assert carried(there, back(event)) == {"a": 1001, "z": 5}
    assert carried({"a": None, "z": 5}, forward(event)) == {"a": None, "b": None, "c": None, "z": 5}


def test_people_of_a_merge_come_back_only_by_shares() -> None:
    def merge(*shares: Fraction | None) -> AreaChange | list[AreaChange]:
        return [
            AreaChange(date(2026, 1, 1), "merge", "community", own, "c", share=share)
            for own, share in zip("ab", shares, strict=True)
        ]

    (blank,) = events(merge(None, None))  # type: ignore[arg-type]
    assert carried({"a": 3, "b": 4}, forward(blank)) == {"c": 7}
    assert carried({"c": 7}, back(blank)) == {"a": None, "b": None}
    (shared,) = events(merge(Fraction(3, 7), Fraction(4, 7)))  # type: ignore[arg-type]
    assert carried({"c": 8}, back(shared)) == {"a": 3, "b": 5}
    taken = AreaChange(date(2026, 1, 1), "merge", "community", "b", "a", share=Fraction(1, 4))
    (absorbed,) = events([taken])
    assert carried({"a": 5, "b": 4}, forward(absorbed)) == {"a": 9}
    assert carried({"a": 9}, back(absorbed)) == {"a": 7, "b": 2}


@given(st.integers(0, 10**7), st.lists(st.integers(1, 999), min_size=1, max_size=9))
def test_shares_add_up_exactly(total: int, weights: list[int]) -> None:
    shares = [Fraction(weight, sum(weights)) for weight in weights]
    parts = apportioned(total, shares)
    assert sum(parts) == total
    assert all(abs(part - total * share) < 1 for part, share in zip(parts, shares, strict=True))


Lying = list[list[str]]
"""Of each community township, county and managing unit."""


def changed_at_random(lying: Lying, dice: random.Random, steps: int) -> list[AreaChange]:
    """Change the trees in place, step by step, in the plainest way, and record what was done."""
    rows: list[AreaChange] = []
    for step in range(steps):
        on, new = date(2026, 1, 1) + timedelta(days=step), f"新{step}"
        kind = dice.choice(["rename", "move", "hand_over", "merge", "split"])
        column = 2 if kind == "hand_over" else dice.choice([0, 1])
        level = "township" if column == 0 else "county"
        own = dice.choice(lying)
        # names of townships are the city's own here, so a township lies in one county
        old = own[column]
        peers = sorted({one[column] for one in lying if column or one[1] == own[1]} - {old})
        inside = [n for n, one in enumerate(lying) if one[column] == old]
        chosen = inside if kind == "rename" else inside[: max(1, len(inside) // 2)]
        if kind == "hand_over":
            # a county answers for its own communities only; a zone for those of any county
            counties = {one[1] for one in lying}
            peers = [one for one in peers if one not in counties or one == own[1]]
            chosen = [n for n in inside if peers and (lying[n][1] == own[1])][:1]
        if kind in ("move", "hand_over"):
            if not peers or len(chosen) == len(inside):
                continue
            new = dice.choice(peers)
        elif kind == "merge":
            if not peers:
                continue
            new = dice.choice(peers)
            chosen = inside
        elif kind == "split" and len(chosen) == len(inside):
            continue
        if (
            column == 1
            and kind != "rename"
            and any(
                (lying[n][0] == one[0]) != (one is lying[n]) and n_ not in chosen
                for n in chosen
                for n_, one in enumerate(lying)
                if one[0] == lying[n][0]
            )
        ):
            continue  # it would tear a township apart
        members = tuple(f"c{n}" for n in chosen)
        rows.append(AreaChange(on, kind, level, old, new, members))
        if kind == "split":
            rows.append(AreaChange(on, kind, level, old, old))
        if column == 1:
            for n, one in enumerate(lying):
                if (n in chosen or kind in ("rename", "merge")) and one[2] == old:
                    one[2] = new
                    if n not in chosen:
                        rows[-1] = replace(rows[-1], members=(*rows[-1].members, f"c{n}"))
        for n in chosen:
            lying[n][column] = new
    return rows


@given(st.integers(0, 2**32), st.integers(0, 8), st.integers(1, 10))
def test_undoing_what_was_done_gives_the_trees_back(seed: int, steps: int, size: int) -> None:
    dice = random.Random(seed)
    lying: Lying = []
    for _ in range(size):
        county = dice.choice(["东县", "西县"])
        lying.append(
            [county[0] + dice.choice(["甲镇", "乙镇"]), county, dice.choice([county, "高新区"])]
        )
    first = [tuple(one) for one in lying]
    rows = changed_at_random(lying, dice, steps)
    city = small_city(
        [(one[0], one[1]) for one in lying], {n: one[2] for n, one in enumerate(lying)}
    )
    assert problems_of(events(rows), city.communities) == []
    city = replace(city, changes=tuple(rows))
    assert lying_on(city, "2025-12-31") == first
    last = [tuple(one) for one in lying]
    assert lying_on(city, "2027-01-01") == last


def test_the_merged_workbook_holds_the_changes(tmp_path: Path) -> None:
    rows = HISTORY + "2026-06-01,拆分,社区,c9,c0,,0.25,\n2026-06-01,拆分,社区,c9,c1,,75%,\n"
    city = replace(today(), changes=read(tmp_path, rows, today()))
    write_workbook(tmp_path / "合并.xlsx", rows_of(city))
    layer = read_workbook(tmp_path / "合并.xlsx", None)["area_changes"]
    assert read_changes([layer], city.communities, {}, None)[0] == city.changes


def test_a_city_reads_its_changes_from_a_file_of_that_name(
    tmp_path: Path, example_folder: Path
) -> None:
    folder = tmp_path / "city"
    shutil.copytree(example_folder, folder)
    toml = folder / "lifecircle.toml"
    said = toml.read_text(encoding="utf-8") + '\n[[workbooks]]\nfile = "区划变更.csv"\n'
    toml.write_text(said, encoding="utf-8")
    file = folder / "区划变更.csv"
    file.write_text(HEADER + "2026-06-01,更名,镇街,老街道,第1街道,,,\n", encoding="utf-8")
    city = read_city(read_sources(folder))
    assert [change.source for change in city.changes] == ["老街道"]
    assert "老街道" in trees_on(city, date(2026, 5, 31)).communities.township
    assert ("workbook", "区划变更.csv") in {(one.role, one.name) for one in city.files}
    file.write_text(HEADER + "2026-06-01,更名,镇街,老街道,第九街道,,,\n", encoding="utf-8")
    with pytest.raises(InputError, match="第2行：2026-06-01以后没有叫 第九街道 的镇街；请"):
        read_city(read_sources(folder))
