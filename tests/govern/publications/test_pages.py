"""The pages of the exit, as those who propose and approve see them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lifecircle.govern.assessments.models import Run
from lifecircle.govern.publications.models import Publication
from lifecircle.govern.publications.services import propose
from lifecircle.govern.publications.waiting import waiting
from tests.govern.parts import plain_pages, signed_in, taken
from tests.govern.publications.conftest import ALL, Office, published, work

RUN = Publication.Kind.RUN


@pytest.fixture(autouse=True)
def _plain(settings: Any) -> None:
    plain_pages(settings)


def test_from_the_proposal_to_the_withdrawal(
    paper: Run, office: Office, django_assert_max_num_queries: Any
) -> None:
    one, other = office("one", *ALL), office("other", *ALL)
    mine, theirs = signed_in(one), signed_in(other)
    assert paper.title in mine.get("/publications/offered/").content.decode()
    path = f"/publications/propose/run/{paper.pk}/"
    assert "每年一次" in mine.post(path, {"title": "", "reason": "每年一次"}).content.decode()
    to = mine.post(path, {"title": "给大家看", "reason": "每年一次"}).headers["Location"]
    polled = {"HX-Request": "true"}
    assert "还没有备好" in theirs.get(to).content.decode()
    assert "HX-Refresh" not in theirs.get(to, headers=polled).headers
    work()
    assert theirs.get(to, headers=polled).headers["HX-Refresh"] == "true"
    with django_assert_max_num_queries(30):
        text = mine.get(to).content.decode()
    assert "您提请的要由另一位批准" in text
    assert "批准并发布" not in text
    text = theirs.get(to).content.decode()
    assert "批准并发布" in text
    assert f"{to}preview/map/index.html" in text
    assert taken(theirs.get(f"{to}preview/map/index.html")) == b"map"
    assert theirs.get(f"{to}preview/features.jsonl").status_code == 404
    assert theirs.post(f"{to}approve/", {"seen": 1, "reason": " "}).status_code == 403
    assert mine.post(f"{to}approve/", {"seen": 1, "reason": "x"}).status_code == 403
    assert theirs.post(f"{to}approve/", {"seen": 1, "reason": "同意"}).status_code == 302
    assert theirs.post(f"{to}refuse/", {"seen": 1, "reason": "太晚"}).status_code == 409
    work()
    assert "已发布" in mine.get(to).content.decode()
    seen = Publication.objects.get().version
    assert theirs.post(f"{to}withdraw/", {"seen": seen, "reason": "有误"}).status_code == 302
    text = mine.get(f"{to}").content.decode()
    assert "有误" in text
    assert "提请更正" not in text


def test_a_correction_names_what_was_wrong(paper: Run, office: Office) -> None:
    one, other = office("one", *ALL), office("other", *ALL)
    live = published(paper, one, other)
    mine = signed_in(one)
    path = f"/publications/{live.pk}/correct/"
    assert paper.title in mine.get(path).content.decode()
    told = {"subject": paper.pk, "seen": live.version, "reason": "电话写错了"}
    to = mine.post(path, told).headers["Location"]
    assert "电话写错了" in mine.get(to).content.decode()
    assert "电话写错了" in mine.get(f"/publications/{live.pk}/").content.decode()


def test_what_waits_is_what_one_may_decide(paper: Run, office: Office) -> None:
    one, other = office("one", *ALL), office("other", *ALL)
    reader = office("reader", "publication.view")
    propose(one, RUN, paper.pk, "x")
    today = date(2026, 7, 1)
    assert [list(waiting(who, today)) for who in (one, reader)] == [[], []]
    assert [told.count for told in waiting(other, today)] == [1]
    listed = signed_in(reader).get("/publications/?state=proposed").content.decode()
    assert "待批准" in listed
    assert signed_in(reader).get("/publications/offered/").status_code == 404
