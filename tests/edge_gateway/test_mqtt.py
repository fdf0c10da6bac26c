import queue
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from edge_gateway import mqtt
from edge_gateway.settings import Broker
from simulator.broker import is_free
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
        assert eventually(lambda: not is_free(self.port))

    def freeze(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


class Listener:
    """A link and all that it reported."""

    def __init__(
        self,
        port: int,
        name: str = "g1",
        topics: tuple[str, ...] = ("down/g1",),
        others: tuple[int, ...] = (),
    ) -> None:
        self.heard: queue.Queue[mqtt.LinkEvent] = queue.Queue()
        self.link = mqtt.BrokerLink(
            Broker(
                port=port,
                others=tuple(f"127.0.0.1:{other}" for other in others),
                username="g1",
                password="secret",
            ),
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

    def stands_at(self) -> int:
        """Wait until it stands and return the broker's port."""
        stood = self.wait(mqtt.LinkStood, 20)
        assert isinstance(stood, mqtt.LinkStood)
        return int(stood.broker.rpartition(":")[2])


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
    assert other.wait(mqtt.Received) == mqtt.Received("state/g1", b"gone", retained=True)
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


@pytest.fixture
def two_brokers(tmp_path: Path) -> Iterator[tuple[RealBroker, RealBroker]]:
    both = RealBroker(tmp_path), RealBroker(tmp_path)
    yield both
    for one in both:
        one.stop()


def test_a_lost_broker_is_followed_by_the_other_and_back_again(
    two_brokers: tuple[RealBroker, RealBroker], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "edge_gateway.mqtt")
    ports = [one.port for one in two_brokers]
    one = Listener(ports[0], others=(ports[1],))
    first = one.stands_at()
    second = ports[1 - ports.index(first)]
    two_brokers[ports.index(first)].stop()
    assert one.stands_at() == second
    watch = Listener(second, "watch", ("up/g1",))
    watch.wait(mqtt.LinkStood)
    one.link.publish("up/g1", b"by the second")
    assert watch.wait(mqtt.Received) == mqtt.Received("up/g1", b"by the second")
    watch.link.stop()

    two_brokers[ports.index(first)].start()
    caplog.clear()
    two_brokers[ports.index(second)].stop()
    assert one.stands_at() == first
    said = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert sum(f":{second}:" in line for line in said) == 1, said
    one.link.stop()


def test_gateways_spread_over_the_brokers_and_each_begins_at_the_same_one() -> None:
    settings = Broker(port=1, others=("127.0.0.1:2", "127.0.0.1:3"))
    will = mqtt.Will(topic="state/g1", payload=b"gone")

    def begins_at(gateway: str) -> str:
        link = mqtt.BrokerLink(settings, gateway, will=will, topics=(), report=lambda _: None)
        return link.address

    began = Counter(begins_at(f"gateway-{n}") for n in range(1_000))
    assert len(began) == 3
    assert min(began.values()) > 250
    assert begins_at("gateway-7") == begins_at("gateway-7")


def test_leaving_a_broker_says_the_last_word_there_and_goes_to_the_other(
    two_brokers: tuple[RealBroker, RealBroker],
) -> None:
    ports = [one.port for one in two_brokers]
    one = Listener(ports[0], others=(ports[1],))
    first = one.stands_at()
    one.link.move_on()
    assert one.stands_at() != first
    watch = Listener(first, "watch", ("state/+",))
    assert watch.wait(mqtt.Received) == mqtt.Received("state/g1", b"gone", retained=True)
    for link in (one.link, watch.link):
        link.stop()


def test_with_one_broker_there_is_none_to_leave_for(broker: RealBroker) -> None:
    one = Listener(broker.port)
    one.wait(mqtt.LinkStood)
    one.link.move_on()
    with pytest.raises(queue.Empty):
        one.wait(mqtt.LinkBroke, 0.5)
    one.link.stop()


def test_what_is_wrong_with_both_brokers_is_said_once_each(
    caplog: pytest.LogCaptureFixture,
) -> None:
    one = Listener(free_port(), others=(free_port(),))
    for _ in range(6):
        one.wait(mqtt.LinkBroke, 20)
    one.link.stop()
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(said) == len(set(said)) == 2


def test_each_broker_is_tried_before_a_pause_and_pauses_grow_up_to_a_bound() -> None:
    addresses = [("a", 1), ("b", 2), ("c", 3)]
    turns = mqtt.Turns(addresses, "g1", Random(7))
    tried = []
    pauses = []
    for _ in range(30):
        tried.append(turns.address)
        pauses.append(turns.next(stood=False))
    assert all(set(tried[at : at + 3]) == set(addresses) for at in range(0, 30, 3))
    assert all(pause == 0 for at, pause in enumerate(pauses, 1) if at % 3)
    rounds = pauses[2::3]
    assert all(pause <= mqtt.LONGEST_PAUSE_S for pause in rounds)
    assert max(rounds) > mqtt.FIRST_PAUSE_S
    turns.next(stood=True)
    assert turns.next(stood=False) == 0
    assert len({mqtt.Turns(addresses, f"g{n}", Random(1)).address for n in range(50)}) == 3
