"""A thousand gateways in one process and one thread: a socket each, and the real conversation.

Their pauses and their choice of broker are those of the real gateway (`edge_gateway.mqtt.Turns`).
"""

from __future__ import annotations

import selectors
import time
from collections import deque
from dataclasses import dataclass
from multiprocessing.connection import Connection
from random import Random
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.feed import Feed
from benchmarks.light_gateway import LightGateway, state, streams_of
from benchmarks.rig import Site
from edge_gateway.mqtt import KEEPALIVE_S, Turns
from protocols import topics
from protocols.messages import Lane, Stream

_TICK_S = 1.0
_STEP_S = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """How many gateways, and where their brokers are."""

    gateways: int
    broker_ports: tuple[int, ...]
    seed: int

    def sites(self) -> list[Site]:
        """Return the stores as HQ must know them."""
        return [Site(store=f"s{n:04d}", gateway=f"g{n:04d}") for n in range(self.gateways)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the fleet stands."""

    up: int
    """Gateways connected and subscribed."""
    moved: int
    """Gateways that HQ has confirmed something to since the last `mark`."""
    events: int
    committed: int
    longest_wait_s: float
    """Of an event confirmed since the last `mark`: from the tap to HQ's word."""
    connects: tuple[float, ...]
    """Monotonic seconds of each connection that stood since the last `mark`."""


class _Member:
    """One gateway and its connection."""

    def __init__(self, site: Site, fleet: _Running, plan: Fleet) -> None:
        addresses = [("127.0.0.1", port) for port in plan.broker_ports]
        self._fleet = fleet
        self._feed = Feed(site.gateway, site.store, plan.seed)
        self._stream: Stream = streams_of(f"{site.gateway}-kiosk")[Lane.BULK]
        self.gateway = LightGateway(site.gateway, site.store, {self._stream: []})
        self._turns = Turns(addresses, site.gateway, Random(f"{plan.seed} {site.gateway}"))
        self.client: mqtt.Client | None = None
        self.up = False
        self.moved = False
        self._stood = False
        self._confirmed = 0
        self.next_event = 0.0
        self.longest_wait_s = 0.0
        self._taken_at: deque[float] = deque()  # of the events that wait

    def connect(self) -> None:
        """Try the broker whose turn it is."""
        self._stood = False
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"storeloop-{self.gateway.gateway}",
            protocol=mqtt.MQTTv5,
            reconnect_on_failure=False,
        )
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        client.on_disconnect = self._on_disconnect
        client.on_socket_open = lambda _c, _d, sock: self._fleet.watch(sock, self)
        client.on_socket_close = lambda _c, _d, sock: self._fleet.forget(sock)
        client.on_socket_register_write = lambda _c, _d, sock: self._fleet.write(sock, True)
        client.on_socket_unregister_write = lambda _c, _d, sock: self._fleet.write(sock, False)
        self.client = client
        try:
            client.connect(*self._turns.address, KEEPALIVE_S, clean_start=True)
        except OSError:
            self._again()

    def add_event(self, period_s: float) -> None:
        """Take a tap, and send it when there is a link."""
        self.next_event += period_s
        (payload,) = self._feed.taps(1)
        self._taken_at.append(time.monotonic())
        self._publish(self.gateway.add(self._stream, payload, _now_ms()))

    def tick(self) -> None:
        """Let paho keep its connection alive, and the sender ask what is overdue."""
        if self.client is not None and self.client.socket() is not None:
            self.client.loop_misc()
        if self.up:
            self._publish(self.gateway.tick(_now_ms()))

    def mark(self) -> None:
        """Nothing has moved from here on."""
        self.moved = False
        self.longest_wait_s = 0.0
        self._confirmed = self.gateway.committed

    def _publish(self, messages: list[bytes]) -> None:
        if self.client is not None and self.up:
            for message in messages:
                self.client.publish(self.gateway.up, message, qos=1)

    def _again(self) -> None:
        """Wait, and try the next broker."""
        self.client, self.up = None, False
        self.gateway.lost()
        self._fleet.later(self, self._turns.next(stood=self._stood))

    def _on_connect(self, client: mqtt.Client, _d: Any, _f: Any, reason: Any, _p: Any) -> None:
        if not reason.is_failure:
            client.subscribe([(self.gateway.down, 1), (topics.hq_all(), 1)])

    def _on_subscribe(self, client: mqtt.Client, *_: Any) -> None:
        self.up = self._stood = True
        self._fleet.connects.append(time.monotonic())
        presence = state(self.gateway, self._feed)
        client.publish(topics.state(self.gateway.gateway), presence, qos=1, retain=True)
        self._publish(self.gateway.linked(_now_ms()))

    def _on_message(self, _c: Any, _d: Any, message: Any) -> None:
        if message.payload:
            ingest = message.topic.rpartition("/")[2]
            self._publish(self.gateway.heard(bytes(message.payload), ingest, _now_ms()))
            self._note_confirmed()

    def _note_confirmed(self) -> None:
        self.moved = self.moved or self.gateway.committed > self._confirmed
        while len(self._taken_at) > self.gateway.head - self.gateway.committed:
            waited = time.monotonic() - self._taken_at.popleft()
            self.longest_wait_s = max(self.longest_wait_s, waited)

    def _on_disconnect(self, client: mqtt.Client, *_: Any) -> None:
        if client is self.client:
            self._again()


class _Running:
    """The loop around all of them."""

    def __init__(self, plan: Fleet, parent: Connection) -> None:
        self._selector = selectors.DefaultSelector()
        self._parent = parent
        self._selector.register(parent, selectors.EVENT_READ)
        self._due: deque[tuple[float, _Member]] = deque()
        self._period_s: float | None = None
        self._next_tick = self._next_step = 0.0
        self.connects: list[float] = []
        self.members = [_Member(site, self, plan) for site in plan.sites()]
        for member in self.members:
            self.later(member, 0.0)

    def watch(self, sock: Any, member: _Member) -> None:
        self._selector.register(sock, selectors.EVENT_READ, member)

    def forget(self, sock: Any) -> None:
        self._selector.unregister(sock)

    def write(self, sock: Any, wanted: bool) -> None:
        more = selectors.EVENT_WRITE if wanted else 0
        member = self._selector.get_key(sock).data
        self._selector.modify(sock, selectors.EVENT_READ | more, member)

    def later(self, member: _Member, seconds: float) -> None:
        self._due.append((time.monotonic() + seconds, member))

    def run(self) -> None:
        while True:
            for key, events in self._selector.select(_STEP_S):
                if key.fileobj is self._parent:
                    if not self._ordered():
                        return
                elif key.data.client is not None:
                    self._serve(key.data.client, events)
            self._keep_time(time.monotonic())

    def _keep_time(self, now: float) -> None:
        if now >= self._next_step:  # a look at every member costs: not at every message
            self._next_step = now + _STEP_S
            self._connect_due(now)
            self._add_events(now)
        if now >= self._next_tick:
            self._next_tick = now + _TICK_S
            for member in self.members:
                member.tick()

    @staticmethod
    def _serve(client: mqtt.Client, events: int) -> None:
        if events & selectors.EVENT_READ:
            client.loop_read()
        if events & selectors.EVENT_WRITE and client.socket() is not None:
            client.loop_write()

    def _connect_due(self, now: float) -> None:
        waiting, self._due = self._due, deque()
        for at, member in waiting:
            if at <= now:
                member.connect()
            else:
                self._due.append((at, member))

    def _add_events(self, now: float) -> None:
        if self._period_s is not None:
            for member in self.members:
                if member.next_event <= now:
                    member.add_event(self._period_s)

    def _ordered(self) -> bool:
        """Do what the benchmark says; False when it is the end."""
        match self._parent.recv():
            case "standing":
                self._parent.send(self._standing())
            case "mark":
                self.connects.clear()
                for member in self.members:
                    member.mark()
            case ("period", seconds):
                self._pace(seconds)
            case _:
                return False
        return True

    def _pace(self, period_s: float | None) -> None:
        """Let each gateway take an event in each period, evenly spread; None: no more events."""
        self._period_s = period_s
        if period_s is not None:
            for number, member in enumerate(self.members):
                part = number / len(self.members)
                member.next_event = time.monotonic() + period_s * part

    def _standing(self) -> Standing:
        return Standing(
            up=sum(member.up for member in self.members),
            moved=sum(member.moved for member in self.members),
            events=sum(member.gateway.head for member in self.members),
            committed=sum(member.gateway.committed for member in self.members),
            longest_wait_s=max(member.longest_wait_s for member in self.members),
            connects=tuple(self.connects),
        )


def run_fleet(plan: Fleet, parent: Connection) -> None:
    """Connect every gateway, and do what the parent says until it says "end"."""
    _Running(plan, parent).run()


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
