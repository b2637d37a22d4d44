"""In a real browser: the network, the tab and the power go, and everything arrives once."""

from __future__ import annotations

import json
import os
import signal
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lifecircle.govern.surveys.models import Answer, Return, Round, Submission
from tests.browsers import ARGUMENTS, CHROMIUM
from tests.govern.conftest import Granted, SmallCity
from tests.govern.parts import plain_pages, signed_in
from tests.govern.people import PASSWORD
from tests.govern.platform import Platform
from tests.govern.surveys.rounds import back_of, opened, stocked

SENT, WAITING = "已送出", "在本机上，尚未送出"
EXISTS = '[data-question="function_exists"][data-row="playground"]'
REMARK = '[data-question="facility_remark"][data-row="F1"]'
PHOTO = '[data-question="facility_photo"][data-row="F1"]'
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


class Telephone:
    """A browser of a clerk on the page of a return."""

    def __init__(self, platform: Platform, browser: Any, person: str | None = "clerk") -> None:
        self.platform = platform
        self.context = platform.context(browser, person)
        if person is None:
            self._sign_in()
        self.path = f"/surveys/returns/{platform.known['return']}/device/"
        self.open()

    def _sign_in(self) -> None:
        """Open a session of the clerk's that may end; that of the others stays."""
        page = self.context.new_page()
        page.goto("/account/login/")
        page.fill("[name=login]", "clerk")
        page.fill("[name=password]", PASSWORD)
        page.click("main button")
        page.wait_for_url(lambda url: "/login/" not in url)
        page.close()

    def open(self) -> None:
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.goto(self.path)
        self.page.wait_for_selector("form[data-device]:not([hidden])")
        self.page.evaluate(
            "() => document.querySelectorAll('details').forEach((at) => (at.open = true))"
        )

    def ready(self) -> None:
        self.page.wait_for_selector("form[data-ready=yes]")
        self.page.evaluate("() => navigator.serviceWorker.ready")

    def says(self, text: str) -> None:
        self.page.wait_for_function(
            "(text) => document.querySelector('#device-status').textContent.includes(text)",
            arg=text,
        )

    def answers(self, question: str) -> list[Any]:
        """Return the answers that the platform holds of a question, old ones too."""
        page = self.context.request.get(
            f"/surveys/returns/{self.platform.known['return']}/history/"
        )
        return [one for one in page.text().split("<tr>") if question in one]


@pytest.fixture
def telephone(platform: Platform, browser: Any) -> Iterator[Telephone]:
    one = Telephone(platform, browser)
    yield one
    one.context.close()
    assert not one.faults


def test_nothing_is_lost_when_network_and_tab_go(telephone: Telephone) -> None:
    telephone.ready()
    telephone.says(SENT)
    telephone.context.set_offline(True)
    page = telephone.page
    page.check(f"{EXISTS}[value=no]")
    page.fill(REMARK, "门口有三级台阶")
    page.set_input_files(PHOTO, {"name": "a.png", "mimeType": "image/png", "buffer": DOT})
    page.click('[data-add="opinions"]')
    new = page.locator('.device-new [data-question="opinion_words"]')
    new.fill("想要一个食堂")
    telephone.says(f"{WAITING}：4项")
    telephone.says("没有网络")
    page.close()
    telephone.open()
    assert telephone.page.is_checked(f"{EXISTS}[value=no]")
    assert telephone.page.input_value(REMARK) == "门口有三级台阶"
    words = telephone.page.locator('.device-new [data-question="opinion_words"]')
    assert words.input_value() == "想要一个食堂"
    telephone.says(f"{WAITING}：4项")
    telephone.context.set_offline(False)
    telephone.says(SENT)
    for text in ("门口有三级台阶", "想要一个食堂"):
        assert len(telephone.answers(text)) == 1
    assert telephone.page.evaluate("() => localStorage.getItem('lifecircle-unsent')") == "0"
    telephone.page.close()
    telephone.open()
    telephone.says(SENT)
    assert telephone.page.input_value(REMARK) == "门口有三级台阶"


def test_nothing_is_lost_when_the_power_goes(
    platform: Platform, browser: Any, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"

    def opened_() -> Any:
        own = browser.browser_type.launch_persistent_context(
            str(profile), executable_path=CHROMIUM, args=[*ARGUMENTS], base_url=platform.url
        )
        cookies = {"sessionid": platform.sessions["clerk"], "django_language": "zh-hans"}
        own.add_cookies(
            [{"name": name, "value": one, "url": platform.url} for name, one in cookies.items()]
        )
        page = own.new_page()
        page.goto(f"/surveys/returns/{platform.known['return']}/device/")
        page.wait_for_selector("form[data-device]:not([hidden])")
        return own, page

    own, page = opened_()
    own.set_offline(True)
    page.evaluate("() => document.querySelectorAll('details').forEach((at) => (at.open = true))")
    page.fill(REMARK, "停电之前")
    page.wait_for_function("() => localStorage.getItem('lifecircle-unsent') === '1'")
    for process in running_with(str(profile)):
        os.kill(process, signal.SIGKILL)
    with suppress(Exception):
        own.close()
    for lock in profile.glob("Singleton*"):
        lock.unlink()
    own, page = opened_()
    page.wait_for_function(
        "() => document.querySelector('#device-status').textContent.includes('已送出')"
    )
    assert page.input_value(REMARK) == "停电之前"
    text = own.request.get(f"/surveys/returns/{platform.known['return']}/history/").text()
    assert text.count("停电之前") == 1
    own.close()


def running_with(word: str) -> list[int]:
    """Return the processes that were started with a word: those of one browser."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if word.encode() in file.read_bytes():
                found.append(int(file.parent.name))
    return found


def test_an_answer_that_was_lost_on_the_way_back_is_not_entered_twice(
    telephone: Telephone,
) -> None:
    telephone.ready()
    cut = {"left": 1}

    def lose(route: Any) -> None:
        if route.request.method == "POST" and cut["left"]:
            cut["left"] -= 1
            route.fetch()
            route.abort()
        else:
            route.continue_()

    telephone.context.route("**/device/", lose)
    telephone.page.fill(REMARK, "第二次说")
    telephone.says("没有送到")
    telephone.says(WAITING)
    telephone.page.click("form[data-device] .actions button:not([type])")
    telephone.says(SENT)
    assert len(telephone.answers("第二次说")) == 1


def test_what_is_refused_is_told_beside_its_field(telephone: Telephone) -> None:
    telephone.ready()
    telephone.page.fill(REMARK, "找老张 13800138000")
    telephone.page.fill('[data-question="facility_hours"][data-row="F1"]', "每天")
    mark = telephone.page.locator(".field", has=telephone.page.locator(REMARK))
    mark.get_by_text("不收集电话号码").wait_for()
    telephone.says(f"{WAITING}：1项")
    assert len(telephone.answers("每天")) == 1
    telephone.page.fill(REMARK, "找社区")
    telephone.says(SENT)


def test_signing_out_wipes_the_device(platform: Platform, browser: Any) -> None:
    telephone = Telephone(platform, browser, None)
    telephone.ready()
    telephone.context.set_offline(True)
    telephone.page.fill(REMARK, "还没送出")
    telephone.says(WAITING)
    telephone.page.wait_for_function("() => localStorage.getItem('lifecircle-unsent') === '1'")
    telephone.context.route("**/device/", lambda route: route.abort())
    telephone.context.set_offline(False)
    asked: list[str] = []
    answer = {"stay": True}

    def decide(dialog: Any) -> None:
        asked.append(dialog.message)
        dialog.dismiss() if answer["stay"] else dialog.accept()

    telephone.page.on("dialog", decide)
    telephone.page.click("form.who button")
    assert asked
    assert "没有送出" in asked[0]
    assert telephone.path in telephone.page.url
    answer["stay"] = False
    telephone.page.click("form.who button")
    telephone.page.wait_for_url(lambda url: "/device/" not in url)
    left = telephone.page.evaluate(
        "async () => [(await indexedDB.databases()).length, (await caches.keys()).length,"
        " localStorage.length]"
    )
    assert left == [0, 0, 0]
    telephone.context.close()


def test_without_a_sealed_line_it_says_so(platform: Platform, browser: Any) -> None:
    context = platform.context(browser, "clerk")
    page = context.new_page()
    page.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'serviceWorker', {get: () => undefined})"
    )
    page.goto(f"/surveys/returns/{platform.known['return']}/device/")
    page.wait_for_selector("#device-unsafe:not([hidden])")
    assert page.is_hidden("form[data-device]")
    context.close()


@pytest.fixture
def mill(small_city: SmallCity, settings: Any, tmp_path: Any) -> Return:
    plain_pages(settings)
    settings.MEDIA_ROOT = tmp_path / "files"
    stocked(small_city["mill"])
    return back_of(opened(small_city["east"]), small_city["mill"])


def told(*answers: tuple[str, str, Any], instance: str = "", seen: int = 0) -> dict[str, str]:
    listed = [{"question": code, "row": row, "value": value} for code, row, value in answers]
    own = {"instance": instance or str(uuid.uuid4()), "seen": seen, "answers": listed}
    return {"told": json.dumps(own)}


def test_what_a_device_sends_is_entered_once(mill: Return, granted: Granted) -> None:
    client = signed_in(granted("li", "mill", "survey.enter", "survey.view"))
    path = f"/surveys/returns/{mill.pk}/device/"
    sent = told(("function_exists", "clinic", "yes"))
    assert client.post(path, sent).json()["saved"] == 1
    assert client.post(path, sent).json()["repeated"]
    assert (Answer.objects.count(), Submission.objects.count()) == (1, 1)
    assert Answer.objects.get().channel == "offline"
    other = {**json.loads(sent["told"]), "answers": []}
    assert client.post(path, {"told": json.dumps(other)}).status_code == 409
    bad = client.post(path, told(("function_m2", "clinic", "x"), ("nothing", "", "y")))
    assert bad.status_code == 422
    assert {one["question"] for one in bad.json()["faults"]} == {"function_m2", "nothing"}
    for body in ({}, {"told": "x"}, {"told": "[]"}, {"told": '{"answers": [{}]}'}):
        assert client.post(path, body).status_code == 400
    Round.objects.update(state=Round.State.CLOSED)
    assert client.post(path, told(("function_exists", "clinic", "no"))).status_code == 409


def test_the_key_belongs_to_the_session_and_strangers_get_none(
    mill: Return, granted: Granted
) -> None:
    actor = granted("li", "mill", "survey.enter", "survey.view")
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in(actor).cookies
    path = f"/surveys/returns/{mill.pk}/device/"
    sent = told(("function_exists", "clinic", "yes"))
    assert client.post(path, sent).status_code == 403
    got = client.get("/surveys/device-key/").json()
    assert got["user"] == actor.user_id
    assert client.post(path, sent | {"csrfmiddlewaretoken": got["key"]}).status_code == 200
    assert Client().get("/surveys/device-key/").status_code == 302
    assert signed_in(granted("wu", "pond", "survey.enter")).get(path).status_code == 404
    worker = Client().get("/surveys/worker.js")
    assert worker.status_code == 200
    assert worker.headers["Content-Type"].startswith("text/javascript")


def test_the_page_asks_the_database_little(
    mill: Return, granted: Granted, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(granted("li", "mill", "survey.enter", "survey.view"))
    with django_assert_max_num_queries(30):
        page = client.get(f"/surveys/returns/{mill.pk}/device/").content.decode()
    for section in mill.round.asks.sections:
        for question in section.questions:
            assert f'data-question="{question.code}"' in page
