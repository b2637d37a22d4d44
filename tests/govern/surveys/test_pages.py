"""A round on its pages: who sees what, how answers are entered, how many questions it asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from lifecircle.govern.accounts.models import User
from lifecircle.govern.actor import system
from lifecircle.govern.jobs.worker import Worker
from lifecircle.govern.surveys.entering import enter
from lifecircle.govern.surveys.lateness import Lateness
from lifecircle.govern.surveys.models import Answer, Channel, Return, Round
from lifecircle.govern.surveys.parts import parts_of
from lifecircle.govern.surveys.waiting import waiting
from lifecircle.govern.workdays.services import load_shipped
from tests.govern.conftest import Granted, SmallCity
from tests.govern.parts import plain_pages
from tests.govern.surveys.rounds import EVERYTHING, back_of, opened, stocked

Opened = Callable[..., Client]


@pytest.fixture
def browser(granted: Granted, settings: Any) -> Opened:
    """Sign somebody in who may do what is named in an area, and return their browser."""
    settings.DEMO = True
    plain_pages(settings)

    def sign_in(name: str, area: str | None, *permissions: str) -> Client:
        granted(name, area, *(permissions or EVERYTHING))
        client = Client()
        backend = settings.AUTHENTICATION_BACKENDS[-1]
        client.force_login(User.objects.get(username=name), backend=backend)
        return client

    return sign_in


@pytest.fixture
def round_(small_city: SmallCity) -> Round:
    stocked(small_city["mill"])
    return opened(small_city["east"])


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_round_from_draft_to_handing_in(browser: Opened, small_city: SmallCity) -> None:
    stocked(small_city["mill"])
    county, clerk = browser("county", "east"), browser("clerk", "mill", *EVERYTHING[:2])
    plan = {
        "title": "Round 2026", "area": small_city["east"].pk, "pack": "xian-2024",
        "as_on": "2026-06-30", "opens_on": "2026-07-01", "due_on": "2026-07-31",
        "review_due_on": "2026-08-14",
    }  # fmt: skip
    kept = text_of(county.post("/surveys/new/", {**plan, "due_on": "2026-06-01"}))
    assert "报送期限不能早于开始填报" in kept
    assert "Round 2026" in kept, "what was typed stays"
    made = county.post("/surveys/new/", plan)
    round_ = Round.objects.get()
    assert made.headers["Location"] == f"/surveys/{round_.pk}/"
    assert clerk.get(f"/surveys/{round_.pk}/").status_code == 404, "a draft is the county's own"
    assert county.post(f"/surveys/{round_.pk}/open/").status_code == 302
    assert "正在准备填报" in text_of(county.get(f"/surveys/{round_.pk}/"))
    assert Worker("test").run_one()
    mill = back_of(round_, small_city["mill"])
    pond = back_of(round_, small_city["pond"])
    assert clerk.get(f"/surveys/returns/{pond.pk}/").status_code == 404
    page = f"/surveys/returns/{mill.pk}/"
    assert "Mill clinic" in text_of(clerk.get(f"{page}facilities/"))
    parts = parts_of(mill.round.asks.section("functions"))
    assert text_of(clerk.get(f"{page}functions/")).count("?part=") == len(parts) > 2
    own = next(one for one in parts if "clinic" in {row.key for row in one.rows})
    functions = f"{page}functions/?part={own.number}"
    form = clerk.get(functions).context["form"]
    rows = {key: name for name, (code, key) in form.keys.items() if code == "function_exists"}
    base = {"seen": form["seen"].value(), "channel": "page"}
    wrong = clerk.post(functions, {**base, rows["clinic"].replace("exists", "m2"): "x"})
    told = text_of(wrong)
    assert re.search(r"建筑面积合计（平方米）</a>：\s*要写数字", told)
    assert not re.search(r'">建筑面积合计（平方米）</a>', told), "of which kind stands before it"
    heard = {**base, rows["clinic"]: "yes", "channel": "telephone", "note": "书记13800001111"}
    told = text_of(clerk.post(functions, {**heard, "said_on": "2026-07-01"}))
    assert "不收集电话号码" in told
    assert re.search(r'value="yes"[^>]*checked', told), "what was typed stays"
    assert not Answer.objects.exists()
    for part in parts:
        names = {row.key: f"function_exists__{row.key}" for row in part.rows}
        said = {name: "yes" if key == "clinic" else "no" for key, name in names.items()}
        saved = clerk.post(f"{page}functions/?part={part.number}", {**base, **said})
        last = part.number == part.of
        following = "facilities/" if last else f"functions/?part={part.number + 1}"
        assert saved.headers["Location"] == f"{page}{following}"
    mill.refresh_from_db()
    assert mill.answered == sum(len(one.rows) for one in parts), "no part undoes another"
    assert clerk.post(f"{page}functions/", base).status_code == 409, "a page of before the cut"
    assert clerk.get(f"{page}functions/?part=99").status_code == 404
    one = {"seen": 10**6, "row": "F1", "facility_standing": "same", "channel": "telephone"}
    assert "代填要写" in text_of(clerk.post(f"{page}facilities/", one))
    one |= {"note": "社区书记", "said_on": "2026-07-01"}
    assert clerk.post(f"{page}facilities/", one).status_code == 302
    seen = Return.objects.get(pk=mill.pk).version
    assert "与记录一致" not in text_of(clerk.get(page)), "that is no difference"
    refused = clerk.post(f"{page}hand-in/", {"seen": seen}, follow=True)
    assert "没有答" in text_of(refused)
    assert "或者写明为什么空着" in text_of(refused)
    assert Return.objects.get(pk=mill.pk).state == Return.State.OPEN
    assert clerk.post(f"{page}hand-in/", {"seen": seen, "missing": "在看"}).status_code == 302
    told = text_of(county.get(page))
    assert "已报送，待审核" in told
    back = {"seen": seen + 1, "verdict": "back", "reason": "补齐空间资源"}
    assert county.post(f"{page}review/", back).status_code == 302
    assert "补齐空间资源" in text_of(clerk.get(page))
    assert "改正退回的摸底填报" in text_of(clerk.get("/"))
    history = text_of(clerk.get(f"{page}history/?section=facilities"))
    assert "社区书记 2026-07-01" in history
    assert "电话代填" in history


def test_what_is_on_file_is_shown_as_text(browser: Opened, small_city: SmallCity) -> None:
    stocked(small_city["mill"])
    round_ = opened(small_city["east"])
    mill = back_of(round_, small_city["mill"])
    mill.on_file["facilities"]["F1"]["values"]["facility_hours"] = "<script>alert(1)</script>"
    mill.save()
    page = browser("clerk", "mill").get(f"/surveys/returns/{mill.pk}/facilities/?row=F1")
    assert "<script>alert" not in text_of(page)
    assert "&lt;script&gt;alert" in text_of(page)


def test_rows_are_added_one_at_a_time(browser: Opened, round_: Round, small_city: Any) -> None:
    mill, clerk = back_of(round_, small_city["mill"]), browser("clerk", "mill")
    url = f"/surveys/returns/{mill.pk}/opinions/"
    form = clerk.get(f"{url}?row=new").context["form"]
    key = form["row"].value()
    sent = {"row": key, "seen": 0, "channel": "page", "opinion_words": "要食堂"}
    clerk.post(url, {**sent, "opinion_people": "3", "opinion_heard": "visit"})
    assert "要食堂" in text_of(clerk.get(url))
    assert Answer.objects.filter(row=key).count() == 3
    assert clerk.get(f"{url}?row=new-").status_code == 404
    assert clerk.get(f"/surveys/returns/{mill.pk}/permits/?row=new").status_code == 404
    new = clerk.get(f"/surveys/returns/{mill.pk}/facilities/?row=new").context["form"]
    assert "facility_standing" not in new.fields, "there is no record yet to agree with"
    assert clerk.get(f"/surveys/returns/{mill.pk}/nothing/").status_code == 404


def test_every_page_asks_the_database_little(
    browser: Opened, round_: Round, small_city: Any, django_assert_max_num_queries: Any
) -> None:
    mill, county = back_of(round_, small_city["mill"]), browser("county", "east")
    enter(system("t"), mill, {("function_exists", "clinic"): "yes"}, Channel.PAGE)
    page = f"/surveys/returns/{mill.pk}/"
    pages = ["/surveys/", f"/surveys/{round_.pk}/", f"/surveys/{round_.pk}/close/", page]
    pages += [
        f"{page}functions/",
        f"{page}functions/?part=1",
        f"{page}facilities/",
        f"{page}facilities/?row=F1",
    ]
    for url in [*pages, f"{page}history/"]:
        with django_assert_max_num_queries(30):
            assert county.get(url).status_code == 200, url


def test_a_community_not_waited_for_counts_as_not_surveyed(
    browser: Opened, round_: Round, small_city: SmallCity
) -> None:
    county, mill = browser("county", "east"), back_of(round_, small_city["mill"])
    left = round_.returns.order_by("pk")
    reasons = {f"return_{one.pk}": "搬迁中" for one in left}
    first = county.post(f"/surveys/{round_.pk}/close/", {f"return_{mill.pk}": "搬迁中"})
    assert "没有审核" in text_of(first)
    assert "搬迁中" in text_of(first), "what was typed stays"
    assert county.post(f"/surveys/{round_.pk}/close/", reasons).status_code == 302
    assert Worker("test").run_one()
    for page in (f"/surveys/{round_.pk}/", f"/surveys/returns/{mill.pk}/"):
        assert '<span class="badge">未摸底</span>' in text_of(county.get(page))


def test_a_pack_is_offered_by_its_title(browser: Opened) -> None:
    assert "西安市城市社区嵌入式服务设施" in text_of(browser("county", "east").get("/surveys/new/"))


def test_late_is_counted_in_working_days(db: None) -> None:
    load_shipped(system("test"), 2025)
    late = Lateness.of(date(2025, 9, 30), date(2025, 10, 15))
    assert late.known
    assert late.days(date(2025, 9, 30)) == 0
    assert late.days(date(2025, 10, 8)) == 0, "the long holiday of 2025 lasts until 8 October"
    assert late.days(date(2025, 10, 9)) == 1
    assert late.days(date(2025, 10, 11)) == 3, "a Saturday that is worked"
    unknown = Lateness.of(date(2031, 1, 1), date(2031, 1, 5))
    assert not unknown.known
    assert unknown.days(date(2031, 1, 4)) == 3


def test_what_waits_for_whom(granted: Granted, round_: Round, small_city: SmallCity) -> None:
    clerk = granted("clerk", "mill", *EVERYTHING[:2])
    town = granted("town", "bridge", *EVERYTHING[:3])
    county = granted("county", "east", "survey.view", "survey.close")
    stranger, nobody = granted("other", "reed", *EVERYTHING[:2]), granted("nobody", None)
    today = date(2026, 7, 1)

    def told(actor: Any) -> list[tuple[str, date | None, int]]:
        return [(one.text, one.due, one.count) for one in waiting(actor, today)]

    assert told(clerk) == [("填报摸底", date(2026, 7, 31), 1)]
    assert [told(one) for one in (town, county, stranger, nobody)] == [[], [], [], []]
    Return.objects.filter(area=small_city["mill"]).update(state="handed_in")
    assert told(town) == [("审核社区报送的摸底", date(2026, 8, 14), 1)]
    assert told(clerk) == []
    Return.objects.update(state="reviewed")
    assert told(county) == [("办结摸底", date(2026, 8, 14), 1)]


def test_the_api_enters_once_and_tells(
    browser: Opened, round_: Round, small_city: SmallCity
) -> None:
    clerk, stranger = browser("clerk", "mill"), browser("stranger", "reed")
    mill = back_of(round_, small_city["mill"])
    url = f"/api/surveys/returns/{mill.pk}/answers"
    given = {"question": "function_exists", "row": "clinic", "value": "no"}
    sent = {"answers": [given], "channel": "offline"}

    def post(client: Client, body: Any, key: str) -> Any:
        head = {"Idempotency-Key": key}
        return client.post(url, body, content_type="application/json", headers=head)

    assert post(stranger, sent, "k").status_code == 404
    first, again = post(clerk, sent, "k"), post(clerk, sent, "k")
    assert first.json() == again.json()
    assert first.json() == {"saved": 1, "version": 2, "repeated": False}
    assert [one["value"] for one in clerk.get(url).json()["items"]] == ["no"]
    bad = post(clerk, {"answers": [{**given, "value": "maybe"}]}, "k2")
    assert bad.status_code == 422
    assert [one["title"] for one in clerk.get("/api/surveys/rounds").json()] == [round_.title]
    returns = clerk.get(f"/api/surveys/rounds/{round_.pk}/returns").json()["items"]
    assert [one["area_name"] for one in returns] == ["mill"]
    form = clerk.get(f"/api/surveys/rounds/{round_.pk}/form").json()
    assert form["pack"] == "xian-2024"
