"""hq_server/web/rulebook_pages.py: who looks finds rules, tries a text, reads the history."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from hq_server.database import Database
from hq_server.rulebook import replaying
from hq_server.rulebook import service as rulebook
from hq_server.rulebook.service import Signed
from hq_server.rulebook.tables import revisions
from hq_server.web.texts import LANGUAGES, texts
from tests.hq_server.conftest import NOW, Browser

Opened = Callable[[str], Browser]
# The queries are tested on both databases where they stand; a page is the same on either.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WORD = "蓝莓事件"
RULES = (
    '[[rule]]\nid = "own.zh.incident"\nlanguage = "zh"\ntopic = "safety"\nkind = "harm"\n'
    f'words = ["{WORD}"]\n'
)


@pytest.fixture
def published(database: Database) -> int:
    """One revision that is in force, and a draft that says more."""
    signed = Signed(author="admin", note="because of blueberries", at=NOW)
    with database.writing() as connection:
        begun, _ = replaying.begin(connection, RULES, "admin", NOW)
    replaying.run(database, begun, lambda: NOW)
    with database.writing() as connection:
        number = rulebook.publish_changes(connection, RULES, 0, 0, signed)
        seen = rulebook.draft(connection).seen
        rulebook.save(connection, RULES.replace("harm", "mention"), seen, "li.na", NOW)
    return number


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_one_language(browser: Opened, language: str) -> None:
    viewer = browser("viewer")
    viewer.client.post("/language", data={"language": language, "back": "/rulebook"})
    t = texts(language)
    for path, said in (
        ("/rulebook", t("rulebook.now")), ("/rulebook/history", "because of blueberries"),
        ("/rulebook/revisions/1", t("rulebook.is_in_force")),
        ("/rulebook/revisions/0", t("rulebook.built_in_means")),
        ("/rulebook/revisions/0", t("case.read_only")),
        ("/fleet", t("rulebook.graded_by")),
    ):  # fmt: skip
        page = viewer.client.get(path)
        assert (page.status_code, said in page.text) == (200, True), path
    summary = t("rulebook.summary", rules=1, added=1, removed=0)
    history = viewer.client.get("/rulebook/history").text
    assert summary in history
    # A phone shows each row as a card in which why and what changed have lines of their own.
    assert 'class="told whole">because of blueberries' in history
    assert ".as-cards td.whole { flex-basis: 100%; }" in viewer.client.get("/static/hq.css").text


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("language", LANGUAGES)
def test_rules_in_force_that_this_program_cannot_use_are_said_so_with_why(
    browser: Opened, database: Database, language: str
) -> None:
    with database.writing() as connection:  # as an update that lacks a rule would find them
        changed = sa.update(revisions).values(toml='[[change]]\nrule = "zh.nothing"\noff = true\n')
        connection.execute(changed)
    viewer, t = browser("viewer"), texts(language)
    viewer.client.post("/language", data={"language": language, "back": "/rulebook"})
    front = viewer.client.get("/rulebook").text
    assert t("rulebook.unusable", number=1) in front
    assert t("rulebook_fault.unknown_rule") in front
    page = viewer.client.get("/rulebook/revisions/1").text
    assert t("rulebook.cannot", number=1) in page
    assert t("rulebook.faulty", number=1) not in page, "nobody saved anything"
    assert viewer.client.get("/rulebook/history").status_code == 200


def test_a_chain_that_published_nothing_has_a_history_that_says_so(browser: Opened) -> None:
    page = browser("viewer").client.get("/rulebook/history")
    assert (page.status_code, texts("zh-CN")("rulebook.no_history") in page.text) == (200, True)


@pytest.mark.usefixtures("published")
def test_rules_are_found_by_a_word_a_topic_and_in_the_draft(browser: Opened) -> None:
    viewer = browser("viewer")
    found = viewer.client.get("/rulebook", params={"q": WORD}).text
    assert 'id="own.zh.incident"' in found
    assert 'id="own.zh.incident"' not in viewer.client.get("/rulebook?topic=allergy").text
    assert 'id="own.zh.incident"' not in viewer.client.get("/rulebook?kind=mention&q=蓝莓").text
    draft = viewer.client.get("/rulebook?kind=mention&of=draft&q=蓝莓").text
    assert 'id="own.zh.incident"' in draft
    assert "/rulebook/draft?rule=" not in found, "who may not change anything is not asked to"


@pytest.mark.usefixtures("published")
def test_a_text_is_tried_by_what_is_in_force_and_by_the_draft(browser: Opened) -> None:
    viewer = browser("viewer")
    said = {"csrf": viewer.csrf, "text": f"遇到{WORD}<b>", "rating": "2"}
    page = viewer.client.post("/rulebook/try", data=said)
    assert page.status_code == 200
    in_force, draft = page.text.split("tried-draft")
    assert 'class="grade grade-S"' in in_force
    assert 'class="grade grade-S"' not in draft
    assert "own.zh.incident" in in_force
    assert "&lt;b&gt;" in page.text
    assert viewer.client.post("/rulebook/try", data=said | {"csrf": ""}).status_code == 403


@pytest.mark.usefixtures("published")
def test_an_older_revision_is_put_in_force_by_who_may_with_a_reason(
    browser: Opened, database: Database
) -> None:
    admin, viewer = browser("admin"), browser("viewer")
    path = "/rulebook/revisions/0/in-force"
    sent = {"note": "too many alarms"}
    assert viewer.client.post(path, data=sent | {"csrf": viewer.csrf}).status_code == 403
    empty = admin.client.post(path, data={"csrf": admin.csrf, "note": " "})
    assert (empty.status_code, texts("zh-CN")("rulebook_fault.note") in empty.text) == (422, True)
    long = admin.client.post(path, data={"csrf": admin.csrf, "note": "x" * 501})
    said = texts("zh-CN")("rulebook_fault.note_long", most=500)
    assert (long.status_code, said in long.text, "x" * 501 in long.text) == (422, True, True)
    assert admin.client.post(path, data=sent | {"csrf": admin.csrf}).status_code == 303
    with database.reading() as connection:
        assert next(one.note for one in rulebook.history(connection)) == "too many alarms"
    assert admin.client.get("/rulebook/revisions/9").status_code == 404
    assert admin.client.get("/rulebook/revisions/1/toml").text == RULES
