"""hq_server/accounts/endpoints.py: nothing without signing in, no change without a token."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from hq_server.cases import endpoints as case_endpoints
from hq_server.feedback import endpoints as feedback_endpoints
from hq_server.web import health, pages
from tests.hq_server.conftest import Browser

ROUTERS = (pages.router, health.router, case_endpoints.router, feedback_endpoints.router)
OPEN_TO_ALL = {"/", "/sign-in", "/livez", "/readyz", "/language", "/metrics"}


def _routes() -> list[tuple[str, str]]:
    return [
        (method, route.path)
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and route.path not in OPEN_TO_ALL
        for method in route.methods or ()
    ]


def test_every_page_and_function_asks_who_is_there(application: FastAPI) -> None:
    client = TestClient(application, follow_redirects=False)
    routes = _routes()
    assert len(routes) > 10
    for method, path in routes:
        address = path.replace("{case_id}", "x").replace("{step}", "resolve")
        answer = client.request(method, address, json={"version": 1})
        expected = (401,) if path.startswith("/api/") else (303,)
        assert answer.status_code in expected, f"{method} {path} answered {answer.status_code}"


def test_a_form_without_its_token_changes_nothing(browser: Callable[[str], Browser]) -> None:
    signed_in = browser("agent")
    answer = signed_in.client.post("/sign-out", data={"csrf": "wrong"})
    assert answer.status_code == 403
    assert signed_in.client.get("/cases").status_code == 200


@pytest.mark.parametrize("token", ["", "ü", "x" * 1000])
def test_a_made_up_token_is_refused(browser: Callable[[str], Browser], token: str) -> None:
    answer = browser("agent").client.post("/sign-out", data={"csrf": token})
    assert answer.status_code == 403


def test_signing_out_ends_the_session(browser: Callable[[str], Browser]) -> None:
    signed_in = browser("agent")
    assert signed_in.client.post("/sign-out", data={"csrf": signed_in.csrf}).status_code == 303
    assert signed_in.client.get("/cases").status_code == 303
