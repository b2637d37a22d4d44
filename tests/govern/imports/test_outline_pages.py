"""Outlines at the import desk, as a person and as a program bring them in."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lifecircle.govern.areas.models import Area, Outline
from lifecircle.govern.imports.models import Batch, BatchState
from tests.govern.conftest import Granted, SmallCity
from tests.govern.imports.conftest import work
from tests.govern.imports.drawn import MILL_AND_POND, coded, drawn, features
from tests.govern.parts import signed_in

RIGHTS = ("import.run", "area.change", "area.view", "job.view")


@pytest.fixture
def city(small_city: SmallCity) -> SmallCity:
    return coded(small_city)


def sent(picture: str, **more: Any) -> dict[str, Any]:
    file = SimpleUploadedFile("边界.geojson", features(drawn(picture)))
    said = {"file": file, "area": "bridge", "datum": "wgs84", "effective_on": "2026-05-01"}
    return said | {"form": "outlines"} | more


def test_from_the_upload_to_the_outlines_in_force(
    granted: Granted, city: SmallCity, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(granted("planner", "bridge", *RIGHTS))
    for picture in (MILL_AND_POND, "mmmp\nmmpp"):
        assert client.post("/imports/", sent(picture)).status_code == 302
        work()
        batch = Batch.objects.latest("pk")
        page = f"/imports/{batch.pk}/"
        with django_assert_max_num_queries(30):
            shown = client.get(page).content.decode()
        assert f"{page}outlines.geojson?show=" in shown.replace("&amp;", "&")
        if picture != MILL_AND_POND:
            break
        assert client.post(page + "commit/").status_code == 302
        work()
    # one cell of 92 by 111 metres of four
    assert "原面积的25.0%" in shown
    assert "<del>40,8" in shown
    with django_assert_max_num_queries(30):
        found = client.get(f"{page}outlines.geojson?show=changed").json()["features"]
    assert [(one["properties"]["name"], one["properties"]["tone"]) for one in found] == [
        ("mill", "lead"), ("mill", "wait"), ("pond", "lead"), ("pond", "wait"),
    ]  # fmt: skip
    assert found[0]["properties"]["url"] == f"/areas/{city['mill'].pk}/"
    assert client.get(f"{page}outlines.geojson?show=added").json()["features"] == []
    west = signed_in(granted("west", "west", *RIGHTS))
    assert west.get(f"{page}outlines.geojson").status_code == 404


def test_the_refused_are_listed_and_drawn(granted: Granted, city: SmallCity) -> None:
    client = signed_in(granted("planner", "bridge", *RIGHTS))
    shapes = {
        "mill": drawn("mm")["mill"],
        "pond": drawn(".ppp")["pond"],
        "reed": drawn("r")["reed"],
    }
    file = SimpleUploadedFile("边界.geojson", features(shapes))
    client.post("/imports/", sent("", file=file))
    work()
    page = f"/imports/{Batch.objects.get().pk}/"
    rejected = client.get(page + "?show=rejected").content.decode()
    assert "与pond重叠" in rejected
    assert "没有这个区划" in rejected
    assert "reed" not in rejected
    drawn_there = client.get(page + "outlines.geojson?show=rejected").json()["features"]
    assert [one["properties"]["tone"] for one in drawn_there] == ["bad", "bad"]
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(page + "faults.xlsx").content)).active
    assert sheet
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[0] for row in rows] == ["区划边界（社区、网格等）"] * 3
    assert [row[1] for row in rows] == [1, 2, 3]


def test_who_may_not_see_the_neighbour_is_not_told_its_name(
    granted: Granted, city: SmallCity
) -> None:
    chief = signed_in(granted("chief", "bridge", *RIGHTS))
    chief.post("/imports/", sent(MILL_AND_POND))
    work()
    chief.post(f"/imports/{Batch.objects.get().pk}/commit/")
    work()
    Area.objects.filter(pk=city["pond"].pk).update(name="SECRET")
    clerk = signed_in(granted("clerk", "mill", *RIGHTS))
    file = SimpleUploadedFile("边界.geojson", features(drawn("mmm\nmmm")))
    clerk.post("/imports/", sent("", area="mill", file=file))
    work()
    shown = clerk.get(f"/imports/{Batch.objects.latest('pk').pk}/").content.decode()
    assert "与相邻的区划重叠" in shown
    assert "SECRET" not in shown


def test_a_wrong_day_is_told_at_the_form(granted: Granted, city: SmallCity) -> None:
    client = signed_in(granted("planner", "bridge", *RIGHTS))
    response = client.post("/imports/", sent(MILL_AND_POND, effective_on="2099-01-01"))
    assert "不能晚于今天" in response.content.decode()
    assert not Batch.objects.exists()


def test_the_same_by_the_api(granted: Granted, city: SmallCity) -> None:
    client = signed_in(granted("program", "bridge", *RIGHTS))
    about = sent(MILL_AND_POND, area=str(city["bridge"].pk))
    file = SimpleUploadedFile("边界.geojson", features(drawn(MILL_AND_POND), "BM"))
    about |= {"file": file, "code_column": "BM"}
    number = client.post("/api/imports/add", about, headers={"Idempotency-Key": "1"}).json()["id"]
    work()
    rows = client.get(f"/api/imports/{number}/rows?what=added").json()
    assert [(row["form"], row["name"]) for row in rows] == [
        ("outlines", "mill"),
        ("outlines", "pond"),
    ]
    assert rows[0]["fields"][0]["after"].startswith("40,8")
    client.post(
        f"/api/imports/{number}/commit", "{}", content_type="application/json",
        headers={"Idempotency-Key": "2"},
    )  # fmt: skip
    work()
    assert client.get(f"/api/imports/{number}").json()["state"] == BatchState.DONE
    assert Outline.objects.open().count() == 2
