"""What goes to HQ and when: one sender per stream, the urgent lane first, few in flight.

The broker's acknowledgement only makes room for the next publication; an event is forgotten
after HQ's own `Committed` and nothing else (D4, D5).
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable

from edge_gateway.events import Command, Forget, Publish, PublishBatch, RenewEpoch, TakeAgain
from protocols import delivery
from protocols.delivery import Position, Sender, SenderCommand
from protocols.messages import Committed, Lane, Stream

logger = logging.getLogger(__name__)

# More in flight is slower with paho, which scans them all at every acknowledgement.
MOST_IN_FLIGHT = 20

_Outgoing = Publish | PublishBatch


class Uplink:
    """All streams of this gateway on their way to HQ."""

    def __init__(
        self, positions: Iterable[Position], *, nonce: int, jitter: Callable[[], float]
    ) -> None:
        """`nonce`: a number that grows from start to start, such as the time."""
        self._nonce = nonce
        self._jitter = jitter
        self._positions: dict[Stream, Position] = {}
        self._senders: dict[Stream, Sender] = {}
        self._linked = False
        self._in_flight = 0
        # Offers first: they are small, and nothing of a stream moves before its answer.
        self._queues: tuple[deque[_Outgoing], ...] = (deque(), deque(), deque())
        for position in positions:
            self._add(position)

    def knows(self, stream: Stream) -> bool:
        """Whether the stream is one of this gateway's."""
        return stream in self._senders

    def head(self, stream: Stream) -> int:
        """Return how far a stream that is known is in the outbox."""
        return self._positions[stream].head

    def positions(self) -> list[Position]:
        """Return where every stream stands."""
        return list(self._positions.values())

    def replace(self, positions: Iterable[Position]) -> None:
        """Start over with other streams."""
        self._clear()
        self._senders.clear()
        self._positions.clear()
        for position in positions:
            self._add(position)

    def waiting(self) -> int:
        """Return how many events HQ has not committed."""
        return sum(max(0, one.head - one.committed) for one in self._positions.values())

    def link_up(self, now_ms: int) -> list[Command]:
        """Offer every stream: at a new link, and when HQ was started anew."""
        self._clear()
        self._linked = True
        return self._all(delivery.LinkUp(now_ms))

    def link_down(self) -> list[Command]:
        """Forget what was on its way; all of it is still in the outbox."""
        self._clear()
        self._linked = False
        return self._all(delivery.LinkDown())

    def tick(self, now_ms: int) -> list[Command]:
        """Ask again where an answer is overdue."""
        return self._all(delivery.Tick(now_ms))

    def changed(self, position: Position, now_ms: int) -> list[Command]:
        """Take the place where a stream stands in the outbox now."""
        if position.stream not in self._senders:
            self._add(position)
            if not self._linked:
                return []
            sender = self._senders[position.stream]
            return self._queued(sender.handle(delivery.LinkUp(now_ms)))
        self._positions[position.stream] = position
        sender = self._senders[position.stream]
        return self._queued(sender.handle(delivery.Appended(position, now_ms)))

    def committed(self, answer: Committed, now_ms: int) -> list[Command]:
        """Take HQ's word for a stream."""
        answered = delivery.Answered(answer.through, answer.gap, answer.nonce, now_ms)
        return self._queued(self._senders[answer.stream].handle(answered))

    def published(self) -> list[Command]:
        """Send the next ones: a publication ended."""
        self._in_flight = max(0, self._in_flight - 1)
        return self._next()

    def _add(self, position: Position) -> None:
        self._nonce += 1
        self._positions[position.stream] = position
        self._senders[position.stream] = Sender(position, nonce=self._nonce, jitter=self._jitter())

    def _clear(self) -> None:
        self._in_flight = 0
        for queue in self._queues:
            queue.clear()

    def _all(self, event: delivery.SenderEvent) -> list[Command]:
        commands: list[SenderCommand] = []
        for sender in self._senders.values():
            commands += sender.handle(event)
        return self._queued(commands)

    def _queued(self, commands: Iterable[SenderCommand]) -> list[Command]:
        now: list[Command] = []
        for command in commands:
            match command:
                case delivery.SendOffer() | delivery.SendBatch():
                    self._enqueue(command)
                case delivery.Release(stream, through):
                    if through != self._positions[stream].committed:
                        now.append(Forget(stream, through))
                case delivery.Rewind(stream, through):
                    now.append(TakeAgain(stream, through))
                case delivery.Diverged():
                    now.append(RenewEpoch())
                case delivery.ReceiverLost():
                    self._say(command)
        return now + self._next()

    def _enqueue(self, command: delivery.SendOffer | delivery.SendBatch) -> None:
        match command:
            case delivery.SendOffer(position):
                self._drop_batches(position.stream)
                self._queues[0].append(Publish(command.message()))
            case delivery.SendBatch(stream, first, last, floor):
                queue = self._queues[1 if stream.lane is Lane.URGENT else 2]
                queue.append(PublishBatch(stream, first, last, floor))

    def _say(self, lost: delivery.ReceiverLost) -> None:
        # Of a device's stream `replays` speaks, when the device is asked for it.
        if self._positions[lost.stream].origin:
            logger.warning(
                "own stream, lane %s: HQ lacks %s-%s, which it had committed; they are sent again",
                *(lost.stream.lane, lost.first, lost.last),
            )

    def _drop_batches(self, stream: Stream) -> None:
        for queue in self._queues[1:]:
            kept = [one for one in queue if isinstance(one, Publish) or one.stream != stream]
            if len(kept) != len(queue):
                queue.clear()
                queue.extend(kept)

    def _next(self) -> list[Command]:
        commands: list[Command] = []
        for queue in self._queues:
            while queue and self._linked and self._in_flight < MOST_IN_FLIGHT:
                commands.append(queue.popleft())
                self._in_flight += 1
        return commands
