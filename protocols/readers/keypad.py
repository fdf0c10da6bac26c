"""Reads keypads and button boxes (评价器): framing, key map and what is sent to them by profile.

Their checksums are weak, so a message must also look like a press: the right bytes in the right
places and a key that exists. What comes again at once is the same press.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from protocols.readers.base import Counts
from protocols.readers.events import KeyPressed, ReaderEvent
from protocols.readers.framing import frames
from protocols.readers.keypad_profiles import Framing, KeyAs, KeypadProfile, Meaning
from protocols.readers.noise import Noise

IDLE_SECONDS = 0.3
LONGEST_LINE_BYTES = 128
_LINE_END = re.compile(rb"[\r\n]")
_SPACE = b" \t\r\n\x00"


@dataclass(slots=True)
class _Press:
    """The last key of a box."""

    key: str
    seen_t: float
    times: int = 1
    told_t: float | None = None
    """When it became an event."""


class KeypadReader:
    """Reads one port, with one box or several; ValueError when the profile is not whole."""

    def __init__(self, *, profile: KeypadProfile) -> None:
        if profile.open:
            raise ValueError(f"profile {profile.name} needs {', '.join(profile.open)} of its maker")
        if profile.framing is Framing.FRAME and profile.frame is None:
            raise ValueError(f"profile {profile.name} has no frame")
        self.counts = Counts()
        self._noise = Noise(self.counts)
        self._profile = profile
        self._meanings: Mapping[str, Meaning] = dict(profile.keys)
        self._pending = bytearray()
        self._last_t: float | None = None
        self._overlong = False
        self._presses: dict[int | None, _Press] = {}
        self._prompt, self._cancel, self._poll = profile.prompt, profile.cancel, profile.polls
        self._polled_t: float | None = None
        self._to_send = bytearray()

    @property
    def asks(self) -> bool:
        """Whether the box can be made to ask."""
        return bool(self._prompt)

    def ask(self, *, open: bool) -> None:
        """Let the box ask, or ask no more."""
        self._to_send += self._prompt if open else self._cancel

    def to_send(self) -> bytes:
        """Return what is to be written now, and forget it."""
        sent = bytes(self._to_send)
        self._to_send.clear()
        return sent

    def feed(self, data: bytes, t: float) -> list[ReaderEvent]:
        """Add received bytes and return the presses that they completed."""
        events = self.idle(t)
        if data:
            self.counts.received_bytes += len(data)
            self._last_t = t
            self._pending += data
            events += self._take(t, last=False)
        return events

    def idle(self, t: float) -> list[ReaderEvent]:
        """Return the press that silence completes; time to poll, too."""
        if self._poll and (self._polled_t is None or t - self._polled_t >= self._profile.poll_s):
            self._polled_t = t
            self._to_send += self._poll
        if self._last_t is None or t - self._last_t < IDLE_SECONDS:
            return []
        last_t, self._last_t = self._last_t, None
        return self._take(last_t, last=True) + self._noise.paused()

    def close(self) -> list[ReaderEvent]:
        """Return the press that the end of the stream completes."""
        last_t, self._last_t = self._last_t, None
        events = [] if last_t is None else self._take(last_t, last=True)
        self._presses.clear()
        self._to_send.clear()
        self._polled_t = None
        return events

    def _take(self, t: float, *, last: bool) -> list[ReaderEvent]:
        if self._profile.framing is Framing.RAW:
            return self._take_bytes(t)
        if self._profile.framing is Framing.LINE:
            return self._take_lines(t, last=last)
        assert self._profile.frame is not None  # noqa: S101 (told to mypy; checked above)
        found = frames(self._pending, self._profile.frame, self.counts, last=last)
        return [event for frame in found for event in self._read(frame, t)]

    def _take_bytes(self, t: float) -> list[ReaderEvent]:
        data = bytes(self._pending)
        self._pending.clear()
        events: list[ReaderEvent] = []
        for at in range(len(data)):
            if data[at] not in _SPACE or self._key(data[at : at + 1]) in self._meanings:
                events += self._read(data[at : at + 1], t)
        return events

    def _take_lines(self, t: float, *, last: bool) -> list[ReaderEvent]:
        *lines, rest = _LINE_END.split(self._pending)
        if last:
            lines.append(rest)
            rest = bytearray()
        self._pending[:] = rest
        events: list[ReaderEvent] = []
        for line in lines:
            overlong, self._overlong = self._overlong or len(line) > LONGEST_LINE_BYTES, False
            if overlong:
                self._lose(len(line))
            elif line.strip(_SPACE):
                events += self._read(bytes(line).strip(_SPACE), t)
        if len(self._pending) > LONGEST_LINE_BYTES:
            self.counts.dropped_bytes += len(self._pending)
            self._pending.clear()
            self._overlong = True
        return events

    def _read(self, message: bytes, t: float) -> list[ReaderEvent]:
        key = self._key(_at(message, self._profile.key_at, 1))
        fits = all(
            any(_at(message, at, len(one)) == one for one in allowed)
            for at, allowed in self._profile.match
        )
        if not fits or key not in self._meanings:
            self._lose(len(message))
            return []
        self.counts.messages += 1
        at = self._profile.address_at
        address = None if at is None else next(iter(_at(message, at, 1)), None)
        return [self._pressed(key, address)] if self._is_new(key, address, t) else []

    def _key(self, byte: bytes) -> str:
        if not byte:
            return ""
        return chr(byte[0]) if self._profile.key_as is KeyAs.SIGN else str(byte[0])

    def _pressed(self, key: str, address: int | None) -> KeyPressed:
        meaning = self._meanings[key]
        # A NoAnswer is a word, a score a number.
        if isinstance(meaning, int):
            return KeyPressed(key=key, score=meaning, address=address)
        return KeyPressed(key=key, no_answer=meaning, address=address)

    def _is_new(self, key: str, address: int | None, t: float) -> bool:
        """Count a message, and return whether it makes a press of its own."""
        press = self._presses.get(address)
        lockout_s = self._profile.lockout_s
        if press is None or t - press.seen_t >= lockout_s:
            press = self._presses[address] = _Press(key, t)
        elif press.key == key:
            press.times += 1
            press.seen_t = t  # a held key is one press for as long as it is held
        elif press.told_t is None:
            # Nothing was told of the one before: it was damage, or this one is.
            press = self._presses[address] = _Press(key, t)
        else:
            return False
        if press.told_t is not None or press.times < self._profile.repeats:
            return False
        press.told_t = t
        return True

    def _lose(self, count: int) -> None:
        self.counts.damaged += 1
        self.counts.dropped_bytes += count


def _at(message: bytes, at: int, size: int) -> bytes:
    """Return bytes of a message by their offset, from the end when it is negative."""
    start = at if at >= 0 else len(message) + at
    return message[start : start + size] if start >= 0 else b""
