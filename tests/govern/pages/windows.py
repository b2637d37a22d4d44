"""Windows of a browser on a running platform, and what goes wrong in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.govern.platform import Platform

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HERE = Path(__file__).parent
SHOWN = (HERE / "shown.js").read_text(encoding="utf-8")
"""Returns the words of a page in its own language."""
REACHABLE = (HERE / "reachable.js").read_text(encoding="utf-8")
"""Returns how many things the keyboard has to reach, and watches what it reaches."""
REACHED = (HERE / "reached.js").read_text(encoding="utf-8")
"""Returns what it has not reached yet, or why it never will."""

SPARE = 20
"""So many more steps there may be: a date has a step for year, month and day."""

NARROW, PHONE, WIDE = 320, 390, 1280


class Windows:
    """One window for each person and language, opened when asked for: styles are fetched once."""

    def __init__(self, platform: Platform, browser: Browser) -> None:
        self.platform, self.browser = platform, browser
        self._open: dict[tuple[object, ...], Watched] = {}

    def page(
        self, person: str | None, language: str = "zh-hans", *, scripts: bool = True
    ) -> Watched:
        """Return the window of a person, with no faults yet."""
        asked = (person, language, scripts)
        if asked not in self._open:
            context = self.platform.context(
                self.browser, person, language, java_script_enabled=scripts
            )
            self._open[asked] = Watched(context.new_page(), self.platform.url)
        watched = self._open[asked]
        watched.page.set_viewport_size({"width": WIDE, "height": 900})
        watched.faults.clear()
        return watched

    def close(self) -> None:
        """Close them all."""
        for watched in self._open.values():
            watched.page.context.close()


class Watched:
    """A page and what went wrong on it: errors, violations of the policy, requests elsewhere."""

    def __init__(self, page: Page, home: str) -> None:
        self.page, self.home = page, home
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self._said(said.type, said.text))
        page.on("request", lambda request: self._asked(request.url))

    def _said(self, kind: str, text: str) -> None:
        if kind == "error" and "the server responded with a status" not in text:
            self.faults.append(text)

    def _asked(self, url: str) -> None:
        if not url.startswith((f"{self.home}/", "data:", f"blob:{self.home}/")):
            self.faults.append(f"asked {url}")

    def open(self, path: str) -> int:
        """Go to a page, wait until its maps stand still, and return its status."""
        answer = self.page.goto(path)
        # the policy forbids eval, which wait_for_function needs
        for index in range(self.page.locator(".map").count()):
            drawn = self.page.locator(f".map[data-state] >> nth={index}")
            drawn.wait_for(state="attached", timeout=30_000)
        return answer.status if answer else 0

    def look(self, words: str) -> None:
        """Show the page as somebody sees it who chose so at its foot."""
        self.page.evaluate("(words) => { document.documentElement.className = words; }", words)

    def too_wide(self, width: int) -> int:
        """Make the window so wide and return by how many pixels the page is wider."""
        self.page.set_viewport_size({"width": width, "height": 844})
        wide = int(self.page.evaluate("() => document.documentElement.scrollWidth"))
        return max(wide - width, 0)

    def shown(self) -> list[str]:
        """Return the words of the page in its own language."""
        return str(self.page.evaluate(SHOWN)).split("\n")

    def said(self) -> str:
        """Return what the page tells without its maps, whose lists say the same, and its secrets.

        A secret is made anew on every visit.
        """
        gone = self.page.locator(".map, code")
        gone.evaluate_all("(all) => all.forEach((at) => at.remove())")
        return self.page.locator("main").inner_text()

    def not_reached(self) -> str:
        """Return what the key Tab does not lead to, or what is wrong with where it leads."""
        for _ in range(self.page.evaluate(REACHABLE)):
            self.page.keyboard.press("Tab")
        for _ in range(SPARE):
            if not self.page.evaluate(REACHED):
                break
            self.page.keyboard.press("Tab")
        return str(self.page.evaluate(REACHED))

    def axe(self) -> list[str]:
        """Return what axe-core finds."""
        self.page.evaluate(pytest.importorskip("axe_playwright_python.base").AXE_SCRIPT)
        # the policy rightly refuses what axe fetches to read styles again
        options = {"preload": False, "resultTypes": ["violations"]}
        found = self.page.evaluate("async (how) => (await axe.run(how)).violations", options)
        return [f"{one['id']}: {one['nodes'][0]['html'][:150]}" for one in found]
