from __future__ import annotations

import pytest

from firmware.pad.block_flash import BLOCK_COUNT, ERASE_BLOCK, BlockFlash
from firmware.pad.ring import Ring
from tests.firmware.pad.cells import Cells, press


class Device:
    """A block device that programs whole pages only, as the RP2040's does."""

    def __init__(self, page_bytes: int) -> None:
        self.cells = Cells(sectors=BlockFlash.sectors, slots=BlockFlash.sector_bytes // 32 - 1)
        self._page_bytes = page_bytes

    def readblocks(self, block: int, taken: bytearray, offset: int) -> None:
        taken[:] = self.cells.read(block * self.cells.sector_bytes + offset, len(taken))

    def writeblocks(self, block: int, data: bytes, offset: int) -> None:
        assert offset % self._page_bytes == 0
        assert len(data) % self._page_bytes == 0
        self.cells.program(block * self.cells.sector_bytes + offset, data)

    def ioctl(self, request: int, argument: int) -> int | None:
        if request == BLOCK_COUNT:
            return self.cells.sectors
        assert request == ERASE_BLOCK
        self.cells.erase(argument)
        return 0


@pytest.mark.parametrize("page_bytes", [1, 256])
def test_a_ring_on_a_block_device_is_as_on_any_flash(page_bytes: int) -> None:
    device = Device(page_bytes)
    kept = Ring(BlockFlash(device, page_bytes), 0xE0C)
    for number in range(1, 301):
        assert kept.keep(press(number)) == number
    again = Ring(BlockFlash(device, page_bytes), 0xBEE)
    assert (again.epoch, again.oldest, again.head) == (0xE0C, 1, 300)
    held = [again.read(seq) for seq in range(1, 301)]
    assert [one.ctx for one in held if one] == list(range(1, 301))
