"""hq_server/web/correction_pages.py: a grading is corrected on its page, and rates tell of it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable

import pytest

from hq_server.database import Database
from hq_server.ingest.intake import Answer
from hq_server.tables import cases, feedback
from hq_server.web.texts import LANGUAGES, texts
from tests.hq_server.conftest import Browser
from tests.hq_server.field import batch, response, rows, taken

Take = Callable[..., list[Answer]]
NOTE = "<i>谢谢</i>，很满意"
pytestmark = pytest.mark.usefixtures("_given")
HAPPY, ANGRY = "/feedback/r1", "/feedback/r2"
ZH = texts("zh-CN")


@pytest.fixture
def _given(take: Take) -> None:
    """A response with words and no case, and one with a case."""
    take(taken(batch(response("r1", rating=5, note=NOTE), response("r2", rating=1, note=NOTE))))


def form_on(page: str) -> dict[str, str | list[str]]:
    """Return the form of a correction as a browser would send it unchanged."""
    part = page[page.index('<details class="correct"') :]
    fields: dict[str, str | list[str]] = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', part)
    )
    fields["grade"] = re.findall(r'name="grade" value="(\w)" required checked', part)[0]
    for name, options in re.findall(
        r'<select class="form-select" name="(\w+)">(.*?)</select>', part
    ):
        fields[name] = re.findall(r'<option value="(\w+)" selected', options)[0]
    fields["also"] = re.findall(r'name="also" value="(\w+)" checked', part)
    return fields | {"why": "看过原话"}


def test_what_is_corrected_on_the_page_of_feedback_opens_its_case(
    browser: Callable[[str], Browser],
) -> None:
    agent = browser("agent").client
    assert HAPPY in agent.get("/feedback").text
    page = agent.get(HAPPY).text
    assert "&lt;i&gt;" in page
    assert 'data-most="4"' in page, "no more boxes can be ticked than are taken"
    sent = agent.post(f"{HAPPY}/correct", data=form_on(page) | {"grade": "S"})
    assert sent.status_code == 303
    assert agent.get(HAPPY).headers["location"].startswith("/cases/")
    case = agent.get(sent.headers["location"]).text
    assert ZH("entry.corrected") in case
    assert "看过原话" in case
    assert 'grade-S grade-large">S' in case


def test_a_milder_label_stands_beside_the_grade_of_the_case(
    browser: Callable[[str], Browser], database: Database, take: Take
) -> None:
    agent = browser("agent").client
    before = next(row["grade"] for row in rows(database, cases) if row["response_id"] == "r2")
    page = agent.get(agent.get(ANGRY).headers["location"]).text
    sent = agent.post(f"{ANGRY}/correct", data=form_on(page) | {"grade": "B"})
    page = agent.get(sent.headers["location"]).text
    assert f'grade-{before} grade-large">{before}' in page
    assert "grade-corrected-large" in page
    assert "grade-corrected" in agent.get("/cases").text
    take(taken(batch(response("r2", rev=2, rating=1, note="别的话"), first=3)))
    assert "grade-corrected" not in agent.get("/cases").text, "it was said of other words"


TYPED = "看过 <b>原话</b>"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_refused_form_comes_back_with_what_was_typed(browser: Callable[[str], Browser]) -> None:
    agent = browser("agent").client
    mine = form_on(agent.get(HAPPY).text) | {"why": TYPED, "intent": "suggestion"}
    silent = agent.post(f"{HAPPY}/correct", data=mine | {"why": " ", "grade": "A"})
    assert silent.status_code == 422
    assert f'role="alert">{ZH("correct.wrong_why")}<' in silent.text
    again = form_on(silent.text)
    assert (again["grade"], again["intent"]) == ("A", "suggestion")
    long = agent.post(f"{HAPPY}/correct", data=mine | {"why": "x" * 5000})
    assert (long.status_code, ZH("correct.wrong_long", most=300, length=5000) in long.text) == (
        422, True,
    )  # fmt: skip
    hidden = {name: mine[name] for name in ("csrf", "id", "number", "text_hash")}
    none = agent.post(f"{HAPPY}/correct", data=hidden | {"why": TYPED})
    assert (none.status_code, html.escape(TYPED) in none.text) == (422, True)
    assert ZH("correct.wrong_grade") in none.text
    assert 'name="back" value="/feedback/r1"' in none.text, "there is such a page in each language"
    assert ZH("correct.lead") not in none.text, "what stands is not what the form is filled with"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_later_of_two_sees_what_the_first_said_and_keeps_what_was_typed(
    browser: Callable[[str], Browser], take: Take
) -> None:
    agent, admin = browser("agent").client, browser("admin").client
    address = agent.get(ANGRY).headers["location"]
    mine = form_on(agent.get(address).text) | {"why": TYPED, "grade": "S"}
    theirs = form_on(admin.get(address).text) | {"intent": "suggestion", "why": "先看过了"}
    assert admin.post(f"{ANGRY}/correct", data=theirs).status_code == 303
    late = agent.post(f"{ANGRY}/correct", data=mine)
    assert late.status_code == 409
    assert ZH("correct.other_person", author="admin") in late.text
    assert "先看过了" in late.text
    assert f">{html.escape(TYPED)}</textarea>" in late.text
    assert f'name="back" value="{address}"' in late.text
    assert '<a class="nav-link" href="/cases" aria-current="page">' in late.text
    again = form_on(late.text) | {"why": TYPED}
    assert (again["grade"], again["number"]) == ("S", "1")
    take(taken(batch(response("r2", rev=2, rating=1, note="别的话"), first=3)))
    other = agent.post(f"{ANGRY}/correct", data=again)
    assert (other.status_code, ZH("correct.other_words") in other.text) == (409, True)
    assert agent.post(f"{ANGRY}/correct", data=form_on(other.text)).status_code == 303


def test_who_comes_second_and_who_may_not(browser: Callable[[str], Browser]) -> None:
    agent = browser("agent").client
    page = agent.get(agent.get(ANGRY).headers["location"]).text
    first, second = form_on(page), form_on(agent.get(agent.get(ANGRY).headers["location"]).text)
    assert agent.post(f"{ANGRY}/correct", data=first).status_code == 303
    assert agent.post(f"{ANGRY}/correct", data=first).status_code == 303, "the same once more"
    assert agent.post(f"{ANGRY}/correct", data=second).status_code == 409
    unsigned = {name: value for name, value in second.items() if name != "csrf"}
    assert agent.post(f"{ANGRY}/correct", data=unsigned).status_code == 403
    manager, viewer = browser("m1"), browser("viewer")
    page = manager.client.get(manager.client.get(ANGRY).headers["location"]).text
    assert ZH("correct.only_hq") in page
    milder = form_on(page) | {"grade": "B"}
    assert manager.client.post(f"{ANGRY}/correct", data=milder).status_code == 403
    page = viewer.client.get(viewer.client.get(ANGRY).headers["location"]).text
    assert 'class="correct"' not in page
    refused = second | {"csrf": viewer.csrf}
    assert viewer.client.post(f"{ANGRY}/correct", data=refused).status_code == 403


def test_rates_lead_to_the_texts_and_the_texts_to_a_file(
    browser: Callable[[str], Browser], database: Database
) -> None:
    agent = browser("agent").client
    page = agent.get(agent.get(ANGRY).headers["location"]).text
    agent.post(f"{ANGRY}/correct", data=form_on(page) | {"sentiment": "5"})
    shown = agent.get("/quality").text
    rule = next(
        each["rule"]
        for row in rows(database, feedback)
        for each in (row["grading"]["evidence"] if row["id"] == "r2" else ())
    )
    links = {html.unescape(found) for found in re.findall(r'href="(/quality/texts[^"]*)"', shown)}
    assert f"/quality/texts?days=90&rule={rule}" in links
    for link in links:
        texts_page = agent.get(link).text
        assert "看过原话" in texts_page
        assert "<i>谢谢" not in texts_page
    (version,) = {found for found in re.findall(r'<option value="([\w.]+-[\w.]+)"', shown)}
    assert f"rule={rule}" in agent.get(f"/quality?version={version}").text
    assert ZH("quality.none") in agent.get("/quality?version=a-b").text
    (line,) = agent.get("/quality/corrections.jsonl").text.splitlines()
    assert (json.loads(line)["sentiment"], json.loads(line)["by"]) == (5, "agent")
    assert agent.get("/quality/corrections.jsonl?since=2999-01-01").text == ""
    assert agent.get("/quality/corrections.jsonl?since=0001-01-01").status_code == 422


def test_words_leave_with_the_headquarters_only(browser: Callable[[str], Browser]) -> None:
    for name in ("m1", "viewer"):
        client = browser(name).client
        assert "/quality/corrections.jsonl" not in client.get("/quality").text
        assert client.get("/quality/corrections.jsonl").status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_both_languages(language: str, browser: Callable[[str], Browser]) -> None:
    client = browser("admin").client
    client.cookies.set("storeloop_language", language)
    for path in (HAPPY, "/quality", "/quality/texts"):
        page = client.get(path, follow_redirects=True)
        assert page.status_code == 200
        assert f'<html lang="{language}">' in page.text
    assert client.get("/feedback/nowhere").status_code == 404
