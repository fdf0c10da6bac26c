"""A feedback pad on a serial port, as one of the gateway's devices.

Its presses are events of a stream like a kiosk's: offered, handed over, and acknowledged to the
pad when the core says `Stored`, so after the commit. That makes them exactly once (D1 to D6); the
pad's own protocol is in `protocols.pad`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import TypeGuard
from uuid import UUID, uuid5

from edge_gateway import events as ev
from edge_gateway.runner import Runner
from protocols import wire
from protocols.messages import (
    Asking,
    Batch,
    Clock,
    ClockQuality,
    Committed,
    DeviceState,
    Lane,
    Mark,
    Misuse,
    Offer,
    Outcome,
    Response,
    Source,
    Stored,
    Stream,
    StreamAccount,
)
from protocols.pad.host import Beat, Hello, Offered, PadEvent, PadHost, Pressed, Silent
from protocols.readers.base import Counts
from protocols.readers.events import ReaderEvent

logger = logging.getLogger(__name__)

SURVEY, QUESTION = "pad", "overall"
# As kiosk/misuse.py weighs it.
BURST_WEIGHT = 0.2
# The ids of presses follow from the pad, its epoch and their number: handed over again, by
# whichever gateway, a press is the same response.
_PRESSES = UUID("6f0a3c52-8f7e-4c6b-9d55-0f4b6a1c77e2")
# A pad that the core refuses is let alone for a while: it would only say the same again.
_BARRED_S = 60.0
# A pad's count has 64 bits, an event's time 62; nothing has run for so long.
_LATEST_MS = 2**62 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a pad stands and what its keys mean."""

    device: str
    touchpoint: str
    scores: tuple[int, ...] = (1, 2, 3, 4, 5)
    """Of key 1, key 2, …"""
    lockout_ms: int = 1_500
    """For how long after a press no other counts."""


class PadLink:
    """Reads one port with a pad at its far end, and answers it."""

    def __init__(self, place: Place, runner: Runner) -> None:
        self.counts = Counts()
        self._place = place
        self._runner = runner
        self._host = PadHost(lockout_ms=place.lockout_ms)
        self._wake: Callable[[], None] = lambda: None
        self._stream: Stream | None = None
        self._hq_has = 0
        """How far HQ has committed the stream, as far as this run knows."""
        self._now = 0.0
        self._barred_until = 0.0

    # --- a reader --------------------------------------------------------------------------------

    def feed(self, data: bytes, t: float) -> list[ReaderEvent]:
        """Take bytes; what the pad did goes to the core as a device's doing."""
        self._now = t
        self.counts.received_bytes += len(data)
        if t >= self._barred_until:
            self._happen(self._host.feed(data, t))
        self._count()
        return []

    def idle(self, t: float) -> list[ReaderEvent]:
        """Let time pass."""
        self._now = t
        if t >= self._barred_until:
            self._happen(self._host.tick(t))
            now = self._runner.clock.now()
            synced = now.quality is ClockQuality.SYNCED
            self._host.tell_time(now.wall_ms, t, synced=synced)
        return []

    def close(self) -> list[ReaderEvent]:
        """The port is gone."""
        self._host.lost()
        self._gone()
        return []

    def to_send(self) -> bytes:
        """Return what is to be written now, and forget it."""
        return self._host.to_send()

    @property
    def asks(self) -> bool:
        """Every pad can ask."""
        return True

    def ask(self, *, open: bool) -> None:
        """Let the pad show that somebody is asked, or no more."""
        if open:
            self._host.ask()
        else:
            self._host.cancel()

    def on_output(self, wake: Callable[[], None]) -> None:
        """Call `wake`, on the loop, whenever `to_send` has something."""
        self._wake = wake

    # --- a device's connection -------------------------------------------------------------------

    def send(self, payload: bytes) -> None:
        """Take what the core says to the device; what only a kiosk shows is passed over."""
        message = wire.decode(payload)
        match message:
            case Stored(stream=stream, nonce=0) if stream == self._stream:
                happened = self._host.stored(message.through, self._now, gap=message.gap)
                if happened:  # later: the core is in the midst of something
                    asyncio.get_running_loop().call_soon(self._happen, happened)
            case Stored(stream=stream) if stream == self._stream:
                self._host.opened(message.through, message.nonce)
                self._host.tick(self._now)
            case Committed(stream=stream) if stream == self._stream:
                self._hq_has = max(self._hq_has, message.through)
            case Asking():
                self.ask(open=message.open)
        self._wake()

    def refuse(self, why: str, code: int) -> None:
        """Leave the pad alone for a while."""
        logger.debug("pad=%s refused (%s): %s", self._place.device, code, why)
        self._barred_until = self._now + _BARRED_S
        self._host.lost()
        asyncio.get_running_loop().call_soon(self._gone)

    # --- what the pad did ------------------------------------------------------------------------

    def _happen(self, happened: Iterable[PadEvent]) -> None:
        for presses, run in groupby(happened, _is_press):
            if presses:
                self._hand_over([one for one in run if isinstance(one, Pressed)])
                continue
            for one in run:
                self._take(one)

    def _take(self, event: PadEvent) -> None:
        match event:
            case Offered(hello, nonce):
                self._offer(hello, nonce)
            case Beat():
                self._beat(event)
            case Silent():
                self._gone()

    def _offer(self, hello: Hello, nonce: int) -> None:
        device = self._place.device
        stream = Stream(device=device, epoch=f"{hello.epoch:08x}", lane=Lane.BULK)
        if stream != self._stream:
            logger.info("pad=%s is %s, epoch %s", device, hello.uid.hex(), stream.epoch)
            self._stream, self._hq_has = stream, 0
        former = self._runner.connections.get(device)
        if former is not self:
            if former is not None:
                former.refuse("a pad of this name is at a serial port", 1008)
            self._runner.connections[device] = self
            self._runner.counts["device_connection"] += 1
            self._runner.post(ev.DeviceConnected(device))
        self._state(hello, hello.head, hello.t_ms)
        offer = Offer(
            stream=stream,
            oldest=hello.oldest,
            head=hello.head,
            floor=hello.oldest,
            known=min(self._hq_has, hello.head),
            nonce=nonce,
            told=hello.acked,
        )
        self._runner.post(ev.OfferArrived(device, offer))

    def _beat(self, beat: Beat) -> None:
        hello = self._host.hello
        if hello is not None and self._runner.connections.get(self._place.device) is self:
            self._state(hello, beat.head, beat.t_ms)

    def _state(self, hello: Hello, head: int, t_ms: int) -> None:
        epoch, committed = f"{hello.epoch:08x}", min(self._hq_has, head)
        now = self._runner.clock.now()
        version = hello.firmware
        state = DeviceState(
            device=self._place.device,
            epoch=epoch,
            program=f"storeloop-pad {version >> 16}.{version >> 8 & 255}.{version & 255}",
            accepted={Lane.BULK: head},
            waiting=head - committed,
            at=_clock(hello.boot, t_ms, now.wall_ms, now.quality),
            touchpoint=self._place.touchpoint,
            streams=(
                StreamAccount(epoch=epoch, lane=Lane.BULK, accepted=head, committed=committed),
            ),
        )
        self._runner.post(ev.DeviceStateArrived(self._place.device, state))

    def _hand_over(self, presses: list[Pressed]) -> None:
        hello = self._host.hello
        if hello is None or self._stream is None:
            return
        batch = Batch(
            stream=self._stream,
            first=presses[0].seq,
            floor=hello.oldest,
            events=tuple(wire.encode_event(self._response(hello, one)) for one in presses),
        )
        self._runner.hand_over(ev.BatchArrived(self._place.device, batch))

    def _response(self, hello: Hello, press: Pressed) -> Response:
        score = None if press.unreadable else self._score(press.key)
        # What cannot be read never takes the place of what was read before.
        kind = "torn" if press.unreadable else "press"
        name = f"{hello.uid.hex()}:{hello.epoch:08x}:{press.seq}:{kind}"
        marks = (Mark(misuse=Misuse.BURST, weight=BURST_WEIGHT),) if press.burst else ()
        return Response(
            id=str(uuid5(_PRESSES, f"{name}:event")),
            store=self._runner.gateway.identity.store,
            at=self._at(press),
            touchpoint=self._place.touchpoint,
            response=str(uuid5(_PRESSES, name)),
            rev=1,
            outcome=Outcome.ERROR if score is None else Outcome.RATED,
            survey=SURVEY,
            survey_version=1,
            language="",
            question=QUESTION,
            rating=score,
            final=True,
            marks=marks,
            source=Source.PAD,
        )

    def _score(self, key: int) -> int | None:
        scores = self._place.scores
        return scores[key - 1] if 1 <= key <= len(scores) else None

    def _at(self, press: Pressed) -> Clock:
        """Return when it was: by the pad's count, or as the pad was once told the time."""
        now, wall_ms = self._runner.clock.now(), press.wall_s * 1000
        quality = ClockQuality.SYNCED if press.wall_synced else ClockQuality.UNSYNCED
        when = self._host.clock.when(press.boot, press.t_ms)
        if when is not None:
            ago_ms = max(0, round((self._now - when) * 1000))
            wall_ms, quality = max(0, now.wall_ms - ago_ms), now.quality
        return _clock(press.boot, press.t_ms, wall_ms, quality)

    def _gone(self) -> None:
        device = self._place.device
        if self._runner.connections.get(device) is self:
            del self._runner.connections[device]
            self._runner.post(ev.DeviceLost(device))

    def _count(self) -> None:
        frames = self._host.frames
        self.counts.messages = self._host.messages
        self.counts.damaged = frames.damaged
        self.counts.dropped_bytes = frames.dropped_bytes
        self.counts.resyncs = self._host.gaps


def _clock(boot: int, t_ms: int, wall_ms: int, quality: ClockQuality) -> Clock:
    return Clock(
        boot=f"{boot:08x}", mono_ms=min(t_ms, _LATEST_MS), wall_ms=wall_ms, quality=quality
    )


def _is_press(event: PadEvent) -> TypeGuard[Pressed]:
    return isinstance(event, Pressed)
