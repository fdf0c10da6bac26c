"""hq_server/web/pages.py: what people see, and what a click does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from hq_server.database import Database
from hq_server.devices import service as devices
from hq_server.ingest.intake import Answer
from hq_server.web.texts import LANGUAGES, texts
from protocols.messages import Lane, Reason, Stream
from protocols.till_events import (
    LinkedBy,
    ReceiptLinked,
    ReceiptSeen,
    ReceiptUnlinked,
    SoldGoods,
    WhyUnlinked,
)
from tests.hq_server.conftest import NOW, Browser
from tests.hq_server.field import at, batch, response, taken

Take = Callable[..., list[Answer]]
OTHER = Stream(device="k2", epoch="e", lane=Lane.BULK)
NOTE = "<script>alert(1)</script> 吃了过敏，全身起疹子"


@pytest.fixture
def case_path(take: Take, browser: Callable[[str], Browser]) -> str:
    reason = Reason(id="allergy", topic="allergy", urgent=True)
    take(
        taken(
            batch(response("r1", rating=1, note=NOTE, reasons=(reason,)), b"\xff", response("r2"))
        )
    )
    page = browser("agent").client.get("/cases").text
    found = re.search(r'href="(/cases/[0-9a-f-]{36})"', page)
    assert found
    return found[1]


def test_what_a_shopper_writes_is_never_markup(
    case_path: str, browser: Callable[[str], Browser]
) -> None:
    client = browser("agent").client
    for path in ("/cases", "/cases/list", case_path, "/feedback"):
        page = client.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def test_the_case_page_marks_the_words_and_gives_the_reason(
    case_path: str, browser: Callable[[str], Browser]
) -> None:
    page = browser("agent").client.get(case_path).text
    assert re.search(r'<mark class="mark mark-harm"[^>]*>[^<]*过敏', page)
    assert texts("zh-CN")("effect.harm") in page


def test_acknowledge_and_resolve_work_on_the_page(
    case_path: str, browser: Callable[[str], Browser]
) -> None:
    signed_in = browser("agent")
    client, form = signed_in.client, {"csrf": signed_in.csrf, "version": "1"}
    assert client.post(f"{case_path}/acknowledge", data=form).status_code == 303
    stale = client.post(f"{case_path}/assign", data=form | {"assignee": "agent"})
    assert stale.status_code == 409
    silent = client.post(f"{case_path}/resolve", data=form | {"version": "2"})
    assert silent.status_code == 422
    done = client.post(f"{case_path}/resolve", data=form | {"version": "2", "note": "换货"})
    assert done.status_code == 303
    page = client.get(case_path).text
    assert "status-resolved" in page
    assert "换货" in page


def test_a_manager_of_another_store_finds_nothing(
    case_path: str, browser: Callable[[str], Browser], take: Take
) -> None:
    own = browser("m1").client
    assert own.get(case_path).status_code == 200
    assert "/contact" not in own.get(case_path).text
    take(taken(batch(response("x1", store="s2", rating=1), stream=_stream()), gateway="g2"))
    page = browser("agent").client.get("/cases?store=s2").text
    other = re.findall(r'href="(/cases/[0-9a-f-]{36})"', page)[0]
    assert own.get(other).status_code == 404
    assert other not in own.get("/cases?store=s2").text
    assert "x1" not in own.get("/api/feedback").text


def test_the_case_page_shows_the_receipt_and_how_it_was_found(
    case_path: str, take: Take, browser: Callable[[str], Browser]
) -> None:
    client, own = browser("m1").client, Stream(device="g1", epoch="e1", lane=Lane.BULK)
    assert texts("zh-CN")("case.no_receipt") in client.get(case_path).text
    why = ReceiptUnlinked(id="u1", store="s1", at=at(), response="r1", why=WhyUnlinked.AMBIGUOUS)
    take(taken(batch(why, stream=own)))
    assert texts("zh-CN")("receipt.why_ambiguous") in client.get(case_path).text
    seen = ReceiptSeen(
        id="e1", store="s1", at=at(), receipt="q1", till="4", number="0042", total="13.00",
        currency="CNY", payment="wechat", cashier="5fd2a70011223344",
        goods=(SoldGoods(name="<b>牛奶</b>", quantity="2", amount="13.00"), SoldGoods(name="袋")),
    )  # fmt: skip
    link = ReceiptLinked(
        id="l1", store="s1", at=at(), response="r1", receipt="q1", number="0042", till="4",
        offset_ms=9_400, by=LinkedBy.SCANNED,
    )  # fmt: skip
    take(taken(batch(seen, link, stream=own, first=2)))
    page = client.get(case_path).text
    zh = texts("zh-CN")
    for shown in ("0042", "&lt;b&gt;牛奶&lt;/b&gt;", "× 2", "13.00 CNY", zh("payment.wechat"),
                  zh("receipt.by_scanned"), "#5fd2a7<"):  # fmt: skip
        assert shown in page
    assert zh("receipt.why_ambiguous") not in page
    assert "0042" in client.get("/feedback").text


def test_a_receipt_without_a_number_is_a_receipt(
    case_path: str, take: Take, browser: Callable[[str], Browser]
) -> None:
    client, own = browser("m1").client, Stream(device="g1", epoch="e1", lane=Lane.BULK)
    seen = ReceiptSeen(
        id="e1", store="s1", at=at(), receipt="q1", till="4", number="", total="13.00"
    )
    link = ReceiptLinked(
        id="l1", store="s1", at=at(), response="r1", receipt="q1", number="", till="4",
        offset_ms=9_400,
    )  # fmt: skip
    take(taken(batch(seen, link, stream=own)))
    zh = texts("zh-CN")
    for page in (client.get(case_path).text, client.get("/feedback").text):
        assert zh("receipt.unnumbered") in page
        assert "13.00" in page
    assert zh("case.no_receipt") not in client.get(case_path).text


def _stream() -> Stream:

    return Stream(device="k2", epoch="e1", lane=Lane.URGENT)


def test_a_viewer_sees_no_button(case_path: str, browser: Callable[[str], Browser]) -> None:
    page = browser("viewer").client.get(case_path).text
    assert "acknowledge" not in page
    assert texts("zh-CN")("case.read_only") in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_one_language(
    case_path: str, browser: Callable[[str], Browser], language: str
) -> None:
    client = browser("admin").client
    client.post("/language", data={"language": language, "back": "/cases"})
    t = texts(language)
    for path, key in (
        ("/cases", "cases.title"), (case_path, "case.timeline"), ("/feedback", "feedback.title"),
        ("/fleet", "fleet.title"), ("/dead-letters", "dead.title"), ("/cases/none", "error.404"),
    ):  # fmt: skip
        page = client.get(path).text
        assert f'<html lang="{language}">' in page
        assert t(key) in page


@pytest.mark.parametrize("back", ["//elsewhere", "/\\elsewhere", "https://elsewhere", ""])
def test_the_language_form_leads_nowhere_else(browser: Callable[[str], Browser], back: str) -> None:
    answer = browser("agent").client.post("/language", data={"language": "en", "back": back})
    assert answer.headers["location"] == "/cases"


def test_a_code_finds_its_case_however_it_is_typed(
    case_path: str, browser: Callable[[str], Browser]
) -> None:
    client = browser("agent").client
    code = client.get(f"/api{case_path}").json()["code"]
    for typed in (code, code.lower(), code.replace("-", " ")):
        assert case_path in client.get("/cases", params={"code": typed}).text
    assert case_path not in client.get("/cases", params={"code": "0000-0000"}).text


def test_dead_letters_are_shown_as_what_they_are(
    case_path: str, browser: Callable[[str], Browser]
) -> None:
    assert case_path
    assert "\\xff" in browser("agent").client.get("/dead-letters").text


def test_reasons_are_said_in_the_page_s_language(
    case_path: str, browser: Callable[[str], Browser], database: Database
) -> None:
    assert case_path
    with database.writing() as connection:
        devices.refuse(connection, "g7", "this gateway is not registered", NOW)
        devices.refuse(connection, "g8", "the moon is full", NOW)
    client = browser("agent").client
    assert texts("zh-CN")("reason.not_registered") in client.get("/fleet").text
    assert '<code class="raw">the moon is full</code>' in client.get("/fleet").text
    assert "不是有效的反馈数据" in client.get("/dead-letters").text


def test_the_scores_of_today_and_yesterday_stand_over_the_feedback_of_the_scope(
    take: Take, browser: Callable[[str], Browser]
) -> None:
    before = [response("y", rating=5, at=at(NOW - timedelta(days=1)))]
    take(taken(batch(response("r1", rating=1), response("r2"), *before)))
    take(taken(batch(response("x1", store="s2"), stream=OTHER), gateway="g2"))
    for language in LANGUAGES:
        client = browser("m1").client
        client.headers["accept-language"] = language
        page = client.get("/feedback").text
        assert re.findall(r">(\d+) %<", page) == ["50", "100"]
        assert texts(language)("scores.csat") in page
        assert "Store s2" not in page
    assert "Store s2" in browser("viewer").client.get("/feedback").text
