"""hq_server/web/app.py: errors become pages or JSON; hostile requests become neither a crash."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hq_server.database import Database
from tests.hq_server.conftest import Browser


def test_what_is_not_there_is_a_page_for_people_and_json_for_programs(
    browser: Callable[[str], Browser],
) -> None:
    client = browser("agent").client
    page = client.get("/cases/unknown")
    assert (page.status_code, "text/html" in page.headers["content-type"]) == (404, True)
    assert client.get("/api/cases/unknown").json()["error"] == "NotFound"
    assert client.get("/nowhere").status_code == 404


def test_no_error_is_without_words(browser: Callable[[str], Browser]) -> None:
    client = browser("agent").client
    for method, path in (("GET", "/nowhere"), ("POST", "/cases"), ("GET", "/cases/none")):
        page = client.request(method, path).text
        (said,) = re.findall(r'<p class="empty-subtitle[^>]*>\s*(.*?)\s*</p>', page)
        assert len(said) > 5
    for method, path in (("GET", "/api/nowhere"), ("DELETE", "/api/cases")):
        assert client.request(method, path).json()["message"]
    client.cookies.clear()
    assert client.get("/api/cases").json()["message"] == "not signed in"


def test_a_list_that_refreshes_itself_leads_to_the_sign_in_form(
    browser: Callable[[str], Browser],
) -> None:
    client = browser("agent").client
    client.cookies.clear()
    answer = client.get("/cases/list", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in")


@pytest.fixture(scope="module")
def _hostile() -> list[str]:
    return ["\x00", "%00", "'; DROP TABLE cases;--", "../../etc", "\udcff", "💣" * 50, "-1", "𝟙"]


def test_hostile_values_are_refused_or_found_nothing(
    browser: Callable[[str], Browser], _hostile: list[str]
) -> None:
    client = browser("agent").client
    for value in _hostile:
        clean = value.encode("utf-8", "surrogatepass")
        for path in ("/cases", "/cases/list", "/api/cases"):
            params: dict[str, bytes] = {key: clean for key in ("status", "grade", "store", "code")}
            assert client.get(path, params=params).status_code in (200, 400, 422)
    assert client.get("/cases/%00").status_code == 400
    assert client.get("/api/feedback?since=never&limit=9e9").status_code == 422


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=st.binary(max_size=300))
def test_any_bytes_in_a_form_never_crash(browser: Callable[[str], Browser], body: bytes) -> None:
    client = TestClient(browser("agent").client.app, follow_redirects=False)
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = client.post("/sign-in", content=body, headers={"content-type": kind})
        assert answer.status_code in (303, 400, 401, 422, 429)


def test_an_error_of_the_database_is_logged_without_its_text(
    database: Database, browser: Callable[[str], Browser], caplog: pytest.LogCaptureFixture
) -> None:
    signed_in = browser("agent")
    with database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE feedback RENAME TO secret_words")
    answer = signed_in.client.get("/api/feedback")
    assert answer.status_code in (500, 503)
    assert "Error (" in caplog.text
    assert "relation" not in caplog.text
    assert "no such table" not in caplog.text
