"""hq_server/ingest/broker_link.py: whatever broker and line do, nothing is lost for good."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from hq_server.ingest.broker_link import IN_FLIGHT, BrokerLink
from hq_server.ingest.inbox import Inbox, Pending
from hq_server.ingest.partitions import ALL
from hq_server.settings import BrokerSettings
from protocols import topics
from protocols.messages import HqState
from tests.hq_server.conftest import NOW
from tests.hq_server.peer import PATIENCE_SECONDS, Gateway, take_over, until

# So small that the copies of few connections would fill it.
ROOM = 2 * IN_FLIGHT


class Line(BrokerLink):
    """A link with an inbox of its own, for all partitions."""

    def __init__(self, port: int, name: str, username: str | None = None) -> None:
        self.inbox = Inbox(ROOM)
        settings = BrokerSettings(port=port, username=username)
        super().__init__(settings, ("127.0.0.1", port), name, self.inbox, lambda: NOW)
        self.hold(ALL)

    def take(self, at_most: int, wait: float, gather: float) -> list[Pending]:
        return self.inbox.take(at_most, wait, gather)


def _acknowledge(pending: list[Pending]) -> None:
    for each in pending:
        each.link.acknowledge(each.mid, each.session)


@pytest.fixture
def link(broker_port: int, request: pytest.FixtureRequest) -> Iterator[Line]:
    """A link that is connected, to a session that nobody used before."""
    made = Line(broker_port, request.node.name)
    made.start()
    until(lambda: made.connected)
    yield made
    made.stop()


def _flap(link: Line, port: int, name: str, *, forget: bool = False) -> None:
    take_over(port, name, forget=forget)
    until(lambda: not link.connected)
    until(lambda: link.connected)


def _presence(gateway: Gateway) -> list[HqState]:
    return [message for message in gateway.heard if isinstance(message, HqState)]


def _boots(gateway: Gateway) -> list[str]:
    return [state.boot for state in _presence(gateway) if state.online]


def test_without_a_broker_it_keeps_trying_and_ends_when_told() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    link = Line(port, "t", username="u")
    link.start()
    assert link.take(20, 0.05, 0.01) == []
    assert not link.connected
    link.stop()


def test_a_broker_that_cannot_be_reached_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    link = Line(port, "t")
    link.start()
    until(lambda: bool(caplog.messages))
    link.take(20, 2.5, 0.01)  # while paho tries once or twice more
    link.stop()
    (said,) = caplog.messages
    assert f"127.0.0.1:{port}: cannot be reached" in said
    assert "refused" in said


def test_what_a_broker_had_kept_is_told_from_what_is_said_now(
    broker_port: int, link: Line, gateway: Gateway
) -> None:
    topic = topics.state(gateway.name)
    ways: list[tuple[bytes, bool]] = []

    def _came(count: int) -> bool:
        pending = link.take(20, 1.0, 0.05)
        _acknowledge(pending)
        assert {each.taken.way.broker for each in pending} <= {f"127.0.0.1:{broker_port}"}
        ways.extend((each.taken.payload, each.taken.way.retained) for each in pending)
        return len(ways) == count

    until(lambda: link.connected)
    until(lambda: _came(0))
    gateway.send(b"now", topic, retain=True)
    until(lambda: _came(1))
    link.hold(frozenset())
    link.hold(ALL)  # asks for the states again
    until(lambda: _came(2))
    assert ways == [(b"now", False), (b"now", True)]
    gateway.send(b"", topic, retain=True)


def test_d4_a_line_that_flaps_while_nobody_takes_does_not_make_it_deaf(
    broker_port: int, link: Line, gateway: Gateway, request: pytest.FixtureRequest
) -> None:
    sent = {b"%d" % number for number in range(ROOM + IN_FLIGHT)}
    for payload in sorted(sent):
        gateway.send(payload)
    for _ in range(4):
        _flap(link, broker_port, request.node.name)
    got: set[bytes] = set()

    def _took_all() -> bool:
        pending = link.take(20, 1.0, 0.05)
        got.update(each.taken.payload for each in pending)
        _acknowledge(pending)
        return got == sent

    until(_took_all)
    assert got == sent


def test_d4_an_acknowledgement_of_an_older_connection_is_ignored() -> None:
    """A peer that speaks MQTT by hand, and gives number 1 to another message after a break."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE_SECONDS)
        link = Line(server.getsockname()[1], "t")
        link.start()
        with _welcomed(server) as first:
            first.sendall(_publish(1))
            (old,) = link.take(1, PATIENCE_SECONDS, 0)
        with _welcomed(server) as second:
            second.sendall(_publish(1))
            (new,) = link.take(1, PATIENCE_SECONDS, 0)
            _acknowledge([old])  # the same number, of the connection that ended
            _acknowledge([new])
            heard = b""
            while PUBACK_OF_1 not in heard:
                heard += second.recv(4096)
            second.settimeout(0.5)
            with contextlib.suppress(TimeoutError):
                heard += second.recv(4096)
        link.stop()
    assert heard.count(PUBACK_OF_1) == 1


def test_nothing_is_acknowledged_between_two_connections(
    broker_port: int, link: Line, gateway: Gateway, request: pytest.FixtureRequest
) -> None:
    gateway.send(b"not stored yet")
    before = link.take(1, PATIENCE_SECONDS, 0)
    take_over(broker_port, request.node.name)
    until(lambda: not link.connected)
    while not link.connected:
        _acknowledge(before)
    again = link.take(1, PATIENCE_SECONDS, 0)
    assert [each.taken.payload for each in again] == [b"not stored yet"]


def test_d4_when_the_broker_lost_the_session_a_new_boot_asks_for_new_offers(
    broker_port: int, link: Line, gateway: Gateway, request: pytest.FixtureRequest
) -> None:
    name = request.node.name
    gateway.heard.clear()
    _flap(link, broker_port, name)
    until(lambda: any(state.online for state in _presence(gateway)))
    boots = set(_boots(gateway))
    assert len(boots) == 1
    gateway.heard.clear()
    _flap(link, broker_port, name, forget=True)
    # What was said before may still be on its way; from the new boot on, nothing else is said.
    until(lambda: not boots.issuperset(_boots(gateway)))
    said = _boots(gateway)
    new = next(number for number, boot in enumerate(said) if boot not in boots)
    assert boots.isdisjoint(said[new:])


def test_what_comes_without_an_acknowledgement_takes_no_room(
    broker_port: int, link: Line, gateway: Gateway
) -> None:
    client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    client.connect("127.0.0.1", broker_port)
    client.loop_start()
    for _ in range(5):
        client.publish(topics.up("g1"), b"flood", qos=0).wait_for_publish(PATIENCE_SECONDS)
    until(lambda: link.dropped == 5)
    gateway.send(b"kept")
    assert [each.taken.payload for each in link.take(9, PATIENCE_SECONDS, 0)] == [b"kept"]
    client.disconnect()
    client.loop_stop()


def test_d4_a_broker_that_sends_too_much_is_asked_to_send_again() -> None:
    """A peer that speaks MQTT by hand, and does not keep to the receive maximum."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(PATIENCE_SECONDS)
        link = Line(server.getsockname()[1], "t")
        link.start()
        connections = 0
        for _ in range(2):
            with _welcomed(server) as connection:
                connections += 1
                connection.sendall(b"".join(map(_publish, range(1, ROOM + 10))))
                while _received(connection):
                    pass
        link.stop()
    assert connections == 2
    assert link.dropped >= 2


# MQTT 5 packets as bytes: CONNACK, SUBACK of two topics, and the PUBACK of message 1.
CONNACK = bytes.fromhex("2003000000")
SUBACK = bytes.fromhex("90050001000101")
PUBACK_OF_1 = bytes.fromhex("40020001")


def _welcomed(server: socket.socket) -> socket.socket:
    connection, _peer = server.accept()
    connection.settimeout(PATIENCE_SECONDS)
    connection.recv(4096)
    connection.sendall(CONNACK)
    connection.recv(4096)
    connection.sendall(SUBACK)
    return connection


def _publish(mid: int) -> bytes:
    topic = topics.up("g1").encode()
    body = len(topic).to_bytes(2, "big") + topic + mid.to_bytes(2, "big") + b"\x00x"
    return b"\x32" + bytes([len(body)]) + body


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(4096)
    except ConnectionError:
        return b""
