"""Presses in a ring of flash sectors: what is kept here survives a power cut at any moment.

Each sector holds a head and then one press after the other, each in the slot of its own number:
`first` + slot. So a torn or unreadable slot is that press and no other, and no number is ever
given twice. A sector is written again only when all of its presses were acknowledged. Flash is
NOR: erased bytes are 0xFF, programming can only clear bits (docs/pad-protocol.md, P20 to P26).
"""

import binascii
import struct

SLOT_BYTES = 32
BLANK = b"\xff" * SLOT_BYTES
# magic, version, spare, epoch, turn, first, acked, spare
_HEAD = ">2sBBIIII8s"
_HEAD_MAGIC = b"SL"
# magic, key, flags, seq, boot, t_ms, wall_s, ctx, hold_ms
_PRESS = ">2sBBIIQIHH"
_PRESS_MAGIC = b"PR"
_LAYOUT = 1
# A flash whose slots fail one after the other is broken: the shopper is not thanked.
_MOST_TRIES = 4


class Press:
    """What a shopper did: a key, when, and how long it was held."""

    def __init__(self, key: int, boot: int, t_ms: int, hold_ms: int = 0) -> None:
        self.key = key
        self.boot = boot
        self.t_ms = t_ms
        self.hold_ms = hold_ms
        self.wall_s = 0
        """Unix seconds as the pad believes them; 0 when nobody ever told it."""
        self.flags = 0
        self.ctx = 0
        """The ask that it answers; 0 when nothing was asked."""


class Ring:
    """The presses of one pad. `flash` reads, programs and erases; it may lose power in each."""

    def __init__(self, flash: "Flash", new_epoch: int) -> None:
        """Find what the flash holds; a flash that holds nothing begins with `new_epoch`."""
        self._flash = flash
        self.slots = flash.sector_bytes // SLOT_BYTES - 1
        self.epoch = new_epoch
        self.head = 0
        """The highest number given; 0 before the first."""
        self.oldest = 1
        """The lowest number that is still here."""
        self.acked = 0
        """All up to here are safe at the gateway."""
        self._index = -1
        """The sector that is being written, and its turn and first number."""
        self._turn = 0
        self._first = 1
        self._find()
        if self._index < 0:
            self._open(new_epoch, 1, 0)

    @property
    def waiting(self) -> int:
        """Return how many presses the gateway has not acknowledged."""
        return self.head - max(self.acked, self.oldest - 1)

    @property
    def full(self) -> bool:
        """Whether the next press would find no room."""
        return self._used() == self.slots and not self._next_is_free()

    def keep(self, press: Press) -> int:
        """Keep a press and return its number once it is safe on flash; 0 when there is no room."""
        for _ in range(_MOST_TRIES):
            if not self.prepare():
                return 0
            seq = self.head + 1
            packed = self._packed(press, seq)
            at = self._place(self._index, seq - self._first)
            self._flash.program(at, packed)
            self.head = seq  # whatever became of it, this number is taken
            if self._flash.read(at, SLOT_BYTES) == packed:
                return seq
        return 0

    def prepare(self) -> bool:
        """Make room for the next press, outside a shopper's wait; False when there is none."""
        if self._used() < self.slots:
            return True
        if not self._next_is_free():
            return False
        return self._open(self.epoch, self.head + 1, self.acked)

    def read(self, seq: int) -> "Press | None":
        """Return a press that is still here; None when its slot cannot be read."""
        back = (self._first - seq + self.slots - 1) // self.slots if seq < self._first else 0
        index = (self._index - back) % self._flash.sectors
        first = self._first - back * self.slots
        return self._unpacked(self._flash.read(self._place(index, seq - first), SLOT_BYTES), seq)

    def acknowledge(self, through: int) -> None:
        """Let go of all up to `through`; it may be less than before, when a gateway lost some."""
        self.acked = through

    def renew(self, epoch: int) -> None:
        """Begin a new epoch, and take along what was not acknowledged.

        For a flash that lost its end: the gateway has numbers that would be given again.
        """
        seqs = range(max(self.acked + 1, self.oldest), self.head + 1)
        unsent = [press for press in [self.read(seq) for seq in seqs] if press is not None]
        if self._open(epoch, 1, 0):
            for press in unsent:
                self.keep(press)

    def _used(self) -> int:
        return self.head - self._first + 1

    def _next_is_free(self) -> bool:
        turns_back = self._flash.sectors - 1
        last = self._first - (turns_back - 1) * self.slots - 1
        return last < self.oldest or last <= self.acked

    def _open(self, epoch: int, first: int, acked: int) -> bool:
        """Take the next sector: erase it, then write its head."""
        index, turn = (self._index + 1) % self._flash.sectors, self._turn + 1
        body = struct.pack(_HEAD, _HEAD_MAGIC, _LAYOUT, 255, epoch, turn, first, acked, BLANK[:8])
        head = body + struct.pack(">I", binascii.crc32(body))
        # What stood there is gone from here on, whatever becomes of the rest.
        self.oldest = max(self.oldest, self._first - (self._flash.sectors - 2) * self.slots)
        self._flash.erase(index)
        self._flash.program(self._place(index, -1), head)
        if self._flash.read(self._place(index, -1), SLOT_BYTES) != head:
            return False
        if first == 1:
            self.oldest = 1
        self.epoch, self._index, self._turn, self._first = epoch, index, turn, first
        self.head, self.acked = first - 1, acked
        return True

    def _find(self) -> None:
        heads = [self._head(index) for index in range(self._flash.sectors)]
        for index, head in enumerate(heads):
            if head is not None and head[1] > self._turn:
                self._index = index
                self.epoch, self._turn, self._first, self.acked = head
        if self._index < 0:
            return
        self.oldest = self._first
        for back in range(1, self._flash.sectors):
            earlier = heads[(self._index - back) % self._flash.sectors]
            if earlier is None or earlier[0] != self.epoch:
                break
            self.oldest = earlier[2]
        self.head = self._first - 1 + self._slots_used()

    def _slots_used(self) -> int:
        for slot in range(self.slots, 0, -1):
            if self._flash.read(self._place(self._index, slot - 1), SLOT_BYTES) != BLANK:
                return slot
        return 0

    def _head(self, index: int) -> "tuple[int, int, int, int] | None":
        """Return epoch, turn, first and acked of a sector; None when it has no head."""
        raw = self._flash.read(self._place(index, -1), SLOT_BYTES)
        body = raw[:-4]
        if binascii.crc32(body) != struct.unpack(">I", raw[-4:])[0]:
            return None
        magic, layout, _, epoch, turn, first, acked, _ = struct.unpack(_HEAD, body)
        return (epoch, turn, first, acked) if (magic, layout) == (_HEAD_MAGIC, _LAYOUT) else None

    def _place(self, index: int, slot: int) -> int:
        return index * self._flash.sector_bytes + (slot + 1) * SLOT_BYTES

    def _packed(self, press: Press, seq: int) -> bytes:
        body = struct.pack(
            _PRESS,
            *(_PRESS_MAGIC, press.key, press.flags, seq, press.boot, press.t_ms),
            *(press.wall_s, press.ctx, press.hold_ms),
        )
        # Begun with the epoch: a press of an earlier one is none of this one.
        return body + struct.pack(">I", binascii.crc32(body, self.epoch))

    def _unpacked(self, raw: bytes, seq: int) -> "Press | None":
        body = raw[:-4]
        if binascii.crc32(body, self.epoch) != struct.unpack(">I", raw[-4:])[0]:
            return None
        magic, key, flags, its_seq, boot, t_ms, wall_s, ctx, hold_ms = struct.unpack(_PRESS, body)
        if magic != _PRESS_MAGIC or its_seq != seq:
            return None
        press = Press(key, boot, t_ms, hold_ms)
        press.flags, press.wall_s, press.ctx = flags, wall_s, ctx
        return press


class Flash:
    """What a ring asks of the flash; `block_flash.py` and `bench.py` have the real ones.

    What raises here is what each of them has to have: MicroPython has no `abc` to say so.
    """

    sector_bytes = 4096
    sectors = 20

    def read(self, at: int, count: int) -> bytes:
        """Return `count` bytes from offset `at`."""
        raise NotImplementedError

    def program(self, at: int, data: bytes) -> None:
        """Clear the bits that are 0 in `data`, all within one sector."""
        raise NotImplementedError

    def erase(self, sector: int) -> None:
        """Set every byte of a sector to 0xFF."""
        raise NotImplementedError
