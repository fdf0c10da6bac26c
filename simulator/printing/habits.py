"""The bad habits of serial lines and tills: what arrives is not always what was printed.

Each is a function of bytes, so that they combine: `noise(random, cut_short(random, job))`.
"""

from __future__ import annotations

from random import Random

_CUT = b"\x1dVB\x00"
_INITIALISE = b"\x1b@"


def half_frames(random: Random, data: bytes, *, longest: int = 64) -> list[bytes]:
    """Cut a stream where no command ends, as a serial driver does."""
    pieces: list[bytes] = []
    at = 0
    while at < len(data):
        size = random.randint(1, longest)
        pieces.append(data[at : at + size])
        at += size
    return pieces


def noise(random: Random, data: bytes, *, share: float = 0.001) -> bytes:
    """Flip bits and drop bytes, each in `share` of all bytes."""
    heard = bytearray()
    for byte in data:
        chance = random.random()
        if chance < share:
            continue
        heard.append(byte ^ (1 << random.randrange(8)) if chance < 2 * share else byte)
    return bytes(heard)


def damaged(random: Random, data: bytes) -> bytes:
    """Lose a piece in the middle, up to sixty bytes."""
    at = random.randrange(len(data))
    return data[:at] + data[at + random.randint(1, 60) :]


def cut_short(random: Random, data: bytes) -> bytes:
    """End in the middle: the plug was pulled, or the till was switched off."""
    return data[: random.randrange(1, len(data))]


def late_listener(random: Random, data: bytes) -> bytes:
    """Begin in the middle: the gateway was started while the till printed."""
    return data[random.randrange(1, len(data)) :]


def without_cut(data: bytes) -> bytes:
    """Print without a cut, as printers with a tear bar do."""
    return data.replace(_CUT, b"")


def without_initialise(data: bytes) -> bytes:
    """Print without ESC @, as tills do that set their printer up in the morning."""
    return data.replace(_INITIALISE, b"")


def printed_twice(data: bytes) -> bytes:
    """Send the same paper twice: one for the shopper, one for the shop, and no word about it."""
    return data + data


def at_wrong_speed(data: bytes, *, factor: float) -> bytes:
    """Return what a reader hears at `factor` of the line's speed: 0.5 hears half as fast.

    The bits of the line, start and stop bits with them, sampled at the other clock; a byte that
    does not end with a stop bit is a framing error and comes as it is, as drivers deliver it.
    """
    bits: list[int] = []
    for byte in data:
        bits += [0, *((byte >> place) & 1 for place in range(8)), 1]
    heard = bytearray()
    length, at = len(bits), 0.0
    step = 1 / factor
    while at < length:
        if bits[int(at)]:
            at += step / 4
            continue
        samples = [at + step * (place + 1.5) for place in range(8)]
        if samples[-1] >= length:
            break
        heard.append(sum(bits[int(sample)] << place for place, sample in enumerate(samples)))
        at += step * 9.5
    return bytes(heard)


def garbage(random: Random, size: int) -> bytes:
    """Return bytes of chance: a till that is switched on while the line is loose."""
    return random.randbytes(size)
