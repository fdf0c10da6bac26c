"""A gateway as HQ sees it over a real broker, and patience for what it says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from hq_server.database import Database
from hq_server.ingest.broker_link import NEVER_EXPIRES
from hq_server.ingest.worker import Worker
from hq_server.settings import BrokerSettings, Settings
from protocols import topics, wire
from protocols.messages import Committed, HopMessage, HqState

PATIENCE_SECONDS = 30


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.02)


class Gateway:
    """A gateway's side of the wire."""

    def __init__(self, port: int, name: str = "g1") -> None:
        self.heard: list[HopMessage] = []
        self.states: list[tuple[str, HqState]] = []
        """What ingest processes said of themselves, by name."""
        self.name = name
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        self._client.on_message = self._hear
        self._client.connect("127.0.0.1", port)
        self._client.subscribe([(topics.down(name), 1), (topics.hq_all(), 1)])
        self._client.loop_start()

    def _hear(self, _client: mqtt.Client, _userdata: object, message: mqtt.MQTTMessage) -> None:
        said = wire.decode(bytes(message.payload))
        self.heard.append(said)
        if isinstance(said, HqState):
            self.states.append((message.topic.rpartition("/")[2], said))

    def send(
        self, message: HopMessage | bytes, topic: str | None = None, *, retain: bool = False
    ) -> None:
        payload = message if isinstance(message, bytes) else wire.encode(message)
        sent = self._client.publish(topic or topics.up(self.name), payload, qos=1, retain=retain)
        sent.wait_for_publish(PATIENCE_SECONDS)

    def committed(self) -> int:
        return max((m.through for m in self.heard if isinstance(m, Committed)), default=0)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def take_over(port: int, ingest: str, *, forget: bool = False, until_heard: int = 0) -> list[bytes]:
    """Break the connection of an ingest, as a second program of its name would.

    Returns what the broker sends to it that was not acknowledged, once it is that many messages.
    With `forget`, the broker loses the session and what waits in it.
    """
    there = threading.Event()
    heard: list[bytes] = []
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = 0 if forget else NEVER_EXPIRES
    client = mqtt.Client(
        CallbackAPIVersion.VERSION2,
        client_id=f"storeloop-ingest-{ingest}",
        protocol=mqtt.MQTTv5,
        manual_ack=True,
    )
    client.on_connect = lambda *_news: there.set()
    client.on_message = lambda _c, _u, message: heard.append(bytes(message.payload))
    client.connect("127.0.0.1", port, clean_start=forget, properties=properties)
    client.loop_start()
    assert there.wait(PATIENCE_SECONDS)
    deadline = time.monotonic() + 5
    while len(heard) < until_heard and time.monotonic() < deadline:
        time.sleep(0.02)
    client.disconnect()
    client.loop_stop()
    return heard


def settings_at(port: int, folder: Path) -> Settings:
    """Settings of an ingest process with a name of its own."""
    ingest = {"name": f"t{abs(hash(folder)) % 10**9}"}
    return Settings.model_validate(
        {"data_dir": folder, "broker": BrokerSettings(port=port), "ingest": ingest}
    )


@contextmanager
def running(settings: Settings, database: Database) -> Iterator[Worker]:
    """An ingest process in a thread, as soon as its broker sends it what gateways say."""
    worker = Worker(settings, database)
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    watch = Gateway(settings.broker.port, "watch")

    def _said_online() -> bool:
        # It subscribes before it says so; connected alone, it may miss what is sent at once.
        said = [state.online for name, state in watch.states if name == settings.ingest.name]
        return said[-1:] == [True]

    thread.start()
    try:
        until(_said_online)
        yield worker
    finally:
        watch.close()
        stop.set()
        thread.join()
