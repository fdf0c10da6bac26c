"""A gateway as HQ sees it over a real broker, and patience for what it says."""

from __future__ import annotations

import time
from collections.abc import Callable

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from protocols import topics, wire
from protocols.messages import Committed, HopMessage

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
        self._name = name
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        self._client.on_message = lambda _c, _u, m: self.heard.append(wire.decode(bytes(m.payload)))
        self._client.connect("127.0.0.1", port)
        self._client.subscribe([(topics.down(name), 1), (topics.hq_all(), 1)])
        self._client.loop_start()

    def send(self, message: HopMessage | bytes, topic: str | None = None) -> None:
        payload = message if isinstance(message, bytes) else wire.encode(message)
        sent = self._client.publish(topic or topics.up(self._name), payload, qos=1)
        sent.wait_for_publish(PATIENCE_SECONDS)

    def committed(self) -> int:
        return max((m.through for m in self.heard if isinstance(m, Committed)), default=0)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()
