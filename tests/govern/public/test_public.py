"""What everybody sees: in plain pages, of what is live alone, without leaving a trace."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lifecircle.govern.areas.models import Area
from lifecircle.govern.public.cached import BROWSER_S
from lifecircle.govern.public.live import FRESH_S, forget
from lifecircle.govern.publications.models import Publication
from tests.govern.parts import taken
from tests.govern.publications.stock import published_in, superseded

PAGES = (
    "/public/",
    "/public/search/?q=春晖",
    "/public/communities/",
    "/public/communities/C1/",
    "/public/facilities/F/1/",
    "/public/codes/F/1.svg",
    "/public/results/",
    "/public/data/",
    "/public/embed/",
    "/public/embed/search/?q=春晖",
    "/public/embed/communities/C1/",
    "/public/embed/facilities/F/1/",
    "/api/public/about",
    "/api/public/communities",
    "/api/public/communities/C1",
    "/api/public/facilities?community=C1",
    "/api/public/facilities/F/1",
    "/api/public/results",
)


@pytest.mark.parametrize("path", PAGES)
def test_nobody_is_asked_and_nothing_is_left_behind(
    shown: Publication, reader: Client, path: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(5):
        answer = reader.get(path)
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer.headers["Cache-Control"] == f"public, max-age={BROWSER_S}"
    again = reader.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    with django_assert_max_num_queries(0):
        assert reader.get(path).content == answer.content


def test_nothing_is_published_yet(db: None, homes: None, reader: Client) -> None:
    assert "还没有公开任何结果" in reader.get("/public/").content.decode()
    for path in ("/public/communities/", "/public/map/", "/public/facilities/F/1/", "/public/x"):
        answer = reader.get(path)
        assert answer.status_code == 404
        assert not answer.cookies
    assert reader.get("/api/public/communities").json() == {"items": [], "next": None}
    assert reader.get("/api/public/communities/C1").status_code == 404


def test_search_goes_by_name_and_by_sound(shown: Publication, reader: Client) -> None:
    def found(words: str) -> list[str]:
        text = reader.get("/public/search/", {"q": words}).content.decode()
        return re.findall(r'/public/((?:communities|facilities)/[^"]+)/"', text)

    assert found("春晖C1") == ["communities/C1"]
    assert found("春晖")[:3] == ["communities/C0", "communities/C1", "facilities/F/0"]
    assert found("shitang") == found("st") == [f"facilities/F/{at}" for at in range(3)]
    assert found("无") == found("") == []


def test_a_community_is_told_in_plain_words(shown: Publication, reader: Client) -> None:
    text = reader.get("/public/communities/C1/").content.decode()
    assert "没有做到8项、说不清8项、做到了8项。" in text
    assert "195至199人" in text
    assert "not applicable" not in text
    book = f"/public/files/{shown.pk}/handbook/community-C1.pdf"
    assert book in text
    assert taken(reader.get(book)).startswith(b"%PDF")


def test_a_facility_with_its_code(shown: Publication, reader: Client, settings: Any) -> None:
    text = reader.get("/public/facilities/F/1/").content.decode()
    for words in ("1 Mill Road", "08:00-12:00", "5 yuan", "029-1"):
        assert words in text
    one = reader.get("/public/codes/F/1.svg").content
    settings.PUBLIC_URL = "https://life.example.cn"
    other = Client().get("/public/codes/F/1.svg").content
    assert one.startswith(b"<svg")
    assert one != other


def test_a_withdrawal_holds_within_a_minute(shown: Publication, reader: Client) -> None:
    assert FRESH_S + BROWSER_S < 60
    assert reader.get("/public/communities/C1/").status_code == 200
    superseded(
        shown,
        "withdrawn",
        withdrawn_reason="有误",
        withdrawn_by="王某",
        withdrawn_at=timezone.now(),
    )
    forget()
    for path in ("communities/C1/", f"map/{shown.pk}/index.html", "codes/F/1.svg"):
        assert reader.get(f"/public/{path}").status_code == 404
    assert reader.get(f"/public/files/{shown.pk}/opendata/communities.csv").status_code == 404
    assert reader.get("/api/public/about").json()["publication"] is None
    for path in ("", "results/", f"results/{shown.pk}/"):
        text = reader.get(f"/public/{path}").content.decode()
        assert "有误" in text
        assert "王某" not in text


def test_a_newer_one_shows_at_once_and_says_what_it_corrects(
    shown: Publication, reader: Client
) -> None:
    reader.get("/public/")
    superseded(shown)
    new = published_in(
        shown.area, "新", published_at=timezone.now(), corrects=shown, correction="电话写错了"
    )
    forget()
    assert "新 C1" in reader.get("/public/communities/C1/").content.decode()
    to_map = reader.get(f"/public/map/{shown.pk}/index.html")
    assert to_map.headers["Location"] == f"/public/map/{new.pk}/index.html"
    assert "电话写错了" in reader.get(f"/public/results/{shown.pk}/").content.decode()


def test_only_the_parts_for_everybody_are_served(shown: Publication, reader: Client) -> None:
    base = f"/public/files/{shown.pk}"
    assert taken(reader.get(f"{base}/opendata/communities.csv")) == b"id\n"
    for path in ("features.jsonl", "manifest.json", "map/../manifest.json", "map/%2e%2e/x", "map/"):
        assert reader.get(f"{base}/{path}").status_code == 404
    proposed = published_in(Area.objects.get(name="east"), "x", state="approved", published_at=None)
    forget()
    assert reader.get(f"/public/map/{proposed.pk}/index.html").status_code == 404


def test_files_are_not_sent_twice(shown: Publication, reader: Client) -> None:
    path = f"/public/map/{shown.pk}/index.html"
    first = reader.get(path)
    taken(first)
    assert first.headers["Cache-Control"] == f"public, max-age={BROWSER_S}"
    assert reader.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_only_named_hosts_frame_and_only_what_is_made_for_it(
    shown: Publication, settings: Any
) -> None:
    settings.EMBED_HOSTS = ["https://app.example.cn"]
    reader = Client()
    framed = reader.get("/public/embed/communities/C1/").headers
    assert "frame-ancestors https://app.example.cn" in framed["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    plain = reader.get("/public/communities/C1/").headers
    assert "frame-ancestors 'none'" in plain["Content-Security-Policy"]
    assert plain["X-Frame-Options"] == "DENY"
    settings.EMBED_HOSTS = []
    alone = Client().get("/public/embed/").headers
    assert "frame-ancestors 'none'" in alone["Content-Security-Policy"]


def test_the_language_is_the_one_cookie(shown: Publication, reader: Client) -> None:
    answer = reader.get("/public/language/en/?next=/public/communities/C1/")
    assert answer.headers["Location"] == "/public/communities/C1/"
    assert list(answer.cookies) == ["django_language"]
    assert 'lang="en"' in reader.get("/public/").content.decode()
    for out in ("https://x.example", "//x.example", "/public//x.example", "/people/"):
        away = reader.get("/public/language/zh-hans/", {"next": out})
        assert away.headers["Location"] == "/public/"


def test_the_interface_goes_page_by_page(shown: Publication, reader: Client) -> None:
    one = reader.get("/api/public/facilities?limit=2").json()
    two = reader.get(f"/api/public/facilities?limit=2&after={one['next']}").json()
    ids = [item["id"] for page in (one, two) for item in page["items"]]
    assert ids == ["F/0", "F/1", "F/2"]
    assert two["next"] is None
    told = reader.get("/api/public/facilities/F/1").json()
    assert told["geometry"] == {"type": "Point", "coordinates": [108.5, 34.5]}
    assert told["properties"]["charges"] == "5 yuan"
