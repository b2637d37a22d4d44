"""Every page that is read top to bottom: nothing for axe to find, nothing wider than the screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.cli.test_why_and_compare import run

PACK = ("--pack", "xian-2020", "--as-of", "2026-06-30")
PAGES = ("assess", "plan", "scenario", "sensitivity", "check")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a page of each command on a city of 12 communities."""
    folder = tmp_path_factory.mktemp("pages")
    city, edits = folder / "示例市", folder / "改动.geojson"
    where = {"type": "Point", "coordinates": [123.006, 30.001]}
    said = {"操作": "新增设施", "设施类别": "bank", "名称": "新网点"}
    bank = {"type": "Feature", "properties": said, "geometry": where}
    collection = {"type": "FeatureCollection", "features": [bank]}
    edits.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")
    wanted = (
        ("demo", "--communities", 12, "--out", city),
        ("assess", city, *PACK, "--out", folder / "assess"),
        ("plan", city, *PACK, "--plans", 1, "--explain-seconds", 0, "--out", folder / "plan"),
        ("scenario", city, *PACK, "--edits", edits, "--out", folder / "scenario"),
        ("sensitivity", city, *PACK, "--out", folder / "sensitivity"),
        ("check", city, "--html", folder / "check.html"),
    )
    for asked in wanted:
        done = run(*asked)
        assert done.exit_code == 0, (asked[0], done.output)
    return {name: folder / name / "index.html" for name in PAGES[:-1]} | {
        "check": folder / "check.html"
    }


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_at_two_widths(
    browser: Browser, pages: dict[str, Path], name: str, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = browser.new_page(viewport={"width": width, "height": 844})
    page.goto(pages[name].as_uri())
    if name == "assess":
        page.wait_for_function("() => window.lifecircleReady")
    page.evaluate(
        "document.querySelectorAll('details:not(#matrix)').forEach(one => { one.open = true; })"
    )
    # the page's policy would rightly refuse what axe fetches to read styles again
    found = axe.Axe().run(page, options={"preload": False}).response["violations"]
    widest = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    told = [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]
    assert told == []
    assert widest <= width
