"""The link to the MQTT broker: the one module of HQ that knows paho.

Messages wait here, unacknowledged, until the worker has them in the database.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from hq_server.ingest.intake import Answer, Taken
from hq_server.settings import BrokerSettings
from protocols import topics, wire
from protocols.messages import HqState

logger = logging.getLogger(__name__)

# More in flight made paho slower, not faster (measured).
IN_FLIGHT = 100
# A broker that ignores our receive maximum must not fill the memory: see `_on_message`.
QUEUE_MESSAGES = 2 * IN_FLIGHT
KEEPALIVE_SECONDS = 10
NEVER_EXPIRES = 0xFFFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A message that the broker still holds for us."""

    taken: Taken
    mid: int
    session: int
    """Which connection it came by: an acknowledgement is worth nothing to another one."""


class BrokerLink:
    """A persistent MQTT 5 session with manual acknowledgement."""

    def __init__(self, settings: BrokerSettings, name: str, now: Callable[[], datetime]) -> None:
        """Prepare the client; `start` connects."""
        self._settings = settings
        self._name = name
        self._now = now
        self._waiting: queue.Queue[Pending] = queue.Queue(QUEUE_MESSAGES)
        # Counts connections; nothing may be acknowledged between one's end and the next's start.
        self._session = 0
        self._session_lock = threading.Lock()
        self._refusing = False
        self._boot = uuid4().hex
        self._lost_logged = False
        self._connected = threading.Event()
        self.dropped = 0
        self._client = self._new_client()

    @property
    def connected(self) -> bool:
        """Whether the broker is there."""
        return self._connected.is_set()

    def start(self) -> None:
        """Connect, and keep connecting in the background."""
        self._client.connect_async(
            self._settings.host,
            self._settings.port,
            keepalive=KEEPALIVE_SECONDS,
            clean_start=False,
            properties=_connect_properties(),
        )
        self._client.loop_start()

    def stop(self) -> None:
        """Say goodbye and disconnect; the session and what it holds stay at the broker."""
        if self.connected:
            message = self._publish_presence(online=False)
            deadline = time.monotonic() + 2
            while not message.is_published() and time.monotonic() < deadline:
                time.sleep(0.01)
        self._client.disconnect()
        self._client.loop_stop()

    def take(self, at_most: int, wait_seconds: float, gather_seconds: float) -> list[Pending]:
        """Return messages that wait: the first within `wait_seconds`, more as they follow."""
        try:
            taken = [self._waiting.get(timeout=wait_seconds)]
        except queue.Empty:
            return []
        deadline = time.monotonic() + gather_seconds
        while len(taken) < at_most:
            try:
                left = deadline - time.monotonic()
                taken.append(self._waiting.get(block=left > 0, timeout=max(left, 0.001)))
            except queue.Empty:
                break
        return taken

    def answer(self, answers: Sequence[Answer]) -> None:
        """Publish what gateways are told; without a broker nothing is: it sends the question again.

        paho's thread ends, unseen, when something is written while it connects again.
        """
        for answer in answers:
            payload = wire.encode(answer.message)
            with self._session_lock:
                if self.connected:
                    self._client.publish(topics.down(answer.gateway), payload, qos=1)

    def acknowledge(self, pending: Sequence[Pending]) -> None:
        """Let the broker forget messages that are in the database now."""
        for each in pending:
            # The number of a message means another message in another session: were one of an
            # older session acknowledged now, the broker would forget what is not stored.
            with self._session_lock:
                if each.session == self._session and self.connected:
                    self._client.ack(each.mid, 1)

    def _new_client(self) -> mqtt.Client:
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"storeloop-ingest-{self._name}",
            protocol=mqtt.MQTTv5,
            manual_ack=True,
        )
        client.max_inflight_messages_set(IN_FLIGHT)
        client.reconnect_delay_set(min_delay=1, max_delay=30)
        if self._settings.username is not None:
            password = self._settings.password
            client.username_pw_set(
                self._settings.username, password.get_secret_value() if password else None
            )
        if self._settings.tls:
            ca_file = self._settings.ca_file
            client.tls_set(ca_certs=str(ca_file) if ca_file else None)
        will = wire.encode(HqState(online=False, boot=self._boot))
        client.will_set(topics.hq(self._name), will, qos=1, retain=True)
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    def _publish_presence(self, *, online: bool) -> mqtt.MQTTMessageInfo:
        state = wire.encode(HqState(online=online, boot=self._boot))
        return self._client.publish(topics.hq(self._name), state, qos=1, retain=True)

    # The callbacks run in paho's thread.

    def _on_connect(
        self,
        client: mqtt.Client,
        _userdata: Any,
        flags: mqtt.ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._log_lost(str(reason))
            return
        with self._session_lock:
            self._session += 1
        self._refusing = False
        self._forget_waiting()
        if not flags.session_present and self._session > 1:
            # The broker forgot our session, so it may have dropped what was sent meanwhile:
            # a new boot asks every gateway to offer again.
            self._boot = uuid4().hex
        client.subscribe([(topics.up_all(), 1), (topics.state_all(), 1)])
        self._publish_presence(online=True)
        self._lost_logged = False
        self._connected.set()
        logger.info("broker connected: %s:%s", self._settings.host, self._settings.port)

    def _on_connect_fail(self, _client: mqtt.Client, _userdata: Any) -> None:
        error = sys.exc_info()[1]  # paho calls this while it handles it, and does not hand it over
        self._log_lost(f"cannot be reached: {error}" if error else "cannot be reached")

    def _on_disconnect(
        self,
        _client: mqtt.Client,
        _userdata: Any,
        _flags: mqtt.DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        with self._session_lock:
            self._connected.clear()
        if reason.is_failure:
            self._log_lost(str(reason))

    def _forget_waiting(self) -> None:
        """Empty the queue: the broker sends again what came by an older connection.

        If it forgot the session, the gateways offer it again. Kept, the copies of many
        connections would fill the queue and leave no room for what can be acknowledged.
        """
        with contextlib.suppress(queue.Empty):
            while True:
                self._waiting.get_nowait()

    def _log_lost(self, reason: str) -> None:
        if not self._lost_logged:  # once per loss, not once per retry
            where = f"{self._settings.host}:{self._settings.port}"
            logger.warning("broker lost: %s: %s; connecting again", where, reason)
            self._lost_logged = True

    def _on_message(self, client: mqtt.Client, _userdata: Any, message: mqtt.MQTTMessage) -> None:
        if message.qos == 0 or self._refusing:
            # No gateway sends with QoS 0, and no receive maximum holds back who does.
            self.dropped += 1
            return
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        taken = Taken(topic=topic, payload=bytes(message.payload), received_at=self._now())
        pending = Pending(taken=taken, mid=message.mid, session=self._session)
        try:
            self._waiting.put_nowait(pending)
        except queue.Full:
            self._refuse(client)

    def _refuse(self, client: mqtt.Client) -> None:
        """End the connection: only by a new one does the broker send again what found no room.

        What follows by this one is refused too, so that nothing overtakes what was refused.
        """
        self.dropped += 1
        self._refusing = True
        logger.warning("the broker sends more than was asked for; connecting again")
        # Not client.disconnect(): after that, paho does not connect again.
        connection = client.socket()
        if isinstance(connection, socket.socket):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _connect_properties() -> Properties:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = NEVER_EXPIRES
    properties.ReceiveMaximum = IN_FLIGHT
    properties.MaximumPacketSize = wire.MAX_MESSAGE_BYTES + 1024
    return properties
