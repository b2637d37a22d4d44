"""Services on a telephone, without a script: part by part, each a few screens, each saved."""

from __future__ import annotations

import re
from typing import Any

from tests.govern.platform import Platform

WIDTH, SCREEN, MOST_SCREENS = 390, 844, 5


def test_services_are_asked_part_by_part(platform: Platform, browser: Any) -> None:
    size = {"width": WIDTH, "height": SCREEN}
    context = platform.context(browser, "clerk", viewport=size, java_script_enabled=False)
    page = context.new_page()
    start = f"/surveys/returns/{platform.known['return']}/functions/"
    page.goto(start)
    parts = page.locator("table.list a.button").count()
    assert parts > 2
    page.locator("table.list a.button").first.click()
    for number in range(1, parts + 1):
        page.wait_for_url(re.compile(rf"[?]part={number}$"))
        tall = page.locator("body").bounding_box()
        assert tall is not None
        assert tall["height"] <= MOST_SCREENS * SCREEN
        assert tall["width"] <= WIDTH
        first = page.locator('input[type="radio"][value="not_known"]').first
        first.check()
        page.locator("form.survey .actions button").click()
    page.wait_for_url(re.compile(r"/facilities/$"))
    page.goto(start)
    told = page.locator("table.list tbody td:nth-child(2)").all_inner_texts()
    assert all(not one.startswith("0/") for one in told), told
    page.goto(f"{start}?part=2")
    page.locator("form.survey .actions a").click()
    page.wait_for_url(f"{platform.url}{start}")
    context.close()
