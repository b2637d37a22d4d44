"""Windows of a browser on a running platform, and what goes wrong in them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.govern.platform import Platform

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HERE = Path(__file__).parent
SHOWN = (HERE / "shown.js").read_text(encoding="utf-8")
"""Returns the words of a page in its own language."""
REACHABLE = (HERE / "reachable.js").read_text(encoding="utf-8")
"""Returns how many things the keyboard has to reach."""
REACHED = (HERE / "reached.js").read_text(encoding="utf-8")
"""Returns what it has not reached yet, or why it never will."""

NARROW, PHONE, WIDE = 320, 390, 1280


class Windows:
    """One window for each person and language, opened when asked for: styles are fetched once."""

    def __init__(self, platform: Platform, browser: Browser) -> None:
        self.platform, self.browser = platform, browser
        self._open: dict[tuple[str | None, str], Watched] = {}

    def page(self, person: str | None, language: str = "zh-hans") -> Watched:
        """Return the window of a person, with no faults yet."""
        if (person, language) not in self._open:
            context = self.platform.context(self.browser, person, language)
            self._open[person, language] = Watched(context.new_page(), self.platform.url)
        watched = self._open[person, language]
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

    def too_wide(self, width: int) -> int:
        """Make the window so wide and return by how many pixels the page is wider."""
        self.page.set_viewport_size({"width": width, "height": 844})
        return int(self.page.evaluate("() => document.documentElement.scrollWidth")) - width

    def axe(self) -> list[str]:
        """Return what axe-core finds; its script must have been loaded."""
        # the policy rightly refuses what axe fetches to read styles again
        options = {"preload": False, "resultTypes": ["violations"]}
        found = self.page.evaluate("async (how) => (await axe.run(how)).violations", options)
        return [f"{one['id']}: {one['nodes'][0]['html'][:150]}" for one in found]
