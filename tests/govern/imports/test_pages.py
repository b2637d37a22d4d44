"""The import desk, as a person and as a program use it."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lifecircle.govern.imports.models import Batch, BatchState
from lifecircle.govern.inventory.models import Facility
from tests.govern.conftest import Granted, SmallCity
from tests.govern.imports.conftest import BringIn, committed, facility, work, workbook
from tests.govern.parts import signed_in

RIGHTS = ("import.run", "inventory.change", "job.view")


def sent(folder: Path, area: str = "bridge", **more: Any) -> dict[str, Any]:
    rows = [facility(1), facility(2, floor_m2="很大"), facility(3, "reed")]
    file = SimpleUploadedFile("设施.xlsx", workbook(folder, rows))
    return {"file": file, "area": area, "datum": "wgs84", "effective_on": "2026-05-01"} | more


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.content
    return response.content.decode()


def test_from_the_upload_to_the_commit_without_a_script(
    granted: Granted, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(granted("planner", "bridge", *RIGHTS))
    desk = text(client, "/imports/")
    assert "上传并检查" in desk
    assert client.post("/imports/", sent(tmp_path)).status_code == 302
    batch = Batch.objects.get()
    page = f"/imports/{batch.pk}/"
    assert "正在检查" in text(client, page)
    work()
    with django_assert_max_num_queries(30):
        shown = text(client, page)
    assert "新增1处，修改0处；退回的2行不写入" in shown
    rejected = text(client, page + "?show=rejected")
    for said in ("很大", "建筑面积（平方米）", "没有这个社区，或者不在这次导入的区划内"):
        assert said in rejected
    assert client.post(page + "commit/").status_code == 302
    assert client.post(page + "commit/").status_code == 409
    work()
    assert "已生效" in text(client, page)
    assert Facility.versions.current().count() == 1
    assert "设施.xlsx" in text(client, "/imports/?state=done")
    assert client.post(page + "undo/", {"reason": ""}).status_code == 403
    assert client.post(page + "undo/", {"reason": "写错了"}).status_code == 302
    work()
    assert "注销" in text(client, f"/imports/{Batch.objects.get(undoes=batch).pk}/")


def test_a_wrong_form_says_what_is_wrong(granted: Granted, tmp_path: Path) -> None:
    client = signed_in(granted("planner", "bridge", *RIGHTS))
    response = client.post("/imports/", sent(tmp_path, area="reed", datum=""))
    assert "您的授权范围内没有这个区划" in response.content.decode()
    bad = {**sent(tmp_path), "file": SimpleUploadedFile("a.exe", b"MZ")}
    assert "不能导入 a.exe" in client.post("/imports/", bad).content.decode()
    assert not Batch.objects.exists()


def test_the_rejected_rows_go_back_marked(
    granted: Granted, brought: BringIn, small_city: SmallCity
) -> None:
    client = signed_in(granted("planner", "bridge", *RIGHTS))
    rows = [facility(1, name="=1+1"), facility(2, floor_m2="很大", name="=cmd()")]
    batch = brought(rows, small_city["bridge"])
    listed = client.get(f"/imports/{batch.pk}/faults.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(listed.content)).active
    assert sheet
    found = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [(row[1], row[4], row[5]) for row in found if row[4] == "错误"] == [
        (3, "错误", "建筑面积（平方米）")
    ]
    copy = client.get(f"/imports/{batch.pk}/marked.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(copy.content))
    assert book.sheetnames[0] == "问题清单"
    marked = [cell.coordinate for row in book["设施"].iter_rows() for cell in row if cell.comment]
    assert any(re.fullmatch(r"[A-Z]+3", at) for at in marked)


def test_strangers_find_nothing(granted: Granted, brought: BringIn, small_city: SmallCity) -> None:
    batch = committed(brought([facility(1, name="SECRET")], small_city["bridge"]))
    for name, area in (("west", "west"), ("nobody", None)):
        client = signed_in(granted(name, area, *RIGHTS))
        for route in ("", "faults.xlsx", "marked.xlsx"):
            assert client.get(f"/imports/{batch.pk}/{route}").status_code == 404
        for route in ("commit/", "discard/", "undo/"):
            assert client.post(f"/imports/{batch.pk}/{route}", {"reason": "x"}).status_code == 404
        for route in ("", "/rows"):
            assert client.get(f"/api/imports/{batch.pk}{route}").status_code == 404
        listed = client.get("/imports/")
        assert "设施.xlsx" not in listed.content.decode()
    assert Facility.versions.current().get().name == "SECRET"


def test_the_same_by_the_api(granted: Granted, small_city: SmallCity, tmp_path: Path) -> None:
    client = signed_in(granted("program", "bridge", *RIGHTS))
    keyed = {"Idempotency-Key": "one"}
    about = sent(tmp_path, area=str(small_city["bridge"].pk))
    for datum in ("GCJ-02", ""):
        wrong = sent(tmp_path, area=str(small_city["bridge"].pk), datum=datum)
        refused = client.post("/api/imports/add", wrong, headers={"Idempotency-Key": f"x{datum}"})
        assert refused.status_code == 422, "coordinates of an unknown kind are not taken for WGS84"
    about = sent(tmp_path, area=str(small_city["bridge"].pk))
    added = client.post("/api/imports/add", about, headers=keyed)
    assert added.status_code == 200, added.content
    number = added.json()["id"]
    work()
    state = client.get(f"/api/imports/{number}").json()
    assert (state["state"], state["counts"]["rejected"]) == ("checked", 2)
    rows = client.get(f"/api/imports/{number}/rows?what=added").json()
    assert [row["own_id"] for row in rows] == ["F1"]
    said = {one["field"]: one["after"] for one in rows[0]["fields"]}
    assert (said["所属区划"], said["设施类别"]) == ("mill", "放心早餐网点")
    told = client.get(f"/api/imports/{number}/rows?what=rejected").json()
    assert [row["row"] for row in told] == [3, 4]
    done = client.post(
        f"/api/imports/{number}/commit", "{}", content_type="application/json",
        headers={"Idempotency-Key": "two"},
    )  # fmt: skip
    assert done.status_code == 200, done.content
    work()
    assert client.get(f"/api/imports/{number}").json()["state"] == BatchState.DONE
    elsewhere = sent(tmp_path, area=str(small_city["reed"].pk))
    answer = client.post("/api/imports/add", elsewhere, headers={"Idempotency-Key": "three"})
    assert answer.status_code == 404


def test_a_day_to_come_is_refused(granted: Granted, small_city: SmallCity, tmp_path: Path) -> None:
    client = signed_in(granted("planner", "bridge", *RIGHTS))
    ahead = sent(tmp_path, area=str(small_city["bridge"].pk), effective_on="2999-01-01")
    page = client.post("/imports/", ahead | {"area": "bridge"})
    assert "不能晚于今天" in page.content.decode()
    again = sent(tmp_path, area=str(small_city["bridge"].pk), effective_on="2999-01-01")
    answer = client.post("/api/imports/add", again, headers={"Idempotency-Key": "one"})
    assert (answer.status_code, "不能晚于今天" in str(answer.json())) == (422, True)
    assert not Batch.objects.exists()
