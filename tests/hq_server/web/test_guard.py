"""hq_server/web/guard.py: bounded bodies, same-origin posts, strict headers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

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
