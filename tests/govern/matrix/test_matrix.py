"""The permission matrix: every route, every method, every role, own and other areas.

Made from the routes themselves. A route that nobody listed, or that has no example here, fails.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.template import Template
from django.urls import reverse

from lifecircle.govern.access import SAFE_METHODS, routes
from lifecircle.govern.accounts.listed_roles import listed
from lifecircle.govern.accounts.models import UserQuerySet
from tests.govern.matrix.bare import bare
from tests.govern.matrix.calling import A_DAY_S, Call, Caller, calls, may, told, wrong
from tests.govern.matrix.dataset import ELSEWHERE, HELD, build, fill, word_of
from tests.govern.matrix.registry import EXAMPLES
from tests.govern.matrix.walking import Route, overshadowed, unread_operations, walked

OF_ALLAUTH = ("account_", "mfa_")
"""Routes by these names come with allauth; those not listed in access stay shut."""


@pytest.fixture(autouse=True)
def _bare(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    bare(settings, tmp_path)
    # nobody here asks which templates were rendered: no context is copied for it
    monkeypatch.setattr(Template, "_render", lambda self, context: self.nodelist.render(context))
    settings.DEMO = True
    settings.SESSION_COOKIE_AGE = A_DAY_S  # a busy machine takes long; no call prolongs a session
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def listed_routes() -> list[Route]:
    return [route for route in walked() if route.asks and route.name in EXAMPLES]


def test_every_route_says_what_it_asks() -> None:
    for route in walked():
        if not route.name.startswith(OF_ALLAUTH):
            assert route.asks, f"{route.name or 'a route'} is missing in the ROUTES of its app"
    names = {route.name for route in walked()}
    built = {family(name) for name in names} - {"api"}
    for name in routes():
        assert name in names or family(name) not in built, f"{name} stands in ROUTES, not in urls"


def test_every_route_has_an_example() -> None:
    for route in walked():
        if route.asks:
            assert route.name in EXAMPLES, (
                f"{route.name} has no example: add one to tests/govern/matrix/examples/"
            )
    assert set(EXAMPLES) <= set(routes()), "examples of routes that are gone"


def test_no_name_hides_behind_another_at_one_path() -> None:
    for name, seen in overshadowed():
        assert name not in routes(), f"the gate takes {name} for {seen}: give both one url_name"
    assert unread_operations() == []


def test_routes_not_listed_do_not_answer(client: Any, db: None) -> None:
    shut = [route for route in walked() if route.asks is None]
    assert len(shut) >= 10
    for route in shut:
        kwargs = {
            "account_confirm_email": {"key": "a"},
            "account_reset_password_from_key": {"uidb36": "1", "key": "a"},
        }.get(route.name, {})
        assert client.get(reverse(route.name, kwargs=kwargs)).status_code == 404, route.name


def family(name: str) -> str:
    space, _, own = name.partition(":")
    return space if own else "frame"


def faults_of(routes_: list[Route]) -> tuple[int, list[str]]:
    """Return how many calls were permitted, and what was wrong."""
    matrix = build()
    caller = Caller(matrix)
    assert len(matrix.people) == 1 + sum(one.get("account", True) for one in listed()["roles"])
    faults: list[str] = []
    opened = 0
    for call in calls(matrix, routes_, EXAMPLES):
        answer = caller.call(call)
        permitted = may(call, matrix.permissions.get(call.role or "", frozenset()))
        opened += bool(permitted)
        faults += [one for one in (wrong(call, answer, permitted), told(call, answer)) if one]
    return opened, faults


@pytest.mark.parametrize("of", sorted({family(route.name) for route in listed_routes()}))
def test_the_matrix(db: None, of: str) -> None:
    opened, faults = faults_of([route for route in listed_routes() if family(route.name) == of])
    assert opened
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults[:40])


def test_the_matrix_finds_a_view_that_forgets_the_area(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(UserQuerySet, "visible_to", lambda self, *_: self.all())
    routes_ = [one for one in listed_routes() if one.name in {"accounts:user", "accounts:users"}]
    _, faults = faults_of(routes_)
    assert "GET accounts:user for sibling, township: 200, not [404]" in faults
    assert "GET accounts:users for own, township: tells wordofcity" in faults


def test_what_strangers_do_changes_nothing_that_one_sees(db: None) -> None:
    """Neither text, counts, order, filters nor headers: what one sees stays to the byte."""
    cache.clear()
    matrix = build()
    caller = Caller(matrix)
    seeing: list[Call] = []
    for route in listed_routes():
        example = EXAMPLES[route.name]
        if "GET" not in route.methods or example.varies:
            continue
        for role in ("platform-admin", "community-worker", ""):
            for query in ("", *example.queries):
                asked = query.format(word=word_of("sibling"), area=matrix.places["sibling"].area.pk)
                for key in HELD if example.aims else HELD[:1]:
                    place = matrix.places[key]
                    seeing.append(Call(route, "GET", role, place, example, asked))
    before = [caller.call(call) for call in seeing]
    held = {key: dict(vars(matrix.places[key])) for key in HELD}
    for key in ELSEWHERE:
        fill(matrix.places[key], 2)
    assert held == {key: dict(vars(matrix.places[key])) for key in HELD}
    faults = [
        one for call, answer in zip(seeing, before, strict=True) if (one := told(call, answer))
    ]
    for call, answer in zip(seeing, before, strict=True):
        assert call.method in SAFE_METHODS
        if caller.call(call).text != answer.text:
            faults.append(f"{call}: the answer changed")
    assert len(seeing) > 50
    assert not faults, "\n".join(faults)
