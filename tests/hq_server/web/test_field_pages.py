"""hq_server/web/field_pages.py: the ledger, the fleet and dead letters, for those who may see."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from hq_server.database import Database
from hq_server.devices import service as devices
from hq_server.ingest.intake import Answer
from hq_server.ingest.lease import Lease
from hq_server.tables import dead_letters
from hq_server.web.texts import LANGUAGES, texts
from protocols import wire
from protocols.messages import (
    DeviceState,
    GatewayState,
    Lane,
    Offer,
    ReaderStanding,
    ReaderState,
    Stream,
    StreamAccount,
)
from tests.hq_server.conftest import NOW, Browser
from tests.hq_server.field import KIOSK, at, batch, response, taken

Take = Callable[..., list[Answer]]
Opened = Callable[[str], Browser]
PATHS = ("/fleet", "/ledger", "/dead-letters", "/dead-letters?done=1")


@pytest.fixture
def troubled(database: Database, take: Take) -> None:
    """A field with everything in it: a loss of HQ's, a dead letter, an account, a refusal."""
    take(taken(batch(response("r1"), b"\xff<b>bad</b>", response("r3"))))
    take(taken(Offer(stream=KIOSK, oldest=1, head=14, floor=1, known=9, nonce=1)))
    take(taken(batch(response("x1", store="s2"), stream=_other()), gateway="g2"))
    since = int((NOW - timedelta(hours=3)).timestamp() * 1000)
    account = StreamAccount(
        epoch="e1", lane=Lane.URGENT, accepted=20, committed=9, oldest_waiting_ms=since
    )
    kiosk = DeviceState(
        device="k1", epoch="e1", program="p", accepted={}, waiting=5, at=at(), streams=(account,)
    )
    state = GatewayState(
        gateway="g1", store="s1", online=True, epoch="g", at=at(), devices=(kiosk,)
    )
    with database.writing() as connection:
        devices.heard(connection, state, "s1", NOW)
    Lease(database, "east", lambda: NOW, lambda: {"events": 4321}).take()


def test_the_fleet_shows_the_readers_at_the_tills(database: Database, browser: Opened) -> None:
    until = int((NOW + timedelta(minutes=30)).timestamp() * 1000)
    readers = (
        ReaderState(name="till-4", driver="escpos", standing=ReaderStanding.SUSPECT,
                    trouble="encoding: big5\x00 would read well", messages=1204, damaged=3,
                    last_ms=until, skew_s=-241, recording_until_ms=until),
        ReaderState(name="keys-1", driver="keypad", standing=ReaderStanding.GONE),
        ReaderState(name="mad-clock", driver="a-newer-one", standing=ReaderStanding.READING,
                    last_ms=2**61, recording_until_ms=2**61),
    )  # fmt: skip
    state = GatewayState(gateway="g1", store="s1", online=True, epoch="g", at=at(), readers=readers)
    with database.writing() as connection:
        devices.heard(connection, state, "s1", NOW)
    page, zh = browser("viewer").client.get("/fleet").text, texts("zh-CN")
    for shown in ("till-4", "1,204", "big5", zh("reader.suspect"), zh("driver.keypad"),
                  zh("reader.gone"), zh("reader.seconds", number="-241"), "mad-clock"):  # fmt: skip
        assert shown in page
    assert zh("reader.recording", time="").strip() in page


def _other() -> Stream:
    return Stream(device="k2", epoch="e1", lane=Lane.URGENT)


@pytest.mark.usefixtures("troubled")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_one_language(browser: Opened, language: str) -> None:
    client = browser("admin").client
    client.post("/language", data={"language": language, "back": "/cases"})
    t = texts(language)
    for path, key in zip(PATHS, ("replay.title", "ledger.title", "dead.title", "dead.none_done"),
                         strict=True):  # fmt: skip
        page = client.get(path)
        assert page.status_code == 200
        assert t(key) in page.text
    assert "<b>bad" not in client.get("/dead-letters").text


@pytest.mark.usefixtures("troubled")
def test_the_ledger_says_what_is_missing_and_what_waits(browser: Opened) -> None:
    page = browser("viewer").client.get("/ledger").text
    t = texts("zh-CN")
    assert t("ledger.lacking", number=6) in page
    assert t("ledger.healing") in page
    assert re.search(r">\s*11\s*<", page), "11 wait at the kiosk"
    assert t("ledger.since", ago=t("time.ago", time=t("time.hours", hours=3, minutes=0))) in page


def bare(page: str) -> str:
    """Return a page without its token: random letters, in which any two may stand."""
    return re.sub(r'name="csrf" value="[^"]*"', "", page)


@pytest.mark.usefixtures("troubled")
def test_a_manager_sees_her_own_stores_only(browser: Opened) -> None:
    client = browser("m1").client
    for path in ("/ledger", "/fleet", "/ledger?store=s2"):
        assert "k2" not in bare(client.get(path).text), path
    assert "k1" in bare(client.get("/ledger").text)
    assert "east" not in bare(client.get("/fleet").text)
    assert "east" in bare(browser("admin").client.get("/fleet").text)
    assert "k2" in bare(browser("viewer").client.get("/ledger").text)


@pytest.mark.usefixtures("troubled")
def test_the_fleet_says_what_was_lost_and_who_takes_in(browser: Opened) -> None:
    page = browser("admin").client.get("/fleet").text
    t = texts("zh-CN")
    assert t("replay.open") in page
    assert "4–9" in page
    assert "4,321" in page
    assert "64 / 64" in page


def test_d7_a_dead_letter_is_tried_again_from_its_page(
    browser: Opened, take: Take, database: Database
) -> None:
    take(taken(batch(response("r1"), b"\xff")))
    with database.writing() as connection:  # as when a newer program can read it
        raw = wire.encode_event(response("r2", note="now it reads"))
        connection.execute(sa.update(dead_letters).values(raw=raw))
    agent = browser("agent")
    page = agent.client.get("/dead-letters").text
    path = re.findall(r'action="(/dead-letters/[0-9a-f-]{36}/again)"', page)[0]
    assert agent.client.post(path).status_code == 403
    assert agent.client.post(path, data={"csrf": agent.csrf}).status_code == 303
    assert path not in agent.client.get("/dead-letters").text
    assert "now it reads" in agent.client.get("/feedback").text
    assert "now it reads" in agent.client.get("/dead-letters?done=1").text


def test_who_may_not_act_has_no_button_and_no_way(browser: Opened, take: Take) -> None:
    take(taken(batch(b"\xff", response("x"), stream=_other()), gateway="g2"))
    viewer, manager, agent = browser("viewer"), browser("m1"), browser("agent")
    assert "again" not in viewer.client.get("/dead-letters").text
    page = agent.client.get("/dead-letters").text
    path = re.findall(r'action="(/dead-letters/[0-9a-f-]{36}/again)"', page)[0]
    for who, status in ((viewer, 403), (manager, 404), (agent, 303)):
        assert who.client.post(path, data={"csrf": who.csrf}).status_code == status
    assert viewer.client.post("/dead-letters/again", data={"csrf": viewer.csrf}).status_code == 403
    told = agent.client.post("/dead-letters/again", data={"csrf": agent.csrf})
    assert told.headers["location"] == "/dead-letters?taken=0&failed=2"
    assert (
        texts("zh-CN")("dead.failed", number=2) in agent.client.get(told.headers["location"]).text
    )
