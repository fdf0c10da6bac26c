from collections.abc import Iterator

import httpx2
import pytest

from tests.edge_gateway.running import Running, configured, running


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(configured(tmp_path_factory.mktemp("gateway"))) as one:
        yield one


def test_it_says_that_it_lives(gateway: Running) -> None:
    assert httpx2.get(f"{gateway.url}/livez").json() == {"alive": True}


def test_every_answer_carries_the_strict_policy(gateway: Running) -> None:
    for path in ("/board", "/nowhere", "/static/board.js"):
        headers = httpx2.get(gateway.url + path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"


def test_figures_are_shown_to_this_machine(gateway: Running) -> None:
    page = httpx2.get(f"{gateway.url}/metrics")
    assert page.status_code == 200
    assert "storeloop_gateway_devices_connected 0.0" in page.text


def test_without_a_pin_a_foreign_name_is_not_served(gateway: Running) -> None:
    answer = httpx2.get(f"{gateway.url}/board", headers={"Host": "evil.example"})
    assert answer.status_code == 400


def test_the_schema_is_not_offered(gateway: Running) -> None:
    assert httpx2.get(f"{gateway.url}/openapi.json").status_code == 404
    assert httpx2.get(f"{gateway.url}/docs").status_code == 404
