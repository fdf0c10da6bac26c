"""The link to a broker: the only module that knows paho.

Of several brokers one is connected to at a time; when it is lost, the next one. paho keeps no
event for us. Each connection gets a fresh client, so whatever an old one had queued is dropped
with it and sent again from the outbox; a PUBACK only makes room for the next (D4).
"""

from __future__ import annotations

import logging
import queue
import threading
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.subscribeoptions import SubscribeOptions

from edge_gateway.settings import Broker
from edge_gateway.uplink import MOST_IN_FLIGHT

logger = logging.getLogger(__name__)

# A silent partition or a frozen broker shows after two keepalives; store uplinks are often dialled
# mobile links, where each ping is paid for.
KEEPALIVE_S = 10
CONNECT_TIMEOUT_S = 5.0
# Before each round of all brokers: anything from nothing to this, so that a thousand gateways
# which lost a broker at the same moment do not come back at the same moment.
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
_HQ_SILENT = "HQ does not answer there"


@dataclass(frozen=True, slots=True)
class LinkStood:
    """Connected and subscribed."""

    broker: str
    """Its host:port."""


@dataclass(frozen=True, slots=True)
class LinkBroke:
    """No connection; another try follows by itself."""

    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """The broker has the publication with this token."""

    token: int


@dataclass(frozen=True, slots=True)
class Received:
    """A message came down."""

    topic: str
    payload: bytes
    retained: bool = False
    """It was there before we subscribed."""


LinkEvent = LinkStood | LinkBroke | Taken | Received


@dataclass(frozen=True, slots=True, kw_only=True)
class Will:
    """What the broker says for us when we are gone."""

    topic: str
    payload: bytes


class Turns:
    """Whose turn it is of several brokers, and how long to wait before it."""

    def __init__(self, addresses: Sequence[tuple[str, int]], gateway: str, random: Random) -> None:
        """Gateways begin at different brokers, and each at the same one after every start."""
        self._addresses = addresses
        self._place = zlib.crc32(f"broker of {gateway}".encode()) % len(addresses)
        self._random = random
        self._ceiling = FIRST_PAUSE_S
        self._tried = 0

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of the broker whose turn it is."""
        return self._addresses[self._place]

    def next(self, *, stood: bool) -> float:
        """Turn to the next broker; return the seconds to wait before it is tried.

        `stood`: whether a connection with the last one had stood.
        """
        self._place = (self._place + 1) % len(self._addresses)
        if stood:
            self._ceiling, self._tried = FIRST_PAUSE_S, 0
        else:
            self._tried += 1
        if self._tried % len(self._addresses):
            return 0.0
        pause = self._random.uniform(0.0, self._ceiling)
        self._ceiling = min(2 * self._ceiling, LONGEST_PAUSE_S)
        return pause


class BrokerLink:
    """Holds a connection to one of the brokers, again and again, on its own thread."""

    def __init__(
        self,
        broker: Broker,
        gateway: str,
        *,
        will: Will,
        topics: tuple[str, ...],
        report: Callable[[LinkEvent], None],
    ) -> None:
        """`report` is called on paho's threads."""
        self._broker = broker
        self._addresses = broker.addresses
        # The pauses are chance that spreads reconnections; it hides nothing.
        self._turns = Turns(self._addresses, gateway, Random())  # noqa: S311
        self._gateway = gateway
        self._will = will
        self._topics = topics
        self._report = report
        self._client: Client | None = None
        self._ended = threading.Event()
        self._down = threading.Event()
        self._reason = ""
        self._said: set[tuple[str, str]] = set()
        self._stood = False
        self._thread = threading.Thread(target=self._run, name="broker", daemon=True)

    @property
    def address(self) -> str:
        """Return host:port of the broker that is connected, or tried."""
        host, port = self._turns.address
        return f"{host}:{port}"

    def start(self) -> None:
        """Start connecting."""
        self._thread.start()

    def move_on(self) -> None:
        """Leave a broker at which HQ does not answer for the next one, if there is another."""
        if len(self._addresses) > 1 and self._client is not None:
            self._give_up(_HQ_SILENT)

    def set_will(self, will: Will) -> None:
        """Take what the broker shall say for us from the next connection on, and at the end."""
        self._will = will

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> int | None:
        """Send a message; return the token that `Taken` will name, None without a link."""
        client = self._client
        if client is None:
            return None
        published = client.publish(topic, payload, qos=1, retain=retain)
        if published.rc not in (MQTTErrorCode.MQTT_ERR_SUCCESS, MQTTErrorCode.MQTT_ERR_QUEUE_SIZE):
            return None
        return int(published.mid)

    def stop(self, timeout_s: float = 1.0) -> None:
        """Say goodbye and end; what the broker has not taken stays in the outbox."""
        self._ended.set()
        will, client = self._will, self._client
        if client is not None:
            farewell = client.publish(will.topic, will.payload, qos=1, retain=True)
            try:
                farewell.wait_for_publish(timeout_s / 2)
            except (RuntimeError, ValueError):
                logger.debug("the link ended before the farewell")
            client.disconnect()
        self._down.set()
        self._thread.join(timeout_s / 2)

    # --- the link's thread -----------------------------------------------------------------------

    def _run(self) -> None:
        while not self._ended.is_set():
            self._down.clear()
            self._reason = "connection lost"
            stood = self._attempt()
            if self._ended.is_set():
                return
            self._say(stood)
            self._report(LinkBroke(self._reason))
            self._ended.wait(self._turns.next(stood=stood))

    def _say(self, stood: bool) -> None:
        """Log what is wrong with which broker once per episode, not once per try."""
        if stood and self._reason != _HQ_SILENT:
            self._said.clear()
        if (self.address, self._reason) not in self._said:
            logger.warning("broker %s: %s; events stay here", self.address, self._reason)
            self._said.add((self.address, self._reason))

    def _attempt(self) -> bool:
        try:
            return self._hold()
        except Exception as error:  # the thread's outermost loop: the next try may succeed
            logger.exception("broker %s", self.address)
            self._reason = repr(error)
            return False

    def _hold(self) -> bool:
        """Connect, and return when the connection is gone: whether it had stood."""
        self._stood = False
        host, port = self._turns.address
        try:
            client = self._new_client()
            client.connect(host, port, KEEPALIVE_S, clean_start=True)
        except (OSError, ValueError) as error:
            self._reason = str(error)
            return False
        client.loop_start()
        try:
            self._down.wait()
        finally:
            self._client = None
            # No goodbye: the broker closes the connection with our last will.
            client.loop_stop()
        return self._stood

    def _new_client(self) -> Client:
        client = _client(self._broker, f"storeloop-{self._gateway}")
        client.max_inflight_messages_set(MOST_IN_FLIGHT)
        will = self._will
        client.will_set(will.topic, will.payload, qos=1, retain=True)

        client.on_connect = self._guarded(self._connected)
        client.on_subscribe = self._guarded(self._subscribed)
        client.on_disconnect = self._guarded(self._disconnected)
        client.on_publish = self._guarded(self._taken)
        client.on_message = self._guarded(self._received)
        return client

    # --- paho calls these on its own thread ------------------------------------------------------

    def _guarded(self, callback: Callable[..., None]) -> Callable[..., None]:
        def guarded(*facts: Any) -> None:
            try:
                callback(*facts)
            except Exception as error:  # paho's thread would end, and nobody would try again
                logger.exception("broker %s", self.address)
                self._give_up(repr(error))

        return guarded

    def _connected(self, client: Client, _d: Any, _f: Any, reason: Any, _p: Any) -> None:
        if reason.is_failure:
            self._give_up(f"refused: {reason}")
            return
        client.subscribe([(topic, SubscribeOptions(qos=1)) for topic in self._topics])

    def _subscribed(self, client: Client, _d: Any, _mid: int, reasons: Any, _p: Any) -> None:
        refused = [str(reason) for reason in reasons if reason.is_failure]
        if refused:
            self._give_up(f"may not subscribe: {refused[0]}")
            return
        self._client = client
        self._stood = True
        logger.info("broker %s: connected", self.address)
        self._report(LinkStood(self.address))

    def _disconnected(self, _c: Client, _d: Any, _f: Any, reason: Any, _p: Any) -> None:
        self._give_up(f"connection lost: {reason}")

    def _taken(self, _c: Client, _d: Any, mid: int, _reason: Any, _p: Any) -> None:
        self._report(Taken(mid))

    def _received(self, _c: Client, _d: Any, message: MQTTMessage) -> None:
        self._report(Received(message.topic, bytes(message.payload), message.retain))

    def _give_up(self, reason: str) -> None:
        if not self._down.is_set():
            self._reason = reason
            self._down.set()


def try_out(broker: Broker, address: tuple[str, int], name: str, topic: str) -> str | None:
    """Connect once and subscribe to `topic`; return what went wrong, None when all is well.

    `name` tells this client from the gateway's own, whose connection the broker would end.
    """
    client = _client(broker, name)
    answers: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def connected(_c: Client, _d: Any, _f: Any, reason: Any, _p: Any) -> None:
        if reason.is_failure:
            answers.put(f"it refuses us: {reason}")
        else:
            client.subscribe([(topic, SubscribeOptions(qos=1))])

    def subscribed(_c: Client, _d: Any, _mid: int, reasons: Any, _p: Any) -> None:
        refused = [str(reason) for reason in reasons if reason.is_failure]
        answers.put(f"we may not subscribe to {topic}: {refused[0]}" if refused else None)

    client.on_connect = connected
    client.on_subscribe = subscribed
    client.on_disconnect = lambda *_: answers.put("it ends the connection")
    try:
        client.connect(*address, KEEPALIVE_S, clean_start=True)
    except (OSError, ValueError) as error:
        return str(error)
    client.loop_start()
    try:
        return answers.get(timeout=CONNECT_TIMEOUT_S)
    except queue.Empty:
        return "it does not answer"
    finally:
        client.disconnect()
        client.loop_stop()


def _client(broker: Broker, name: str) -> Client:
    """Return a client with the credentials of the settings."""
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=name,
        protocol=MQTTProtocolVersion.MQTTv5,
        reconnect_on_failure=False,
    )
    client.connect_timeout = CONNECT_TIMEOUT_S
    if broker.username is not None:
        client.username_pw_set(broker.username, broker.password)
    if broker.ca_file is not None:
        client.tls_set(
            str(broker.ca_file), certfile=_text(broker.cert_file), keyfile=_text(broker.key_file)
        )
    return client


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
