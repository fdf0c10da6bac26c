"""The kiosk's two streams on their way to the gateway: which message goes out, and what each
answer means for the outbox. It reads and writes the outbox; the socket is the link's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from outbox import Outbox, OutboxFull
from protocols.briefs import BriefKind
from protocols.delivery import (
    Answered,
    Appended,
    Diverged,
    LinkDown,
    LinkUp,
    ReceiverLost,
    Release,
    Rewind,
    SendBatch,
    Sender,
    SenderCommand,
    SendOffer,
    Tick,
)
from protocols.messages import (
    Batch,
    Clock,
    Committed,
    DeviceState,
    HopMessage,
    Lane,
    Stored,
    Stream,
)

logger = logging.getLogger(__name__)

BATCH_EVENTS = 200
# A batch stays well below wire.MAX_MESSAGE_BYTES, so that a slow link never holds up an alarm.
BATCH_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What a kiosk says of itself."""

    program: str
    touchpoint: str
    survey_version: int
    briefs: Mapping[BriefKind, str] = field(default_factory=dict)
    """Which version of each document is held."""
    codes_left: int | None = None
    responses: int = 0
    """Visits of today, and how many of them carry a mark."""
    marked: int = 0


class Streams:
    """One sender per stream, the urgent lane first.

    The streams of earlier epochs have theirs while they hold anything: an HQ that goes back to an
    older backup gets those back as well (D5).
    """

    def __init__(
        self, outbox: Outbox, describe: Callable[[], Device], *, nonce: int, jitter: float
    ) -> None:
        """Start without a link; `nonce` grows with every start, such as the time.

        `describe` is asked whenever the kiosk gives its account of itself.
        """
        self._outbox = outbox
        self._describe = describe
        self._nonce = nonce
        self._jitter = jitter
        self._senders = self._new_senders()

    @property
    def deadline_ms(self) -> int | None:
        """When a `tick` is due; None when nothing is waited for."""
        waits = [sender.deadline_ms for sender in self._senders.values()]
        return min((wait for wait in waits if wait is not None), default=None)

    def linked(self, now_ms: int) -> list[HopMessage]:
        """Return what to say first on a new link."""
        self._refresh(now_ms)
        return self._all(LinkUp(now_ms), now_ms)

    def lost(self) -> None:
        """The link is gone."""
        for sender in self._senders.values():
            sender.handle(LinkDown())

    def appended(self, now_ms: int) -> list[HopMessage]:
        """Return what to send now that the outbox holds more."""
        return self._refresh(now_ms)

    def tick(self, now_ms: int) -> list[HopMessage]:
        """Return what to send now that time has passed."""
        return self._all(Tick(now_ms), now_ms)

    def answered(self, answer: Stored, now_ms: int) -> list[HopMessage]:
        """Return what to send after the gateway said how far it has a stream (D3)."""
        sender = self._senders.get(answer.stream)
        if sender is None:
            return []
        event = Answered(answer.through, answer.gap, answer.nonce, now_ms)
        return self._do(sender.handle(event), now_ms)

    def committed(self, answer: Committed) -> None:
        """Note that HQ has a stream (D4): only now may the outbox forget it, some day (D5)."""
        if answer.stream in self._senders:
            head = self._outbox.position(answer.stream).head
            with suppress(OutboxFull):  # a full disk: HQ says it again at the next offer
                self._outbox.commit_through(answer.stream, min(answer.through, head))

    def state(self, at: Clock) -> DeviceState:
        """Return the kiosk's own account of itself."""
        positions = {
            stream.lane: self._outbox.position(stream) for stream in map(self._outbox.stream, Lane)
        }
        device = self._describe()
        return DeviceState(
            device=self._outbox.device,
            epoch=self._outbox.epoch,
            program=device.program,
            accepted={lane: position.head for lane, position in positions.items()},
            waiting=sum(one.head - one.committed for one in self._outbox.own_positions()),
            at=at,
            touchpoint=device.touchpoint,
            survey_version=device.survey_version,
            streams=self._outbox.accounts(),
            briefs=dict(device.briefs),
            codes_left=device.codes_left,
            marked=device.marked,
            responses=device.responses,
        )

    def _new_senders(self) -> dict[Stream, Sender]:
        self._nonce += 1
        current = [self._outbox.position(self._outbox.stream(lane)) for lane in Lane]
        held = [one for one in self._outbox.own_positions() if one.ended and one.oldest <= one.head]
        return {
            position.stream: Sender(
                position, nonce=self._nonce, batch_events=BATCH_EVENTS, jitter=self._jitter
            )
            for position in (*current, *held)
        }

    def _refresh(self, now_ms: int) -> list[HopMessage]:
        messages: list[HopMessage] = []
        for stream, sender in self._senders.items():
            appended = Appended(self._outbox.position(stream), now_ms)
            messages += self._do(sender.handle(appended), now_ms)
        return messages

    def _all(self, event: LinkUp | Tick, now_ms: int) -> list[HopMessage]:
        messages: list[HopMessage] = []
        for sender in list(self._senders.values()):
            messages += self._do(sender.handle(event), now_ms)
        return messages

    def _do(self, commands: Sequence[SenderCommand], now_ms: int) -> list[HopMessage]:
        messages: list[HopMessage] = []
        for command in commands:
            match command:
                case SendOffer():
                    messages.append(command.message())
                case SendBatch():
                    messages += self._batches(command)
                case Diverged(stream, through):
                    logger.warning(
                        "gateway has %s of %s events: this outbox is an old copy; starting anew",
                        through,
                        stream.lane,
                    )
                    messages += self._start_anew(now_ms)
                case ReceiverLost(stream, first, last):
                    logger.warning(
                        "gateway or HQ lost seq %s-%s of lane %s (epoch %s); sending again",
                        *(first, last, stream.lane, stream.epoch),
                    )
                case Release() | Rewind():
                    pass  # a device forgets after Committed only, and never goes back behind it
        return messages

    def _batches(self, command: SendBatch) -> list[HopMessage]:
        messages: list[HopMessage] = []
        first = command.first
        while first <= command.last:
            events = self._outbox.read(command.stream, first, command.last, BATCH_BYTES)
            if not events:  # forgotten meanwhile to make room; the next offer says so
                break
            messages.append(
                Batch(stream=command.stream, first=first, floor=command.floor, events=tuple(events))
            )
            first += len(events)
        return messages

    def _start_anew(self, now_ms: int) -> list[HopMessage]:
        self._outbox.renew_epoch()
        self._nonce = max(self._nonce, now_ms)
        self._senders = self._new_senders()
        return self.linked(now_ms)
