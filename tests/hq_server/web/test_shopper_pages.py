"""hq_server/web/shopper_pages.py: what a shopper sees on a phone, and what nobody else does."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from hq_server.accounts.roles import Role
from hq_server.accounts.scope import EVERYTHING
from hq_server.accounts.service import SignedIn
from hq_server.cases.case import Step
from hq_server.cases.service import Cases, StepTaken
from hq_server.database import Database
from hq_server.ingest.intake import Answer
from hq_server.tables import cases, feedback, timeline
from hq_server.web.texts import texts
from protocols import case_code
from tests.hq_server.conftest import NOW
from tests.hq_server.field import batch, response, rows, taken

Take = Callable[..., list[Answer]]
CODE, WRONG = (case_code.mint_random(n * 7919**9) for n in (1, 2))
NOTE = "熟食区排队太久"
ENGLISH = {"Accept-Language": "en"}
AGENT = SignedIn(name="agent", role=Role.AGENT, scope=EVERYTHING, csrf="", session_id="")
zh, en = texts("zh-CN"), texts("en")


@pytest.fixture
def phone(application: FastAPI, take: Take) -> TestClient:
    """A phone, and a case that its code leads to."""
    promised = int((NOW + timedelta(hours=1)).timestamp() * 1000)
    take(taken(batch(response("r1", rating=1, note=NOTE, code=CODE, promised_ms=promised))))
    return TestClient(application, follow_redirects=False)


def _step(application: FastAPI, database: Database, step: Step, note: str | None = None) -> None:
    found: Cases = application.state.cases
    (case,) = rows(database, cases)
    taken_ = StepTaken(step=step, version=case["version"], note=note)
    found.take_step(AGENT, case["id"], taken_)


def test_a_code_shows_the_steps_the_promise_and_no_words(
    phone: TestClient, application: FastAPI, database: Database
) -> None:
    _step(application, database, Step.ACKNOWLEDGE)
    _step(application, database, Step.CONTACT, "私下的话")
    answer = phone.get(f"/t/{CODE.lower()}")
    assert answer.status_code == 200
    for key in ("node.received", "node.contact", "next.resolve", "next.verify"):
        assert zh(key) in answer.text
    assert zh("track.kept", time=" 12:00 ") in answer.text
    for hidden in (NOTE, "私下的话", "agent", 'name="solved"'):
        assert hidden not in answer.text
    assert "cookie" not in str(answer.headers).lower()
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)


def test_languages_by_browser_and_by_the_switch(phone: TestClient) -> None:
    assert en("track.title") in phone.get("/t", headers=ENGLISH).text
    switched = phone.get("/t?lang=zh-CN", headers=ENGLISH)
    assert zh("track.title") in switched.text
    assert 'href="?lang=en"' in switched.text
    sent = phone.post("/t?lang=en", data={"code": CODE})
    assert sent.headers["location"] == f"/t/{CODE}?lang=en"


def test_wrong_codes_all_look_the_same(phone: TestClient) -> None:
    pages = [phone.get(f"/t/{typed}") for typed in (WRONG, "nonsense", "%20")]
    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    typed = phone.post("/t", data={"code": WRONG})
    assert (typed.status_code, zh("track.unknown") in typed.text) == (404, True)
    for _ in range(20):  # the test client's address is a name, and has its own count
        phone.get(f"/t/{WRONG}")
    slow = phone.get(f"/t/{CODE}")
    assert (slow.status_code, zh("track.slow_down") in slow.text) == (429, True)


@pytest.mark.parametrize(("solved", "status"), [("yes", "verified"), ("no", "acknowledged")])
def test_the_shopper_says_whether_it_is_mended(
    phone: TestClient, application: FastAPI, database: Database, solved: str, status: str
) -> None:
    _step(application, database, Step.ACKNOWLEDGE)
    _step(application, database, Step.RESOLVE, "加开了收银台")
    page = phone.get(f"/t/{CODE}").text
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found
    form = {"version": found[1], "solved": solved}
    for _ in range(2):  # touched twice
        assert phone.post(f"/t/{CODE}", data=form).headers["location"] == f"/t/{CODE}"
    (case,) = rows(database, cases)
    assert case["status"] == status
    said = [row["kind"] for row in rows(database, timeline) if row["actor"] == "(shopper)"]
    assert said == ["verify" if solved == "yes" else "reopen"]


def test_of_a_plan_the_shoppers_word_is_noted(
    phone: TestClient, application: FastAPI, database: Database
) -> None:
    _step(application, database, Step.ACKNOWLEDGE)
    _step(application, database, Step.PROPOSE, "加开收银台")
    (case,) = rows(database, cases)
    form = {"version": str(case["version"]), "solved": "no"}
    for _ in range(2):
        phone.post(f"/t/{CODE}", data=form)
    said = [row["kind"] for row in rows(database, timeline) if row["actor"] == "(shopper)"]
    assert (said, rows(database, cases)[0]["status"]) == (["denied"], "proposed")
    assert 'name="solved"' not in phone.get(f"/t/{CODE}").text
    other_site = phone.post(f"/t/{CODE}", data=form, headers={"Origin": "https://evil.example"})
    assert other_site.status_code == 403


def test_words_from_a_phone_are_thanked_for_with_a_code(
    phone: TestClient, database: Database
) -> None:
    page = phone.get("/n/s1/till")
    assert re.search(r'type="checkbox" name="consent" value="yes">', page.text)
    found = re.search(r'name="id" value="([0-9a-f-]{36})"', page.text)
    assert found
    form = {"id": found[1], "text": "称重排队太久 <b>13800138000</b>"}
    sent = [phone.post("/n/s1/till", data=form) for _ in range(2)]
    assert {answer.status_code for answer in sent} == {303}
    (place,) = {answer.headers["location"] for answer in sent}
    thanks = phone.get(place).text
    assert zh("note.thanks") in thanks
    assert f'href="{place.removesuffix("?new=1")}"' in thanks
    assert "称重" not in thanks
    assert len([row for row in rows(database, feedback) if row["channel"] == "phone"]) == 1


def test_a_number_without_consent_is_asked_about_and_not_kept(
    phone: TestClient, database: Database
) -> None:
    form = {"id": "01930000-0000-7000-8000-000000000001", "text": "好", "number": "13800138000"}
    answer = phone.post("/n/s1/till", data=form)
    assert (answer.status_code, zh("note.wrong_consent") in answer.text) == (422, True)
    assert len(rows(database, feedback)) == 1


def test_a_store_that_is_not_known_is_a_friendly_page(phone: TestClient) -> None:
    for path in ("/n/s9/till", "/n/s1/till/not-a-visit"):
        answer = phone.get(path)
        assert (answer.status_code, zh("note.nowhere") in answer.text) == (404, True)
        assert phone.post(path, data={"text": "x"}).status_code == 404
    assert phone.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
