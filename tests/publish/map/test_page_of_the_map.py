"""The map in a real browser: from a file and from a plain server, with keys, on paper, for all."""

from __future__ import annotations

import base64
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np
import pytest
import shapely

from lifecircle.assess.circles import centres, radii_m
from lifecircle.assess.findings import Assessment
from lifecircle.assess.ground import Ground
from lifecircle.place.sources import PublicSource
from lifecircle.place.tables import City
from lifecircle.policy.models import Pack
from lifecircle.publish.map.evidence import observed_zh
from lifecircle.publish.map.writing import TILES, Wanted, write_map
from lifecircle.publish.sentences import Sentences
from lifecircle.terms.words import word
from tests.conftest import DAY
from tests.publish.map.conftest import (
    HOSTILE,
    READY_MS,
    ask,
    view,
    watched,
    with_map,
    write_plan,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


STREETS_DRAWN = "() => lifecircle.map.queryRenderedFeatures({layers: ['streets']}).length"


def _rows(page: Page, name: str) -> list[list[str]]:
    rows = page.locator(f"#{name}-list tbody tr").all()
    return [row.locator("th, td").all_inner_texts() for row in rows]


def test_opens_from_a_file(page: Page) -> None:
    with_map(page)
    assert page.locator("#map-note").is_hidden()
    assert page.get_by_text("模拟数据", exact=True).first.is_visible()
    assert page.get_by_text("审图号：示例S（2026）001号").count() == 3
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    assert page.evaluate(STREETS_DRAWN) > 0


class _Quiet(SimpleHTTPRequestHandler):
    """Python's own server: it knows no byte ranges."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def _serving(handler: Callable[..., Any]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    with _serving(partial(_Quiet, directory=str(folder))) as address:
        yield address


def test_opens_from_a_server_without_ranges(browser: Browser, address: str) -> None:
    page = browser.new_page()
    faults, requests = watched(page)
    page.goto(address)
    with_map(page)
    assert page.evaluate(STREETS_DRAWN) > 0
    view(page, "homes", "走多久：到最近的")
    page.close()
    assert faults == []
    assert {url.partition(":")[0] for url in requests} <= {"http", "blob", "data"}
    assert all(url.startswith((address, "blob:", "data:")) for url in requests)
    tiles = [url for url in requests if "streets" in url]
    assert tiles == [f"{address}data/{TILES}"]  # whole and once


class _Ranges(_Quiet):
    """A server that sends the bytes one asks for."""

    def do_GET(self) -> None:
        """Send a range as a range and anything else whole."""
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if asked is None:
            super().do_GET()
            return
        data = Path(self.translate_path(self.path)).read_bytes()
        begin, end = int(asked[1]), min(int(asked[2]) + 1, len(data))
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {begin}-{end - 1}/{len(data)}")
        self.send_header("Content-Length", str(end - begin))
        self.end_headers()
        self.wfile.write(data[begin:end])


def test_takes_ranges_where_a_server_offers_them(browser: Browser, folder: Path) -> None:
    page = browser.new_page()
    faults, _ = watched(page)
    told: list[tuple[int, str]] = []
    page.on("response", lambda one: told.append((one.status, one.url)))
    with _serving(partial(_Ranges, directory=str(folder))) as address:
        page.goto(address)
        with_map(page)
        assert page.evaluate(STREETS_DRAWN) > 0
        page.close()
    tiles = [status for status, url in told if "streets" in url]
    assert len(tiles) > 1
    assert set(tiles) == {206}
    assert faults == []


def test_facilities_by_kind_and_hour(page: Page, ground: Ground) -> None:
    table = ground.city.facilities
    page.select_option("#day", label="周五")
    page.fill("#hour", "23:00")
    page.locator("#status", has_text="周五23:00开门").wait_for()
    (only,) = _rows(page, "facilities")
    assert (only[0], only[2]) == (table.name[1], "周一至周五 22:00–06:00")
    page.select_option("#day", label="周六")
    page.locator("#status", has_text="周六23:00开门").wait_for()
    assert _rows(page, "facilities") == []
    page.fill("#hour", "05:00")  # the night that began on Friday
    page.locator("#status", has_text="周六05:00开门").wait_for()
    assert [row[0] for row in _rows(page, "facilities")] == [table.name[1]]
    page.fill("#hour", "09:00")
    page.locator("#status", has_text="周六09:00开门").wait_for()
    (only,) = _rows(page, "facilities")
    assert only[0] == table.name[0]
    assert only[2] == "每天 08:00-20:00"
    assert only[4] == "示例路1号\n热线 96000"
    page.get_by_role("button", name="不限").click()
    page.select_option("#kind", label="幼儿园")
    page.locator("#heading", has_text="幼儿园").wait_for()
    assert all("幼儿园" in row[1] for row in _rows(page, "facilities"))


def test_markup_in_a_name_stays_a_name(page: Page) -> None:
    assert HOSTILE in page.locator("#facilities-list").inner_text()
    assert page.locator("img").count() == 0


def test_a_way_from_a_name_typed_in_initials(page: Page, ground: Ground) -> None:
    page.fill("#name", "chsq")
    page.locator("#found button", has_text="春晖社区").first.wait_for()
    page.fill("#name", "ch1hy")
    page.locator("#found button").first.wait_for()
    page.locator("#found button", has_text="春晖1号院").first.wait_for()
    page.keyboard.press("Enter")
    page.locator("#heading", has_text="我的15分钟：春晖1号院").wait_for()
    rows = _rows(page, "mine")
    assert rows
    assert all("分钟，" in row[2] and "米" in row[2] for row in rows)
    assert page.locator("#detail ol li").first.inner_text().startswith(("从出发点", "向"))
    page.locator("#mine-list button").last.focus()
    page.keyboard.press("Enter")
    assert rows[-1][0].split("\n")[0] in page.locator("#detail h2").inner_text()
    page.select_option("#mine-walker", index=1)
    page.locator("#status", has_text="老年人").wait_for()
    slower = {row[1]: row[2] for row in _rows(page, "mine")}
    assert slower != {row[1]: row[2] for row in rows}


def test_a_click_on_the_map_is_a_place_to_leave_from(page: Page) -> None:
    with_map(page)
    view(page, "mine", "我的15分钟")
    box = page.locator("#map").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.15, box["y"] + box["height"] * 0.4)
    page.locator("#heading", has_text="所选地点").wait_for()
    assert ask(page, "() => lifecircle.map.getSource('way').serialize().data.features.length") == 3


def test_verdicts_by_rule_and_reading(page: Page, ground: Ground, example: Assessment) -> None:
    view(page, "communities", "社区评估")
    names = dict(zip(ground.city.communities.id, ground.city.communities.name, strict=True))
    judged = {f.rule for f in example.findings if f.reading == "circle" and f.verdict == "not met"}
    rule = next(r for r in example.pack.rules if r.id in judged and r.minutes)
    page.select_option("#rule", label=rule.title.zh)
    page.locator("#heading", has_text=rule.title.zh).wait_for()
    sentences = Sentences(ground.city, example.pack)
    found = {f.subject: f for f in example.findings if f.rule == rule.id and f.reading == "walk"}
    rows = {row[0]: row for row in _rows(page, "communities")}
    for subject, finding in found.items():
        row = rows[names[subject]]
        assert word("verdict", finding.verdict) in row[1]
        assert row[2] == observed_zh(finding, sentences)
    page.get_by_label("圆与步行的差异").check()
    page.locator("#heading", has_text="差异").wait_for()
    assert {row[1] for row in _rows(page, "communities")} <= {
        "一致",
        "无法比较",
        "圆达标而步行未达标",
        "步行达标而圆未达标",
    }
    page.select_option("#rule", value="gaps")
    page.locator("#heading", has_text="缺口").wait_for()
    page.get_by_role("button", name="春晖社区").press("Enter")
    assert "人口：" in page.locator("#detail").inner_text()


def test_the_circle_stands_against_the_walk(page: Page, ground: Ground, pack: Pack) -> None:
    with_map(page)
    view(page, "communities", "社区评估")
    page.get_by_role("button", name="春晖社区").click()
    page.locator("#circle", has_text="几何中心").wait_for()
    drawn = ask(page, "() => lifecircle.map.getSource('reach').serialize().data.features.length")
    assert drawn == 3
    told = page.locator("#circle").inner_text()
    kinds = ("圆内，也走得到", "圆内，却走不到", "圆外，却走得到")
    both, unwalked, outside = (
        float(re.findall(rf"{kind}的路([\d.,]+)公里", told)[0].replace(",", "")) for kind in kinds
    )
    network, circle = ground.network, pack.header.circle
    assert circle is not None
    row = ground.city.communities.name.index("春晖社区")
    ring = shapely.buffer(
        centres(ground.city)[row], radii_m(ground.city, circle)[row], quad_segs=64
    )
    chain = np.repeat(np.arange(network.chains), np.diff(network.chain_start))
    xy = np.column_stack([network.vertex_x_m, network.vertex_y_m])
    streets = shapely.linestrings(xy, indices=chain)
    inside_km = float(shapely.length(shapely.intersection(streets, ring)).sum()) / 1000
    whole_km = float(shapely.length(streets).sum()) / 1000
    assert abs(both + unwalked - inside_km) < 0.2  # three figures, each to 0.1 km
    assert both > 0
    assert both + unwalked + outside <= whole_km + 0.2
    view(page, "facilities", "便民设施")
    assert ask(page, "() => lifecircle.map.getSource('reach').serialize().data.features") == []


def test_a_link_opens_the_map_on_a_facility(browser: Browser, folder: Path, ground: Ground) -> None:
    """The form that handbooks print as QR codes."""
    table = ground.city.facilities
    page = browser.new_page()
    faults, _ = watched(page)
    page.goto(f"{(folder / 'index.html').as_uri()}#facility={quote(table.id[0])}")
    with_map(page)
    assert page.locator("#detail h2").inner_text() == table.name[0]
    assert "每天 08:00-20:00" in page.locator("#detail").inner_text()
    there = """(at) => {
      const { x, y } = lifecircle.told.facilities[at];
      return lifecircle.map.getBounds().contains(lifecircle.datum.toDegrees(x, y));
    }"""
    assert ask(page, there, 0)
    assert ask(page, "() => lifecircle.map.getZoom()") > 15
    # another link on the same page
    community = ground.city.communities.id[2]
    ask(page, "(id) => { location.hash = `#community=${id}`; }", community)
    page.locator("#detail h2", has_text=ground.city.communities.name[2]).wait_for()
    ask(page, "() => { location.hash = '#facility=none-such'; }")
    page.locator("#status", has_text="不在这张地图上").wait_for()
    page.close()
    assert faults == []


def test_large_type_high_contrast_and_paper(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for name in ("large", "contrast"):
        page.click(f"#{name}")
        assert page.locator(f"#{name}").get_attribute("aria-pressed") == "true"
    for name, heading in (("mine", "我的"), ("homes", "走多久：到"), ("communities", "社区评估")):
        view(page, name, heading)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    page.emulate_media(media="print")
    assert page.locator("#communities-controls").is_hidden()
    assert page.locator("#communities-list table").is_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_at_two_widths(page: Page, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    page.set_viewport_size({"width": width, "height": 844})
    page.select_option("#kind", label="幼儿园")
    with_map(page)
    ask(page, "() => lifecircle.mine.leave({type: 'home', row: 5})")
    page.locator("#heading", has_text="我的15分钟：").wait_for()
    views = (("facilities", "幼儿园"), ("homes", "走多久：到"), ("communities", "社区评估"))
    # the page's policy would rightly refuse what axe fetches to read styles again
    options = {"preload": False}
    faults = {"mine": axe.Axe().run(page, options=options).response["violations"]}
    for name, heading in views:
        view(page, name, heading)
        if name == "communities":
            page.get_by_role("button", name="春晖社区").click()
            page.locator("#circle", has_text="几何中心").wait_for()
        faults[name] = axe.Axe().run(page, options=options).response["violations"]
    assert {name: [one["id"] for one in own] for name, own in faults.items() if own} == {}


def test_planned_sites_are_told_as_plans(
    browser: Browser, planned_city: City, ground: Ground, tmp_path: Path
) -> None:
    plan = write_plan(tmp_path / "plan", "K1", planned_city.communities.id[1])
    planned = Ground(planned_city, ground.network, DAY)
    write_map(tmp_path / "map", Wanted(planned, [], PublicSource(), plan))
    page = browser.new_page()
    faults, _ = watched(page)
    page.goto((tmp_path / "map" / "index.html").as_uri())
    with_map(page)
    view(page, "plans", "规划项目")
    (row,) = _rows(page, "plans")
    assert row[0] == "示例空房"
    assert row[2] == "社区就医点120平方米、社区就医点120平方米\n产权待确认"
    assert row[3:] == ["改建推定", "2027年", "未定"]
    assert "不是已经建成的设施" in page.locator("#status").inner_text()
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        found = axe.Axe().run(page, options={"preload": False}).response["violations"]
        assert [one["id"] for one in found] == []
    page.close()
    assert faults == []


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)


class _Tiles(_Quiet):
    """The same tile wherever one asks."""

    def do_GET(self) -> None:
        """Send it to whoever asks."""
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(PIXEL)


def test_the_offices_own_tiles_and_nobody_elses(
    browser: Browser, ground: Ground, tmp_path: Path
) -> None:
    page = browser.new_page()
    faults, requests = watched(page)
    with _serving(_Tiles) as tiles:
        public = PublicSource(
            base_tiles=f"{tiles}{{z}}/{{x}}/{{y}}.png", base_attribution="底图：示例S（2026）002号"
        )
        write_map(tmp_path / "map", Wanted(ground, [], public))
        page.goto((tmp_path / "map" / "index.html").as_uri())
        with_map(page)
        assert page.locator(".by", has_text="示例S（2026）002号").is_visible()
        assert page.locator("[data-view=communities]").count() == 0
        page.close()
    asked = [url for url in requests if url.startswith("http")]
    assert asked
    assert all(url.startswith(tiles) for url in asked)
    assert faults == []


def test_a_tile_server_that_fails_takes_nothing_away(
    browser: Browser, ground: Ground, tmp_path: Path
) -> None:
    public = PublicSource(base_tiles="https://tiles.example/{z}/{x}/{y}", base_attribution="示例")
    write_map(tmp_path / "map", Wanted(ground, [], public))
    page = browser.new_page()
    page.route("https://**", lambda route: route.abort())
    page.goto((tmp_path / "map" / "index.html").as_uri())
    with_map(page)
    page.close()


def test_without_webgl_the_lists_are_complete(browser: Browser, folder: Path) -> None:
    page = browser.new_page()
    page.add_init_script(
        "HTMLCanvasElement.prototype.getContext = new Proxy("
        "HTMLCanvasElement.prototype.getContext, {apply: (f, canvas, [kind, ...more]) =>"
        "kind === 'webgl2' ? null : f.call(canvas, kind, ...more)})"
    )
    faults, _ = watched(page)
    page.goto((folder / "index.html").as_uri())
    page.wait_for_selector("html[data-map=unavailable]", state="attached", timeout=READY_MS)
    assert "WebGL" in page.locator("#map-note").inner_text()
    view(page, "homes", "走多久：到最近的")
    page.locator("#homes-list tbody tr").first.wait_for()
    ask(page, "() => lifecircle.mine.leave({type: 'community', row: 0})")
    page.locator("#heading", has_text="我的15分钟：").wait_for()
    assert _rows(page, "mine")
    page.close()
    assert faults == []
