"""hq_server/web/guard.py: bounded bodies, same-origin posts, strict headers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from hq_server.settings import Listen, Settings
from hq_server.web.guard import HEADERS, MAX_BODY_BYTES


@pytest.fixture
def client(application: FastAPI) -> TestClient:
    return TestClient(application, follow_redirects=False)


def test_every_answer_carries_the_headers(client: TestClient) -> None:
    for path in ("/sign-in", "/livez", "/nowhere", "/static/hq.css"):
        answer = client.get(path)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"


def test_head_gives_the_headers_of_a_page_and_no_body(client: TestClient) -> None:
    for path in ("/sign-in", "/livez", "/static/hq.css", "/nowhere"):
        whole, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (whole.status_code, b"")
        assert head.headers["content-length"] == str(len(whole.content))


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
def test_another_site_cannot_post(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/language", data={"language": "en"}, headers=headers)
    assert answer.status_code == 403


@pytest.mark.parametrize("headers", [{"Origin": "http://testserver"}, {}])
def test_our_own_pages_can(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/language", data={"language": "en"}, headers=headers)
    assert answer.status_code == 303


def test_a_large_body_is_refused_whether_it_says_so_or_not(client: TestClient) -> None:
    large = b"x" * (MAX_BODY_BYTES + 1)

    def _unannounced() -> Iterator[bytes]:
        yield large

    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/sign-in", content=large, headers=kind).status_code == 413
    assert client.post("/sign-in", content=_unannounced(), headers=kind).status_code == 413


def _answered(client: TestClient, count: int) -> list[int]:
    return [
        client.post("/sign-in", data={"name": f"n{n}", "password": "wrong"}).status_code
        for n in range(count)
    ]


def _behind_a_web_server(application: FastAPI, trusted: list[str], shopper: str) -> TestClient:
    """Return a browser whose requests a web server on this machine passes on."""
    headers = {"X-Forwarded-For": shopper, "X-Forwarded-Proto": "https"}
    stack: Any = application
    if trusted:
        stack = ProxyHeadersMiddleware(stack, trusted_hosts=trusted)
    return TestClient(stack, client=("127.0.0.1", 1), headers=headers, follow_redirects=False)


def test_people_behind_one_unnamed_web_server_do_not_close_it_for_each_other(
    application: FastAPI,
) -> None:
    client = _behind_a_web_server(application, [], "192.0.2.7")
    assert set(_answered(client, 55)) == {401}


def test_with_a_trusted_web_server_each_browser_has_its_own_bound(
    application: FastAPI, settings: Settings
) -> None:
    listen = Listen(trusted_proxies=("127.0.0.0/8",))
    application.state.settings = settings.model_copy(update={"listen": listen})
    trusted = list(listen.trusted_proxies)
    answered = _answered(_behind_a_web_server(application, trusted, "192.0.2.7"), 51)
    assert (answered.count(401), answered[-1]) == (50, 429)
    assert _answered(_behind_a_web_server(application, trusted, "192.0.2.8"), 1) == [401]


@pytest.mark.parametrize("said", ["127.0.0.1", "127.0.0.1, 127.0.0.1", "192.0.2.7", "::1"])
def test_a_web_server_s_words_never_open_the_metrics(application: FastAPI, said: str) -> None:
    for trusted in ([], ["127.0.0.1"]):
        client = _behind_a_web_server(application, trusted, said)
        assert client.get("/metrics").status_code == 303
    local = TestClient(application, client=("127.0.0.1", 1), follow_redirects=False)
    assert local.get("/metrics").status_code == 200
    for name in ("Forwarded", "Via", "X-Real-IP", "X-Forwarded-Proto"):
        assert local.get("/metrics", headers={name: said}).status_code == 303
