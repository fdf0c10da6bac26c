"""A barcode scanner on a serial line, with the habits of real ones, good and bad."""

from __future__ import annotations

from enum import Enum, auto
from pathlib import Path

from protocols.readers.scanner_profiles import ScannerProfile
from simulator.pty_line import PtyLine

_CR = b"\r"


class ScanHabit(Enum):
    """What a scanner does that its manual does not say."""

    PIECES = auto()
    """It pauses within a code, as USB packets do."""
    DOUBLED_END = auto()
    NO_END = auto()
    """Somebody set it to send no end at all."""
    HALF = auto()
    """Its cable is loose: the second half is lost."""
    NOISE = auto()
    ANSWER = auto()
    """It confirms a set-up command first."""
    SEES_ON = auto()
    """It reads the code again, thrice."""


class SerialScanner:
    """Scans codes onto a line."""

    def __init__(self, port: Path, profile: ScannerProfile) -> None:
        self.line = PtyLine(port)
        self._profile = profile

    def scan(self, text: str, habit: ScanHabit | None = None) -> None:
        """Send a code as the profile says, with one bad habit."""
        self.line.send(scan_pieces(self._profile, text, habit))

    def close(self) -> None:
        """Pull the plug."""
        self.line.close()


def scan_pieces(
    profile: ScannerProfile, text: str, habit: ScanHabit | None = None
) -> tuple[bytes, ...]:
    """Return what a scanner sends for a code, in the pieces in which it comes."""
    end = _CR if profile.suffix is None else profile.suffix
    code = profile.prefix + text.encode()
    whole = code + end
    half = len(whole) // 2
    habits: dict[ScanHabit | None, tuple[bytes, ...]] = {
        None: (whole,),
        ScanHabit.PIECES: (whole[:3], whole[3:half], whole[half:]),
        ScanHabit.DOUBLED_END: (whole + end,),
        ScanHabit.NO_END: (code,),
        ScanHabit.HALF: (whole[:half],),
        ScanHabit.NOISE: (b"\x00", whole, b"\x00"),
        ScanHabit.ANSWER: (b"\x02\x010000@SCNMOD3\x06;\x03", whole),
        ScanHabit.SEES_ON: (whole, whole, whole),
    }
    return habits[habit]
