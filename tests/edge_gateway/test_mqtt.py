import queue
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_gateway import mqtt
from edge_gateway.settings import Broker
from tests.edge_gateway.running import eventually, free_port

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
pytestmark = pytest.mark.skipif(MOSQUITTO is None, reason="needs Debian's package mosquitto")


class RealBroker:
    """Mosquitto on a port of its own, without a disk."""

    def __init__(self, folder: Path, more: str = "allow_anonymous true\n") -> None:
        self.port = free_port()
        self._config = folder / f"mosquitto-{self.port}.conf"
        self._config.write_text(f"listener {self.port} 127.0.0.1\npersistence false\n{more}")
        self.start()

    def start(self) -> None:
        command = [str(MOSQUITTO), "-c", str(self._config)]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def freeze(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


class Listener:
    """A link and all that it reported."""

    def __init__(self, port: int, name: str = "g1", topics: tuple[str, ...] = ("down/g1",)) -> None:
        self.heard: queue.Queue[mqtt.LinkEvent] = queue.Queue()
        self.link = mqtt.BrokerLink(
            Broker(port=port, username="g1", password="secret"),
            name,
            will=mqtt.Will(topic=f"state/{name}", payload=b"gone"),
            topics=topics,
            report=self.heard.put,
        )
        self.link.start()

    def wait(self, kind: type, within_s: float = 8.0) -> mqtt.LinkEvent:
        until = time.monotonic() + within_s
        while True:
            event = self.heard.get(timeout=max(0.01, until - time.monotonic()))
            if isinstance(event, kind):
                return event


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RealBroker]:
    one = RealBroker(tmp_path)
    yield one
    one.stop()


def test_it_connects_publishes_and_hears(broker: RealBroker) -> None:
    one = Listener(broker.port)
    two = Listener(broker.port, "g2", ("up/g1",))
    one.wait(mqtt.LinkStood)
    two.wait(mqtt.LinkStood)
    token = one.link.publish("up/g1", b"\x00bytes")
    assert one.wait(mqtt.Taken) == mqtt.Taken(token or 0)
    assert two.wait(mqtt.Received) == mqtt.Received("up/g1", b"\x00bytes")
    one.link.stop()
    two.link.stop()


def test_the_last_word_is_retained_when_it_stops(broker: RealBroker) -> None:
    one = Listener(broker.port)
    one.wait(mqtt.LinkStood)
    one.link.stop()
    other = Listener(broker.port, "watch", ("state/+",))
    assert other.wait(mqtt.Received) == mqtt.Received("state/g1", b"gone")
    other.link.stop()


def test_it_comes_back_after_the_broker_does_and_sends_nothing_old(broker: RealBroker) -> None:
    one = Listener(broker.port)
    one.wait(mqtt.LinkStood)
    broker.stop()
    one.wait(mqtt.LinkBroke)
    assert eventually(lambda: one.link.publish("up/g1", b"lost") is None)
    broker.start()
    watch = Listener(broker.port, "watch", ("up/g1",))
    watch.wait(mqtt.LinkStood)
    one.wait(mqtt.LinkStood)
    one.link.publish("up/g1", b"new")
    assert watch.wait(mqtt.Received) == mqtt.Received("up/g1", b"new")
    one.link.stop()
    watch.link.stop()


def test_a_refusal_is_said_and_tried_again(tmp_path: Path) -> None:
    strict = RealBroker(tmp_path, more="allow_anonymous false\n")
    one = Listener(strict.port)
    broke = one.wait(mqtt.LinkBroke)
    assert isinstance(broke, mqtt.LinkBroke)
    while "refused" in broke.reason and "Connection" in broke.reason:  # it was not up yet
        broke = one.wait(mqtt.LinkBroke)
        assert isinstance(broke, mqtt.LinkBroke)
    assert "authori" in broke.reason.lower() or "user name" in broke.reason.lower()
    one.link.stop()
    strict.stop()


def test_a_frozen_broker_does_not_hold_up_the_end(broker: RealBroker) -> None:
    one = Listener(broker.port)
    one.wait(mqtt.LinkStood)
    broker.freeze()
    began = time.monotonic()
    one.link.stop()
    assert time.monotonic() - began < 1.5


def test_without_a_broker_it_ends_at_once() -> None:
    one = Listener(free_port())
    one.wait(mqtt.LinkBroke)
    began = time.monotonic()
    one.link.stop()
    assert time.monotonic() - began < 1.5
    assert one.link.publish("up/g1", b"x") is None


def test_an_error_in_one_try_is_followed_by_another(
    caplog: pytest.LogCaptureFixture,
) -> None:
    heard: queue.Queue[mqtt.LinkEvent] = queue.Queue()
    settings = Broker.model_construct(port="none")
    will = mqtt.Will(topic="state/g1", payload=b"gone")
    link = mqtt.BrokerLink(settings, "g1", will=will, topics=("down/g1",), report=heard.put)
    link.start()
    for _ in range(2):
        broke = heard.get(timeout=8)
        assert isinstance(broke, mqtt.LinkBroke)
        assert "TypeError" in broke.reason
    assert "Traceback" in caplog.text
    link.stop()


def test_an_error_on_pahos_thread_is_followed_by_another_try(
    broker: RealBroker, caplog: pytest.LogCaptureFixture
) -> None:
    one = Listener(broker.port, topics=())  # paho refuses to subscribe to nothing
    reasons = ""
    while "ValueError" not in reasons:  # the broker may not be up at the first try
        broke = one.wait(mqtt.LinkBroke)
        assert isinstance(broke, mqtt.LinkBroke)
        reasons += broke.reason
    one.wait(mqtt.LinkBroke)
    assert "Traceback" in caplog.text
    one.link.stop()
