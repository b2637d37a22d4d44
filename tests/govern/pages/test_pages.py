"""Every page in a browser: in three languages, narrow and wide, by keyboard, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from lifecircle.govern.access import routes
from tests.govern.pages.examples import BY_SCRIPT, EXAMPLES, NEEDS_STATE, NO_PAGE, UNTRANSLATED
from tests.govern.pages.windows import NARROW, PHONE, REACHABLE, REACHED, SHOWN, WIDE, Windows
from tests.govern.platform import LANGUAGES, Platform
from tools.languages import HAN

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def windows(platform: Platform, browser: Browser) -> Iterator[Windows]:
    opened = Windows(platform, browser)
    yield opened
    opened.close()


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_page_is_good_in_three_languages_narrow_and_wide(windows: Windows, name: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.base")
    example = EXAMPLES[name]
    faults: dict[str, object] = {}
    for language in LANGUAGES:
        watched = windows.page(example.person, language)
        assert watched.open(example.path(windows.platform.known)) == example.status
        watched.page.evaluate(axe.AXE_SCRIPT)
        for width in (WIDE, PHONE, NARROW):
            faults[f"{language} {width} px too wide by"] = max(watched.too_wide(width), 0)
            if width != NARROW:
                faults[f"{language} {width} px axe"] = watched.axe()
        if example.status < 500:  # a broken platform speaks all three at once
            assert watched.page.evaluate("() => document.documentElement.lang") == language
            shown = watched.page.evaluate(SHOWN).split("\n")
            if language == "en" and name not in UNTRANSLATED:
                faults["Chinese in English"] = [one for one in shown if HAN.search(one)]
        faults[f"{language} console"] = list(watched.faults)
    assert {what: how for what, how in faults.items() if how} == {}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_keyboard_reaches_everything(windows: Windows, name: str) -> None:
    example = EXAMPLES[name]
    watched = windows.page(example.person)
    watched.open(example.path(windows.platform.known))
    left = "everything"
    for _ in range(watched.page.evaluate(REACHABLE) + 20):
        watched.page.keyboard.press("Tab")
        left = watched.page.evaluate(REACHED)
        if not left or left.startswith(("the page ended", "nobody sees")):
            break
    assert left == ""


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in BY_SCRIPT])
def test_a_page_says_the_same_without_scripts(
    windows: Windows, browser: Browser, name: str
) -> None:
    example = EXAMPLES[name]
    bare = windows.platform.context(browser, example.person, java_script_enabled=False)
    said = []
    for page in (windows.page(example.person).page, bare.new_page()):
        page.goto(example.path(windows.platform.known))
        for drawing in page.locator(".map").all():
            drawing.evaluate("(at) => at.remove()")  # the list beside it says the same
        said.append(page.locator("main").inner_text())
    bare.close()
    assert said[0] == said[1]


def test_every_page_has_an_example() -> None:
    known = {name for name, asks in routes().items() if asks.read}
    pages = {name for name in known if not name.startswith(("api:", "gallery"))}
    assert pages - set(EXAMPLES) - NO_PAGE - NEEDS_STATE == set()
