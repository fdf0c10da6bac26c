"""NOR flash in memory whose power can go at any byte that is programmed or erased."""

from __future__ import annotations

from random import Random

from firmware.pad.ring import SLOT_BYTES, Flash, Press, Ring


class PowerCut(Exception):
    pass


class Cells(Flash):
    """`slots` presses and a head in each sector; `budget` bytes may be changed."""

    def __init__(self, *, sectors: int = 3, slots: int = 4, seed: int | None = None) -> None:
        self.sectors = sectors
        self.sector_bytes = (slots + 1) * SLOT_BYTES
        self.bytes = bytearray(b"\xff" * sectors * self.sector_bytes)
        self.budget: int | None = None
        self.changed = 0
        self.erased: list[int] = []
        self._random = None if seed is None else Random(seed)
        """When set, an erase that is cut leaves any mixture of old and erased bits."""

    def read(self, at: int, count: int) -> bytes:
        return bytes(self.bytes[at : at + count])

    def program(self, at: int, data: bytes) -> None:
        done = self._spend(len(data))
        for offset, byte in enumerate(data[:done], at):
            self.bytes[offset] &= byte
        if done < len(data):
            if done:  # the byte that was being written has some of its bits
                self.bytes[at + done] &= data[done] | 0x5A
            raise PowerCut

    def erase(self, sector: int) -> None:
        start = sector * self.sector_bytes
        done = self._spend(self.sector_bytes)
        if done < self.sector_bytes and self._random is not None:
            for offset in range(start, start + self.sector_bytes):
                self.bytes[offset] |= self._random.getrandbits(8)
            raise PowerCut
        self.bytes[start : start + done] = b"\xff" * done
        if done < self.sector_bytes:
            raise PowerCut
        self.erased.append(sector)

    def _spend(self, count: int) -> int:
        done = count if self.budget is None else min(count, self.budget)
        self.changed += done
        if self.budget is not None:
            self.budget -= done
        return done


def ring(flash: Flash, epoch: int = 0xE0C) -> Ring:
    return Ring(flash, epoch)


def press(number: int) -> Press:
    """Return a press that can be told from every other."""
    made = Press(key=number % 5 + 1, boot=7, t_ms=1_000 * number, hold_ms=number % 400)
    made.ctx = number
    return made
