"""Reads 13.56 MHz cards by a PN532 on its serial line (HSU): asks it for a card, over and over.

Frames and commands are those of NXP's user manual UM0701-02. A UID names a person: it leaves only
through `identify`, and nothing of it is kept.
"""

from __future__ import annotations

from enum import Enum, auto

from protocols.readers.base import Counts
from protocols.readers.events import CardPresented, Identify, ReaderEvent
from protocols.readers.noise import Noise
from protocols.readers.presence import Presence

TECHNOLOGY = "iso14443a"
POLL_SECONDS = 0.1
ANSWER_SECONDS = 1.0
LONGEST_PATIENCE_SECONDS = 8.0
AWAY_SECONDS = 1.0
"""A card may be missed by one poll and be back at the next; idle calls may be 0.3 s apart."""
_LONGEST_DATA = 265
_TO_CHIP, _FROM_CHIP, _ERROR = 0xD4, 0xD5, 0x7F
_START = b"\x00\xff"
ACK = b"\x00\x00\xff\x00\xff\x00"
# Leaves power-down; the zeros give the chip its 2 ms before the first frame.
WAKE = b"\x55\x55" + bytes(14)
_SAM_NORMAL = b"\x14\x01\x14\x01"
# Item 5: try thrice for a card and then say that there is none, instead of waiting for ever.
_FEW_RETRIES = b"\x32\x05\xff\x01\x02"
_ONE_CARD_106_A = b"\x4a\x01\x00"
_UID_SIZES = (4, 7, 10)


class _Step(Enum):
    """What the chip was asked last."""

    NOTHING = auto()
    SAM = auto()
    RETRIES = auto()
    CARD = auto()


_FOLLOWING = {(_Step.SAM, 0x15): _Step.RETRIES, (_Step.RETRIES, 0x33): _Step.CARD}


def framed(data: bytes, tfi: int = _TO_CHIP) -> bytes:
    """Return the frame around a command or, with another `tfi`, an answer."""
    body = bytes([tfi]) + data
    size = len(body)
    if size > 0xFF:
        head = b"\xff\xff" + size.to_bytes(2, "big")
        head += bytes([-sum(head[2:]) & 0xFF])
    else:
        head = bytes([size, -size & 0xFF])
    return b"\x00" + _START + head + body + bytes([-sum(body) & 0xFF]) + b"\x00"


class Pn532Reader:
    """Reads one PN532; `to_send` has what it is asked."""

    def __init__(self, *, identify: Identify) -> None:
        self.counts = Counts()
        self._noise = Noise(self.counts)
        self._identify = identify
        self._presence = Presence(AWAY_SECONDS)
        self._pending = bytearray()
        self._last_t: float | None = None
        self._to_send = bytearray()
        self._step = _Step.NOTHING
        self._waiting = False
        self._asked_t = 0.0
        self._patience = ANSWER_SECONDS

    def to_send(self) -> bytes:
        """Return what is to be written now, and forget it."""
        sent = bytes(self._to_send)
        self._to_send.clear()
        return sent

    def feed(self, data: bytes, t: float) -> list[ReaderEvent]:
        """Add received bytes and return the cards that have just come."""
        events = self.idle(t)
        if not data:
            return events
        self.counts.received_bytes += len(data)
        self._last_t = t
        self._pending += data
        return events + self._take(t, last=False)

    def idle(self, t: float) -> list[ReaderEvent]:
        """Ask again when it is time; give up half a frame."""
        events: list[ReaderEvent] = []
        if self._last_t is not None and t - self._last_t >= ANSWER_SECONDS:
            last_t, self._last_t = self._last_t, None
            events = self._take(last_t, last=True) + self._noise.paused()
        if self._step is _Step.NOTHING:
            self._ask(_Step.SAM, t)
        elif self._waiting and t - self._asked_t >= self._patience:
            # Asleep, unplugged or deaf: begin again, ever more patiently.
            self.counts.resyncs += 1
            self._patience = min(2 * self._patience, LONGEST_PATIENCE_SECONDS)
            self._ask(_Step.SAM, t)
        elif not self._waiting and t - self._asked_t >= POLL_SECONDS:
            self._ask(_Step.CARD, t)
        return events

    def close(self) -> list[ReaderEvent]:
        """Forget everything; the next call of `idle` begins anew."""
        self._presence.gone()
        self._pending.clear()
        self._to_send.clear()
        self._last_t = None
        self._step, self._waiting, self._patience = _Step.NOTHING, False, ANSWER_SECONDS
        return []

    def _ask(self, step: _Step, t: float) -> None:
        commands = {
            _Step.SAM: WAKE + framed(_SAM_NORMAL),
            _Step.RETRIES: framed(_FEW_RETRIES),
            _Step.CARD: framed(_ONE_CARD_106_A),
        }
        self._to_send += commands[step]
        self._step, self._waiting, self._asked_t = step, True, t

    def _take(self, t: float, *, last: bool) -> list[ReaderEvent]:
        """Take the frames that are whole; what is none costs a byte and is counted."""
        events: list[ReaderEvent] = []
        pending = self._pending
        while True:
            start = pending.find(_START)
            if start < 0:
                kept = 1 if pending.endswith(b"\x00") and not last else 0
                self._drop(len(pending) - kept)
                return events
            self._drop(start)
            found = _frame(pending)
            if found is None and not last:
                return events
            if not found:
                self.counts.damaged += 1
                self._drop(1)
                continue
            size, data = found
            del pending[:size]
            if data is not None:
                self.counts.messages += 1
                events += self._answered(data, t)

    def _drop(self, count: int) -> None:
        """Let go of what is no frame; zeros around frames are none of it, but no damage either."""
        self.counts.dropped_bytes += count - self._pending[:count].count(0)
        del self._pending[:count]

    def _answered(self, data: bytes, t: float) -> list[ReaderEvent]:
        if data[0] == _ERROR:
            self.counts.damaged += 1  # the chip did not understand: patience ends this
        if data[0] != _FROM_CHIP or len(data) < 2 or not self._waiting:
            return []
        following = _FOLLOWING.get((self._step, data[1]))
        if following is not None:
            self._ask(following, t)
        if self._step is _Step.CARD and data[1] == 0x4B:
            self._waiting, self._patience = False, ANSWER_SECONDS
            return self._looked(data[2:], t)
        return []

    def _looked(self, answer: bytes, t: float) -> list[ReaderEvent]:
        uid = _uid(answer)
        if uid is None:
            self.counts.damaged += answer[:1] != b"\x00"
            return []
        card = self._identify(uid)
        if not self._presence.seen(card, t):
            return []
        return [CardPresented(technology=TECHNOLOGY, card=card)]


def _frame(pending: bytearray) -> tuple[int, bytes | None] | tuple[()] | None:
    """Return the size and data of the frame at the front; () when it is none, None: unfinished.

    An ACK or NACK has no data.
    """
    head = bytes(pending[2:7])
    if head[:2] in (b"\x00\xff", b"\xff\x00"):
        return 4, None
    extended = head[:2] == b"\xff\xff"
    if len(head) < (5 if extended else 2):
        return None
    length = head[2:5] if extended else head[:2]
    size = int.from_bytes(length[:-1], "big")
    if sum(length) & 0xFF or not 0 < size <= _LONGEST_DATA:
        return ()
    at = 7 if extended else 4
    if len(pending) < at + size + 1:
        return None
    if sum(pending[at : at + size + 1]) & 0xFF:
        return ()
    return at + size + 1, bytes(pending[at : at + size])


def _uid(answer: bytes) -> str | None:
    """Return the UID in an answer of InListPassiveTarget, as hex; None when there is no card.

    cards u8 | number u8 | SENS_RES 2 | SEL_RES u8 | UID length u8 | UID | …
    """
    if len(answer) < 6 or answer[0] != 1:
        return None
    size = answer[5]
    uid = answer[6 : 6 + size]
    return uid.hex().upper() if size in _UID_SIZES and len(uid) == size else None
