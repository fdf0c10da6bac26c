"""Taking streams in from devices: what of a batch is new, and what to answer once it is on disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from edge_gateway.events import (
    AnswerDevice,
    Command,
    OpenStream,
    RefuseDevice,
    Relayed,
    StreamOpened,
)
from edge_gateway.refusals import Kind
from protocols.delivery import Accept, Duplicate, Gap, Position, Receiver
from protocols.messages import Batch, Committed, DeviceState, Offer, Stored, Stream

# What a device may say of itself. Ten million events are years of the busiest till; numbers
# beyond 2**53 are none that a page can show. Without it one device spoils every sum.
MOST_EVENTS_HELD = 10_000_000
HIGHEST_SEQ = 2**53


class Intake:
    """The receiving end of every device's streams."""

    def __init__(self, positions: Iterable[Position]) -> None:
        self._receivers = {one.stream: Receiver(one.head) for one in positions if not one.origin}
        self.counts: Counter[str] = Counter()
        """accepted, duplicate, gap, hole: events, or batches where none was taken."""

    def knows(self, stream: Stream) -> bool:
        """Whether the stream was taken in before."""
        return stream in self._receivers

    def offered(self, device: str, offer: Offer) -> list[Command]:
        """Ask the outbox where the stream stands; the answer follows in `opened`."""
        refusal = self._refusal(device, offer.stream)
        if refusal:
            return refusal
        lie = _lie_in(offer)
        if lie:
            return [RefuseDevice(device, lie, Kind.IMPOSSIBLE)]
        stream = offer.stream
        return [OpenStream(device, stream, offer.known, max(1, offer.floor), offer.nonce)]

    def opened(self, event: StreamOpened) -> list[Command]:
        """Answer an offer with what is on disk, and with what the device missed of HQ's word."""
        stream, through = event.position.stream, event.position.head
        self._receivers[stream] = Receiver(through)
        answers: list[Command] = [
            AnswerDevice(event.device, Stored(stream=stream, through=through, nonce=event.nonce))
        ]
        if event.position.committed > event.known:
            missed = Committed(stream=stream, through=event.position.committed)
            answers.append(AnswerDevice(event.device, missed))
        return answers

    def arrived(
        self, device: str, batch: Batch, position: Position | None
    ) -> Relayed | list[Command]:
        """Return what of a batch is to be kept, or what to answer when there is nothing."""
        refusal = self._refusal(device, batch.stream)
        if refusal:
            return refusal
        receiver = self._receivers.get(batch.stream)
        if receiver is None or position is None:
            # No offer yet: the flag makes the device offer.
            return [AnswerDevice(device, Stored(stream=batch.stream, through=0, gap=True))]
        before = receiver.through
        if batch.first - before > MOST_EVENTS_HELD or batch.first > HIGHEST_SEQ:
            why = f"a leap from {before} to {batch.first} cannot be"
            return [RefuseDevice(device, why, Kind.LEAP)]
        match receiver.arrived(batch.first, len(batch.events), batch.floor):
            case Duplicate(through):
                self.counts["duplicate"] += len(batch.events)
                return [] if through > position.head else _stored(device, batch.stream, through)
            case Gap(through):
                self.counts["gap"] += 1
                return _stored(device, batch.stream, through, gap=True)
            case Accept(skip, _, hole):
                return self._accepted(batch, position, before, skip, hole)

    def stated(self, device: str, state: DeviceState) -> list[Command]:
        """Refuse an account that cannot be true; an empty list when it can."""
        if state.device != device:
            return [RefuseDevice(device, f"you are {device}", Kind.FOREIGN)]
        accepted = [*state.accepted.values(), *(one.accepted for one in state.streams)]
        if state.waiting > MOST_EVENTS_HELD or max(accepted, default=0) > HIGHEST_SEQ:
            why = "no device holds, or ever took, so many events"
            return [RefuseDevice(device, why, Kind.IMPOSSIBLE)]
        if any(one.committed > one.accepted for one in state.streams):
            why = "HQ has no more of a stream than was accepted into it"
            return [RefuseDevice(device, why, Kind.IMPOSSIBLE)]
        return []

    def failed(self, position: Position) -> None:
        """Go back to what is on disk: a write came to nothing."""
        self._receivers[position.stream] = Receiver(position.head)

    def take_again(self, stream: Stream, through: int) -> list[Command]:
        """Make a device send again from `through` + 1."""
        if stream in self._receivers:
            self._receivers[stream] = Receiver(through)
        return _stored(stream.device, stream, through, gap=True)

    def _accepted(
        self,
        batch: Batch,
        position: Position,
        before: int,
        skip: int,
        hole: tuple[int, int] | None,
    ) -> Relayed | list[Command]:
        if hole is not None:
            self.counts["hole"] += 1
            if position.head > position.committed or before > position.head:
                # A stream on disk has no holes: what lies before this one must reach HQ first.
                # No answer; the device asks again, with growing patience.
                self._receivers[batch.stream] = Receiver(before)
                return []
        events = batch.events[skip:]
        self.counts["accepted"] += len(events)
        return Relayed(
            stream=batch.stream,
            first=batch.first + skip,
            payloads=events,
            floor=batch.floor,
            hole=hole,
        )

    def _refusal(self, device: str, stream: Stream) -> list[Command]:
        if stream.device != device:
            why = f"you are {device}; this stream is another device's"
            return [RefuseDevice(device, why, Kind.FOREIGN)]
        return []


def _lie_in(offer: Offer) -> str | None:
    """Return what cannot be true of an offer."""
    if offer.floor > offer.oldest or offer.oldest > offer.head + 1:
        return f"an offer of {offer.oldest} to {offer.head} is nothing"
    if offer.head > HIGHEST_SEQ or offer.head - max(1, offer.floor) >= MOST_EVENTS_HELD:
        return f"nobody holds {offer.floor} to {offer.head}"
    if max(offer.known, offer.told) > offer.head:
        return f"nobody was told of {max(offer.known, offer.told)} who made {offer.head}"
    return None


def _stored(device: str, stream: Stream, through: int, *, gap: bool = False) -> list[Command]:
    return [AnswerDevice(device, Stored(stream=stream, through=through, gap=gap))]
