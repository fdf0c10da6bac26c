"""hq_server/web/survey_pages.py: from the form to the stores; nothing typed is lost."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
import sqlalchemy as sa

from hq_server.database import Database
from hq_server.surveys import document
from hq_server.surveys import service as surveys
from hq_server.surveys.service import CHAIN, Place, PlaceKind, Signed
from hq_server.tables import publications
from hq_server.web.texts import LANGUAGES, texts
from tests.hq_server.conftest import NOW, Browser

Opened = Callable[[str], Browser]
# The queries are tested on both databases where they stand; a page is the same on either.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class _Form(HTMLParser):
    """What a browser would send of the form that a page shows, but for its buttons."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._select = self._area = ""
        self.feed(page)
        del self.fields["back"]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        unticked = given.get("type") == "checkbox" and "checked" not in given
        if tag == "input" and name and not unticked and given.get("type") != "file":
            self.fields[name] = value or ("on" if given.get("type") == "checkbox" else "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in given:
            self.fields[self._select] = value
        elif tag == "textarea":
            self._area = name

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] = self.fields.get(self._area, "") + data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""


@pytest.fixture
def version(database: Database) -> int:
    """A survey that the whole chain has."""
    signed = Signed(author="admin", note="first", at=NOW)
    with database.writing() as connection:
        number = surveys.save(connection, document.first(), signed)
        surveys.publish(connection, number, [CHAIN], signed)
    return number


def _typed(at: Browser, path: str = "/surveys/2/edit") -> dict[str, str]:
    page = at.client.get(path)
    assert page.status_code == 200, page.text
    return _Form(page.text).fields


def _png() -> bytes:
    def _chunk(kind: bytes, body: bytes) -> bytes:
        summed = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + summed

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*each) for each in parts)


@pytest.mark.usefixtures("version")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_one_language(browser: Opened, language: str) -> None:
    admin = browser("admin")
    admin.client.post("/language", data={"language": language, "back": "/surveys"})
    t = texts(language)
    for path, said in (
        ("/surveys", t("survey.now")), ("/surveys/2", t("survey.says")),
        ("/surveys/2/edit", t("survey.save")), ("/surveys/new", t("survey.mailbox_lead")),
    ):  # fmt: skip
        page = admin.client.get(path)
        assert (page.status_code, said in page.text) == (200, True), path


@pytest.mark.usefixtures("version")
def test_a_changed_form_is_the_next_version_and_is_published(
    browser: Opened, database: Database
) -> None:
    admin = browser("admin")
    fields = _typed(admin) | {"ask.en": "Again?", "note": "shorter", "do": "save"}
    files = {"logo_file": ("logo.png", _png(), "image/png")}
    saved = admin.client.post("/surveys/draft", data=fields, files=files)
    assert saved.headers["location"] == "/surveys/3", saved.text
    with database.reading() as connection:
        found = surveys.version(connection, 3)
    assert (found.survey.ask["en"], found.made_from, found.author) == ("Again?", 2, "admin")
    assert base64.b64decode(found.survey.brand.logo or "") == _png()
    assert found.survey.questions == document.first().questions
    sent = {"csrf": admin.csrf, "place": ["store:s1", "store:s2"], "note": "try"}
    assert admin.client.post("/surveys/3/publish", data=sent).status_code == 303
    assert "try" in admin.client.get("/surveys").text
    withdrawn = {"csrf": admin.csrf, "place": "store:s1"}
    assert admin.client.post("/surveys/withdraw", data=withdrawn).status_code == 303
    with database.reading() as connection:
        assert len(connection.execute(sa.select(publications)).all()) == 4
        assert len(surveys.published(connection)) == 2


@pytest.mark.usefixtures("version")
def test_a_manager_sees_what_reaches_his_stores_and_of_no_other(
    browser: Opened, database: Database
) -> None:
    signed = Signed(author="admin", note="for s2 alone", at=NOW)
    with database.writing() as connection:
        surveys.publish(connection, 2, [Place(kind=PlaceKind.STORE, id="s2")], signed)
    manager, admin = browser("m1"), browser("admin")
    for path in ("/surveys", "/surveys/2"):
        seen = manager.client.get(path).text
        assert "bg-blue-lt" in seen  # the chain has one
        assert ("bg-teal-lt" in seen, "for s2 alone" in seen) == (False, False), path
        assert "bg-teal-lt" in admin.client.get(path).text


@pytest.mark.usefixtures("version")
def test_published_nowhere_is_asked_again(browser: Opened) -> None:
    admin = browser("admin")
    asked = admin.client.post("/surveys/2/publish", data={"csrf": admin.csrf, "note": "x"})
    assert (asked.status_code, texts("zh-CN")("survey.say_where") in asked.text) == (422, True)


@pytest.mark.usefixtures("version")
def test_numbers_that_no_survey_has_are_told_as_such(browser: Opened) -> None:
    admin = browser("admin")
    for number in (0, 99, 2**31, 10**30):
        assert admin.client.get(f"/surveys/{number}").status_code == 404
    row = f"unhappy.{'9' * 5000}"
    for fields in ({f"{row}.id": "x", "do": "save"}, {"do": f"up.{row}"}):
        answer = admin.client.post("/surveys/draft", data=_typed(admin) | fields)
        assert answer.status_code < 400, fields["do"]


@pytest.mark.usefixtures("version")
def test_what_is_wrong_is_named_and_nothing_typed_is_lost(browser: Opened) -> None:
    admin = browser("admin")
    fields = _typed(admin) | {"unhappy.1.label.en": "", "ask.en": "Typed <b>", "note": "mine"}
    page = admin.client.post("/surveys/draft", data=fields | {"do": "save"})
    assert page.status_code == 422
    assert 'name="unhappy.1.label.en" value="" aria-invalid' in page.text.replace(
        'class="form-control is-invalid" type="text" ', ""
    )
    assert _Form(page.text).fields == fields
    as_json = admin.client.post("/surveys/draft", data=fields | {"do": "json"})
    written = _Form(as_json.text).fields
    assert "Typed <b>" in written["text"]
    broken = admin.client.post("/surveys/draft", data=written | {"text": "{ oops", "do": "form"})
    assert (broken.status_code, _Form(broken.text).fields["text"]) == (422, "{ oops")
    again = admin.client.post("/surveys/draft", data=written | {"do": "form"})
    assert _Form(again.text).fields == fields


@pytest.mark.usefixtures("version")
def test_rows_come_and_go_and_the_drawing_follows(browser: Opened) -> None:
    admin = browser("admin")
    fields = _typed(admin)
    page = admin.client.post("/surveys/draft", data=fields | {"do": "add.hours"})
    assert _Form(page.text).fields["hours.0.opens"] == "08:00"
    drawn = admin.client.post("/surveys/preview", data=fields | {"ask.zh-CN": "新问题？"})
    assert "新问题？" in drawn.text
    assert "<html" not in drawn.text
    nps = admin.client.post("/surveys/draft", data=fields | {"scale": "nps", "do": "show"})
    assert "faces.2.en" not in _Form(nps.text).fields


@pytest.mark.usefixtures("version")
@pytest.mark.parametrize("name", ["viewer", "m1", "agent"])
def test_who_may_only_look_changes_nothing(browser: Opened, name: str) -> None:
    someone = browser(name)
    assert someone.client.get("/surveys").status_code == 200
    assert "/surveys/new" not in someone.client.get("/surveys").text
    assert someone.client.get("/surveys/2/edit").status_code == 403
    sent: dict[str, Any] = {"csrf": someone.csrf, "place": "chain:", "do": "save"}
    for path in ("/surveys/draft", "/surveys/preview", "/surveys/2/publish", "/surveys/withdraw"):
        assert someone.client.post(path, data=sent).status_code == 403, path


@pytest.mark.usefixtures("version")
def test_places_and_versions_that_are_not_there_are_refused(browser: Opened) -> None:
    admin = browser("admin")
    for place, status in (("store:s9", 404), ("x", 422), ("chain:s1", 422), ("store:", 422)):
        sent = {"csrf": admin.csrf, "place": place}
        assert admin.client.post("/surveys/2/publish", data=sent).status_code == status, place
    assert admin.client.post("/surveys/2/publish", data={"csrf": admin.csrf}).status_code == 422
    assert admin.client.get("/surveys/99").status_code == 404
    exported = admin.client.get("/surveys/2/json")
    assert document.fit(exported.content).version == 2
