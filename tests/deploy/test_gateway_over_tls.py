"""A real gateway program, by TLS and password, over Debian's mosquitto as deploy/ sets it up."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.client import ClientConnection, connect

from protocols import topics, wire
from protocols.messages import Batch, Committed, HqState, Offer, Stored, Stream
from tests.deploy.test_mosquitto_conf import ADDRESS, BROKER, PASSWORDS, Broker, Peer
from tests.edge_gateway.field import batch, offer, response, stream
from tests.edge_gateway.running import eventually, free_port, hear, say

TOKEN = "0123456789abcdef-k1"

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.skipif(BROKER is None, reason="needs Debian's package mosquitto"),
]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    started = Broker(folder)
    try:
        started.wait_until_ready()
        yield started
    finally:
        started.stop()


def settings(folder: Path, broker: Broker, *, password: str) -> tuple[Path, int]:
    path, port = folder / "gateway.toml", free_port()
    path.write_text(
        f'gateway = "gw-1"\nstore = "s1"\ndata_dir = "data"\n[listen]\nport = {port}\n'
        f'[broker]\nhost = "{ADDRESS}"\nport = {broker.port}\nusername = "gw-1"\n'
        f'password = "{password}"\nca_file = "{broker.folder / "ca.crt"}"\n'
        f'[[devices]]\nid = "k1"\ntoken = "{TOKEN}"\n',
        encoding="utf-8",
    )
    path.chmod(0o640)
    return path, port


def command(name: str, config: Path) -> list[str]:
    return [sys.executable, "-m", "edge_gateway", name, "--config", str(config)]


class Hq(threading.Thread):
    """Takes what comes up in order, on a thread of its own, and says so."""

    def __init__(self, broker: Broker) -> None:
        super().__init__(daemon=True)
        self.peer = Peer(broker, "hq")
        self.events: dict[Stream, list[bytes]] = {}
        self.peer.subscribe(topics.up_all())
        self.peer.publish(topics.hq("i1"), wire.encode(HqState(online=True, boot="b1")))

    def run(self) -> None:
        while True:
            topic, payload = self.peer.messages.get()
            message = wire.decode(payload)
            assert topic == topics.up("gw-1")
            assert isinstance(message, Offer | Batch)
            kept = self.events.setdefault(message.stream, [])
            if isinstance(message, Batch) and message.first <= len(kept) + 1:
                kept.extend(message.events[len(kept) + 1 - message.first :])
            nonce = message.nonce if isinstance(message, Offer) else 0
            answer = Committed(stream=message.stream, through=len(kept), nonce=nonce)
            self.peer.publish(topics.down("gw-1"), wire.encode(answer))


def test_d5_a_tap_reaches_hq_and_its_word_the_kiosk(tmp_path: Path, broker: Broker) -> None:
    config, port = settings(tmp_path, broker, password=PASSWORDS["gw-1"])
    hq = Hq(broker)
    hq.start()
    with subprocess.Popen(command("run", config), stderr=subprocess.PIPE, text=True) as program:
        try:
            made = batch(response(1), response(2, urgent=True))
            with opened(port) as link:
                say(link, offer(stream(), 2))
                hear(link)
                say(link, made)
                heard = [hear(link, 15) for _ in range(2)]
                while Committed(stream=stream(), through=2) not in heard:
                    heard.append(hear(link, 15))
            assert Stored(stream=stream(), through=2) in heard
            assert hq.events[stream()] == list(made.events)
            said = subprocess.run(
                command("doctor", config), capture_output=True, text=True, timeout=60, check=False
            )
            assert f"✓ broker {ADDRESS}:{broker.port}: lets us in by TLS" in said.stdout
        finally:
            program.terminate()
            logged = program.communicate(timeout=20)[1]
    assert f"broker {ADDRESS}:{broker.port}: connected" in logged
    assert "Traceback" not in logged


def test_a_wrong_password_is_said_once_and_nothing_is_lost(tmp_path: Path, broker: Broker) -> None:
    config, port = settings(tmp_path, broker, password="not-this-one")
    with subprocess.Popen(command("run", config), stderr=subprocess.PIPE, text=True) as program:
        try:
            with opened(port) as link:
                say(link, offer(stream(), 1))
                hear(link)
                say(link, batch(response(1)))
                assert hear(link) == Stored(stream=stream(), through=1)
            said = subprocess.run(
                command("doctor", config), capture_output=True, text=True, timeout=60, check=False
            )
            assert said.returncode == 1
            assert "it refuses us: Not authorized" in said.stdout
            said = subprocess.run(
                command("status", config), capture_output=True, text=True, timeout=60, check=True
            )
            assert "broker: none connected" in said.stdout
            assert "1 waiting for HQ" in said.stdout
        finally:
            program.terminate()
            logged = program.communicate(timeout=20)[1]
    assert logged.count("refused: Not authorized; events stay here") == 1


def opened(port: int) -> ClientConnection:
    """Return a device's link once the program listens."""
    address = f"ws://127.0.0.1:{port}/devices/k1"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    links: list[ClientConnection] = []

    def there() -> bool:
        try:
            links.append(connect(address, additional_headers=headers, legacy=True))
        except OSError:
            return False
        return True

    assert eventually(there, 20)
    return links[0]
