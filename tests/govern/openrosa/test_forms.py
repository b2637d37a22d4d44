"""The form of a round: valid in ODK Validate, in two languages, with lists of one's own."""

from __future__ import annotations

import csv
import io
import os
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from pyxform.validators import odk_validate

from lifecircle.govern.openrosa.lists import names
from lifecircle.govern.surveys.models import Round
from lifecircle.govern.surveys.questions import NEW
from lifecircle.govern.surveys.xform import md5, round_of, workbook, write
from tests.govern.conftest import Granted
from tests.govern.openrosa.conftest import Device, token_of

XFORMS = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"


def texts(element: ET.Element) -> dict[str, str]:
    return {one.tag.partition("}")[2]: one.text or "" for one in element}


@pytest.fixture
def device(round_: Round, granted: Granted, settings: Any) -> Device:
    settings.DEMO = True
    return Device("li", token_of(granted("li", "bridge", "survey.enter", "survey.view")))


@pytest.mark.skipif(
    shutil.which("java") is None and os.environ.get("CI") != "true", reason="java is not installed"
)
def test_the_form_is_valid_in_odk_validate(round_: Round, tmp_path: Path) -> None:
    path = tmp_path / "form.xml"
    path.write_bytes(write(round_.pk, round_.title, round_.asks).content)
    assert odk_validate.check_xform(str(path)) == []
    path.write_text(path.read_text(encoding="utf-8").replace("once(uuid())", "once(uuid("))
    with pytest.raises(odk_validate.ODKValidateError):
        odk_validate.check_xform(str(path))


def test_what_is_asked_stands_in_the_form_in_two_languages(round_: Round) -> None:
    form = round_.asks
    written = write(round_.pk, round_.title, form)
    assert write(round_.pk, round_.title, form) is written
    text = written.content.decode()
    assert f'version="{written.version}"' in text
    for section in form.sections:
        assert section.zh in text
        for question in section.questions:
            assert f"<{question.code}/>" in text, question.code
            assert question.zh in text
        for row in section.rows:
            assert f"<{section.code}_{row.key}>" in text
    assert 'lang="中文 (zh)"' in text
    assert 'lang="English (en)"' in text
    names_ = [row["name"] for row in workbook(1, "a", form)["survey"] if "name" in row]
    assert all(name.isidentifier() and name.isascii() for name in names_)


def test_another_text_makes_another_version(round_: Round) -> None:
    form = round_.asks
    versions = {write(1, title, form).version for title in ("甲", "乙")}
    assert len(versions) == 2
    assert round_of("lifecircle-12") == 12
    assert round_of("lifecircle-x") is round_of("other-1") is None


def test_a_device_finds_the_form_with_its_lists(device: Device, round_: Round) -> None:
    answer = device.get("/openrosa/formList")
    assert answer.headers["X-OpenRosa-Version"] == "1.0"
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert int(answer.headers["X-OpenRosa-Accept-Content-Length"]) >= 2**20
    assert answer.headers["Date"].endswith("GMT")
    root = ET.fromstring(answer.content)
    assert root.tag == f"{XFORMS}xforms"
    (told,) = map(texts, root)
    assert told["formID"] == f"lifecircle-{round_.pk}"
    assert "descriptionText" not in told
    assert device.get("/openrosa/formList?verbose=true").content.count(b"descriptionText") == 2
    assert b"<xform>" not in device.get("/openrosa/formList?formID=other").content
    form = device.get(told["downloadUrl"]).content
    assert told["hash"] == md5(form)
    media = [texts(one) for one in ET.fromstring(device.get(told["manifestUrl"]).content)]
    assert [one["filename"] for one in media] == names(round_.asks)
    for one in media:
        assert f"jr://file-csv/{one['filename']}" in form.decode()
        assert md5(device.get(one["downloadUrl"]).content) == one["hash"]


def rows(device: Device, round_: Round, name: str) -> list[dict[str, str]]:
    answer = device.get(f"/openrosa/forms/{round_.pk}/{name}.csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_the_lists_are_ones_own(round_: Round, granted: Granted, device: Device) -> None:
    assert [row["label"] for row in rows(device, round_, "communities")] == ["mill", "pond"]
    clinic, new, other = rows(device, round_, "facilities")
    assert (clinic["name"], clinic["label"]) == ("F1", "Mill clinic")
    assert "建筑面积（平方米） 80" in clinic["told"]
    assert new["name"] == other["name"] == NEW
    assert new["community"] != other["community"]
    pine = Device("xu", token_of(granted("xu", "pine", "survey.enter")))
    assert [row["label"] for row in rows(pine, round_, "communities")] == ["pine"]
    assert [row["name"] for row in rows(pine, round_, "facilities")] == [NEW]
    path = f"/openrosa/forms/{round_.pk}/manifest"
    assert pine.get(path).content != device.get(path).content
    reed = Device("wu", token_of(granted("wu", "reed", "survey.enter")))
    assert b"<xform>" not in reed.get("/openrosa/formList").content
    for there in (path, f"/openrosa/forms/{round_.pk}.xml", f"/openrosa/forms/{round_.pk}/x.csv"):
        assert reed.get(there).status_code == 404
        assert b"OpenRosaResponse" in reed.get(there).content
    assert device.get(f"/openrosa/forms/{round_.pk}/x.csv").status_code == 404


def test_a_list_asks_the_database_little(
    device: Device, round_: Round, django_assert_max_num_queries: Any
) -> None:
    for path in ("formList", f"forms/{round_.pk}/manifest", f"forms/{round_.pk}/facilities.csv"):
        with django_assert_max_num_queries(12):
            device.get(f"/openrosa/{path}")
