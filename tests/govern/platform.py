"""A running platform with a small city, for tests that need a browser or a real server.

The database lies in a folder of its own, since the triggers of the audit refuse the flush that
pytest's live server ends with. The fixture `platform` (tests/govern/conftest.py) starts one for a
whole run. People are signed in already: a session of each stands in the database.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from lifecircle.govern.site.start import Opening, prepare, serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

LANGUAGES = ("zh-hans", "zh-hant", "en")


@dataclass(frozen=True)
class Platform:
    """Where it answers, its home, and by name the session keys of its people and known ids."""

    url: str
    home: Path
    sessions: Mapping[str, str]
    known: Mapping[str, int | str]

    def context(
        self, browser: Browser, person: str | None = None, language: str = "zh-hans", **options: Any
    ) -> BrowserContext:
        """Open a window of a person, or of somebody who has not signed in."""
        context = browser.new_context(base_url=self.url, **options)
        cookies = {"django_language": language}
        if person:
            cookies["sessionid"] = self.sessions[person]
        for name, value in cookies.items():
            context.add_cookies([{"name": name, "value": value, "url": self.url}])
        return context


@contextmanager
def running(home: Path, **environment: str) -> Iterator[Platform]:
    """Run a platform on a home of its own; ``environment`` adds to that of the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = home.parent / f"{home.name}.log"
    with (
        told.open("w", encoding="utf-8") as log,
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.govern.platform", str(home), str(port)],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={**os.environ, **environment},
        ) as process,
    ):
        try:
            assert process.stdout
            line = process.stdout.readline()
            assert line, told.read_text(encoding="utf-8")
            url = f"http://127.0.0.1:{port}"
            _await(url, process)
            yield Platform(url, home, **json.loads(line))
        finally:
            process.terminate()


def _await(url: str, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, "the platform ended"
        try:
            urllib.request.urlopen(f"{url}/help/", timeout=20)
        except urllib.error.URLError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(url)


def main(home: Path, port: int) -> None:
    """Serve a platform with the small city, and the gallery of parts, until ended."""
    opening = Opening(home, port=port, demo=True, workers=1)
    prepare(opening)
    from lifecircle.govern.pages import access  # noqa: PLC0415 - after the settings
    from tests.govern.pages import gallery  # noqa: PLC0415
    from tests.govern.people import people  # noqa: PLC0415

    settings.ROOT_URLCONF = gallery.__name__
    access.ROUTES.update(gallery.ROUTES)
    sys.stdout.write(json.dumps(people()) + "\n")
    sys.stdout.flush()
    serve(opening)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
