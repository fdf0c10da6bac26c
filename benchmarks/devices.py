"""Many devices in one process: they hand events to a gateway over WebSockets, by the protocol.

Each has the real `Sender` of a kiosk; its frames are built before the clock starts.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection

from benchmarks.feed import BARE_TAPS, WITH_TEXTS, Feed
from benchmarks.sockets import Socket, connect, frame
from protocols import wire
from protocols.delivery import (
    Answered,
    Appended,
    LinkUp,
    Position,
    SendBatch,
    Sender,
    SenderCommand,
    SendOffer,
    Tick,
)
from protocols.messages import Batch, Committed, HopMessage, Lane, Stored, Stream

EPOCH = "bench"
_TICK_S = 0.5
_STEP_S = 0.02
_STEP_MS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Devices:
    """Who feeds a gateway, and with how much."""

    port: int
    token: str
    store: str
    count: int
    events_each: int
    batch_events: int
    seed: int
    texts: bool = False
    """Whether some visits bring a text, which the gateway grades."""
    rate: float = 0.0
    """Events a second of all devices together; 0: all are there at the start."""

    def names(self) -> list[str]:
        """Return the devices' ids."""
        return [f"device-{number:03d}" for number in range(self.count)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fed:
    """How it went, in seconds since the first batch was sent."""

    stored_s: float
    """Until the gateway had stored everything."""
    committed_s: float
    """Until the devices had HQ's word for everything."""


class _Device:
    def __init__(self, name: str, plan: Devices) -> None:
        self.stream = Stream(device=name, epoch=EPOCH, lane=Lane.BULK)
        mix = WITH_TEXTS if plan.texts else BARE_TAPS
        payloads = Feed(name, plan.store, plan.seed, mix).taps(plan.events_each, _STEP_MS)
        built = 0 if plan.rate else plan.events_each  # what comes with time is built with it
        self._frames = {
            first: frame(wire.encode(self._batch(first, payloads, plan.batch_events)))
            for first in range(1, built + 1, plan.batch_events)
        }
        self._payloads = payloads
        self.head = plan.events_each
        self.stored = self.committed = 0
        self.asked = False
        self._position = Position(
            stream=self.stream, oldest=1, head=built, committed=0, floor=1, origin=True
        )
        self._sender = Sender(self._position, nonce=1, batch_events=plan.batch_events)
        self._socket: Socket | None = None
        self._held: list[SenderCommand] | None = []

    async def link(self, plan: Devices) -> None:
        """Connect, and ask how far the gateway has the stream; nothing is sent yet."""
        path = f"/devices/{self.stream.device}"
        self._socket = await connect(plan.port, path, plan.token, self._hear)
        self._do(self._sender.handle(LinkUp(_now_ms())))

    def start(self) -> None:
        """Send what waits."""
        held, self._held = self._held or [], None
        self._do(held)

    def grow(self, head: int) -> None:
        """Accept events up to `head`."""
        if head > self._position.head:
            self._position = replace(self._position, head=head)
            self._do(self._sender.handle(Appended(self._position, _now_ms())))

    def tick(self) -> None:
        """Ask again where an answer is overdue."""
        self._do(self._sender.handle(Tick(_now_ms())))

    def _batch(self, first: int, payloads: list[bytes], size: int) -> Batch:
        events = tuple(payloads[first - 1 : first - 1 + size])
        return Batch(stream=self.stream, first=first, floor=1, events=events)

    def _hear(self, payload: bytes) -> None:
        message: HopMessage = wire.decode(payload)
        match message:
            case Stored(through=through, gap=gap, nonce=nonce):
                self.asked = True
                self.stored = max(self.stored, through)
                self._do(self._sender.handle(Answered(through, gap, nonce, _now_ms())))
            case Committed(through=through):
                self.committed = max(self.committed, through)

    def _do(self, commands: list[SenderCommand]) -> None:
        assert self._socket is not None
        for command in commands:
            match command:
                case SendOffer():
                    self._socket.send(frame(wire.encode(command.message())))
                case SendBatch(_, first, last, _):
                    if self._held is None:
                        self._socket.send(self._frame(first, last))
                    else:
                        self._held.append(command)

    def _frame(self, first: int, last: int) -> bytes:
        whole = self._frames.pop(first, None)  # popped: this process must stay small too
        if whole is not None:
            return whole
        size = last - first + 1  # sent again
        return frame(wire.encode(self._batch(first, self._payloads, size)))


def feed_gateway(plan: Devices, parent: Connection) -> None:
    """Say "ready" when all is built and linked, wait for a word, feed, and report how it went."""
    parent.send(asyncio.run(_feed(plan, parent)))


async def _feed(plan: Devices, parent: Connection) -> Fed:
    devices = [_Device(name, plan) for name in plan.names()]
    await asyncio.gather(*(device.link(plan) for device in devices))
    while not all(device.asked for device in devices):
        await asyncio.sleep(0.01)
    parent.send("ready")
    await asyncio.to_thread(parent.recv)
    began = time.perf_counter()
    for device in devices:
        device.start()
    ticking = asyncio.create_task(_tick(devices))
    await _grow(devices, plan, began)
    while any(device.stored < device.head for device in devices):
        await asyncio.sleep(0.005)
    stored_s = time.perf_counter() - began
    while any(device.committed < device.head for device in devices):
        await asyncio.sleep(0.005)
    ticking.cancel()
    return Fed(stored_s=stored_s, committed_s=time.perf_counter() - began)


async def _grow(devices: list[_Device], plan: Devices, began: float) -> None:
    """Let the events come at the plan's rate, the devices in step."""
    grown = 0 if plan.rate else plan.events_each
    while grown < plan.events_each:
        await asyncio.sleep(_STEP_S)
        due = (time.perf_counter() - began) * plan.rate / plan.count
        grown = min(plan.events_each, int(due))
        for device in devices:
            device.grow(grown)


async def _tick(devices: list[_Device]) -> None:
    while True:
        await asyncio.sleep(_TICK_S)
        for device in devices:
            device.tick()


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
