"""Takes the pictures of corrections in docs/pictures/: `python docs/screenshot_corrections.py`."""

from __future__ import annotations

import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright
from screenshot_hq import CHROMIUM, DESKTOP, MOBILE, PASSWORD, PICTURES, Chain, Said

from hq_server import migrations
from hq_server.accounts.roles import Role
from hq_server.accounts.scope import EVERYTHING
from hq_server.accounts.service import SignedIn
from hq_server.clock import utc_now
from hq_server.corrections.service import Corrections, Given
from hq_server.database import Database, new_id
from hq_server.feedback import service as feedback
from hq_server.settings import Settings
from hq_server.web.app import create_app

LOTION = "婴儿面霜用后脸上起红疹，怀疑是假货"
# Words, score, and how many shoppers wrote something like it.
SAID = (
    (LOTION, 1, 1), ("酸奶过期三天还在架上", 1, 14), ("收银排队 25 分钟，只开了两个通道", 2, 22),
    ("隔壁超市的草莓都发霉了，你们家还不错", 4, 9), ("员工态度冷淡，拒绝开发票", 2, 11),
    ("店员很热情，表扬 3 号收银台", 5, 26), ("送货快，但是包装破了", 3, 8),
    ("价签和结账价格不一样", 2, 7), ("建议增加老花镜和放大镜", 4, 6), ("地上有水，差点滑倒", 2, 5),
)  # fmt: skip
NEXT_DOOR = ("隔壁", "顾客说的是隔壁那家店，与本店无关", {"intent": "praise", "sentiment": 4,
             "topics": ("assortment",)})  # fmt: skip
HEALED = ("婴儿", "与店长核实：孩子已就医，假货一说没有依据", {"topics": ("allergy",),
          "department": "product"})  # fmt: skip
MOST = 7
SCROLL = "part => scrollTo(0, part.getBoundingClientRect().top + scrollY - 24)"
MILDER = ("收银排队", "客流高峰十分钟内已加开通道", {"grade": "B"})


def correct(corrections: Corrections, start: str, why: str, fields: dict[str, Any]) -> None:
    """Correct the feedback that begins so, as an agent would have."""
    who = SignedIn(name="chen.jing", role=Role.AGENT, scope=EVERYTHING, csrf="", session_id="")
    with corrections.database.reading() as connection:
        rows = feedback.listed(connection, EVERYTHING, limit=1000)
    left = MOST
    for row in rows:
        if (row["note"] or "").startswith(start):
            judged = corrections.judged(who, row)
            if judged is None or left == 0:
                break
            left -= 1
            given = Given(
                id=new_id(),
                number=judged.number,
                text_hash=judged.text_hash,
                label=replace(judged.stands, **fields),
                why=why,
            )
            corrections.correct(who, row["id"], given)


@contextmanager
def running_hq(folder: Path) -> Iterator[str]:
    """Run an HQ in which some gradings were corrected; yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    settings = Settings(data_dir=folder, public_url=f"http://127.0.0.1:{port}")
    database = Database(settings.database)
    migrations.migrate(database)
    chain = Chain(database, settings, datetime.now(UTC))
    visits = [(note, rating) for note, rating, times in SAID for _ in range(times)]
    for number, (note, rating) in enumerate(visits):
        store, minutes = ("zz-jinshui", "xc-times")[number % 2], 25 + 37 * number
        said = Said(minutes_ago=minutes, store=store, touchpoint="till-3", rating=rating, note=note)
        chain.say(said, number)
    app = create_app(settings, database, utc_now)
    app.state.accounts.add("wang.min", Role.ADMIN, [], PASSWORD)
    for start, why, fields in (HEALED, NEXT_DOOR, MILDER):
        correct(app.state.corrections, start, why, fields)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield settings.public_url
    finally:
        server.should_exit = True
        thread.join()
        database.close()


def look(browser: Browser, address: str, language: str) -> None:
    """Take the pictures of a language."""
    short = language[:2]
    context = browser.new_context(viewport=DESKTOP, locale=language)
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.fill("#name", "wang.min")
    page.fill("#password", PASSWORD)
    page.click("form.card button")
    page.goto(f"{address}/cases?grade=S")
    page.locator(".case-row", has_text="婴儿").click()
    page.wait_for_selector("details.correct > summary")
    page.click("details.correct > summary")
    _both(page, "#grading", f"hq-correct-{short}")
    page.goto(f"{address}/quality")
    _both(page, "h1", f"hq-quality-{short}")
    context.close()


def _both(page: Page, top: str, name: str) -> None:
    """Take a page from `top` on, as on a desk and as on a telephone."""
    page.evaluate("document.fonts.ready")
    page.mouse.move(0, 0)
    for size, end in ((DESKTOP, ""), (MOBILE, "-mobile")):
        page.set_viewport_size(size)
        page.locator(top).evaluate(
            "part => scrollTo(0, part.getBoundingClientRect().top + scrollY - 24)"
        )
        page.screenshot(path=PICTURES / f"{name}{end}.png")
    page.set_viewport_size(DESKTOP)


def main() -> None:
    """Take the pictures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_hq(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        for language in ("zh-CN", "en"):
            look(browser, address, language)
        browser.close()


if __name__ == "__main__":
    main()
