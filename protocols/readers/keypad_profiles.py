"""How keypads and button boxes say which key was pressed, and what each key means.

A shop's own profile is a TOML file: `edge_gateway/readers/profiles.py`. Makers of 评价器 publish no
frames; what shops know of their boxes is the number of each key, and that numbers differ.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from protocols.readers import jt905
from protocols.readers.checksums import Checksum
from protocols.readers.events import NoAnswer
from protocols.readers.framing import Frame

Meaning = int | NoAnswer
_WORDS = re.compile(r"\{address\}|\{checksum\}|[0-9A-Fa-f]{2}|\s+")


class Framing(StrEnum):
    """What of the bytes is one message."""

    RAW = "raw"
    """Each byte is a key."""
    LINE = "line"
    """Each line has a key in it."""
    FRAME = "frame"


class KeyAs(StrEnum):
    """How a key's byte is written in the key map."""

    SIGN = "sign"
    """As the character: 31 is key 1."""
    NUMBER = "number"
    """As its value: 01 is key 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeypadProfile:
    """One make of keypad."""

    name: str
    framing: Framing = Framing.RAW
    frame: Frame | None = None
    """With framing FRAME."""
    keys: tuple[tuple[str, Meaning], ...]
    """(key, score or why there is none); what is not in it is no key."""
    key_as: KeyAs = KeyAs.SIGN
    key_at: int = 0
    """Offset of the key in its line or frame; from the end when negative."""
    match: tuple[tuple[int, tuple[bytes, ...]], ...] = ()
    """What must stand in a line or frame for it to be a press: (offset, one of these)."""
    address_at: int | None = None
    """Offset of the box's address on a shared bus."""
    address: int = 1
    """Of the box that is asked."""
    ask: str = ""
    """What lets the box ask, in hex, with {address} and {checksum}; "" when it cannot."""
    ask_no_more: str = ""
    poll: str = ""
    """What makes the box tell; "" when it tells by itself."""
    poll_s: float = 0.5
    repeats: int = 1
    """How many equal messages are one press, of boxes that send each one several times."""
    lockout_s: float = 1.5
    """After a press: what comes so soon is a bounce, a held key or a playing child."""
    open: tuple[str, ...] = ()
    """Settings that only the maker knows and a shop's own profile must give."""

    @property
    def prompt(self) -> bytes:
        """What is sent to let the box ask."""
        return rendered(self.ask, self)

    @property
    def cancel(self) -> bytes:
        """What is sent to let the box ask no more."""
        return rendered(self.ask_no_more, self)

    @property
    def polls(self) -> bytes:
        """What is sent every `poll_s` seconds."""
        return rendered(self.poll, self)


def rendered(template: str, profile: KeypadProfile) -> bytes:
    """Return the bytes of a template; ValueError says what is wrong with it."""
    sent = bytearray()
    at = 0
    while at < len(template):
        found = _WORDS.match(template, at)
        if found is None:
            raise ValueError(
                f"{template!r} should be bytes in hex with {{address}} and {{checksum}}, such as"
                ' "55 AA {address} 01 {checksum}"'
            )
        at = found.end()
        sent += _bytes(found[0], profile, bytes(sent))
    return bytes(sent)


def _bytes(word: str, profile: KeypadProfile, before: bytes) -> bytes:
    if word == "{address}":
        return bytes([profile.address])
    if word == "{checksum}":
        frame = profile.frame
        if frame is None or frame.checksum is Checksum.NONE:
            raise ValueError("{checksum} needs a frame with a checksum")
        return frame.checksum.of(before[frame.checksum_from :])
    return bytes.fromhex(word)


_OTHER_KEY = NoAnswer.OTHER_KEY
_FIVE: tuple[tuple[str, Meaning], ...] = tuple((str(score), score) for score in range(1, 6))
_SHIPPED = (
    KeypadProfile(
        name="ascii_digit",
        keys=(*_FIVE, *((key, _OTHER_KEY) for key in "06789")),
    ),
    # A line whose last sign is the key: "4", "KEY 4", "smiley=4".
    KeypadProfile(
        name="smiley_line",
        framing=Framing.LINE,
        keys=(*_FIVE, *((key, _OTHER_KEY) for key in "06789")),
        key_at=-1,
    ),
    KeypadProfile(
        name="stx_digit",
        framing=Framing.FRAME,
        frame=Frame(header=b"\x02", tail=b"\x03", size=3),
        keys=(*_FIVE, *((key, _OTHER_KEY) for key in "06789")),
        key_at=1,
    ),
    # 满意, 一般, 不满意, 非常满意: the same word has the same score at every box.
    KeypadProfile(name="old_box", keys=(("1", 4), ("2", 3), ("3", 2), ("4", 5))),
    # From very good to bad; 0 when the box itself gave up waiting.
    KeypadProfile(
        name="new_box",
        keys=(("1", 5), ("2", 4), ("3", 3), ("4", 2), ("5", 1), ("0", NoAnswer.TIMED_OUT)),
    ),
    # 不满意, 一般, 满意, 非常满意.
    KeypadProfile(name="ocx", keys=(("0", 2), ("1", 3), ("2", 4), ("3", 5))),
    KeypadProfile(
        name="jt905",
        framing=Framing.FRAME,
        frame=jt905.FRAME,
        keys=(),
        key_as=KeyAs.NUMBER,
        match=((jt905.DEVICE_AT, (b"\x06", b"\x11")),),
        address_at=jt905.DEVICE_AT,
        address=jt905.REAR_EVALUATOR,
        open=("match", "key_at", "keys"),
    ),
)
KEYPADS: Mapping[str, KeypadProfile] = {profile.name: profile for profile in _SHIPPED}
"""The profiles that come with the program."""
