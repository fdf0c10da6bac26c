"""Card readers on a serial line: an RDM6300 that repeats what is near, a PN532 that is asked."""

from __future__ import annotations

from enum import Enum, auto
from functools import reduce
from operator import xor
from pathlib import Path

from protocols.readers.pn532 import ACK, framed
from simulator.pty_line import PtyLine

_FROM_CHIP = 0xD5


class CardHabit(Enum):
    """What a reader of cards does that its manual does not say."""

    WRONG_CHECKSUM = auto()
    HALF = auto()
    NOISE = auto()
    LINE_END = auto()
    """CR LF before ETX, as ID-12 does."""


class Rdm6300:
    """Sends the card that is near, over and over."""

    def __init__(self, port: Path) -> None:
        self.line = PtyLine(port)

    def hold(self, uid: str, times: int = 1, habit: CardHabit | None = None) -> None:
        """Send a UID of ten hex digits, `times` times."""
        self.line.send([em4100_frame(uid, habit)] * times)

    def close(self) -> None:
        """Pull the plug."""
        self.line.close()


def em4100_frame(uid: str, habit: CardHabit | None = None) -> bytes:
    """Return what an ASCII reader sends for a UID."""
    raw = bytes.fromhex(uid)
    check = reduce(xor, raw) ^ (0x01 if habit is CardHabit.WRONG_CHECKSUM else 0)
    end = b"\r\n" if habit is CardHabit.LINE_END else b""
    frame = b"\x02" + f"{uid.upper()}{check:02X}".encode() + end + b"\x03"
    if habit is CardHabit.HALF:
        return frame[:7]
    return b"\xff\x80" + frame if habit is CardHabit.NOISE else frame


class Pn532:
    """Answers what it is asked; a card is near while `uid` is set (hex)."""

    def __init__(self, port: Path) -> None:
        self.line = PtyLine(port)
        self.uid: str | None = None
        self.awake = False
        self._asked = b""

    def answer(self) -> None:
        """Read what was asked, and answer it: the ACK and the answer apart."""
        self._asked += self.line.heard()
        for piece in self._answers():
            self.line.send(piece)

    def close(self) -> None:
        """Pull the plug."""
        self.line.close()

    def _answers(self) -> list[bytes]:
        answers: list[bytes] = []
        while (start := self._asked.find(b"\x00\xff")) >= 0:
            size = self._asked[start + 2] if len(self._asked) > start + 2 else 0xFF
            end = start + 4 + size + 1
            if len(self._asked) < end:
                break
            self.awake = self.awake or b"\x55\x55" in self._asked[:start]
            command, self._asked = self._asked[start + 5 : end - 1], self._asked[end:]
            if self.awake:
                answers += [ACK, framed(self._to(command), _FROM_CHIP)]
        return answers

    def _to(self, command: bytes) -> bytes:
        if command[:1] != b"\x4a":
            return bytes([command[0] + 1])
        if self.uid is None:
            return b"\x4b\x00"
        uid = bytes.fromhex(self.uid)
        return b"\x4b\x01\x01\x00\x04\x08" + bytes([len(uid)]) + uid
