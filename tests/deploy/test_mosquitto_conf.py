"""deploy/mosquitto starts a real mosquitto that keeps each store to its own topics."""

import getpass
import queue
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
import trustme
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from protocols import topics

DEPLOY = Path(__file__).resolve().parents[2] / "deploy" / "mosquitto"
PASSWORDS = {"gw-1": "one-long-secret", "gw-2": "two-long-secret", "hq": "hq-long-secret"}
SECONDS = 10.0
ADDRESS = "127.0.0.1"
# Debian puts the broker where only root's PATH looks.
BROKER = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(BROKER is None, reason="needs Debian's package mosquitto"),
]


class Broker:
    """A running mosquitto with the committed configuration, its paths turned to a folder."""

    def __init__(self, folder: Path) -> None:
        self.port = _free_port()
        self.folder = folder
        authority = trustme.CA()
        authority.cert_pem.write_to_path(folder / "ca.crt")
        server = authority.issue_cert(ADDRESS)
        server.private_key_pem.write_to_path(folder / "server.key")
        for link in server.cert_chain_pems:
            link.write_to_path(folder / "server.crt", append=True)
        shutil.copy(DEPLOY / "acl", folder / "acl")
        for number, (user, password) in enumerate(PASSWORDS.items()):
            create = ["-c"] if number == 0 else []
            command = ["mosquitto_passwd", *create, "-b", str(folder / "passwords"), user, password]
            subprocess.run(command, check=True, capture_output=True)
        text = (DEPLOY / "mosquitto.conf").read_text("utf-8")
        text = text.replace("/etc/mosquitto/storeloop", str(folder))
        text = text.replace("listener 8883", f"listener {self.port} {ADDRESS}")
        # Started by root, mosquitto would become a user who cannot read a test's folder.
        config = folder / "mosquitto.conf"
        config.write_text(f"{text}\nuser {getpass.getuser()}\n", "utf-8")
        self.log = (folder / "log").open("w+")
        assert BROKER is not None
        self.process = subprocess.Popen([BROKER, "-c", str(config)], stderr=self.log)

    def wait_until_ready(self) -> None:
        """Wait until the listener answers; fail with the log if it does not."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex((ADDRESS, self.port)) == 0:
                    return
            time.sleep(0.02)
        self.log.seek(0)
        pytest.fail(f"mosquitto did not start:\n{self.log.read()}")

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        self.process.wait(SECONDS)
        self.log.close()


class Peer:
    """One MQTT 5 client; what the broker answers comes out of queues."""

    def __init__(self, broker: Broker, user: str | None, password: str | None = None) -> None:
        self.answers: queue.Queue[ReasonCode] = queue.Queue()
        self.messages: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self.client = mqtt.Client(
            CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5, clean_session=None
        )
        if user is not None:
            self.client.username_pw_set(user, password or PASSWORDS[user])
        self.client.tls_set_context(ssl.create_default_context(cafile=broker.folder / "ca.crt"))
        self.client.on_connect = self._connected
        self.client.on_publish = self._published
        self.client.on_subscribe = self._subscribed
        self.client.on_message = self._received
        self.client.connect(ADDRESS, broker.port)
        self.client.loop_start()
        self.welcome = self.answers.get(timeout=SECONDS)

    def publish(self, topic: str, payload: bytes) -> ReasonCode:
        """Publish with QoS 1 and return the reason code of the broker's answer."""
        self.client.publish(topic, payload, qos=1)
        return self.answers.get(timeout=SECONDS)

    def subscribe(self, topic: str) -> None:
        """Subscribe with QoS 1 and wait for the answer."""
        self.client.subscribe(topic, qos=1)
        self.answers.get(timeout=SECONDS)

    def next_message(self) -> tuple[str, bytes]:
        """Return the next message that arrives."""
        return self.messages.get(timeout=SECONDS)

    def close(self) -> None:
        """Say goodbye."""
        self.client.disconnect()
        self.client.loop_stop()

    def _connected(
        self,
        _client: mqtt.Client,
        _data: object,
        _flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self.answers.put(reason)

    def _published(
        self,
        _client: mqtt.Client,
        _data: object,
        _mid: int,
        reason: ReasonCode,
        _properties: Properties,
    ) -> None:
        self.answers.put(reason)

    def _subscribed(
        self,
        _client: mqtt.Client,
        _data: object,
        _mid: int,
        reasons: list[ReasonCode],
        _properties: Properties,
    ) -> None:
        self.answers.put(reasons[0])

    def _received(self, _client: mqtt.Client, _data: object, message: mqtt.MQTTMessage) -> None:
        self.messages.put((message.topic, bytes(message.payload)))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((ADDRESS, 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    started = Broker(tmp_path_factory.mktemp("mosquitto"))
    try:
        started.wait_until_ready()
        yield started
    finally:
        started.stop()


@pytest.fixture
def peers(broker: Broker) -> Iterator[dict[str, Peer]]:
    joined = {user: Peer(broker, user) for user in PASSWORDS}
    yield joined
    for peer in joined.values():
        peer.close()


def test_known_users_come_in_by_tls(peers: dict[str, Peer]) -> None:
    assert {user: str(peer.welcome) for user, peer in peers.items()} == dict.fromkeys(
        PASSWORDS, "Success"
    )


@pytest.mark.parametrize(("user", "password"), [(None, None), ("gw-1", "wrong"), ("gw-9", "x")])
def test_nobody_else_comes_in(broker: Broker, user: str | None, password: str | None) -> None:
    stranger = Peer(broker, user, password)
    assert stranger.welcome.is_failure
    stranger.close()


def test_nothing_is_spoken_without_tls(broker: Broker) -> None:
    with socket.create_connection((ADDRESS, broker.port), timeout=SECONDS) as plain:
        plain.sendall(b"\x10\x0f\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x02gw")
        try:
            answer = plain.recv(64)
        except ConnectionResetError:
            answer = b""
    assert answer[:1] != b"\x20", "a CONNACK to a client without TLS"


def test_a_gateway_reaches_hq_on_its_own_topic(peers: dict[str, Peer]) -> None:
    peers["hq"].subscribe(topics.up_all())
    assert not peers["gw-1"].publish(topics.up("gw-1"), b"mine").is_failure
    assert peers["hq"].next_message() == (topics.up("gw-1"), b"mine")


@pytest.mark.parametrize(
    "topic",
    [
        topics.up("gw-2"),
        topics.state("gw-2"),
        topics.down("gw-1"),
        topics.down("gw-2"),
        topics.hq("hq"),
        "storeloop/v1/anything",
        "$SYS/broker/version",
    ],
)
def test_a_gateway_cannot_publish_where_it_has_no_business(
    peers: dict[str, Peer], topic: str
) -> None:
    peers["hq"].subscribe(topics.up_all())
    peers["hq"].subscribe(topics.state_all())
    assert peers["gw-1"].publish(topic, b"forged").is_failure
    assert not peers["gw-1"].publish(topics.up("gw-1"), b"own").is_failure
    assert peers["hq"].next_message() == (topics.up("gw-1"), b"own")


def test_a_gateway_hears_only_what_hq_tells_it(peers: dict[str, Peer]) -> None:
    for everything in ("#", topics.down("gw-1"), topics.down("gw-2"), topics.up_all()):
        peers["gw-2"].subscribe(everything)
    peers["gw-1"].publish(topics.up("gw-1"), b"a shopper of store 1")
    assert not peers["hq"].publish(topics.down("gw-1"), b"for store 1").is_failure
    assert not peers["hq"].publish(topics.down("gw-2"), b"for store 2").is_failure
    assert peers["gw-2"].next_message() == (topics.down("gw-2"), b"for store 2")


def test_presence_is_seen_both_ways(peers: dict[str, Peer]) -> None:
    peers["hq"].subscribe(topics.state_all())
    peers["gw-1"].subscribe(topics.hq_all())
    assert not peers["gw-1"].publish(topics.state("gw-1"), b"up").is_failure
    assert not peers["hq"].publish(topics.hq("hq"), b"up").is_failure
    assert peers["hq"].next_message() == (topics.state("gw-1"), b"up")
    assert peers["gw-1"].next_message() == (topics.hq("hq"), b"up")
