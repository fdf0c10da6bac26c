"""Many stores' gateways over one connection, in a process of its own: feeds HQ through a broker."""

from __future__ import annotations

import queue
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.echo import client
from benchmarks.feed import Feed, Mix
from benchmarks.light_gateway import LightGateway, streams_of
from benchmarks.rig import Site
from protocols import topics, wire
from protocols.messages import HqState, Stream

_TICK_S = 0.5
_STEP_MS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """Who feeds HQ, and with how much."""

    stores: int
    devices_each: int
    events: int
    mix: Mix
    seed: int
    batch_events: int = 500

    def sites(self) -> list[Site]:
        """Return the stores as HQ must know them."""
        return [Site(store=f"s{n:03d}", gateway=f"g{n:03d}") for n in range(self.stores)]

    def gateways(self) -> Iterator[LightGateway]:
        """Make every gateway with what its devices brought."""
        each = self.events // (self.stores * self.devices_each)
        for site in self.sites():
            held: dict[Stream, list[bytes]] = defaultdict(list)
            for number in range(self.devices_each):
                device = f"{site.gateway}-d{number:02d}"
                streams = streams_of(device)
                # What waited is older than now: a clock ahead of HQ's would be corrected (D9).
                from_ms = time.time_ns() // 1_000_000 - each * _STEP_MS * 2
                feed = Feed(device, site.store, self.seed, self.mix, from_ms)
                for lane, payload in feed.events(each, _STEP_MS):
                    held[streams[lane]].append(payload)
            yield LightGateway(site.gateway, site.store, held, self.batch_events)


def feed_hq(port: int, plan: Stores, ingests: int, parent: Connection) -> None:
    """Say "ready" when HQ has answered every offer, wait for a word, feed, and say how long.

    HQ is ready when that many ingest processes share the partitions.
    """
    _Feeder(port, plan, ingests).run(parent)


class _Feeder:
    def __init__(self, port: int, plan: Stores, ingests: int) -> None:
        self._ingests = ingests
        self._taking_in: dict[str, tuple[int, ...] | None] = {}
        self._gateways = {one.down: one for one in plan.gateways()}
        for one in self._gateways.values():
            one.paused = True
        self._heard: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()
        self._client = client(port, "hq-feed")
        self._client.on_message = self._on_message
        self._client.subscribe([(topics.down("+"), 1), (topics.hq_all(), 1)])
        self._next_tick = 0.0

    def run(self, parent: Connection) -> None:
        while not self._ready():
            self._turn()
        parent.send("ready")
        while not parent.poll():
            self._turn()
        parent.recv()
        began = time.perf_counter()
        for one in self._gateways.values():
            self._publish(one, one.start())
        total = sum(one.head for one in self._gateways.values())
        while sum(one.committed for one in self._gateways.values()) < total:
            self._turn()
        parent.send(time.perf_counter() - began)

    def _ready(self) -> bool:
        shares = [share for share in self._taking_in.values() if share is None or share]
        return len(shares) >= self._ingests and all(one.answered for one in self._gateways.values())

    def _turn(self) -> None:
        try:
            topic, payload = self._heard.get(timeout=0.1)
        except queue.Empty:
            pass
        else:
            self._take(topic, payload)
        if time.monotonic() >= self._next_tick:
            self._next_tick = time.monotonic() + _TICK_S
            for one in self._gateways.values():
                self._publish(one, one.tick(_now_ms()))

    def _take(self, topic: str, payload: bytes) -> None:
        one = self._gateways.get(topic)
        ingest = topic.rpartition("/")[2]
        if one is None and isinstance(state := wire.decode(payload), HqState):
            self._taking_in[ingest] = state.partitions if state.online else ()
        for each in self._gateways.values() if one is None else (one,):
            self._publish(each, each.heard(payload, ingest, _now_ms()))

    def _publish(self, one: LightGateway, messages: list[bytes]) -> None:
        for message in messages:
            self._client.publish(one.up, message, qos=1)

    def _on_message(self, _client: Any, _userdata: Any, message: Any) -> None:
        if message.payload:
            self._heard.put((message.topic, bytes(message.payload)))


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
