"""Every page in a browser: in three languages, narrow and wide, by keyboard, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from lifecircle.govern.access import routes
from lifecircle.publish.handbook.traditional import in_traditional
from tests.govern.pages.examples import BY_SCRIPT, EXAMPLES, NO_PAGE, Example
from tests.govern.pages.windows import NARROW, PHONE, WIDE, Watched, Windows
from tests.govern.platform import Platform
from tools.languages import HAN

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Faults = dict[str, object]


@pytest.fixture(scope="module")
def windows(platform: Platform, browser: Browser) -> Iterator[Windows]:
    opened = Windows(platform, browser)
    yield opened
    opened.close()


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_page_is_good_for_everybody(windows: Windows, name: str) -> None:
    """Each language is one visit, which also takes one look, wide or narrow, to axe-core."""
    example = EXAMPLES[name]
    faults = {
        **by_keyboard_and_without_scripts(windows, example),
        **in_large_type(windows, example),
        **in_english(windows, example),
    }
    assert {what: how for what, how in faults.items() if how} == {}


def by_keyboard_and_without_scripts(windows: Windows, example: Example) -> Faults:
    watched = opened(windows, example, "zh-hans")
    faults = looks(watched, WIDE)
    faults["not reached by keyboard"] = watched.not_reached()
    faults["console"] = list(watched.faults)
    if any(EXAMPLES[name] is example for name in BY_SCRIPT):
        return faults
    bare = windows.page(example.person, scripts=False)
    bare.page.goto(example.path(windows.platform.known))
    said = [one.said() for one in (watched, bare)]
    faults["without scripts"] = said if said[0] != said[1] else []
    return faults


def in_large_type(windows: Windows, example: Example) -> Faults:
    watched = opened(windows, example, "zh-hant")
    shown = watched.shown() if example.status < 500 else []
    watched.look("large contrast")
    faults = looks(watched, PHONE)
    faults["Simplified in Traditional"] = [one for one in shown if in_traditional(one) != one]
    return {f"large type, {what}": how for what, how in faults.items()}


def in_english(windows: Windows, example: Example) -> Faults:
    watched = opened(windows, example, "en")
    shown = watched.shown() if example.status < 500 else []
    faults = looks(watched, PHONE)
    faults["Chinese in English"] = [one for one in shown if HAN.search(one)]
    faults["console"] = list(watched.faults)
    return {f"English, {what}": how for what, how in faults.items()}


def opened(windows: Windows, example: Example, language: str) -> Watched:
    """Open a page; one that breaks speaks all three languages at once."""
    watched = windows.page(example.person, language)
    assert watched.open(example.path(windows.platform.known)) == example.status
    assert watched.page.url.endswith(example.path(windows.platform.known))
    spoken = watched.page.evaluate("() => document.documentElement.lang")
    assert example.status == 500 or spoken == language
    return watched


def looks(watched: Watched, width: int) -> Faults:
    """Return by how many pixels a page is too wide, and what axe-core finds at one width."""
    wide = {f"{one} px too wide by": watched.too_wide(one) for one in (WIDE, PHONE, NARROW)}
    watched.too_wide(width)
    return {**wide, "axe": watched.axe()}


def test_every_page_has_an_example() -> None:
    known = {name for name, asks in routes().items() if asks.read}
    pages = {name for name in known if not name.startswith(("api:", "gallery"))}
    assert pages - set(EXAMPLES) - NO_PAGE == set()
