"""Whether bytes are a small, whole PNG picture: so that a kiosk can draw it, and only that."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

MAX_SIDE_PIXELS = 1024
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">IIBBBBB")
# Colour type → samples per pixel, and the bit depths that it may have (PNG §11.2.1).
_COLOURS = {
    0: (1, {1, 2, 4, 8, 16}),
    2: (3, {8, 16}),
    3: (1, {1, 2, 4, 8}),
    4: (2, {8, 16}),
    6: (4, {8, 16}),
}


def flaw(picture: bytes) -> str | None:
    """Return why these bytes are no PNG of at most MAX_SIDE_PIXELS each way, or None."""
    if not picture.startswith(_SIGNATURE):
        return "it is not a PNG"
    try:
        chunks = list(_chunks(picture[len(_SIGNATURE) :]))
        if chunks[0][0] != b"IHDR" or chunks[-1][0] != b"IEND":
            return "it does not begin with IHDR and end with IEND"
        return _unlike_header(
            chunks[0][1], b"".join(body for name, body in chunks if name == b"IDAT")
        )
    except (IndexError, ValueError, struct.error, zlib.error):
        return "it is damaged"


def _chunks(rest: bytes) -> Iterator[tuple[bytes, bytes]]:
    while rest:
        length, name = struct.unpack_from(">I4s", rest)
        body, end = rest[8 : 8 + length], 12 + length
        (crc,) = struct.unpack_from(">I", rest, end - 4)
        if crc != zlib.crc32(name + body):
            raise ValueError(f"checksum of {name!r}")
        yield name, body
        rest = rest[end:]


def _unlike_header(header: bytes, packed: bytes) -> str | None:
    width, height, depth, colour, method, filtering, interlace = _HEADER.unpack(header)
    if not (1 <= width <= MAX_SIDE_PIXELS and 1 <= height <= MAX_SIDE_PIXELS):
        return f"it has {width}x{height} pixels; at most {MAX_SIDE_PIXELS} each way"
    samples, depths = _COLOURS.get(colour, (0, set()))
    if depth not in depths or method or filtering:
        return "it is damaged"
    if interlace:
        return "it is interlaced: save it without"
    expected = height * (1 + (width * samples * depth + 7) // 8)
    opened = zlib.decompressobj()
    # One byte more than it may be, and never what a bomb would unpack to.
    if len(opened.decompress(packed, expected + 1)) != expected:
        return "it is damaged"
    return None
