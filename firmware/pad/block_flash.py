"""The ring's flash in a block device, as MicroPython gives a board's flash to file systems.

Such a device reads and programs at offsets within a block, and erases a block by `ioctl`; a write
without an offset would erase first, and is never used.
"""

from firmware.pad.ring import Flash

BLOCK_COUNT, ERASE_BLOCK = 4, 6

TYPE_CHECKING = False
if TYPE_CHECKING:  # MicroPython has neither
    from typing import Protocol

    class BlockDevice(Protocol):
        """What `rp2.Flash` and `esp32.Partition` are."""

        def readblocks(self, block: int, taken: bytearray, offset: int) -> object:
            """Fill `taken` from an offset within a block."""

        def writeblocks(self, block: int, data: bytes, offset: int) -> object:
            """Program at an offset within a block."""

        def ioctl(self, request: int, argument: int) -> "int | None":
            """Do what `request` says."""


class BlockFlash(Flash):
    """Sectors of a block device."""

    def __init__(self, device: "BlockDevice", page_bytes: int) -> None:
        """`page_bytes`: what the device programs at once, 1 when it does not mind."""
        self._device = device
        self._page_bytes = page_bytes

    def read(self, at: int, count: int) -> bytes:
        """Return `count` bytes from offset `at`."""
        taken = bytearray(count)
        self._device.readblocks(at // self.sector_bytes, taken, at % self.sector_bytes)
        return bytes(taken)

    def program(self, at: int, data: bytes) -> None:
        """Clear the bits that are 0 in `data`; what is 0xFF around it leaves a page as it is."""
        before = at % self._page_bytes
        after = -(before + len(data)) % self._page_bytes
        page = b"\xff" * before + data + b"\xff" * after
        start = at - before
        self._device.writeblocks(start // self.sector_bytes, page, start % self.sector_bytes)

    def erase(self, sector: int) -> None:
        """Set every byte of a sector to 0xFF."""
        self._device.ioctl(ERASE_BLOCK, sector)
