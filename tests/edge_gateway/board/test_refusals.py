from collections.abc import Iterator

import httpx2
import pytest

from edge_gateway.board.sign_in import hasher
from tests.edge_gateway.running import PIN, Running, configured, running

BROWSER = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    pin = f"[board]\npin_hash = '{hasher().hash(PIN)}'"
    with running(configured(tmp_path_factory.mktemp("gateway"), pin)) as one:
        yield one


def test_people_get_a_page_in_their_language(gateway: Running) -> None:
    answer = httpx2.get(f"{gateway.url}/nowhere", headers=BROWSER)
    assert answer.status_code == 404
    assert "没有这个页面" in answer.text
    assert "城北店" in answer.text
    english = {**BROWSER, "Cookie": "storeloop_language=en"}
    refused = httpx2.post(f"{gateway.url}/board/alarms/x/take", headers=english, data={"by": "x"})
    assert refused.status_code == 403
    assert "Sign in first" in refused.text


def test_programs_get_json(gateway: Running) -> None:
    answer = httpx2.get(f"{gateway.url}/nowhere")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize("headers", [BROWSER, {}])
def test_what_was_sent_is_never_sent_back(gateway: Running, headers: dict[str, str]) -> None:
    answer = httpx2.post(
        f"{gateway.url}/board/sign-in", headers=headers, files={"pin": ("7777777", b"7777777")}
    )
    assert answer.status_code == 422
    assert "777" not in answer.text


def test_every_page_has_an_icon_that_is_served(gateway: Running) -> None:
    assert (
        'rel="icon" href="/static/favicon.svg"' in httpx2.get(f"{gateway.url}/board/sign-in").text
    )
    icon = httpx2.get(f"{gateway.url}/static/favicon.svg")
    assert icon.headers["content-type"] == "image/svg+xml"
