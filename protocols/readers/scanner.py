"""Reads barcode scanners on a serial line or USB-CDC: one line, or one burst of bytes, is one code.

What could name a person or pay for one (payment codes, cards, members, visiting cards) is masked
before an event exists; answers to a scanner's own set-up commands are no codes.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from protocols.personal import PAYMENT_CODE, VISITING_CARD
from protocols.readers.barcodes import GS1, Judged, judge, without_aim
from protocols.readers.base import Counts
from protocols.readers.events import Code, ReaderEvent, ScanKind, Scanned
from protocols.readers.masking import MASK, mask
from protocols.readers.noise import Noise
from protocols.readers.scanner_profiles import SILENCE, ScannerProfile

IDLE_SECONDS = 0.08
LONGEST_CODE_BYTES = 4096
"""A QR code of version 40 holds 2,953 bytes."""
REPEAT_SECONDS = 0.3
# A scanner with a set suffix may pause between two USB packets, but not for so long.
_LOST_END_SECONDS = 1.0

_ANY_END = re.compile(rb"[\r\n\t\x03\x13]")
# Newland, Serial Programming Command Manual: <STX><SOH>0000@…<ACK>;<ETX>, commands begin with ~.
_ANSWER = re.compile(rb"[\x02~]\x01[0-9]{4}[@#][^\x03]{0,200};(?:\x03|$)", re.DOTALL)
_SPACES = re.compile(r"[\r\n\t\u3000]+")
_EDGES = b" \x00\x02\r\n\t\x03\x13"
_RECEIPT = re.compile(r"https?://[^\s/?#]+/s/[^\s/?#]+/\d{8}/[^\s/?#]+\?(?:[^\s#]*&)?t=[\w.~-]+")


class ScannerReader:
    """Reads one scanner; a code begins with one of `receipt_prefixes` when it is our receipt's."""

    def __init__(
        self,
        *,
        profile: ScannerProfile,
        receipt_prefixes: tuple[str, ...] = (),
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self.counts = Counts()
        self._noise = Noise(self.counts)
        self._profile = profile
        self._receipt_prefixes = receipt_prefixes
        lost = profile.suffix is not None and profile.suffix != SILENCE
        self._idle_seconds = max(idle_seconds, _LOST_END_SECONDS) if lost else idle_seconds
        self._silence_ends = not lost
        self._pending = bytearray()
        self._overlong = False
        self._last_t: float | None = None
        self._previous: tuple[int, float] | None = None
        """What was read last, as a hash, and when it was last seen."""

    def feed(self, data: bytes, t: float) -> list[ReaderEvent]:
        """Add received bytes and return the codes that they completed."""
        events = self.idle(t)
        if not data:
            return events
        self.counts.received_bytes += len(data)
        self._last_t = t
        self._pending += data
        for frame in self._frames():
            events += self._read(frame, t)
        if len(self._pending) > LONGEST_CODE_BYTES:
            self._drop(len(self._pending) - len(self._kept_end()))
            self._pending[:] = self._kept_end()
            self._overlong = True
        return events

    def idle(self, t: float) -> list[ReaderEvent]:
        """Return the code that silence completes."""
        if self._last_t is None or t - self._last_t < self._idle_seconds:
            return []
        last_t, self._last_t = self._last_t, None
        return self._end(last_t) + self._noise.paused()

    def close(self) -> list[ReaderEvent]:
        """Return the code that the end of the stream completes."""
        self._previous = None
        last_t, self._last_t = self._last_t, None
        return [] if last_t is None else self._end(last_t)

    def _end(self, t: float) -> list[ReaderEvent]:
        frame = bytes(self._pending)
        self._pending.clear()
        overlong, self._overlong = self._overlong, False
        if overlong:
            self.counts.dropped_bytes += len(frame)
            self.counts.damaged += 1
        elif self._silence_ends:
            return self._read(frame, t)
        elif frame.strip(_EDGES):
            self.counts.resyncs += 1
            self._lose(frame)
        return []

    def _frames(self) -> list[bytes]:
        """Cut off what is complete; an overlong one is counted and left out."""
        suffix = self._profile.suffix
        if suffix == SILENCE:
            return []
        *parts, rest = (
            _ANY_END.split(self._pending) if suffix is None else self._pending.split(suffix)
        )
        self._pending[:] = rest
        frames = []
        for part in parts:
            if self._overlong or len(part) > LONGEST_CODE_BYTES:
                self._drop(len(part))
                self.counts.damaged += 1
                self._overlong = False
            else:
                frames.append(bytes(part))
        return frames

    def _kept_end(self) -> bytes:
        """Return what may be the beginning of a suffix of several bytes."""
        suffix = self._profile.suffix or b""
        tails = (suffix[:size] for size in range(len(suffix) - 1, 0, -1))
        return next((tail for tail in tails if self._pending.endswith(tail)), b"")

    def _read(self, frame: bytes, t: float) -> list[ReaderEvent]:
        content = self._content(frame)
        if content is None:
            return []
        text = self._text(content)
        if text is None:
            self._lose(content)
            return []
        self.counts.messages += 1
        return [self._scanned(text, repeated=self._is_repeated(content, t))]

    def _content(self, frame: bytes) -> bytes | None:
        """Return what is between prefix and suffix; None when there is nothing in it."""
        codes = _ANSWER.sub(b"", frame)
        prefix = self._profile.prefix
        if prefix and codes.strip(_EDGES):
            before, found, codes = codes.rpartition(prefix)
            if not found:
                self._lose(codes)
                return None
            self._drop(len(before))
        return codes.strip(_EDGES) or None

    def _text(self, content: bytes) -> str | None:
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            text = content.decode(self._profile.encoding, errors="replace")
        text = _SPACES.sub(" ", text)
        kept = "".join(sign for sign in text if sign.isprintable() or sign == GS1)
        # A few unreadable signs more, and it is another speed or another device.
        if "\ufffd" in text or len(text) - len(kept) > len(text) // 8:
            return None
        return kept.strip(" ") or None

    def _is_repeated(self, content: bytes, t: float) -> bool:
        previous, self._previous = self._previous, (hash(content), t)
        return (
            self._profile.presentation
            and previous is not None
            and previous[0] == hash(content)
            and t - previous[1] < REPEAT_SECONDS
        )

    def _scanned(self, sent: str, *, repeated: bool) -> Scanned:
        text, symbology, gs1 = self._without_id(sent)
        if _RECEIPT.match(text) or text.startswith(self._receipt_prefixes):
            code = Code(symbology=symbology, text=text)
            return Scanned(code=code, kind=ScanKind.RECEIPT, repeated=repeated)
        judged = judge(text, symbology, gs1=gs1)
        private = text.startswith(self._profile.private)
        # 86 and a mobile number pass as EAN one time in ten; the prefix 861 is nobody's.
        phone = not symbology and mask(judged.code.text) != judged.code.text
        if judged.check_ok and not private and not phone:
            kind, code = ScanKind.ARTICLE, judged.code
        else:
            kind, code = ScanKind.OTHER, _masked(judged, private=private)
        return Scanned(code=code, kind=kind, check_ok=judged.check_ok, repeated=repeated)

    def _without_id(self, text: str) -> tuple[str, str, bool]:
        if text.startswith("]"):
            return without_aim(text)
        fitting = [code for code in self._profile.code_ids if text.startswith(code[0])]
        if not fitting:
            return text, "", False
        letters, symbology = max(fitting, key=lambda code: len(code[0]))
        return text[len(letters) :], symbology, symbology == "gs1_128"

    def _drop(self, count: int) -> None:
        self.counts.dropped_bytes += count

    def _lose(self, frame: bytes) -> None:
        self.counts.dropped_bytes += len(frame)
        self.counts.damaged += 1


def _masked(judged: Judged, *, private: bool) -> Code:
    """Return a code with nothing in it that names a person or pays."""
    code = judged.code
    return Code(symbology=code.symbology, text=_harmless(code.text, private=private))


def _harmless(text: str, *, private: bool) -> str:
    bare = text.replace(" ", "").replace("-", "")
    if private or PAYMENT_CODE.fullmatch(bare):
        return MASK + bare[-4:] if len(bare) > 8 else MASK
    if VISITING_CARD.match(text):
        return MASK
    if "://" in text:
        # What an address of somebody else asks for may be a person's own.
        try:
            return f"{urlsplit(text).scheme}://{urlsplit(text).hostname or ''}/{MASK}"
        except ValueError:
            return MASK
    return mask("".join(sign if sign.isprintable() else " " for sign in text))
