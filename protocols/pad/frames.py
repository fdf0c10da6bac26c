"""Frames of the pad protocol (docs/pad-protocol.md): a kind and its fields to bytes and back.

One source for both ends: the pad's MicroPython runs this very file. So it takes no part of
Python that MicroPython lacks: no dataclasses, no typing, no `struct.error`.
"""

import binascii
import struct

VERSION = 1
MOST_BYTES = 253
"""Of a payload with its checksum; what is longer is no frame (P3). COBS then adds one byte."""
WINDOW = 8
"""Presses that may be under way unacknowledged (P12)."""

# Pad to host.
HELLO = 0x01
PRESS = 0x10
BEAT = 0x11
TIME_SAID = 0x13
# Host to pad.
WHO = 0x80
WELCOME = 0x81
ACK = 0x90
NAK = 0x91
TIME_ASKED = 0x93
ASK = 0xA0
CANCEL = 0xA1
SIGNAL = 0xA2

# Flags of a press.
WALL_SYNCED = 0x01
BURST = 0x02
UNREADABLE = 0x04

FIELDS = {
    # uid, epoch, boot, oldest, head, acked, t_ms, hardware, firmware
    HELLO: ">8sIIIIIQHI",
    # seq, boot, t_ms, wall_s, key, flags, ctx, hold_ms
    PRESS: ">IIQIBBHH",
    # t_ms, head, acked, dropped, damaged, millivolts
    BEAT: ">QIIIIH",
    # nonce, boot, t_ms
    TIME_SAID: ">HIQ",
    WHO: ">",
    # epoch, committed, beat_s, lockout_ms
    WELCOME: ">IIBH",
    # epoch, committed
    ACK: ">II",
    # epoch, expected
    NAK: ">II",
    # nonce, wall_ms, synced
    TIME_ASKED: ">HQB",
    # ctx, ttl_s, lamp
    ASK: ">HBB",
    # ctx
    CANCEL: ">H",
    # lamp, beeps
    SIGNAL: ">BB",
}
"""By kind: the body, big-endian and of exactly this length (P4)."""

_OVERHEAD = 6  # version, kind, checksum


class FrameError(ValueError):
    """These bytes are no frame."""


class UnknownKind(ValueError):
    """A whole frame, but of another version or a kind that only a newer peer knows (P5)."""


def encode(kind: int, *fields: int | bytes) -> bytes:
    """Return the whole frame, with a zero before and after it."""
    payload = struct.pack(">BB", VERSION, kind) + struct.pack(FIELDS[kind], *fields)
    checked = payload + struct.pack("<I", binascii.crc32(payload))
    return b"\x00" + stuff(checked) + b"\x00"


def decode(stuffed: bytes) -> tuple[int, tuple[int | bytes, ...]]:
    """Return kind and fields of what stood between two zeros.

    Raises FrameError when it is damaged, and UnknownKind for what only a newer peer knows.
    """
    checked = unstuff(stuffed)
    if not _OVERHEAD <= len(checked) <= MOST_BYTES:
        raise FrameError("length")
    payload = checked[:-4]
    if struct.unpack("<I", checked[-4:])[0] != binascii.crc32(payload):
        raise FrameError("checksum")
    version, kind = payload[0], payload[1]
    if version != VERSION or kind not in FIELDS:
        raise UnknownKind("version %d, kind 0x%02x" % (version, kind))
    if struct.calcsize(FIELDS[kind]) != len(payload) - 2:
        raise FrameError("length of its kind")
    return kind, struct.unpack(FIELDS[kind], payload[2:])


def stuff(plain: bytes) -> bytes:
    """Return COBS of at most MOST_BYTES: the same without any zero."""
    return b"".join(bytes((len(run) + 1,)) + run for run in plain.split(b"\x00"))


def unstuff(stuffed: bytes) -> bytes:
    """Return what COBS was made of, or raise FrameError."""
    runs = []
    at, end = 0, len(stuffed)
    while at < end:
        length = stuffed[at]
        if length == 0 or at + length > end:
            raise FrameError("stuffing")
        runs.append(stuffed[at + 1 : at + length])
        at += length
    return b"\x00".join(runs)


class Frames:
    """Cuts received bytes into frames; what is none is counted and dropped."""

    def __init__(self) -> None:
        self.damaged = 0
        """Pieces between zeros that are no frame: noise, or text that a pad printed."""
        self.unknown = 0
        """Whole frames of another version or of a kind that is not known here."""
        self.dropped_bytes = 0
        self._pending = b""
        self._too_long = False

    def receive(self, received: bytes) -> list[tuple[int, tuple[int | bytes, ...]]]:
        """Add received bytes and return kind and fields of each frame that they completed."""
        pieces = (self._pending + received).split(b"\x00")
        self._pending = pieces.pop()
        found = []
        for piece in pieces:
            if self._too_long:  # its beginning was dropped already
                self._too_long = False
                self._drop(piece)
            elif piece:  # two zeros in a row enclose nothing
                frame = self._frame(piece)
                if frame is not None:
                    found.append(frame)
        if len(self._pending) > MOST_BYTES + 1:
            self.dropped_bytes += len(self._pending)
            self._pending = b""
            self._too_long = True
        return found

    def clear(self) -> None:
        """Forget what is unfinished: the line was cut."""
        self._pending = b""
        self._too_long = False

    def _frame(self, piece: bytes) -> tuple[int, tuple[int | bytes, ...]] | None:
        try:
            return decode(piece)
        except UnknownKind:
            self.unknown += 1
        except FrameError:
            self._drop(piece)
        return None

    def _drop(self, piece: bytes) -> None:
        self.damaged += 1
        self.dropped_bytes += len(piece)
