"""Each doubt of the audit, planted by hand in the example city."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lifecircle.assess.judge import assess
from lifecircle.place.audit.streets import street_doubts
from lifecircle.place.city import inspect_city, read_city
from lifecircle.place.inspection import Inspection
from lifecircle.place.sources import read_sources
from lifecircle.place.tables import City, Doubt
from lifecircle.policy.models import Pack
from lifecircle.terms.doubts import doubted
from lifecircle.terms.errors import InputError
from lifecircle.terms.words import word
from tests.conftest import DAY, network_of
from tests.fixtures.subdistrict import city_with, features, middle, write_sheets

BOOK = '[[workbooks]]\nfile = "a.xlsx"\n'
FIRST, SECOND, VILLAGE = "990001001001", "990001001002", "990002003201"
HEADERS = ["名称", "类别", "所属社区", "经度", "纬度"]


def with_sheets(example: Path, folder: Path, **sheets: Sequence[Sequence[Any]]) -> Inspection:
    city_with(example, folder, BOOK)
    write_sheets(folder / "a.xlsx", {name: list(rows) for name, rows in sheets.items()})
    found = inspect_city(read_sources(folder))
    assert found.faults == []
    return found


def of(found: Inspection, code: str) -> list[Doubt]:
    return [doubt for doubt in found.doubts if doubt.code == code]


def test_the_example_itself_is_beyond_doubt(example_folder: Path) -> None:
    found = inspect_city(read_sources(example_folder))
    assert (found.faults, found.doubts) == ([], [])


def test_codes_against_kind_township_and_county(example_folder: Path, tmp_path: Path) -> None:
    found = with_sheets(
        example_folder,
        tmp_path,
        社区=[["编号", "类型", "街道"], [FIRST, "村", ""], [SECOND, "", "第2镇"]],
    )
    (level,) = of(found, "code-level")
    assert level.communities == frozenset([FIRST])
    assert "末三位表示社区，登记为村" in level.fault.reason
    (parent,) = of(found, "code-parent")
    assert parent.communities == frozenset([SECOND])


def test_households_and_people(example_folder: Path, tmp_path: Path) -> None:
    found = with_sheets(
        example_folder,
        tmp_path,
        社区=[["编号", "户数", "常住人口"], [FIRST, 100, 5000], [SECOND, 0, 40]],
    )
    sizes = of(found, "household-size")
    assert [sorted(doubt.communities or ()) for doubt in sizes] == [[FIRST], [SECOND]]
    assert "平均每户50人" in sizes[0].fault.reason
    assert "0户却有40人" in sizes[1].fault.reason
    assert frozenset([FIRST]) in [doubt.communities for doubt in of(found, "people-differ")]


def test_capacities_that_no_house_holds(example_folder: Path, tmp_path: Path) -> None:
    rows: list[Sequence[Any]] = [
        ["名称", "类别", "所属社区", "建筑面积", "床位", "座位"],
        ["甲", "诊所", FIRST, 200, 300, ""],
        ["乙", "诊所", FIRST, "", "", 6000],
        ["丙", "诊所", FIRST, 200, 20, 200],
    ]
    found = of(with_sheets(example_folder, tmp_path, 设施=rows), "doubtful-capacity")
    assert [doubt.fault.reason for doubt in found] == [
        "“床位”写的是 300，而面积只有200平方米",
        "“座位”写的是 6000",
    ]


def beside(at: tuple[float, float], east_m: float) -> list[float]:
    """Return a place so many metres east; a degree is 96.4 km at 30 degrees north."""
    return [at[0] + east_m / 96_400, at[1]]


def test_twins_and_shared_points(example_folder: Path, tmp_path: Path) -> None:
    ids = city_with(example_folder, tmp_path / "look")
    at = middle(tmp_path / "look", 0)
    found = with_sheets(
        example_folder,
        tmp_path / "city",
        设施=[
            HEADERS,
            ["春晖便利店", "便利店", ids[0], *beside(at, 0)],
            ["春晖便民店", "便利店", ids[0], *beside(at, 20)],
            ["春晖便利店2", "便利店", ids[0], *beside(at, 20)],
            ["春晖便利店", "便利店", ids[0], *beside(at, 400)],
            ["甲", "诊所", ids[0], *beside(at, 0)],
            ["乙", "银行网点", ids[0], *beside(at, 0)],
        ],
    )
    twins = of(found, "near-duplicate")
    assert [doubt.fault.reason[:5] for doubt in twins] == ["春晖便民店"]
    assert "相距20米" in twins[0].fault.reason
    assert twins[0].categories == frozenset({"convenience_store"})
    shared = of(found, "shared-coordinates")
    assert sorted(doubt.fault.reason[:2] for doubt in shared) == ["乙 ", "春晖", "甲 "]


def test_far_places(example_folder: Path, tmp_path: Path) -> None:
    found = with_sheets(
        example_folder,
        tmp_path,
        设施=[
            HEADERS,
            ["海上店", "便利店", "", 123.3, 30.0],
            ["近店", "便利店", "", 123.002, 30.002],
        ],
    )
    (outside,) = of(found, "outside")
    assert "海上店" in outside.fault.reason
    far = [d for d in of(found, "place-far-from-way") if "海上店" in d.fault.reason]
    assert "可能在水里、山里" in far[0].fault.reason
    assert far[0].communities is None


def test_outlines(example_folder: Path, tmp_path: Path) -> None:
    city_with(example_folder, tmp_path)
    rows = features(tmp_path)
    first, second = rows[0]["geometry"]["coordinates"][0], rows[1]["geometry"]["coordinates"][0]
    first[1] = [second[1][0], first[1][1]]
    first[2] = [second[2][0], first[2][1]]
    bow = rows[5]["geometry"]["coordinates"][0]
    bow[1], bow[2] = bow[2], bow[1]
    content = {"type": "FeatureCollection", "features": rows}
    (tmp_path / "communities.geojson").write_text(json.dumps(content), encoding="utf-8")
    found = inspect_city(read_sources(tmp_path))
    assert frozenset([FIRST, SECOND]) in [doubt.communities for doubt in of(found, "overlap")]
    (mended,) = of(found, "mended-outline")
    assert mended.communities == frozenset([rows[5]["properties"]["id"]])
    assert found.city is not None
    assert any(notice.startswith("社区边界自相交，已自动修补：") for notice in found.city.notices)


def test_streets_that_nothing_links(example_city: City) -> None:
    """Cut every segment that crosses a line between the townships: the smaller part is told."""
    assert street_doubts(example_city) == []
    streets, areas = example_city.streets, example_city.communities
    ends = np.sort(streets.y_m[streets.segments], axis=1)
    whole = (ends[:, 0] >= 0) | (ends[:, 1] <= 0)
    cut = dataclasses.replace(streets, segments=streets.segments[whole])
    doubts = street_doubts(dataclasses.replace(example_city, streets=cut))
    north = {areas.id[row] for row, shape in enumerate(areas.shape) if shape.centroid.y > 0}
    south = set(areas.id) - north
    told = {own_id for doubt in doubts for own_id in doubt.communities or ()}
    assert told in (north, south)
    assert len(told) == min(len(north), len(south))
    assert "100%的居民" in doubts[0].fault.reason


def test_elsewhere_and_orphans(example_folder: Path, tmp_path: Path) -> None:
    city_with(example_folder, tmp_path / "city", BOOK)
    toml = (tmp_path / "city" / "lifecircle.toml").read_text(encoding="utf-8")
    without = toml.partition("[people]")[0] + "\n" + BOOK
    (tmp_path / "city" / "lifecircle.toml").write_text(without, encoding="utf-8")
    at = middle(tmp_path / "city", 0)
    rows: list[Sequence[Any]] = [
        ["小区编号", "所属社区", "经度", "纬度", "常住人口"],
        ["X1", FIRST, *at, 100],
        ["X2", SECOND, *at, 100],
        ["X3", "404", *at, 100],
        ["X4", FIRST, "", "", 100],
    ]
    write_sheets(tmp_path / "city" / "a.xlsx", {"小区": rows})
    found = inspect_city(read_sources(tmp_path / "city"))
    assert found.faults == []
    (elsewhere,) = of(found, "elsewhere")
    assert elsewhere.communities == frozenset([SECOND])
    assert [doubt.fault.spot.cell for doubt in of(found, "orphan") if doubt.fault.spot] == ["B4"]
    assert len(of(found, "no-coordinates")) == 1
    assert found.city is not None
    homes = dict(zip(found.city.origins.id, found.city.origins.community, strict=True))
    assert (homes["X1"], homes["X2"], homes["X3"]) == (0, 1, 0)


def test_a_doubt_touches_only_its_community_and_category(
    example_folder: Path, tmp_path: Path, pack: Pack
) -> None:
    found = with_sheets(
        example_folder,
        tmp_path,
        设施=[
            HEADERS,
            *(
                [f"{name}店", "便利店", FIRST, *middle(example_folder, 0)]
                for name in ("甲", "乙丙", "丁戊己")
            ),
        ],
    )
    assert found.city is not None
    findings = assess(pack, found.city, network_of(found.city), DAY).findings
    named = [f for f in findings if "shared-coordinates" in f.reasons]
    assert {f.subject for f in named} == {FIRST}
    assert {f.confidence for f in named} <= {"limited", "weak"}
    stores = {"convenience_store"}
    for finding in named:
        rule = pack.rule(finding.rule)
        measure = rule.measure
        parts = getattr(measure, "rules", None)
        assert parts or stores & set(pack.categories_of(measure)), finding.rule  # type: ignore[arg-type]


def test_every_doubt_has_its_words_and_a_known_weight() -> None:
    for code, doubt in doubted().items():
        assert doubt.weakens in ("", "limited", "weak"), code
        assert all(word("reason", code, language) for language in ("zh-Hans", "zh-Hant", "en"))


@pytest.mark.parametrize("code", ["approximate-value", "no-such-doubt"])
def test_accepting_takes_only_what_was_named(
    example_folder: Path, tmp_path: Path, code: str
) -> None:
    more = (
        BOOK + f'[[accepted]]\ncode = "{code}"\nfile = "a.xlsx"\nrow = 2\nby = "某科"\n'
        'as_of = 2026-10-01\nreason = "核实"\n'
    )
    city_with(example_folder, tmp_path, more)
    rows: list[Sequence[Any]] = [["编号", "户数"], [FIRST, "约500"], [SECOND, "约600"]]
    write_sheets(tmp_path / "a.xlsx", {"社区": rows})
    if code == "no-such-doubt":
        with pytest.raises(InputError, match="没有名为 no-such-doubt 的疑点"):
            read_city(read_sources(tmp_path))
        return
    city = read_city(read_sources(tmp_path))
    left = [doubt for doubt in city.doubts if doubt.code == "approximate-value"]
    assert [sorted(doubt.communities or ()) for doubt in left] == [[SECOND]]
    assert [(one.by, one.count) for one in city.accepted] == [("某科", 1)]


def test_a_doubtful_area_does_not_touch_a_walk(
    example_folder: Path, tmp_path: Path, pack: Pack
) -> None:
    rows: list[Sequence[Any]] = [
        [*HEADERS, "建筑面积"],
        ["甲站", "便利店", FIRST, *middle(example_folder, 0), "约350平"],
    ]
    found = with_sheets(example_folder, tmp_path, 设施=rows)
    (doubt,) = of(found, "approximate-value")
    assert doubt.aspect == "amounts"
    assert found.city is not None
    findings = assess(pack, found.city, network_of(found.city), DAY).findings
    assert not any("approximate-value" in finding.reasons for finding in findings)


def test_facilities_are_held_against_their_community(example_folder: Path, tmp_path: Path) -> None:
    at = middle(example_folder, 0)
    rows: list[Sequence[Any]] = [
        HEADERS,
        ["甲", "便利店", SECOND, *at],
        ["乙", "便利店", "春晖社区", *at],
        ["丙", "便利店", "没有的社区", *at],
    ]
    found = with_sheets(example_folder, tmp_path, 设施=rows)
    (elsewhere,) = of(found, "elsewhere")
    assert elsewhere.fault.spot is not None
    assert elsewhere.fault.spot.cell == "C2"
    (orphan,) = of(found, "orphan")
    assert orphan.fault.spot is not None
    assert orphan.fault.spot.cell == "C4"
    assert found.city is not None
    places = found.city.facilities
    home = dict(zip(places.name, places.community.tolist(), strict=True))
    assert (home["甲"], home["乙"], home["丙"]) == (1, 0, 0)


def test_columns_and_sheets_that_nobody_reads_are_named(
    example_folder: Path, tmp_path: Path
) -> None:
    found = with_sheets(
        example_folder,
        tmp_path / "city",
        设施=[
            [*HEADERS[:3], "建筑面基", "用地面积（亩）", "状态"],
            ["甲", "便利店", FIRST, 100, 3, "规划中"],
        ],
        会议纪要=[["某次会议"]],
    )
    (columns,) = of(found, "unread-columns")
    assert "没有读这些列：建筑面基" in columns.fault.reason
    assert "像是“建筑面积" in columns.fault.reason
    (sheet,) = of(found, "unread-sheet")
    assert "会议纪要" in sheet.fault.reason
    (planned,) = of(found, "not-serving")
    assert "甲的状态是“规划中”，没有计入" in planned.fault.reason
    assert found.city is not None
    details = found.city.facilities.details[found.city.facilities.name.index("甲")]
    assert details.amounts == {"site_m2": 2000.0}


def test_a_sheet_that_looks_like_a_form_is_not_dropped(
    example_folder: Path, tmp_path: Path
) -> None:
    city_with(example_folder, tmp_path, BOOK)
    rows: list[Sequence[Any]] = [HEADERS, ["甲", "便利店", FIRST, 123.0, 30.0]]
    write_sheets(tmp_path / "a.xlsx", {"社区": [["编号"], [FIRST]], "Sheet3": rows})
    found = inspect_city(read_sources(tmp_path))
    (fault,) = found.faults
    assert "像是“设施”" in fault.reason


def test_one_bad_cell_does_not_hide_the_rest(example_folder: Path, tmp_path: Path) -> None:
    at = middle(example_folder, 0)
    city_with(example_folder, tmp_path, BOOK)
    rows: list[Sequence[Any]] = [
        HEADERS,
        ["坏店", "便力店", FIRST, *at],
        ["春晖便利店", "便利店", FIRST, *beside(at, 0)],
        ["春晖便民店", "便利店", FIRST, *beside(at, 20)],
    ]
    write_sheets(tmp_path / "a.xlsx", {"设施": rows})
    found = inspect_city(read_sources(tmp_path))
    assert [fault.code for fault in found.faults] == ["unknown-category"]
    assert found.city is None
    assert len(of(found, "near-duplicate")) == 1


def test_the_same_place_in_two_workbooks_names_both(example_folder: Path, tmp_path: Path) -> None:
    city_with(example_folder, tmp_path, '[[workbooks]]\nfile = "*街.xlsx"\n')
    for name in ("东街", "西街"):
        rows: list[Sequence[Any]] = [HEADERS, ["甲店", "便利店", FIRST, 123.001, 30.001]]
        write_sheets(tmp_path / f"{name}.xlsx", {"设施": rows})
    (fault,) = inspect_city(read_sources(tmp_path)).faults
    assert fault.reason.startswith("甲店与东街.xlsx“设施”表第2行的编号或内容相同")
    assert fault.file.endswith("西街.xlsx")
    assert fault.spot is not None
    assert fault.spot.row == 2
