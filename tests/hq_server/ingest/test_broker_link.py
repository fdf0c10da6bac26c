"""hq_server/ingest/broker_link.py: without a broker it waits; nothing is taken, nothing fails."""

from __future__ import annotations

import socket

from hq_server.ingest.broker_link import BrokerLink
from hq_server.settings import BrokerSettings
from tests.hq_server.conftest import NOW


def test_without_a_broker_it_keeps_trying_and_ends_when_told() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    link = BrokerLink(BrokerSettings(port=port, username="u"), "t", lambda: NOW)
    link.start()
    assert link.take(20, 0.05, 0.01) == []
    assert not link.connected
    link.stop()
