"""Nothing lost, nothing counted twice: the sender and the receiver of one stream (D1-D6).

The same two machines serve both hops, kiosk → gateway and gateway → HQ. They decide and do no
I/O: the runner tells them what happened and does what they answer.

A sender asks before it sends (`SendOffer`), and the receiver's answer says where to go on. So it
does not matter what either side forgot, nor which messages were lost, doubled or late: after the
next offer both agree. A receiver's answer is cumulative, `through` = all up to here.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from protocols.messages import Offer, Stream

# How long a sender waits for an answer before it asks again; doubles up to the second figure.
FIRST_PATIENCE_MS = 3_000
LONGEST_PATIENCE_MS = 60_000
# A sender with nothing to send asks this often whether the receiver still has it all: the one
# message that says otherwise may have been lost. 10,000 stores of 8 streams make 133 offers/s.
ASK_WHEN_IDLE_MS = 600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What an outbox holds of a stream."""

    stream: Stream
    oldest: int
    """Lowest seq held; head + 1 when nothing is held."""
    head: int
    """Highest seq up to which nothing is missing."""
    committed: int
    """How far HQ is known to have it."""
    floor: int
    """Lowest seq that the device itself still holds."""
    origin: bool
    """True at the device that made the events; False at a gateway that passes them on."""
    ended: bool = False
    """An own stream of an earlier epoch: it grows no more, and HQ may well have more of it than
    is here, because what HQ seemed to lack at its end went to a later epoch."""


# --- sender -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LinkUp:
    """The link to the receiver stands, or the receiver was started anew."""

    now_ms: int


@dataclass(frozen=True, slots=True)
class LinkDown:
    """The link is gone; what was in flight may have arrived or not."""


@dataclass(frozen=True, slots=True)
class Appended:
    """The outbox changed; `position` is what it holds now."""

    position: Position
    now_ms: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The receiver said how far it has the stream; `nonce` 0 unless it answers an offer."""

    through: int
    gap: bool
    nonce: int
    now_ms: int


@dataclass(frozen=True, slots=True)
class Tick:
    """Time went on."""

    now_ms: int


SenderEvent = LinkUp | LinkDown | Appended | Answered | Tick


@dataclass(frozen=True, slots=True)
class SendOffer:
    """Tell the receiver what is held here and ask how far it has the stream."""

    position: Position
    nonce: int
    told: int
    """The most that the receiver said to have since this sender was made."""

    def message(self) -> Offer:
        """Return it as it goes over the link."""
        held = self.position
        return Offer(
            stream=held.stream,
            oldest=held.oldest,
            head=held.head,
            floor=min(held.floor, held.oldest),
            known=held.committed,
            nonce=self.nonce,
            told=self.told,
        )


@dataclass(frozen=True, slots=True)
class SendBatch:
    """Send the events `first` to `last`, in as many messages as their bytes need."""

    stream: Stream
    first: int
    last: int
    floor: int


@dataclass(frozen=True, slots=True)
class Release:
    """The receiver has the stream through `through`."""

    stream: Stream
    through: int


@dataclass(frozen=True, slots=True)
class Rewind:
    """The receiver lost what a relay has forgotten: take the stream again from the device (D5)."""

    stream: Stream
    through: int


@dataclass(frozen=True, slots=True)
class Diverged:
    """The receiver has more than this device made: its file is an old copy; renew the epoch."""

    stream: Stream
    through: int


@dataclass(frozen=True, slots=True)
class ReceiverLost:
    """The receiver has no more what it said to have: it is sent again; said once per loss."""

    stream: Stream
    first: int
    last: int


SenderCommand = SendOffer | SendBatch | Release | Rewind | Diverged | ReceiverLost


class Sender:
    """Brings one stream to one receiver: go back n, at most `window` batches in flight."""

    def __init__(
        self,
        position: Position,
        *,
        nonce: int,
        window: int = 8,
        batch_events: int = 500,
        jitter: float = 0.0,
    ) -> None:
        """Start without a link.

        `nonce`: any number that an earlier sender of this stream did not use, such as the time.
        `jitter`: 0 to 1, lengthens the waits by up to a quarter so that senders drift apart.
        """
        self._position = position
        self._window = window
        self._batch_events = batch_events
        self._stretch = 1.0 + jitter / 4
        self._nonce = nonce
        self._linked = False
        self._asking = False
        self._through = 0
        self._told = 0
        self._lost_through = 0
        self._sent = 0
        # Whatever this device ever sent was on its disk before: so at most this much.
        self._head_at_start = position.head
        self._has_sent = False
        self._in_flight: deque[int] = deque()  # the last seq of each batch
        self._patience_ms = FIRST_PATIENCE_MS
        self._deadline_ms: int | None = None

    @property
    def idle(self) -> bool:
        """Whether the receiver has all there is."""
        return self._linked and not self._asking and self._through >= self._position.head

    @property
    def deadline_ms(self) -> int | None:
        """When the sender wants a Tick; None when it waits for nothing."""
        return self._deadline_ms

    def handle(self, event: SenderEvent) -> list[SenderCommand]:
        """Take what happened and return what to do, in order."""
        match event:
            case LinkUp(now_ms):
                self._linked = True
                self._patience_ms = FIRST_PATIENCE_MS
                return [self._ask(now_ms)]
            case LinkDown():
                self._linked = self._asking = False
                self._in_flight.clear()
                self._deadline_ms = None
                return []
            case Appended(position, now_ms):
                self._position = position
                return self._fill(now_ms)
            case Answered():
                return self._answered(event) if self._linked else []
            case Tick(now_ms):
                if self._deadline_ms is None or now_ms < self._deadline_ms:
                    return []
                if self._asking or self._in_flight:
                    self._patience_ms = min(2 * self._patience_ms, LONGEST_PATIENCE_MS)
                return [self._ask(now_ms)]

    def _ask(self, now_ms: int) -> SendOffer:
        self._asking = True
        self._nonce += 1
        self._in_flight.clear()
        self._wait(now_ms, self._patience_ms)
        # Of an earlier epoch the receiver may have more than this file kept for itself.
        return SendOffer(self._position, self._nonce, min(self._told, self._position.head))

    def _wait(self, now_ms: int, milliseconds: int) -> None:
        self._deadline_ms = now_ms + round(milliseconds * self._stretch)

    def _answered(self, answer: Answered) -> list[SenderCommand]:
        if self._asking:
            # Only the answer to the last offer says where the receiver stands now.
            return self._resume(answer) if answer.nonce == self._nonce else []
        if answer.gap:
            return [self._ask(answer.now_ms)]
        if answer.through <= self._through:
            return []  # late or doubled
        return self._advance(answer.through, answer.now_ms)

    def _resume(self, answer: Answered) -> list[SenderCommand]:
        self._asking = False
        self._through = self._sent = answer.through
        if self._is_old_copy(answer.through):
            return [Diverged(self._position.stream, answer.through)]
        commands = self._lost() + self._advance(answer.through, answer.now_ms)
        rewind = self._out_of_reach()
        return [*commands, rewind] if rewind else commands

    def _lost(self) -> list[SenderCommand]:
        """Return what the receiver lost, unless that is said already and still under way."""
        had = min(max(self._told, self._position.committed), self._position.head)
        if self._through >= had or had == self._lost_through:
            return []
        self._lost_through = had
        return [ReceiverLost(self._position.stream, self._through + 1, had)]

    def _is_old_copy(self, through: int) -> bool:
        """Whether the receiver has what this device's file never held, or not when it was opened.

        A copy may have grown past the receiver meanwhile: its new events have seqs used before.
        """
        head = self._position.head if self._has_sent else self._head_at_start
        return self._position.origin and not self._position.ended and through > head

    def _advance(self, through: int, now_ms: int) -> list[SenderCommand]:
        self._through = through
        self._told = max(self._told, through)
        self._sent = max(self._sent, through)
        while self._in_flight and self._in_flight[0] <= through:
            self._in_flight.popleft()
        self._patience_ms = FIRST_PATIENCE_MS
        self._wait(now_ms, FIRST_PATIENCE_MS if self._in_flight else ASK_WHEN_IDLE_MS)
        return [Release(self._position.stream, through), *self._fill(now_ms)]

    def _lowest_wanted(self) -> int:
        """Return the lowest seq that the receiver lacks and that anybody still holds."""
        return max(self._through + 1, min(self._position.floor, self._position.oldest))

    def _out_of_reach(self) -> Rewind | None:
        """Return a command when the device must send again what was forgotten here."""
        wanted = self._lowest_wanted()
        if self._position.origin or wanted >= self._position.oldest:
            return None
        return Rewind(self._position.stream, wanted - 1)

    def _fill(self, now_ms: int) -> list[SenderCommand]:
        if not self._linked or self._asking or self._out_of_reach():
            return []
        commands: list[SenderCommand] = []
        first = max(self._sent + 1, self._position.oldest)
        floor = min(self._position.floor, self._position.oldest)
        while first <= self._position.head and len(self._in_flight) < self._window:
            last = min(first + self._batch_events - 1, self._position.head)
            commands.append(SendBatch(self._position.stream, first, last, floor))
            self._has_sent = True
            self._in_flight.append(last)
            self._sent, first = last, last + 1
        if commands and len(commands) == len(self._in_flight):  # nothing was under way before
            self._wait(now_ms, self._patience_ms)
        return commands


# --- receiver -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Accept:
    """Store the batch's events from index `skip` on, and then answer `through`."""

    skip: int
    through: int
    hole: tuple[int, int] | None = None
    """First and last seq that even the device no longer holds: record them as missing."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Nothing new: count the events, answer `through` again."""

    through: int


@dataclass(frozen=True, slots=True)
class Gap:
    """The batch begins too late: answer `through` with the gap flag (D6)."""

    through: int


class Receiver:
    """Decides what of a batch is new. `through` counts as stored: keep it in the same commit."""

    def __init__(self, through: int) -> None:
        """Start from the watermark on disk; a relay new to the stream starts from Offer.known."""
        self.through = through

    def arrived(self, first: int, count: int, floor: int) -> Accept | Duplicate | Gap:
        """Judge a batch of `count` events from seq `first`, from a device that holds `floor` on."""
        last = first + count - 1
        if last <= self.through:
            return Duplicate(self.through)
        hole = None
        if first > self.through + 1:
            if first != floor:
                return Gap(self.through)
            hole = (self.through + 1, first - 1)
        skip = max(0, self.through + 1 - first)
        self.through = last
        return Accept(skip, last, hole)
