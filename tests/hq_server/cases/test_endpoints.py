"""hq_server/cases/endpoints.py: cases as JSON, with the statuses that errors.py says."""

from __future__ import annotations

from collections.abc import Callable

from hq_server.accounts.endpoints import CSRF_HEADER
from hq_server.ingest.intake import Answer
from tests.hq_server.conftest import Browser
from tests.hq_server.field import batch, response, taken


def test_the_way_of_a_case_by_api(
    browser: Callable[[str], Browser], take: Callable[..., list[Answer]]
) -> None:
    take(taken(batch(response("r1", rating=2, note="排队太久了"))))
    agent = browser("agent")
    agent.client.headers[CSRF_HEADER] = agent.csrf
    (listed,) = agent.client.get("/api/cases").json()
    address = f"/api/cases/{listed['id']}"
    page = agent.client.get(address).json()
    assert (page["note"], page["steps"]) == ("排队太久了", ["acknowledge", "assign"])
    done = agent.client.post(f"{address}/acknowledge", json={"version": page["version"]})
    assert (done.status_code, done.json()["status"]) == (200, "acknowledged")
    again = agent.client.post(f"{address}/acknowledge", json={"version": page["version"]})
    assert (again.status_code, again.json()["error"]) == (409, "Changed")
    version = done.json()["version"]
    wrong = agent.client.post(f"{address}/close", json={"version": version})
    assert (wrong.status_code, wrong.json()["error"]) == (409, "Step")
    silent = agent.client.post(f"{address}/resolve", json={"version": version})
    assert silent.status_code == 422
    for body in (b"", b"{", b"[]", b'{"version": "x"}', b'{"version": 1e99}'):
        assert agent.client.post(f"{address}/resolve", content=body).status_code == 422
    assert agent.client.post(f"{address}/dance", json={"version": 1}).status_code == 422


def test_a_viewer_is_refused(
    browser: Callable[[str], Browser], take: Callable[..., list[Answer]]
) -> None:
    take(taken(batch(response("r1", rating=2))))
    viewer = browser("viewer")
    viewer.client.headers[CSRF_HEADER] = viewer.csrf
    (listed,) = viewer.client.get("/api/cases?grade=A&status=all&store=s1").json()
    answer = viewer.client.post(f"/api/cases/{listed['id']}/acknowledge", json={"version": 1})
    assert answer.status_code == 403
