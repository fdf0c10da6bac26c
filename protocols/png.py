"""Whether bytes are a small, whole PNG picture: so that a kiosk can draw it, and only that."""

from __future__ import annotations

import struct
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

MAX_SIDE_PIXELS = 1024
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">IIBBBBB")
_ONCE = (b"IHDR", b"PLTE", b"IEND")
_KNOWN = (*_ONCE, b"IDAT")
_BY_PALETTE, _MOST_PALETTE = 3, 3 * 256
# Each line begins with how it is written: 0 to 4 (PNG §9.2).
_LAST_FILTER = 4
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
        if strange := _strange([name for name, _ in chunks]):
            return f"it has a part that no reader knows there: {strange!a}"
        said: defaultdict[bytes, bytes] = defaultdict(bytes)
        for name, body in chunks:
            said[name] += body
        return _unlike_header(said[b"IHDR"], said[b"IDAT"], said[b"PLTE"])
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


def _strange(names: Sequence[bytes]) -> bytes | None:
    """Return a part without which nobody can read the picture, and with it neither."""
    once = Counter(names)
    for name in names:
        # A capital letter first: no reader may skip it (PNG §5.4).
        if name[:1].isupper() and (name not in _KNOWN or (name in _ONCE and once[name] > 1)):
            return name
    return None


def _unlike_header(header: bytes, packed: bytes, palette: bytes) -> str | None:
    width, height, depth, colour, method, filtering, interlace = _HEADER.unpack(header)
    if not (1 <= width <= MAX_SIDE_PIXELS and 1 <= height <= MAX_SIDE_PIXELS):
        return f"it has {width}x{height} pixels; at most {MAX_SIDE_PIXELS} each way"
    samples, depths = _COLOURS.get(colour, (0, set()))
    if depth not in depths or method or filtering:
        return "it is damaged"
    if interlace:
        return "it is interlaced: save it without"
    if colour == _BY_PALETTE and (not palette or len(palette) % 3 or len(palette) > _MOST_PALETTE):
        return "it is damaged"
    line = 1 + (width * samples * depth + 7) // 8
    # One byte more than it may be, and never what a bomb would unpack to.
    lines = zlib.decompressobj().decompress(packed, height * line + 1)
    if len(lines) != height * line or max(lines[::line]) > _LAST_FILTER:
        return "it is damaged"
    return None
