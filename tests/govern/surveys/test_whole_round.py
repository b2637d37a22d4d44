"""A whole round in a browser 320 px wide, without scripts: from the draft to the baseline."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

from tests.govern.platform import Platform

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def narrow(page: Page) -> None:
    assert page.evaluate(TOO_WIDE) <= 0, page.url


def press(page: Page, role: Literal["button", "link"], name: str) -> None:
    with page.expect_navigation():
        page.get_by_role(role, name=name).click()


def reload_until(page: Page, link: str) -> None:
    """Wait for a job: without scripts the page does not come by itself."""
    for _ in range(100):
        page.goto(page.url)
        if page.get_by_role("link", name=link, exact=True).count():
            break
        time.sleep(0.2)


def test_a_round_on_a_telephone(platform: Platform, browser: Browser) -> None:
    size = {"width": 320, "height": 640}
    context = platform.context(browser, "chief", viewport=size, java_script_enabled=False)
    page = context.new_page()
    page.goto("/surveys/new/")
    page.get_by_label("名称").fill("West 2026")
    page.get_by_label("范围").select_option(label="west")
    page.get_by_label("政策包").select_option("xian-2024")
    page.get_by_label("底数日期").fill("2026-06-30")
    for label in ("开始填报", "社区报送期限", "乡镇级审核期限"):
        page.get_by_label(label).fill("2026-07-31")
    press(page, "button", "拟定")
    press(page, "button", "开始填报")
    narrow(page)
    reload_until(page, "reed")
    press(page, "link", "reed")
    home = page.url
    press(page, "link", "服务功能")
    narrow(page)
    parts = page.locator("th .button").count()
    assert parts > 1
    page.locator("th .button").first.click()
    for number in range(1, parts + 1):
        narrow(page)
        assert f"第{number}部分，共{parts}部分" in page.inner_text("main")
        for choice in page.get_by_label("没有", exact=True).all():
            choice.check()
        press(page, "button", "保存，填下一部分" if number < parts else "保存")
    press(page, "link", "添加一处")
    narrow(page)
    page.get_by_label("设施名称").fill("Reed stop")
    page.get_by_label("设施类别").select_option("transit_stop")
    page.get_by_text("替别人填的").click()
    page.get_by_label("电话代填").check()
    press(page, "button", "保存")
    assert "代填要写是谁说的" in page.inner_text("main"), "what was typed is still there"
    assert page.get_by_label("设施名称").input_value() == "Reed stop"
    page.get_by_label("代填：谁说的").fill("社区书记")
    page.get_by_label("代填：哪天说的").fill("2026-07-01")
    press(page, "button", "保存")
    assert "Reed stop" in page.inner_text("main")
    page.goto(home)
    press(page, "button", "报送")
    assert "已报送，待审核" in page.inner_text("main")
    page.get_by_label("通过").check()
    press(page, "button", "提交审核")
    assert "已审核" in page.inner_text("main")
    press(page, "link", "West 2026")
    press(page, "link", "办结")
    press(page, "button", "办结并写入台账")
    reload_until(page, "提请作为底数公布")
    assert "底数指纹" in page.inner_text("main")
    narrow(page)
    press(page, "link", "提请作为底数公布")
    narrow(page)
    page.get_by_label("提请理由").fill("每年一次")
    press(page, "button", "提请")
    assert "待批准" in page.inner_text("main")
    page.goto("/inventory/?q=Reed")
    assert "Reed stop" in page.inner_text("main")
    context.close()
