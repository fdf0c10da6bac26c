"""The shoppers' own list of what they tapped, kept outside the system, and its comparison with HQ.

One JSON line per tap that the kiosk has on disk; the last line of a response counts. HQ must have
each exactly once and with the same score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec


class Tap(msgspec.Struct, frozen=True, kw_only=True):
    """A face that a shopper touched and that the kiosk saved."""

    response: str
    rating: int
    thanked: bool = False


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What HQ says it holds of a response; other fields of the line are ignored."""

    id: str
    rating: int | None = None
    grade: str | None = None
    case: str | None = None
    receipt: str | None = None
    channel: str = "kiosk"


_tap_decoder = msgspec.json.Decoder(Tap)
_row_decoder = msgspec.json.Decoder(Row)


def write(path: Path, tap: Tap) -> None:
    """Add a line, whole even if the writer is killed right after."""
    with path.open("ab", buffering=0) as lines:
        lines.write(msgspec.json.encode(tap) + b"\n")


def read(paths: Iterable[Path]) -> dict[str, Tap]:
    """Return the taps by response id; a torn last line is passed over."""
    taps: dict[str, Tap] = {}
    for path in paths:
        if not path.exists():
            continue
        for line in path.read_bytes().split(b"\n")[:-1]:
            tap = _tap_decoder.decode(line)
            taps[tap.response] = tap
    return taps


def parse_rows(lines: bytes) -> list[Row]:
    """Return the rows that `storeloop-hq export-feedback` printed."""
    return [_row_decoder.decode(line) for line in lines.splitlines() if line.strip()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Where the shoppers' list and HQ disagree; response ids."""

    missing: tuple[str, ...]
    twice: tuple[str, ...]
    wrong: tuple[str, ...]
    unknown: tuple[str, ...]
    """At HQ, but no shopper tapped it."""

    @property
    def exact(self) -> bool:
        """Whether both agree to the last tap."""
        return not (self.missing or self.twice or self.wrong or self.unknown)


def compare(taps: dict[str, Tap], rows: Iterable[Row]) -> Verdict:
    """Return where the list and HQ's rows disagree."""
    # A button box tells nobody but the gateway what was pressed: no list has it.
    held = [row for row in rows if row.channel != "keypad"]
    counts = Counter(row.id for row in held)
    return Verdict(
        missing=tuple(sorted(taps.keys() - counts.keys())),
        twice=tuple(sorted(name for name, count in counts.items() if count > 1)),
        wrong=tuple(sorted(r.id for r in held if r.id in taps and r.rating != taps[r.id].rating)),
        # A row without a score is somebody who was asked and went away: no tap.
        unknown=tuple(sorted({r.id for r in held if r.rating is not None} - taps.keys())),
    )
