"""A gateway's conversation with HQ and nothing else: the real senders, messages and topics.

A thousand of them fit into one process. It does no I/O: messages in, messages out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from benchmarks.feed import Feed
from protocols import topics, wire
from protocols.delivery import (
    Answered,
    Appended,
    LinkDown,
    LinkUp,
    Position,
    Release,
    SendBatch,
    Sender,
    SenderCommand,
    SenderEvent,
    SendOffer,
    Tick,
)
from protocols.messages import Batch, Committed, GatewayState, HqState, Lane, Stream

EPOCH = "bench"


class _Flow:
    """One stream: what it holds, and its sender."""

    def __init__(self, stream: Stream, payloads: Sequence[bytes], batch_events: int) -> None:
        self.stream = stream
        self.payloads = list(payloads)
        self.committed = 0
        self.answered = False
        position = Position(
            stream=stream, oldest=1, head=len(payloads), committed=0, floor=1, origin=False
        )
        self.position = position
        self.sender = Sender(position, nonce=1, batch_events=batch_events)
        self.built = {
            first: self._batch(first, first + batch_events - 1)
            for first in range(1, len(payloads) + 1, batch_events)
        }

    def add(self, payload: bytes) -> Appended:
        """Hold one more event; return the event for the sender, its time still 0."""
        self.payloads.append(payload)
        head = len(self.payloads)
        self.position = replace(self.position, head=head, committed=self.committed)
        return Appended(self.position, 0)

    def batch(self, first: int, last: int) -> bytes:
        """Return the message of a batch, built before when it was known before."""
        return self.built.pop(first, None) or self._batch(first, last)

    def _batch(self, first: int, last: int) -> bytes:
        events = tuple(self.payloads[first - 1 : last])
        return wire.encode(Batch(stream=self.stream, first=first, floor=1, events=events))


class LightGateway:
    """One gateway as HQ sees it."""

    def __init__(
        self,
        gateway: str,
        store: str,
        held: Mapping[Stream, Sequence[bytes]],
        batch_events: int = 500,
    ) -> None:
        """Hold these events of these streams; nothing is sent before the first state of HQ."""
        self.gateway = gateway
        self.store = store
        self.up = topics.up(gateway)
        self.down = topics.down(gateway)
        self._partition = topics.partition(gateway)
        self._flows = {
            stream: _Flow(stream, payloads, batch_events) for stream, payloads in held.items()
        }
        self._boots: dict[str, str] = {}
        self.paused = False
        """While True, batches wait: offers go out, so that the clock starts with all known."""
        self._held_back: list[SendBatch] = []

    @property
    def head(self) -> int:
        """How many events it ever held."""
        return sum(len(flow.payloads) for flow in self._flows.values())

    @property
    def committed(self) -> int:
        """How many of them HQ said to have."""
        return sum(flow.committed for flow in self._flows.values())

    @property
    def answered(self) -> bool:
        """Whether HQ said of every stream how far it has it."""
        return all(flow.answered for flow in self._flows.values())

    def expect_answers(self) -> None:
        """Forget that HQ ever answered: `answered` tells of what follows."""
        for flow in self._flows.values():
            flow.answered = False

    def batches(self) -> list[bytes]:
        """Return all that it holds as messages, its streams in turn, for an HQ without a broker."""
        built = [list(flow.built.values()) for flow in self._flows.values()]
        longest = max(map(len, built))
        return [some[n] for n in range(longest) for some in built if n < len(some)]

    def start(self) -> list[bytes]:
        """Send what was held back."""
        self.paused = False
        held, self._held_back = self._held_back, []
        return self._messages(held)

    def lost(self) -> None:
        """The broker is gone."""
        self._boots.clear()
        for flow in self._flows.values():
            flow.sender.handle(LinkDown())

    def linked(self, now_ms: int) -> list[bytes]:
        """Offer every stream, as a gateway does at a new link."""
        return self._all(LinkUp(now_ms))

    def tick(self, now_ms: int) -> list[bytes]:
        """Ask again where an answer is overdue."""
        return self._all(Tick(now_ms))

    def add(self, stream: Stream, payload: bytes, now_ms: int) -> list[bytes]:
        """Take one more event."""
        flow = self._flows[stream]
        return self._messages(flow.sender.handle(replace(flow.add(payload), now_ms=now_ms)))

    def heard(self, payload: bytes, ingest: str, now_ms: int) -> list[bytes]:
        """Take a message of HQ, or the state of an ingest process."""
        match wire.decode(payload):
            case HqState() as state:
                return self._hq_changed(state, ingest, now_ms)
            case Committed(stream=stream) as said if stream in self._flows:
                flow = self._flows[stream]
                flow.answered = True
                event = Answered(said.through, said.gap, said.nonce, now_ms)
                return self._messages(flow.sender.handle(event))
        return []

    def _hq_changed(self, state: HqState, ingest: str, now_ms: int) -> list[bytes]:
        mine = state.partitions is None or self._partition in state.partitions
        if not state.online or not mine:
            self._boots.pop(ingest, None)
            return []
        if self._boots.get(ingest) == state.boot:
            return []
        self._boots[ingest] = state.boot
        return self.linked(now_ms)

    def _all(self, event: SenderEvent) -> list[bytes]:
        return [
            message
            for flow in self._flows.values()
            for message in self._messages(flow.sender.handle(event))
        ]

    def _messages(self, commands: Iterable[SenderCommand]) -> list[bytes]:
        messages: list[bytes] = []
        for command in commands:
            match command:
                case SendOffer():
                    messages.append(wire.encode(command.message()))
                case SendBatch() if self.paused:
                    self._held_back.append(command)
                case SendBatch(stream, first, last, _):
                    messages.append(self._flows[stream].batch(first, last))
                case Release(stream, through):
                    self._flows[stream].committed = through
        return messages


def state(one: LightGateway, feed: Feed) -> bytes:
    """Return the presence that a gateway publishes."""
    return wire.encode(
        GatewayState(
            gateway=one.gateway,
            store=one.store,
            online=True,
            epoch=EPOCH,
            at=feed.clock(),
            program="storeloop-gateway bench",
            waiting=one.head - one.committed,
        )
    )


def streams_of(device: str) -> dict[Lane, Stream]:
    """Return both streams of a device."""
    return {lane: Stream(device=device, epoch=EPOCH, lane=lane) for lane in Lane}
