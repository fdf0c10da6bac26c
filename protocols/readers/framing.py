"""Cuts the frames of a device out of its bytes, by a description that a profile gives.

A frame is a header, perhaps a length, a body, a checksum and a tail. What is no frame costs a
byte and is counted; a damaged frame costs only itself, because the search goes on behind its
first byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from protocols.readers.base import Counts
from protocols.readers.checksums import Checksum

LONGEST_FRAME_BYTES = 256
LONGEST_TO_TAIL_BYTES = 64
"""Of frames that nothing but their tail ends; keypads say little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """Where a frame says how long it is."""

    at: int
    """Offset of the field from the beginning of the header."""
    size: int = 1
    """Bytes of the field."""
    extra: int
    """What the whole frame has beyond the number in the field."""
    little_endian: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """How a device's frames look. One of `length`, `size` and `tail` says where they end."""

    header: bytes
    tail: bytes = b""
    length: Length | None = None
    size: int | None = None
    """Bytes of every frame, from header to tail."""
    checksum: Checksum = Checksum.NONE
    checksum_from: int = 0
    """Offset of the first byte that the checksum covers."""
    checksum_behind_tail: bool = False
    """The checksum covers the tail and stands behind it, as some STX … ETX devices do."""
    escapes: tuple[tuple[bytes, bytes], ...] = ()
    """Between header and tail: (what is sent, what it stands for)."""


def frames(pending: bytearray, frame: Frame, counts: Counts, *, last: bool) -> Iterator[bytes]:
    """Take whole frames, escapes undone, off the front of `pending`.

    With `last` nothing more will come: an unfinished frame is given up.
    """
    while True:
        start = pending.find(frame.header)
        if start < 0:
            kept = 0 if last else _beginning(pending, frame.header)
            counts.dropped_bytes += len(pending) - kept
            del pending[: len(pending) - kept]
            return
        counts.dropped_bytes += start
        del pending[:start]
        size = _size(pending, frame)
        if size is None and not last:
            return
        whole = None if not size else _checked(bytes(pending[:size]), frame)
        if size is None or whole is None:
            counts.damaged += size != 0
            counts.resyncs += size is None
            counts.dropped_bytes += 1
            del pending[:1]
            continue
        del pending[:size]
        yield whole


def built(frame: Frame, body: bytes) -> bytes:
    """Return the frame around a body: what a device sends, and what one can send to it."""
    between = b"\0" * frame.length.size if frame.length is not None else b""
    plain = frame.header + between + body
    if frame.length is not None:
        field = frame.length
        whole = len(plain) + frame.checksum.size + len(frame.tail)
        order = "little" if field.little_endian else "big"
        number = (whole - field.extra).to_bytes(field.size, order)  # type: ignore[arg-type]
        plain = plain[: field.at] + number + plain[field.at + field.size :]
    if frame.checksum_behind_tail:
        covered = plain[frame.checksum_from :] + frame.tail
        return plain + frame.tail + frame.checksum.of(covered)
    plain += frame.checksum.of(plain[frame.checksum_from :])
    return frame.header + _escaped(plain[len(frame.header) :], frame) + frame.tail


def _size(pending: bytearray, frame: Frame) -> int | None:
    """Return how long the frame at the front is; 0: it is none, None: not all of it is there."""
    if frame.size is not None:
        size: int | None = frame.size
    elif frame.length is not None:
        size = _told_size(pending, frame.length)
    else:
        size = _size_to_tail(pending, frame)
    if size is None or size <= 0 or size > LONGEST_FRAME_BYTES:
        return None if size is None else 0
    return size if size <= len(pending) else None


def _told_size(pending: bytearray, field: Length) -> int | None:
    number = pending[field.at : field.at + field.size]
    if len(number) < field.size:
        return None
    return int.from_bytes(number, "little" if field.little_endian else "big") + field.extra


def _size_to_tail(pending: bytearray, frame: Frame) -> int | None:
    """Return the size of the first piece that ends with the tail and, if it can tell, is whole."""
    behind = frame.checksum.size if frame.checksum_behind_tail else 0
    sure = bool(frame.escapes) or frame.checksum is Checksum.NONE
    at = pending.find(frame.tail, len(frame.header))
    while 0 <= at < LONGEST_TO_TAIL_BYTES:
        end = at + len(frame.tail) + behind
        if end > len(pending):
            return None
        # Without escapes the tail may stand inside, such as in the checksum.
        if sure or _checked(bytes(pending[:end]), frame) is not None:
            return end
        at = pending.find(frame.tail, at + 1)
    return None if len(pending) < LONGEST_TO_TAIL_BYTES else 0


def _checked(sent: bytes, frame: Frame) -> bytes | None:
    """Return a frame without escapes, when its tail and its checksum are right."""
    behind = frame.checksum.size if frame.checksum_behind_tail else 0
    end = len(sent) - len(frame.tail) - behind
    if end < len(frame.header) or sent[end : end + len(frame.tail)] != frame.tail:
        return None
    if behind:
        covered, told = sent[frame.checksum_from : -behind], sent[-behind:]
        return sent if frame.checksum.of(covered) == told else None
    plain = frame.header + _unescaped(sent[len(frame.header) : end], frame)
    last = len(plain) - frame.checksum.size
    if last < len(frame.header):
        return None
    right = frame.checksum.of(plain[frame.checksum_from : last]) == plain[last:]
    return plain + frame.tail if right else None


def _unescaped(body: bytes, frame: Frame) -> bytes:
    if not frame.escapes:
        return body
    meant = dict(frame.escapes)
    longest = max(len(sent) for sent in meant)
    plain = bytearray()
    at = 0
    while at < len(body):
        sizes = (size for size in range(longest, 0, -1) if body[at : at + size] in meant)
        size = next(sizes, 0)
        plain += meant[body[at : at + size]] if size else body[at : at + 1]
        at += size or 1
    return bytes(plain)


def _escaped(plain: bytes, frame: Frame) -> bytes:
    sent = {meant[0]: escaped for escaped, meant in frame.escapes}
    return b"".join(sent.get(byte, bytes([byte])) for byte in plain)


def _beginning(pending: bytearray, header: bytes) -> int:
    """Return how many bytes at the end may be the beginning of a header."""
    sizes = range(min(len(header) - 1, len(pending)), 0, -1)
    return next((size for size in sizes if pending.endswith(header[:size])), 0)
