"""hq_server/feedback/endpoints.py: feedback as JSON, never a contact."""

from __future__ import annotations

from collections.abc import Callable

from hq_server.ingest.intake import Answer
from tests.hq_server.conftest import Browser
from tests.hq_server.field import batch, response, taken


def test_feedback_by_arrival(
    browser: Callable[[str], Browser], take: Callable[..., list[Answer]]
) -> None:
    said = response("r1", rating=1, contact_sealed="c2VhbGVk", contact_consent=True)
    take(taken(batch(said, response("r2"))))
    client = browser("viewer").client
    found = client.get("/api/feedback").json()
    assert {row["id"] for row in found} == {"r1", "r2"}
    assert "c2VhbGVk" not in str(found)
    assert {(row["nps"], row["weight"], *row["marks"]) for row in found} == {(None, 100)}
    assert client.get("/api/feedback?since=2026-11-21T00:00:00Z").json() == []
    assert len(client.get("/api/feedback?before=2026-11-21T00:00:00Z&limit=1").json()) == 1
    assert client.get("/api/feedback?since=2026-11-21T00:00:00").status_code == 422
