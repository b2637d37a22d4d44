"""Writes by the API happen once, with their answer, or not at all."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from lifecircle.govern.actor import Actor
from lifecircle.govern.api.models import Call
from lifecircle.govern.api.once import Once, forget, request_hash
from lifecircle.govern.areas.models import Area

pytestmark = pytest.mark.django_db
Send = Callable[..., Any]


@pytest.fixture
def send() -> Send:
    """Send a body under a key to a view that founds an area and answers with its number."""

    def post(key: str | None, body: str = "a", status: int = 201, user: int = 1) -> Any:
        headers = {"Idempotency-Key": key} if key is not None else {}
        request = RequestFactory().post("/api/x", body, content_type="text/plain", headers=headers)
        request.actor = Actor("test", user_id=user)  # type: ignore[attr-defined]

        def view(request: HttpRequest) -> HttpResponse:
            area = Area.objects.create(name=body, level="city", path="", began_on="2020-01-01")
            return HttpResponse(str(area.pk), status=status, content_type="text/x")

        return Once(lambda _: HttpResponse()).process_view(request, view, (), {})

    return post


def test_the_same_again_gets_the_first_answer(send: Send) -> None:
    first, second = send("k"), send("k")
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Content-Type"] == "text/x"
    assert Area.objects.count() == 1


def test_another_body_under_the_same_key_is_a_conflict(send: Send) -> None:
    send("k")
    assert send("k", "b").status_code == 409
    assert Area.objects.count() == 1


def test_keys_of_others_are_not_in_the_way(send: Send) -> None:
    assert send("k").content != send("k", user=2).content
    assert Area.objects.count() == 2


@pytest.mark.parametrize("key", [None, "", "k" * 201])
def test_a_write_without_a_usable_key_is_told(send: Send, key: str | None) -> None:
    answer = send(key)
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.content.decode("unicode_escape")
    assert not Area.objects.exists()


def test_what_broke_is_undone_and_may_be_tried_again(send: Send) -> None:
    assert send("k", status=500).status_code == 500
    assert not Area.objects.exists()
    assert not Call.objects.exists()
    assert send("k").status_code == 201


def test_answers_are_forgotten_after_a_week(send: Send) -> None:
    send("old")
    send("new")
    Call.objects.filter(key="old").update(called_at=timezone.now() - timedelta(days=8))
    assert forget() == 1
    assert [call.key for call in Call.objects.all()] == ["new"]


def test_a_form_with_a_file_is_known_by_what_it_says(send: Send) -> None:
    """A browser marks its parts anew each time; a large file, a form already read are no fault."""

    def hashed(content: bytes, name: str = "a.csv", **said: str) -> str:
        file = SimpleUploadedFile(name, content)
        request = RequestFactory().post("/api/x", {**said, "file": file})
        assert request.POST.keys() == said.keys(), "as the check of forgery reads it"
        found = request_hash(request)
        [sent] = request.FILES.getlist("file")
        assert sent.read() == content, "the view reads it from its beginning"
        request.close()
        return found

    large = b"x" * 3_000_000
    assert hashed(large, area="1") == hashed(large, area="1")
    others = {hashed(large), hashed(large, area="2"), hashed(large, "b.csv"), hashed(b"x")}
    assert len({*others, hashed(large, area="1")}) == 5
