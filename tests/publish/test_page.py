"""The page of findings: its text, and its behaviour in a real browser from a file."""

from __future__ import annotations

import copy
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lifecircle.publish.page import render
from tests.browsers import NO_WEBGL

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HOSTILE = '</script><img src=x onerror="window.harmed=1"><!-- @@DATA@@'
READY_MS = 60_000


def _square(west: float) -> dict[str, Any]:
    east, south, north = west + 0.01, 30.0, 30.01
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _collection(*features: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": geometry, "properties": properties}
            for geometry, properties in features
        ],
    }


def _rule(number: int, title: str, mark: str, kept: list[str]) -> dict[str, Any]:
    return {
        "id": f"r{number}",
        "title_zh": title,
        "title_en": f"Rule {number}",
        "group": "教育",
        "quote": f"条文原句{number}",
        "where": f"二(二){number}",
        "minutes": 15,
        "mark": mark,
        "readings": ["原文未写明读法"] if mark == "inferred" else [],
        "strength": "soft",
        "due": "2021-12-31",
        "readings_kept": kept,
    }


def _payload() -> dict[str, Any]:
    west = [120.0, 120.01, 120.02]
    names = ["甲社区", "乙社区", HOSTILE]
    people = [1200, None, 3400]
    found = ["2处", "—", "0处"]
    circle = ["met", "met", "not met"]
    walk = ["met", "not assessed", "met"]
    rows: list[list[Any]] = []
    for at in range(3):
        tail = ["证据句", "limited", ["partial"], "overdue"]
        rows.append([at, 0, "circle", circle[at], found[at], "1处", "", people[at], *tail])
        rows.append([at, 0, "walk", walk[at], found[at], "1处", "", None, *tail])
        rows.append([at, 1, "walk", "not met", 0, 1, "处", 5, *tail])
    return {
        "title": "示例市 15分钟生活圈评估",
        "pack": {"id": "p", "title_zh": "示例规则包", "title_en": "Example pack"},
        "date": "2026-11-22",
        "marks": ["模拟数据"],
        "notices": ["人口按网格推算。"],
        "attributions": ["© OpenStreetMap contributors, ODbL"],
        "words": {
            "verdict": {
                "met": "达标",
                "not met": "未达标",
                "not assessed": "未评估",
                "not applicable": "不适用",
            },
            "reading": {"circle": "圆", "walk": "步行"},
            "confidence": {"firm": "可靠", "limited": "有限", "weak": "薄弱"},
            "due": {"overdue": "已逾期"},
            "strength": {"soft": "基本应达到"},
            "mark": {"printed": "原文", "inferred": "推定"},
            "reason": {"partial": "图层不完整。"},
        },
        "rules": [
            _rule(0, "一所幼儿园", "printed", ["circle", "walk"]),
            _rule(1, "一片公共绿地", "inferred", ["walk"]),
        ],
        "communities": _collection(
            *(
                (
                    _square(west[at]),
                    {
                        "id": f"c{at}",
                        "name": names[at],
                        "people": people[at],
                        "people_estimated": at == 2,
                    },
                )
                for at in range(3)
            )
        ),
        "facilities": _collection(
            (
                {"type": "Point", "coordinates": [120.002, 30.002]},
                {"id": "f0", "name": HOSTILE, "category": "幼儿园", "layer": "osm"},
            )
        ),
        "streets": _collection(
            ({"type": "MultiLineString", "coordinates": [[[120.0, 30.005], [120.03, 30.005]]]}, {})
        ),
        "circles": _collection(*((_square(west[at] - 0.002), {"id": f"c{at}"}) for at in range(3))),
        "findings": rows,
        "city": [
            [0, "circle", "", 2, 1, 0, 0, "3个社区中2个达标。"],
            [0, "walk", "", 2, 0, 1, 0, "3个社区中2个达标。"],
            [1, "walk", "", 0, 3, 0, 0, "3个社区中0个达标。"],
        ],
    }


def _block(page: str, block_id: str) -> str:
    found = re.search(rf'<script type="[^"]+" id="{block_id}">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return found[1]


# The text of the page.


def test_equal_payloads_give_equal_pages() -> None:
    payload = _payload()
    turned = dict(reversed(list(copy.deepcopy(payload).items())))
    assert render(payload) == render(turned)


def test_data_survive_whatever_names_hold() -> None:
    payload = _payload()
    block = _block(render(payload), "payload")
    assert "<" not in block
    assert json.loads(block) == payload


def test_markup_in_a_name_stays_out_of_the_markup() -> None:
    payload = _payload()
    payload["title"] = HOSTILE
    payload["marks"] = [HOSTILE]
    page = render(payload)
    assert "<img" not in page.replace(_block(page, "library"), "")
    assert "&lt;img src=x" in page


def test_the_library_travels_whole() -> None:
    page = render(_payload())
    vendor = Path(__file__).parents[2] / "src/lifecircle/publish/assets/vendor"
    for block_id, name in (("library", "maplibre-gl.mjs"), ("worker", "maplibre-gl-worker.mjs")):
        assert json.loads(_block(page, block_id)) == (vendor / name).read_text(encoding="utf-8")


def test_no_address_outside_the_vendored_text() -> None:
    page = render(_payload())
    for block_id in ("library", "worker"):
        page = page.replace(_block(page, block_id), "")
    page = re.sub(r"<style>.*?</style>", "", page, count=1, flags=re.DOTALL)
    page = re.sub(r"<pre.*?</pre>", "", page, flags=re.DOTALL)
    assert not re.findall(r"https?://\S+", page)


def test_a_page_with_nothing_to_say_is_still_a_page() -> None:
    assert render({}).startswith("<!DOCTYPE html>")


# The page in a browser.


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Write the page to a folder with a Chinese name, as people will."""
    path = tmp_path_factory.mktemp("page") / "结果 页面.html"
    path.write_text(render(_payload()), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Open the page, and afterwards hold it to silence and to its own file."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    faults: list[str] = []
    requests: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    opened.on("request", lambda request: requests.append(request.url))
    _open(opened, address)
    yield opened
    assert faults == []
    assert {url.partition(":")[0] for url in requests} <= {"file", "blob", "data"}
    assert opened.evaluate("() => window.harmed") is None
    assert opened.locator("img").count() == 0
    context.close()


def _open(page: Page, address: str) -> None:
    # The page's policy forbids eval, which wait_for_function needs.
    page.goto(address)
    page.wait_for_selector("html[data-map]", state="attached", timeout=READY_MS)


def _map_kinds(page: Page) -> dict[str, str]:
    script = """() => Object.fromEntries(window.lifecircle.map
      .queryRenderedFeatures({ layers: ["communities"] })
      .map(({ properties }) => [properties.index, properties.kind]))"""
    kinds: dict[str, str] = page.evaluate(script)
    return kinds


def _expect_map(page: Page, *kinds: str) -> None:
    wanted = {str(at): kind for at, kind in enumerate(kinds)}
    deadline = time.monotonic() + 20
    while _map_kinds(page) != wanted and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert _map_kinds(page) == wanted


def _list(page: Page) -> list[str]:
    return page.locator("#list-table tbody tr td:nth-child(2)").all_inner_texts()


def _at(page: Page, lon: float, lat: float) -> tuple[float, float]:
    script = """([lon, lat]) => {
      const map = window.lifecircle.map;
      const box = map.getCanvas().getBoundingClientRect();
      const point = map.project([lon, lat]);
      return [box.left + point.x, box.top + point.y];
    }"""
    x, y = page.evaluate(script, [lon, lat])
    return x, y


def test_opens_from_a_file(page: Page) -> None:
    assert page.evaluate("() => window.lifecircleReady") is True
    assert page.evaluate("() => document.documentElement.dataset.map") == "ready"
    assert page.locator("#map-note").is_hidden()
    assert page.get_by_text("模拟数据").is_visible()
    assert page.locator(".frame .attributions").inner_text().startswith("© OpenStreetMap")


def test_view_changes_list_map_and_legend(page: Page) -> None:
    assert _list(page) == ["达标", "未评估", "达标"]
    _expect_map(page, "met", "not assessed", "met")
    page.get_by_label("圆", exact=True).check()
    assert _list(page) == ["达标", "达标", "未达标"]
    _expect_map(page, "met", "met", "not met")
    legend = page.locator('#legend [data-kind="met"]').inner_text()
    assert "2 个社区" in legend
    assert "1,200 人" in legend
    assert "人口未知" in legend


def test_what_is_on_record_has_its_own_view_and_wider_areas_their_table(
    browser: Browser, tmp_path: Path
) -> None:
    payload = _payload()
    payload["rules"].append(_rule(2, "每百户面积", "printed", ["record"]))
    payload["words"]["reading"]["record"] = "记录"
    tail = ["证据句", "limited", ["partial"], "overdue"]
    for at in range(3):
        payload["findings"].append([at, 2, "record", "met", "35", "30", "", 0, *tail])
    payload["wider"] = [
        ["区县", HOSTILE, "每百户面积", "record", "not met", "20", "30", 7, *tail, True],
    ]
    payload["silent"] = [["项目", "市级项目", "一（一）"]]
    path = tmp_path / "page.html"
    path.write_text(render(payload), encoding="utf-8")
    page = browser.new_page()
    _open(page, path.as_uri())
    page.select_option("#rule", "2")
    assert page.is_checked("input[value=record]")
    assert page.is_disabled("input[value=walk]")
    assert "35" in page.inner_text("#list-table")
    assert HOSTILE in page.inner_text("#wider-table")
    assert "约 7（估计）" in page.inner_text("#wider-table")
    assert page.is_hidden("#things")
    assert page.evaluate("() => window.harmed") is None
    page.locator("#silent summary").click()
    page.locator("#silent-table", has_text="市级项目").wait_for()  # filled after it opens
    page.close()


def test_difference_view(page: Page) -> None:
    page.get_by_label("差异").check()
    assert _list(page) == ["一致", "无法比较", "步行达标而圆未达标"]
    _expect_map(page, "same", "incomparable", "walk-only")


def test_rule_without_a_circle_offers_walking_only(page: Page) -> None:
    page.get_by_label("差异").check()
    page.get_by_label("规则", exact=True).select_option(label="一片公共绿地")
    assert page.get_by_label("步行", exact=True).is_checked()
    assert page.get_by_label("圆", exact=True).is_disabled()
    assert page.get_by_label("差异").is_disabled()
    assert _list(page) == ["未达标"] * 3
    _expect_map(page, *["not met"] * 3)
    clause = page.locator("#clause-body").inner_text()
    for said in ("条文原句1", "二(二)1", "推定", "原文未写明读法"):
        assert said in clause


def test_list_row_selects_by_keyboard(page: Page) -> None:
    page.get_by_role("button", name="乙社区").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("() => window.lifecircle.state.community") == 1
    assert "乙社区" in page.get_by_role("status").inner_text()
    detail = page.locator("#detail")
    assert "未知" in detail.locator("p").inner_text()
    assert detail.locator("tbody tr").count() == 3
    assert "图层不完整。" in detail.inner_text()
    assert "已逾期" in detail.inner_text()
    assert page.evaluate("() => window.lifecircle.map.getFilter('circle')[2]") == "c1"


def test_map_names_and_selects_what_is_under_the_pointer(page: Page) -> None:
    page.mouse.move(*_at(page, 120.025, 30.003))
    popup = page.locator(".maplibregl-popup")
    popup.wait_for()
    assert popup.inner_text().split("\n")[-1] == "达标"
    assert HOSTILE in popup.inner_text()
    page.mouse.click(*_at(page, 120.025, 30.003))
    page.locator('#list-table tr.on[data-community="2"]').wait_for()
    assert HOSTILE in page.locator("#detail-heading").inner_text()


def test_facilities_can_be_hidden(page: Page) -> None:
    shown = "() => window.lifecircle.map.getLayoutProperty('facilities', 'visibility')"
    assert page.evaluate(shown) == "visible"
    page.get_by_label("显示设施点").uncheck()
    assert page.evaluate(shown) == "none"


def test_matrix_and_city_table(page: Page) -> None:
    page.get_by_text("总表").click()
    cells = page.locator("#matrix-table tbody td")
    cells.first.wait_for()
    kinds = cells.evaluate_all("cells => cells.map((cell) => cell.dataset.cell)")
    assert kinds == ["met", "not met", "not assessed", "not met", "met", "not met"]
    assert all(cells.all_inner_texts())
    city = page.locator("#city-table tbody tr")
    assert city.count() == 3
    assert city.nth(0).locator("td.number").all_inner_texts() == ["2", "1", "0", "0"]


def test_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="甲社区").first.click()
    page.get_by_label("差异").check()
    page.get_by_text("总表").click()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390


def test_prints_without_controls(page: Page) -> None:
    page.emulate_media(media="print")
    assert page.locator("#controls").is_hidden()
    assert page.locator("#list-table").is_visible()


def test_without_webgl_the_list_is_complete(chromium: Any, address: str) -> None:
    opened = chromium(NO_WEBGL)
    page = opened.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    _open(page, address)
    assert page.evaluate("() => document.documentElement.dataset.map") == "unavailable"
    assert page.evaluate("() => window.lifecircleReady") is True
    assert "WebGL" in page.locator("#map-note").inner_text()
    page.get_by_label("差异").check()
    page.get_by_role("button", name="甲社区").first.click()
    assert _list(page) == ["一致", "无法比较", "步行达标而圆未达标"]
    assert "甲社区" in page.locator("#detail-heading").inner_text()
    opened.close()
    assert faults == []


def test_a_pack_that_the_data_cannot_answer_still_has_its_map(
    browser: Browser, tmp_path: Path
) -> None:
    payload = {**_payload(), "rules": [], "findings": [], "city": []}
    path = tmp_path / "empty.html"
    path.write_text(render(payload), encoding="utf-8")
    page = browser.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    _open(page, path.as_uri())
    assert page.evaluate("() => document.documentElement.dataset.map") == "ready"
    assert "没有可显示的规则" in page.locator("#heading").inner_text()
    page.close()
    assert faults == []


def test_estimated_people_are_marked(page: Page) -> None:
    page.get_by_label("圆", exact=True).check()
    affected = page.locator("#list-table tbody tr td:nth-child(5)").all_inner_texts()
    assert affected == ["1,200", "未知", "约 3,400（估计）"]
    assert "人口 约 3,400 人" in page.locator("#legend").inner_text()
