"""A keypad or button box on a serial line, by the same profiles that read it."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from protocols.readers.framing import built
from protocols.readers.keypad_profiles import Framing, KeyAs, KeypadProfile
from simulator.pty_line import PtyLine


class KeyHabit(Enum):
    """What a box does that its manual does not say."""

    BOUNCE = auto()
    """A worn key closes several times."""
    PIECES = auto()
    HALF = auto()
    NOISE = auto()
    WRONG_CHECKSUM = auto()
    """One byte was changed on its way."""


class Keypad:
    """Presses keys onto a line, and hears what it is asked."""

    def __init__(self, port: Path, profile: KeypadProfile) -> None:
        self.line = PtyLine(port)
        self._profile = profile
        self._heard = b""

    def press(self, key: str, habit: KeyHabit | None = None) -> None:
        """Send what a key of the profile's map sends."""
        self.line.send(press_pieces(self._profile, key, habit))

    @property
    def asking(self) -> bool:
        """Whether it was asked, and not told to stop since."""
        self._heard += self.line.heard()
        prompt, cancel = self._profile.prompt, self._profile.cancel
        asked = self._heard.rfind(prompt) if prompt else -1
        stopped = self._heard.rfind(cancel) if cancel else -1
        return asked > stopped

    def close(self) -> None:
        """Pull the plug."""
        self.line.close()


def press_pieces(
    profile: KeypadProfile, key: str, habit: KeyHabit | None = None
) -> tuple[bytes, ...]:
    """Return what a box sends for a key, in the pieces in which it comes."""
    sent = _message(profile, key)
    half = len(sent) // 2
    habits: dict[KeyHabit | None, tuple[bytes, ...]] = {
        None: (sent,),
        KeyHabit.BOUNCE: (sent, sent, sent),
        KeyHabit.PIECES: tuple(sent[at : at + 1] for at in range(len(sent))),
        KeyHabit.HALF: (sent[:half],),
        KeyHabit.NOISE: (b"\xff\xfe", sent, b"\xff"),
        KeyHabit.WRONG_CHECKSUM: (sent[:half] + bytes([sent[half] ^ 0x10]) + sent[half + 1 :],),
    }
    return habits[habit]


def _message(profile: KeypadProfile, key: str) -> bytes:
    byte = key.encode("ascii") if profile.key_as is KeyAs.SIGN else bytes([int(key)])
    if profile.framing is Framing.RAW:
        return byte
    if profile.framing is Framing.LINE:
        return (b"KEY " if profile.key_at < 0 else b" " * profile.key_at) + byte + b"\r\n"
    frame = profile.frame
    if frame is None:
        raise ValueError(f"profile {profile.name} has no frame")
    begin = len(frame.header) + (frame.length.size if frame.length else 0)
    parts = [(at, allowed[0]) for at, allowed in profile.match]
    if profile.address_at is not None:
        parts.append((profile.address_at, bytes([profile.address])))
    parts.append((profile.key_at, byte))
    body = bytearray(max(at + len(part) for at, part in parts) - begin)
    for at, part in parts:
        body[at - begin : at - begin + len(part)] = part
    return built(frame, bytes(body))
