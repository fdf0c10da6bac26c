"""The serial frame of JT/T 905, the Chinese standard for taxis, whose evaluator rates the driver.

    55 AA | length, 2 | device | maker | command, 2 | content | XOR | 55 AA

The length counts from the device to the end of the content, the XOR covers the length, too; numbers
are big-endian. Device 06 is the evaluator in the back, 11 the one in front; commands whose first
byte is 00 are of the standard, others of the maker. The numbers of the evaluator's own commands
are in no public source: they are settings.

What the terminal then uploads is message 0B05: two positions of 25 bytes each (at the start and the
end of the ride), then ride id u32, rating id u32, option u8, further option u16, call id u32, and
what the taximeter adds.
"""

from __future__ import annotations

from protocols.readers.checksums import Checksum
from protocols.readers.framing import Frame, Length, built

REAR_EVALUATOR = 0x06
FRONT_EVALUATOR = 0x11
DEVICE_AT = 4
COMMAND_AT = 6
CONTENT_AT = 8
FRAME = Frame(
    header=b"\x55\xaa",
    tail=b"\x55\xaa",
    # Beyond what the length counts: both marks, the length itself and the XOR.
    length=Length(at=2, size=2, extra=7),
    checksum=Checksum.XOR8,
    checksum_from=2,
)


def package(*, device: int, maker: int, command: int, content: bytes = b"") -> bytes:
    """Return a whole frame."""
    return built(FRAME, bytes([device, maker]) + command.to_bytes(2, "big") + content)
