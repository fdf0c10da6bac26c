"""The link to an MQTT broker: the one module of HQ that knows paho.

Messages go to the inbox, and are acknowledged when the worker has them in the database.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from hq_server.devices.presence import Way
from hq_server.ingest.inbox import Inbox, Pending
from hq_server.ingest.intake import Answer, Taken
from hq_server.ingest.partitions import ALL, partition_of
from hq_server.settings import BrokerSettings
from protocols import topics, wire
from protocols.messages import HopMessage, HqState

logger = logging.getLogger(__name__)

# More in flight made paho slower, not faster (measured).
IN_FLIGHT = 100
# A broker that ignores our receive maximum must not fill the memory: see `_on_message`. Mosquitto
# 2.0.11 does once it has queued more: of 3,000 waiting messages it had 2,631 under way at once.
QUEUE_MESSAGES = 20 * IN_FLIGHT
# How long nothing is read from a broker while the worker makes room: well below the keepalive.
ROOM_WITHIN_SECONDS = 2.0
KEEPALIVE_SECONDS = 10
NEVER_EXPIRES = 0xFFFFFFFF
GOODBYE_SECONDS = 2.0
TOLD_WITHIN_SECONDS = 30


class BrokerLink:
    """A persistent MQTT 5 session with manual acknowledgement, for some partitions."""

    def __init__(
        self,
        settings: BrokerSettings,
        address: tuple[str, int],
        name: str,
        inbox: Inbox,
        now: Callable[[], datetime],
    ) -> None:
        """Prepare the client; `hold` says for which partitions, and `start` connects."""
        self._settings = settings
        self._host, self._port = address
        self._address = f"{self._host}:{self._port}"
        self._name = name
        self._now = now
        self._inbox = inbox
        self._partitions: frozenset[int] = frozenset()
        # Counts connections; nothing may be acknowledged between one's end and the next's start.
        self._session = 0
        self._session_lock = threading.Lock()
        self._refusing = False
        self._boot = uuid4().hex
        self._lost_logged = False
        self._greeting: int | None = None
        """The number of the request after whose answer gateways hear that we are there."""
        self._connected = threading.Event()
        self.dropped = 0
        self._client = self._new_client()

    @property
    def connected(self) -> bool:
        """Whether the broker is there."""
        return self._connected.is_set()

    @property
    def reconnects(self) -> int:
        """How often the connection was made anew."""
        return max(0, self._session - 1)

    def start(self) -> None:
        """Connect, and keep connecting in the background."""
        self._client.connect_async(
            self._host,
            self._port,
            keepalive=KEEPALIVE_SECONDS,
            clean_start=False,
            properties=_connect_properties(),
        )
        self._client.loop_start()

    def hold(self, partitions: frozenset[int]) -> None:
        """Take in the gateways of these partitions from now on, and no others.

        Gateways hear it: those that are newly taken in offer what they hold, the others do nothing.
        """
        with self._session_lock:
            before, self._partitions = self._partitions, partitions
            if self.connected and before != partitions:
                self._subscribe(partitions - before, before - partitions)
                self._publish_presence(online=True)

    def stop(self) -> None:
        """Say goodbye and disconnect; the session and what it holds stay at the broker."""
        with self._session_lock:
            self._greeting = None  # after the goodbye nothing more is said
            message = self._publish_presence(online=False) if self.connected else None
        deadline = time.monotonic() + GOODBYE_SECONDS
        while message and not message.is_published() and time.monotonic() < deadline:
            time.sleep(0.01)
        self._client.disconnect()
        self._client.loop_stop()

    def answer(self, answers: Iterable[Answer]) -> None:
        """Publish what gateways are told; without a broker nothing is: it sends the question again.

        paho's thread ends, unseen, when something is written while it connects again.
        """
        for answer in answers:
            payload = wire.encode(answer.message)
            with self._session_lock:
                if self.connected:
                    self._client.publish(topics.down(answer.gateway), payload, qos=1)

    @property
    def address(self) -> str:
        """Its host:port."""
        return self._address

    def tell(self, gateway: str, message: HopMessage) -> None:
        """Publish something that nobody asked for; lost when broker or gateway is not there now."""
        payload = wire.encode(message)
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        # A gateway that comes back much later is told anew, and not what was true then.
        properties.MessageExpiryInterval = TOLD_WITHIN_SECONDS
        with self._session_lock:
            if self.connected:
                self._client.publish(topics.down(gateway), payload, qos=1, properties=properties)

    def acknowledge(self, mid: int, session: int) -> None:
        """Let the broker forget a message that is in the database now."""
        # The number of a message means another message in another session: were one of an
        # older session acknowledged now, the broker would forget what is not stored.
        with self._session_lock:
            if session == self._session and self.connected:
                self._client.ack(mid, 1)

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
            files = (self._settings.ca_file, self._settings.cert_file, self._settings.key_file)
            ca_file, cert_file, key_file = (str(file) if file else None for file in files)
            client.tls_set(ca_certs=ca_file, certfile=cert_file, keyfile=key_file)
        will = wire.encode(HqState(online=False, boot=self._boot))
        client.will_set(topics.hq(self._name), will, qos=1, retain=True)
        client.on_connect = self._on_connect
        client.on_subscribe = client.on_unsubscribe = self._on_answered
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    def _publish_presence(self, *, online: bool) -> mqtt.MQTTMessageInfo:
        partitions = None if self._partitions == ALL else tuple(sorted(self._partitions))
        state = HqState(online=online, boot=self._boot, partitions=partitions)
        return self._client.publish(topics.hq(self._name), wire.encode(state), qos=1, retain=True)

    def _subscribe(self, more: frozenset[int], less: frozenset[int]) -> int | None:
        """Tell the broker what to send; return the number of the request, if there is one.

        The gateways hear who takes them in after it.
        """
        mid: int | None = None
        if less:
            _, mid = self._client.unsubscribe(
                [topics.up_partition(number) for number in sorted(less)]
            )
        if more:
            # Asked for anew, the broker sends every gateway's retained state again.
            wanted = [(topics.up_partition(number), 1) for number in sorted(more)]
            _, mid = self._client.subscribe([*wanted, (topics.state_all(), 1)])
        return mid

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
            # The broker sends again what came by an older connection; if it forgot the session,
            # the gateways offer it again. Kept, the copies of many connections would fill the
            # inbox and leave no room for what can be acknowledged.
            self._inbox.forget(self)
            if not flags.session_present and self._session > 1:
                # The broker forgot our session, so it may have dropped what was sent meanwhile:
                # a new boot asks every gateway to offer again.
                self._boot = uuid4().hex
            if flags.session_present:  # an earlier process of this name held what it held
                client.unsubscribe(topics.up_all())
            foreign = ALL - self._partitions if flags.session_present else frozenset[int]()
            self._greeting = self._subscribe(self._partitions, foreign)
            if self._greeting is None:
                self._publish_presence(online=True)
            self._lost_logged = False
            self._connected.set()
        logger.info("broker connected: %s:%s", self._host, self._port)

    def _on_answered(
        self,
        _client: mqtt.Client,
        _userdata: Any,
        mid: int,
        _reasons: list[ReasonCode],
        _properties: Properties | None,
    ) -> None:
        """Say that we are there, once the broker has answered.

        Not at once: paho sends what the last connection left unacknowledged after `on_connect`,
        and were that an older word of ours, the broker would keep it as the last one.
        """
        with self._session_lock:
            if mid == self._greeting and self.connected:
                self._greeting = None
                self._publish_presence(online=True)

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

    def _log_lost(self, reason: str) -> None:
        if not self._lost_logged:  # once per loss, not once per retry
            where = f"{self._host}:{self._port}"
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
        number = partition_of(topic)
        if number is not None and number not in self._partitions:
            client.ack(message.mid, 1)  # another process's business, or just handed over to it
            return
        taken = Taken(
            topic=topic,
            payload=bytes(message.payload),
            received_at=self._now(),
            way=Way(broker=self._address, retained=bool(message.retain)),
        )
        pending = Pending(taken=taken, mid=message.mid, session=self._session, link=self)
        if not self._inbox.put(pending, ROOM_WITHIN_SECONDS):
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
