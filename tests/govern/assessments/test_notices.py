"""What a run tells of its data leads to the records behind it, or says who can mend it where."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lifecircle.govern.assessments.notices import MOST, notices, notices_of
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.records.models import Record
from lifecircle.place.notices import doubt_notices
from lifecircle.place.tables import City, Doubt
from lifecircle.terms.errors import Fault, Spot
from tests.assess.cities import Place, Site, city_of
from tests.govern.assessments.stocked import run_of
from tests.govern.conftest import Granted, SmallCity

ROWS = tuple(Spot("设施.xlsx", "设施", row) for row in (2, 3))


@pytest.fixture
def city() -> City:
    """Two clinics in a list, and what is doubted of them, of a community and of a file."""
    found = city_of([Place("c0")], [Site("s0", "clinic", 0), Site("s1", "clinic", 0)])
    found = replace(found, facilities=replace(found.facilities, spots=ROWS))
    doubts = [
        *(Doubt(Fault("状态没有写", s.file, s.place, "补上状态", "not-serving", s)) for s in ROWS),
        Doubt(Fault("有居民不相连", "", "社区 001", "补画路", "network-parts")),
        Doubt(Fault("有几列没有读", "边界.geojson", "", "核对", "unread-columns")),
    ]
    told = (
        *doubt_notices(doubts, []),
        "人口.xlsx 有3处人口不在任何社区内，没有计入。",
        "别的。",
        "别的。",
    )
    return replace(found, doubts=tuple(doubts), notices=told)


def test_a_doubt_is_kept_once_with_its_records(city: City, db: None) -> None:
    told = notices_of(city)
    assert [one.get("code", one.get("says")) for one in told] == [
        "network-parts", "not-serving", "unread-columns",
        "人口.xlsx 有3处人口不在任何社区内，没有计入。", "别的。",
    ]  # fmt: skip
    areas, rows, file = told[:3]
    assert rows["records"] == [["facility", "s0"], ["facility", "s1"]]
    assert (rows["count"], rows["more"], rows["files"]) == (2, 0, [])
    assert (areas["areas"], areas["records"]) == (["001"], [])
    assert file["files"] == ["边界.geojson"]
    many = city_of([Place("c0")], [Site(f"s{n:02}", "clinic", 0) for n in range(MOST + 5)])
    spots = tuple(Spot("设施.xlsx", "设施", row) for row in range(2, MOST + 7))
    doubts = tuple(Doubt(Fault("x", s.file, s.place, "y", "outside", s)) for s in spots)
    many = replace(many, facilities=replace(many.facilities, spots=spots), doubts=doubts)
    (one,) = notices_of(many)
    assert (len(one["records"]), one["more"], one["count"]) == (MOST, 5, MOST + 5)


def test_each_leads_where_it_can_be_mended(
    city: City, small_city: SmallCity, granted: Granted, django_assert_max_num_queries: Any
) -> None:
    mill, reed = small_city["mill"], small_city["reed"]
    type(mill).objects.filter(pk=mill.pk).update(code="001")
    records = [
        Record.objects.create(kind=Facility.kind(), own_id=own, area=area)
        for own, area in (("s0", mill), ("s1", reed))
    ]
    run = run_of(small_city["city"], notices=notices_of(city))
    chief = granted("chief", "city", "assessment.view", "inventory.view", "area.view")
    with django_assert_max_num_queries(8):
        areas, rows, file, people, other = notices(chief, run)
    assert [url for _text, url in rows.pages] == [
        f"/inventory/facilities/{one.pk}/" for one in records
    ]
    assert "（共2处）" in rows.says
    assert "lifecircle check" not in "".join(one.says for one in notices(chief, run))
    assert (rows.remedy, rows.folder) == ('<span lang="zh-Hans">补上状态</span>', "")
    assert [url for _text, url in areas.pages] == [f"/areas/{mill.pk}/"]
    assert areas.folder.startswith("路网在服务器的城市资料文件夹")
    assert file.pages == []
    assert "“边界.geojson”在服务器的城市资料文件夹" in file.folder
    assert "“人口.xlsx”" in people.folder
    assert (other.pages, other.folder) == ([], "")
    clerk = granted("clerk", "bridge", "assessment.view", "inventory.view", "area.view")
    assert [url for _text, url in notices(clerk, run)[1].pages] == [
        f"/inventory/facilities/{records[0].pk}/"
    ]
    nobody = granted("nobody", "city", "assessment.view")
    assert notices(nobody, run)[1].pages == []


def test_older_runs_name_no_command(small_city: SmallCity, granted: Granted) -> None:
    run = run_of(small_city["city"])
    run.manifest["xian-2020"]["run"]["notices"] = ["有疑点：甲（共3处，见 lifecircle check）。"]
    chief = granted("chief", "city", "assessment.view")
    (one,) = notices(chief, run)
    assert "甲（共3处）。" in one.says
    assert "lifecircle" not in one.says
