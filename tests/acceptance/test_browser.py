"""Three people in real browsers: the store manager with the line down, HQ, and the shopper.

A food safety tap comes while the WAN is cut; the board shows it, the manager takes charge, and
when the line is back somebody at HQ signs in, finds the case and sees it through. Then the shopper
opens the page of the code on a phone, and says that it is mended.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from edge_gateway import board
from kiosk import settings as kiosk_settings
from kiosk.events import NextTapped, NoContactTapped, Rated, ReasonTapped, State
from simulator.layout import Sizes
from simulator.local_chain import LocalChain
from simulator.silent_kiosk import SilentKiosk
from tests.acceptance.mosquitto import Mosquitto

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240)]

PASSWORD = "a long password"
PIN = "135790"
# As Debian's chromium needs them for root, and on a machine without a way out.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs the Debian package chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        launched.close()


def test_a_tap_alarms_the_store_with_the_wan_cut_and_becomes_a_case_that_hq_resolves(
    tmp_path: Path, browser: Browser
) -> None:
    sizes = Sizes(stores=1, kiosks=1)
    with LocalChain(tmp_path, sizes, seed=1, broker=Mosquitto(tmp_path)) as chain:
        chain.prepare(admin_password=PASSWORD, pin=PIN)
        chain.start()
        chain.cut_wan()
        code = tap_food_safety(chain)
        take_charge(browser, f"http://127.0.0.1:{chain.layout.stores[0].board_port}", code)
        assert chain.rows() == [], "the WAN is cut"
        chain.mend_wan()
        see_it_through(browser, chain.layout.hq_url, code)
        confirm_on_a_phone(browser, chain.layout.hq_url, code)


@pytest.mark.parametrize("width", [390, 1024, 1280, 1920])
def test_beside_others_the_key_of_an_alarm_covers_nothing(browser: Browser, width: int) -> None:
    style = (Path(board.__file__).parent / "static" / "board.css").read_text(encoding="utf-8")
    card = (
        '<article class="alarm"><div class="what"><p class="place">生鲜称重</p></div>'
        '<dl class="facts">'
        "<div><dt>反馈编号</dt><dd>XRWH-8JQ5-RW</dd></div><div><dt>已等待</dt><dd>1:06:13</dd></div>"
        '</dl><button class="take"><i style="width: 34px"></i>负责处理</button></article>'
    )
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.set_content(
        f'<style>{style}</style><body class="board"><section class="alarms">{card * 3}</section>'
    )
    for alarm in page.locator("article").all():
        key = alarm.locator("button").bounding_box()
        since = alarm.locator("dd").last.bounding_box()
        assert key and since
        beside = since["x"] + since["width"] <= key["x"] + 1
        assert beside or since["y"] + since["height"] <= key["y"] + 1
    page.close()


def tap_food_safety(chain: LocalChain) -> str:
    settings = kiosk_settings.load(chain.layout.stores[0].kiosks[0].config)
    with SilentKiosk(settings) as kiosk:
        kiosk.touch(Rated(1), ReasonTapped("food_safety"), NextTapped(), NoContactTapped())
        kiosk.wait_for(State.THANKS)
        alarm = kiosk.wait_for_alarm()
        assert alarm.code == kiosk.flow.picture().code
        return str(alarm.code)


def take_charge(browser: Browser, board: str, code: str) -> None:
    page = browser.new_page(locale="zh-CN")
    page.goto(f"{board}/board")
    page.fill("#pin", "000000")
    page.click("button.go")
    expect(page.locator(".complaint")).to_be_visible()
    page.fill("#pin", PIN)
    page.click("button.go")
    alarm = page.locator("article.alarm")
    expect(alarm.locator(".code")).to_have_text(code)
    expect(alarm.locator(".topics")).to_have_text("食品安全")
    alarm.locator("button.take").click()
    page.fill("dialog input", "李店长")
    page.locator("dialog button[type=submit], dialog button.go").first.click()
    expect(page.locator(".calm")).to_be_visible()
    page.close()


def see_it_through(browser: Browser, hq: str, code: str) -> None:
    page = browser.new_page(locale="zh-CN")
    page.goto(f"{hq}/cases")
    expect(page).to_have_url(re.compile("sign-in"))
    page.fill("#name", "admin")
    page.fill("#password", PASSWORD)
    page.click("main form .btn-primary")
    # The list refreshes itself: no reload while the line comes back.
    row = page.locator(".case-row", has_text=code)
    expect(row).to_be_visible(timeout=60_000)
    row.click()
    expect(page.locator("h1")).to_have_text(code)
    expect(page.locator("main")).to_contain_text("李店长")
    page.click("button[formaction$='/acknowledge']")
    page.fill("#note", "已下架并联系顾客退款")
    page.click("button[formaction$='/resolve']")
    expect(page.locator("main")).to_contain_text("已解决")
    expect(page.locator("main")).to_contain_text("已下架并联系顾客退款")
    page.close()


def confirm_on_a_phone(browser: Browser, hq: str, code: str) -> None:
    page = browser.new_page(locale="zh-CN", viewport={"width": 390, "height": 844})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{hq}/t")
    page.fill("#code", code.lower())
    page.click("button.key-first")
    expect(page).to_have_url(f"{hq}/t/{code}")
    expect(page.locator("main")).not_to_contain_text("已下架")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, "nothing is wider than the phone"
    page.click("button[value=yes]")
    expect(page.locator(".steps")).to_contain_text("已确认解决")
    expect(page.locator("button[value=yes]")).to_have_count(0)
    assert all(url.startswith(hq) for url in asked), "nothing comes from elsewhere"
    assert page.context.cookies() == []
    page.close()
