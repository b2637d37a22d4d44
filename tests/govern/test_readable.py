"""An address with signs that no text has is answered in plain words, on either database."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifecircle.govern.access import routes
from tests.govern.conftest import Granted, SmallCity
from tests.govern.pages.examples import EXAMPLES
from tests.govern.parts import plain_pages, signed_in

CONTROL = [chr(code) for code in (*range(32), 127) if chr(code) not in "\t\n\r"]
PATHS = sorted(
    {one.url for one in EXAMPLES.values() if isinstance(one.url, str) and one.status == 200}
    | {"/ogc/", "/ogc/collections", "/api/areas", "/api/assessments/runs", "/api/audit"}
)
NAMES = (
    "q", "area", "state", "page", "show", "level", "kind", "who", "since", "pack", "before",
    "next", "category", "function", "status", "on", "after", "limit", "bbox", "tab",
)  # fmt: skip


@pytest.fixture
def chief(granted: Granted, small_city: SmallCity, settings: object) -> Client:
    plain_pages(settings)
    asked = {word for asks in routes().values() for word in (asks.read, asks.write)}
    permissions = [word for word in asked if word and "." in word]
    client = signed_in(granted("chief", "city", *permissions))
    client.raise_request_exception = False
    return client


def test_control_signs_are_refused_in_plain_words(chief: Client) -> None:
    for path in PATHS:
        answer = chief.get(f"{path}?{'&'.join(f'{name}=x%00y' for name in NAMES)}")
        assert answer.status_code == 400, path
    for sign in CONTROL:
        for address in (f"/areas/?q={quote(sign)}", f"/areas/{quote(sign)}/", f"/{quote(sign)}"):
            answer = chief.get(address)
            assert answer.status_code == 400, (sign, address)
            assert "看不懂这个请求" in answer.content.decode()
    told = chief.get("/api/areas?level=%00")
    assert (told.status_code, set(told.json())) == (400, {"reason", "remedy"})
    assert Client().get("/public/?q=%00").status_code == 400


ODD = st.text(
    st.one_of(
        st.sampled_from([*CONTROL, *"\t\n\r%'\"\\;\u2028\ufeff\ufffe\U0001f3e0"]),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=12,
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.sampled_from(PATHS), st.sampled_from(NAMES), ODD)
def test_no_text_breaks_a_page(chief: Client, path: str, name: str, text: str) -> None:
    for address in (f"{path}?{name}={quote(text)}", f"{path}{quote(text, safe='')}/"):
        assert chief.get(address).status_code < 500, address


def test_huge_numbers_break_no_page(chief: Client) -> None:
    huge = "9" * 30
    for path in PATHS:
        for address in (f"{path}?{'&'.join(f'{name}={huge}' for name in NAMES)}", f"{path}{huge}/"):
            assert chief.get(address).status_code < 500, address
