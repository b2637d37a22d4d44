"""The frame of all pages: headers, what waits, how pages look, what is said when they fail."""

from __future__ import annotations

import re
from datetime import date, timedelta
from http.cookies import Morsel
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template import engines
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from lifecircle.govern.access import routes
from lifecircle.govern.accounts.models import Grant, Role, User
from lifecircle.govern.actor import system
from lifecircle.govern.inventory.models import Facility
from lifecircle.govern.menus import Entrance, entrances
from lifecircle.govern.pages import context
from lifecircle.govern.pages.history import steps
from lifecircle.govern.records.services import MASKED, put
from lifecircle.govern.waiting import Waiting, waiting_for
from tests.govern.conftest import TODAY, Granted, SmallCity
from tests.govern.pages import gallery


@pytest.fixture
def clerk(client: Client, small_city: SmallCity, granted: Granted, settings: Any) -> Client:
    """Sign somebody in who holds a right over an area."""
    settings.DEMO = True
    granted("clerk", "bridge", "area.view")
    client.force_login(
        User.objects.get(username="clerk"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


@pytest.fixture
def shown(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Serve the gallery beside the platform's own pages."""
    settings.ROOT_URLCONF = gallery.__name__
    monkeypatch.setattr("lifecircle.govern.site.gate.asked", lambda: {**routes(), **gallery.ROUTES})


def text_of(answer: object) -> str:
    assert isinstance(answer, HttpResponse)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_a_page_allows_nothing_from_elsewhere_and_stays_nowhere(clerk: Client) -> None:
    headers = clerk.get("/").headers
    policy = dict(one.split(" ", 1) for one in headers["Content-Security-Policy"].split("; "))
    assert policy.pop("img-src") == "'self' data: blob:"
    assert policy.pop("worker-src") == "'self' blob:"
    assert set(policy.values()) == {"'self'", "'none'"}
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_with_tls_browsers_are_told_to_keep_to_it(clerk: Client, settings: Any) -> None:
    settings.TLS = True
    assert clerk.get("/help/").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_the_home_asks_the_database_little(
    clerk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(12):
        answer = clerk.get("/")
    said = text_of(answer)
    assert "没有等您办的事" in said
    assert "bridge：clerk" in said


def test_what_waits_stands_in_order_and_says_by_when(
    clerk: Client, small_city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = timezone.localdate()
    things = [
        Waiting("later", due=today + timedelta(days=3)),
        Waiting("whenever"),
        Waiting("at once", "/help/", due=today - timedelta(days=1), count=4),
    ]
    monkeypatch.setattr("lifecircle.govern.accounts.waiting.waiting", lambda *_: things)
    said = text_of(clerk.get("/"))
    places = [said.index(words) for words in ("已逾期", "at once", "（4项）", "later", "没有期限")]
    assert places == sorted(places)
    assert "没有等您办的事" not in said


def test_grants_that_end_soon_wait_for_whoever_may_renew_them(
    small_city: SmallCity, granted: Granted, settings: Any
) -> None:
    settings.DEMO = True  # nobody waits for a second factor
    above = granted("above", "east", "user.grant")
    beside = granted("beside", "west", "user.grant")
    own = granted("own", "mill", "area.view")
    user = User.objects.get(username="own")
    Grant.objects.filter(user=user).update(to_on=TODAY + timedelta(days=30))
    assert [(one.due, one.count) for one in waiting_for(above, TODAY)] == [(date(2026, 7, 31), 1)]
    assert waiting_for(beside, TODAY) == []
    assert [one.due for one in waiting_for(own, TODAY)] == [date(2026, 7, 31)]
    assert waiting_for(above, TODAY - timedelta(days=1)) == []
    role = Role.objects.create(code="r", name="r", permissions=[])
    Grant.objects.create(
        user=user, role=role, area=small_city["mill"], given_by="test",
        from_on=TODAY + timedelta(days=2), to_on=TODAY + timedelta(days=3),
    )  # fmt: skip
    assert [one.count for one in waiting_for(own, TODAY)] == [1]


def test_somebody_without_a_grant_is_told_whom_to_ask(clerk: Client) -> None:
    Grant.objects.all().delete()
    assert "您今天没有任何授权" in text_of(clerk.get("/"))


def test_the_look_is_kept_in_a_cookie_without_a_person(clerk: Client) -> None:
    answer = clerk.post("/look/", {"word": "large", "next": "/help/"})
    assert answer.headers["Location"] == "/help/"
    cookie: Morsel[str] = answer.cookies["look"]
    assert cookie.value == "large"
    assert cookie["httponly"]
    clerk.post("/look/", {"word": "contrast"})
    assert b'class="large contrast"' in clerk.get("/").content
    clerk.post("/look/", {"word": "large"})
    assert b'class="contrast"' in clerk.get("/").content
    clerk.post("/look/", {"word": '"><script>'})
    assert b'class="contrast"' in clerk.get("/").content


@pytest.mark.parametrize("away", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_the_look_leads_nowhere_else(clerk: Client, away: str) -> None:
    answer = clerk.post("/look/", {"word": "large", "next": away})
    assert answer.headers["Location"] == "/"


def test_a_form_from_elsewhere_is_told_so(clerk: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/look/", {"word": "large"})
    assert answer.status_code == 403
    assert "没有收到这次提交" in text_of(answer)


@pytest.mark.usefixtures("shown")
def test_what_breaks_tells_nothing_of_the_machine(
    clerk: Client, caplog: pytest.LogCaptureFixture
) -> None:
    clerk.raise_request_exception = False
    answer = clerk.get("/gallery/fail/")
    said = text_of(answer)
    assert answer.status_code == 500
    assert "平台出错了" in said
    assert "Something went wrong" in said
    assert "secret of the machine" not in said
    assert "Traceback" not in said
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_not_there_is_told_in_words(clerk: Client) -> None:
    answer = clerk.get("/nothing/")
    assert answer.status_code == 404
    assert "请找上级单位的管理员授权" in text_of(answer)


@pytest.mark.usefixtures("shown")
def test_a_refusal_is_a_sentence_with_its_remedy(clerk: Client) -> None:
    answer = clerk.get("/gallery/refuse/")
    assert answer.status_code == 403
    assert "later is already known。" in text_of(answer)
    assert "请write a later date。" in text_of(answer)
    assert "回到刚才的页面" not in text_of(answer)
    ours = clerk.get("/gallery/refuse/", headers={"Referer": "http://testserver/areas/"})
    assert b'<a href="http://testserver/areas/">' in ours.content
    away = clerk.get("/gallery/refuse/", headers={"Referer": "https://example.org/areas/"})
    assert b"example.org" not in away.content


@pytest.mark.usefixtures("shown")
def test_a_wrong_form_links_each_fault_to_its_field(clerk: Client) -> None:
    page = clerk.post("/gallery/form/", {"name": ""}).content.decode()
    summary = page[page.index('class="errors"') : page.index('class="field')]
    targets = re.findall(r'href="#(\w+)"', summary)
    assert targets == ["id_name", "id_kind", "id_uses", "id_mode", "id_agreed"]
    for target in targets:
        assert f'id="{target}"' in page
    assert 'enctype="multipart/form-data"' in page
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert page.count('class="must"') == 5


def test_pages_keep_every_filter() -> None:
    request = RequestFactory().get("/?q=a%26b&kind=x&kind=y&page=3")
    request.user = AnonymousUser()
    page = Paginator(range(1000), 50).page(3)
    template = engines["django"].from_string('{% include "parts/pages.html" %}')
    links = re.findall(r'href="([^"]+)"', template.render({"page": page}, request))
    assert links[0] == "?q=a%26b&amp;kind=x&amp;kind=y&amp;page=2"
    assert links[-1] == "?q=a%26b&amp;kind=x&amp;kind=y&amp;page=4"
    assert "?q=a%26b&amp;kind=x&amp;kind=y&amp;page=20" in links


@pytest.mark.usefixtures("shown")
def test_the_menu_says_where_one_is(
    small_city: SmallCity, granted: Granted, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = [
        Entrance("all", "gallery", "area.view"),
        Entrance("form", "gallery-form", "area.view"),
        Entrance("hidden", "gallery-history", "audit.view"),
    ]
    monkeypatch.setattr(context, "entrances", lambda: shown)
    actor = granted("clerk", "bridge", "area.view")
    assert [(one.text, one.here) for one in context.menu(actor, "/gallery/form/")] == [
        ("all", ""),
        ("form", "page"),
    ]
    assert [one.here for one in context.menu(actor, "/gallery/form/7/")] == ["", "true"]
    assert [one.here for one in context.menu(actor, "/gallery/other/")] == ["true", ""]


def test_ones_own_account_is_no_part_of_the_list_of_people(
    small_city: SmallCity, granted: Granted
) -> None:
    actor = granted("keeper", "city", "user.view")
    for path, said in (
        ("/people/me/", "page"), ("/people/me/tokens/new/", "true"), ("/account/2fa/", "true"),
        ("/people/", ""), ("/people/7/", ""), ("/areas/", ""),
    ):  # fmt: skip
        assert context.own(actor, path).here == said, path
        (people,) = context.menu(actor, path)
        assert bool(people.here) == (path in {"/people/", "/people/7/"}), path


def test_the_menu_follows_the_year() -> None:
    apps = [one.route.partition(":")[0] for one in entrances()]
    assert apps == [
        "inventory", "areas", "surveys", "assessments", "needs", "plans", "publications",
        "imports", "personal", "accounts", "jobs", "audit",
    ]  # fmt: skip


def test_the_history_tells_each_step_newest_first(
    small_city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Facility, "PERSONAL", frozenset({"hotline"}))
    for day, beds, hotline in ((1, 4, "1"), (2, 6, "1"), (3, 6, "2")):
        values = {"area": small_city["mill"], "categories": ["community_canteen"], "beds": beds}
        put(
            system("test"), Facility, "F1", small_city["mill"], {**values, "hotline": hotline},
            permission="inventory.change", effective_on=date(2026, 3, day), reason=f"day {day}",
        )  # fmt: skip
    told = steps(Facility.versions.filter(record__own_id="F1").select_related("since"))
    assert [(one.on.day, one.reason, one.actor) for one in told] == [
        (3, "day 3", "test"),
        (2, "day 2", "test"),
        (1, "day 1", "test"),
    ]
    assert [(one.label, one.before, one.after) for one in told[0].changes] == [
        ("服务热线", MASKED, MASKED)
    ]
    assert [(one.before, one.after) for one in told[1].changes] == [("4", "6")]
    assert ("", MASKED) in [(one.before, one.after) for one in told[2].changes]
    assert all(one.after for one in told[2].changes)
