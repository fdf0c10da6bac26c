"""hq_server/web/health.py: alive, ready, and figures for those who may see them."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from hq_server.database import Database
from hq_server.ingest.intake import Answer
from hq_server.ingest.lease import Lease
from tests.hq_server.conftest import NOW, Browser
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
    database: Database,
    take: Callable[..., list[Answer]],
) -> None:
    take(taken(batch(response("r1", rating=2))))
    take(taken(batch(response("r6"), first=6, floor=6)))
    take(taken(b"x", gateway="g9"), taken(b"x", gateway="g9"))
    figures: dict[str, object] = {"events": 12, "committed_at": NOW.timestamp() - 9}
    Lease(database, "east", lambda: NOW, lambda: figures).take()
    stranger = TestClient(application, client=("192.0.2.7", 1), follow_redirects=False)
    assert stranger.get("/metrics").status_code == 303
    local = TestClient(application, client=("127.0.0.1", 1), follow_redirects=False)
    assert 'storeloop_cases_open{grade="A"} 1.0' in local.get("/metrics").text
    told = local.get("/metrics").text
    assert "storeloop_ledger_missing 4.0" in told
    assert 'storeloop_ledger_missing_of_store{store="s1"} 4.0' in told
    assert 'storeloop_ingest_events_total{ingest="east"} 12.0' in told
    assert 'storeloop_ingest_partitions{ingest="east"} 64.0' in told
    assert 'storeloop_ingest_last_commit_age_seconds{ingest="east"} 9.0' in told
    assert 'storeloop_refused_messages_total{why="this gateway is not registered"} 2.0' in told
    proxied = local.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"})
    assert proxied.status_code == 303
    assert "storeloop_gateways 2.0" in browser("viewer").client.get("/metrics").text
