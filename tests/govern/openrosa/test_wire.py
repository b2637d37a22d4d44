"""Requests byte by byte as Collect's OkHttp writes them."""

from __future__ import annotations

from typing import Any

import pytest

from lifecircle.govern.surveys.models import Answer, Return, Round
from tests.govern.conftest import Granted, SmallCity
from tests.govern.openrosa.conftest import Device, facility, form, functions, token_of
from tests.govern.openrosa.test_submissions import message, photo
from tests.govern.surveys.rounds import back_of

BOUNDARY = "5a2f5a3c-8a0e-4a3d-9c55-0d7b3f0f6a11"
MOST_FILES = 102
"""Collect puts the form and up to 101 photos into one request, if they are small enough."""


@pytest.fixture
def mill(round_: Round, small_city: SmallCity) -> Return:
    return back_of(round_, small_city["mill"])


@pytest.fixture
def device(mill: Return, granted: Granted, settings: Any) -> Device:
    settings.DEMO = True
    return Device("li", token_of(granted("li", "mill", "survey.enter", "survey.view")))


def part(name: str, content: bytes, filename: str = "", media_type: str = "") -> bytes:
    """Return a part with a head in UTF-8, as OkHttp writes it."""
    told = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename else "")
    head = f"--{BOUNDARY}\r\nContent-Disposition: {told}\r\n"
    head += f"Content-Type: {media_type}\r\n" if media_type else ""
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content + b"\r\n"


def post(device: Device, *parts: bytes) -> Any:
    body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
    return device.client.generic(
        "POST", "/openrosa/submission?deviceID=collect%3AyVp5v4cM1nBFi0xP", body,
        f"multipart/form-data; boundary={BOUNDARY}", headers=device.headers,
    )  # fmt: skip


def the_form(text: str) -> bytes:
    name = "2026年摸底_2026-07-02_09-30-15.xml"
    return part("xml_submission_file", text.encode(), name, "text/xml")


def test_a_request_of_collect_is_read(device: Device, mill: Return) -> None:
    rows = facility("F1", "a", facility_photo="1751420000001.jpg")
    sent = form(mill, f"{functions(function_exists='yes')}<facilities>{rows}</facilities>")
    incomplete = part("*isIncomplete*", b"yes")
    first = post(device, the_form(sent), incomplete)
    assert (first.status_code, Answer.objects.count()) == (202, 1)
    name = "1751420000001.jpg"
    last = post(device, the_form(sent), part(name, photo(), name, "image/jpeg"))
    assert (last.status_code, message(last)) == (201, "已收到。")
    assert last.headers["Location"].startswith("http://localhost/openrosa/submission")
    assert Answer.objects.count() == 2


def test_as_many_photos_as_collect_puts_into_one_request(device: Device, mill: Return) -> None:
    parts = [
        part(f"{number}.jpg", b"small", f"{number}.jpg", "image/jpeg")
        for number in range(MOST_FILES - 1)
    ]
    answer = post(device, the_form(form(mill, functions(function_exists="yes"))), *parts)
    assert (answer.status_code, message(answer)) == (201, "已收到。")
