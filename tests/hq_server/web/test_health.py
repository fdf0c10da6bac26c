"""hq_server/web/health.py: alive, ready, and figures for those who may see them."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from hq_server.database import Database
from hq_server.ingest.intake import Answer
from tests.hq_server.conftest import Browser
from tests.hq_server.field import batch, response, taken


def test_ready_only_with_the_tables_of_this_version(
    application: FastAPI, database: Database
) -> None:
    client = TestClient(application)
    assert (client.get("/livez").text, client.get("/readyz").text) == ("ok\n", "ok\n")
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = 'other'"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "storeloop-hq migrate" in answer.text


def test_metrics_are_for_this_machine_or_for_somebody_signed_in(
    application: FastAPI,
    browser: Callable[[str], Browser],
    take: Callable[..., list[Answer]],
) -> None:
    take(taken(batch(response("r1", rating=2))))
    stranger = TestClient(application, client=("192.0.2.7", 1), follow_redirects=False)
    assert stranger.get("/metrics").status_code == 303
    local = TestClient(application, client=("127.0.0.1", 1), follow_redirects=False)
    assert 'storeloop_cases_open{grade="A"} 1.0' in local.get("/metrics").text
    proxied = local.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"})
    assert proxied.status_code == 303
    assert "storeloop_gateways 2.0" in browser("viewer").client.get("/metrics").text
