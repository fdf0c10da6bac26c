"""hq_server/web/enrolment_pages.py: a code is shown once, to those who may let a kiosk in."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from hq_server.web.texts import LANGUAGES, texts
from protocols import case_code
from tests.hq_server.conftest import Browser

Opened = Callable[[str], Browser]
# The queries are tested on both databases where they stand; a page is the same on either.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TYPED = {"store": "s1", "device": " k9 ", "touchpoint": "till-3", "address": "ws://10.0.0.2:8081"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_is_made_and_shown_once(browser: Opened, language: str) -> None:
    manager = browser("m1")
    manager.client.post("/language", data={"language": language, "back": "/enrolment"})
    page = manager.client.post("/enrolment", data=TYPED | {"csrf": manager.csrf})
    [code] = re.findall(r'class="enrolled-code code">([^<]+)<', page.text)
    assert case_code.parse(code) == code
    assert "<svg" in page.text
    after = manager.client.get("/enrolment").text
    assert code not in after
    t = texts(language)
    assert t("enrol.open") in after
    [row] = re.findall(r"/enrolment/([^/]+)/revoke", after)
    sent = {"csrf": manager.csrf}
    assert manager.client.post(f"/enrolment/{row}/revoke", data=sent).status_code == 303
    assert t("enrol.revoked") in manager.client.get("/enrolment").text


def test_what_is_wrong_is_said_and_what_was_typed_stays(browser: Opened) -> None:
    admin = browser("admin")
    page = admin.client.post("/enrolment", data=TYPED | {"csrf": admin.csrf, "device": "a b"})
    assert (page.status_code, 'value="a b"' in page.text) == (422, True)
    assert texts("zh-CN")("enrol.wrong_device") in page.text


@pytest.mark.parametrize("name", ["viewer", "agent"])
def test_who_may_not_let_a_kiosk_in_does_not(
    browser: Opened, count: Callable[[str], int], name: str
) -> None:
    someone = browser(name)
    assert someone.client.get("/enrolment").status_code == 403
    assert "/enrolment" not in someone.client.get("/fleet").text
    sent = TYPED | {"csrf": someone.csrf}
    assert someone.client.post("/enrolment", data=sent).status_code == 403
    assert count("enrolments") == 0


def test_a_manager_lets_kiosks_into_his_own_stores_alone(browser: Opened) -> None:
    manager = browser("m1")
    page = manager.client.post("/enrolment", data=TYPED | {"csrf": manager.csrf, "store": "s2"})
    assert (page.status_code, "enrolled-code" in page.text) == (422, False)
