"""What a device sends is entered once, whatever happens on the way."""

from __future__ import annotations

import hashlib
import io
import uuid
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.utils import timezone
from PIL import Image

from lifecircle.govern.accounts.models import ApiToken
from lifecircle.govern.files.models import StoredFile
from lifecircle.govern.surveys.filled import Filled
from lifecircle.govern.surveys.models import Answer, Return, Round, Submission
from lifecircle.govern.surveys.services import hand_in
from tests.govern.accounts.conftest import enrol
from tests.govern.conftest import Granted, SmallCity
from tests.govern.openrosa.conftest import Device, facility, form, functions, token_of
from tests.govern.parts import signed_in
from tests.govern.surveys.rounds import back_of

CLINIC = functions(function_exists="yes", function_m2="80.5")


@pytest.fixture
def mill(round_: Round, small_city: SmallCity) -> Return:
    return back_of(round_, small_city["mill"])


@pytest.fixture
def device(mill: Return, granted: Granted, settings: Any) -> Device:
    settings.DEMO = True
    return Device("li", token_of(granted("li", "mill", "survey.enter", "survey.view")))


def photo(colour: str = "green") -> bytes:
    out, exif = io.BytesIO(), Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (34.0, 15.0, 0.0), 3: "E", 4: (108.0, 57.0, 0.0)})
    Image.new("RGB", (8, 8), colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


def message(answer: Any) -> str:
    root = ET.fromstring(answer.content)
    assert root.tag == "{http://openrosa.org/http/response}OpenRosaResponse"
    return root[0].text or ""


def value(back: Return, question: str, row: str) -> Any:
    return Filled.of(back).value(question, row)


def test_head_tells_how_much_fits(device: Device) -> None:
    answer = device.head()
    assert answer.status_code == 204
    assert answer.headers["X-OpenRosa-Version"] == "1.0"
    assert int(answer.headers["X-OpenRosa-Accept-Content-Length"]) == 10 * 2**20


def test_answers_arrive_by_question_and_row(device: Device, mill: Return) -> None:
    Answer.objects.create(
        back=mill, question="function_hours", row="clinic", value="全天", channel="page",
        actor="x", at=timezone.now(),
    )  # fmt: skip
    rows = facility("F1", "a", facility_standing="changed", facility_floor_m2="90",
                    facility_point="34.25 108.95 0 5.5") + facility(
        "new-", "b", facility_name="新诊所", facility_categories="clinic playground")  # fmt: skip
    inner = functions(function_exists="yes", function_hours="", function_m2="80.5")
    answer = device.send(form(mill, f"{inner}<facilities>{rows}</facilities>"))
    assert (answer.status_code, message(answer)) == (201, "已收到。")
    assert value(mill, "function_exists", "clinic") == "yes"
    assert value(mill, "function_m2", "clinic") == "80.5"
    assert value(mill, "function_hours", "clinic") == "全天", "a blank takes nothing back"
    assert value(mill, "facility_point", "F1") == [108.95, 34.25]
    assert value(mill, "facility_categories", "new-b") == ["playground", "clinic"]
    sent = Submission.objects.get()
    assert StoredFile.objects.get(sha256=sent.content_sha256).path.read_bytes().startswith(b"<?xml")
    assert {one.channel for one in Answer.objects.exclude(actor="x")} == {"collect"}


def test_the_same_again_is_nothing(device: Device, mill: Return) -> None:
    sent = form(mill, CLINIC)
    first, again = device.send(sent), device.send(sent)
    assert (first.status_code, again.status_code) == (201, 201)
    assert "没有重复" in message(again)
    assert (Answer.objects.count(), Submission.objects.count()) == (2, 1)


def test_another_content_under_the_same_id_is_refused(device: Device, mill: Return) -> None:
    own = f"uuid:{uuid.uuid4()}"
    device.send(form(mill, CLINIC, own))
    answer = device.send(form(mill, functions(function_exists="no"), own))
    assert answer.status_code == 409
    assert "编号已经用过" in message(answer)
    assert value(mill, "function_exists", "clinic") == "yes"


def test_photos_come_in_several_requests(device: Device, mill: Return) -> None:
    rows = facility("F1", "a", facility_photo="1.jpg")
    rows += facility("new-", "b", facility_photo="2.jpg")
    sent = form(mill, f"{CLINIC}<facilities>{rows}</facilities>")
    green, red = photo(), photo("red")
    part = device.send(sent, {"1.jpg": green}, **{"*isIncomplete*": "yes"})
    assert (part.status_code, message(part)) == (202, "已收到，还有1张照片没到。")
    assert value(mill, "function_exists", "clinic") == "yes"
    assert device.send(sent, {"1.jpg": green}).status_code == 202, "the line broke, sent again"
    assert device.send(sent, {"2.jpg": red, "3.jpg": red}).status_code == 201
    assert device.send(sent).status_code == 201
    assert value(mill, "facility_photo", "F1") == hashlib.sha256(green).hexdigest()
    assert value(mill, "facility_photo", "new-b") == hashlib.sha256(red).hexdigest()
    assert Answer.objects.count() == 4
    kept = StoredFile.objects.get(sha256=hashlib.sha256(green).hexdigest())
    assert kept.lat == pytest.approx(34.25)
    assert kept.public
    with Image.open(kept.public.path) as bare:
        assert not bare.getexif()


def test_what_came_before_is_received_after_handing_in(
    device: Device, mill: Return, granted: Granted
) -> None:
    gone = facility("F1", "a", facility_standing="gone")
    sent = form(mill, f"{functions(function_exists='no')}<facilities>{gone}</facilities>")
    assert device.send(sent).status_code == 201
    clerk = granted("clerk", "mill", "survey.enter")
    hand_in(clerk, mill, seen=Return.objects.get(pk=mill.pk).version, missing="走访中")
    assert device.send(sent).status_code == 201
    late = device.send(form(mill, CLINIC))
    assert late.status_code == 409
    assert "退回后再改" in message(late)


def test_a_closed_round_is_refused_with_a_sentence(device: Device, mill: Return) -> None:
    sent = form(mill, CLINIC)
    Round.objects.update(state=Round.State.CLOSED)
    answer = device.send(sent)
    assert answer.status_code == 409
    assert "不在填报中" in message(answer)
    assert b"<xform>" not in device.get("/openrosa/formList").content
    assert not Answer.objects.exists()


def test_a_bad_answer_is_told_and_nothing_is_entered(device: Device, mill: Return) -> None:
    answer = device.send(form(mill, functions(function_exists="yes", function_hours="13800138000")))
    assert answer.status_code == 422
    assert "电话" in message(answer)
    assert not Submission.objects.exists()
    assert not StoredFile.objects.exists()


BOMB = '<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><a id="lifecircle-1">&d;</a>'


@pytest.mark.parametrize("sent", ["", "no xml", "<a", BOMB, "<a/>", '<a id="lifecircle-1"/>',
                                  '<a id="other"><community>1</community></a>',
                                  '<a id="lifecircle-1"><community>x</community></a>'])  # fmt: skip
def test_what_is_no_form_is_told(device: Device, sent: str) -> None:
    answer = device.send(sent)
    assert answer.status_code in (400, 404)
    assert message(answer)
    bare = device.client.post("/openrosa/submission", {}, headers=device.headers)
    assert bare.status_code == 400
    assert message(bare)


def test_rights_are_by_community(device: Device, mill: Return, small_city: SmallCity) -> None:
    pond = back_of(mill.round, small_city["pond"])
    answer = device.send(form(pond, CLINIC))
    assert answer.status_code == 404
    assert message(answer)
    assert not Submission.objects.exists()


def test_who_is_let_in(mill: Return, granted: Granted, settings: Any) -> None:
    settings.DEMO = False
    actor = granted("li", "mill", "survey.enter", "survey.view")
    secret = token_of(actor)
    assert Device("li", secret).head().status_code == 401, "no second factor"
    enrol(ApiToken.objects.get().user)
    assert Device("li", secret).head().status_code == 204
    for name, password in (("wu", secret), ("li", "lc_wrong"), ("li", ""), ("", secret)):
        answer = Device(name, password).get("/openrosa/formList")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")
        assert message(answer)
    poor = Device("li", token_of(actor, "survey.view")).get("/openrosa/formList")
    assert poor.status_code == 404
    assert "填报摸底" in message(poor)
    device = Device("li", secret)
    for header in ("", "Basic", "Basic !!", f"Bearer {secret}", "Basic /w=="):
        answer = device.client.get(
            "/openrosa/formList", headers={"Authorization": header, "Host": "localhost"}
        )
        assert answer.status_code == 401
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert device.head().status_code == 401


def test_a_session_opens_nothing(mill: Return, granted: Granted, settings: Any) -> None:
    settings.DEMO = True
    device = Device("li", "x")

    device.client = signed_in(granted("li", "mill", "survey.enter"))
    answer = device.client.get("/openrosa/formList", headers={"Host": "localhost"})
    assert answer.status_code == 401


def test_tokens_go_over_sealed_lines_only(mill: Return, granted: Granted, settings: Any) -> None:
    settings.DEMO = False
    actor = granted("li", "mill", "survey.enter")
    device = Device("li", token_of(actor))
    enrol(ApiToken.objects.get().user)
    headers = {**device.headers, "Host": "10.1.2.3:8000"}
    answer = device.client.get("/openrosa/formList", headers=headers)
    assert answer.status_code == 403
    assert "https" in message(answer)
    settings.TLS = True
    assert device.client.get("/openrosa/formList", headers=headers).status_code == 200
