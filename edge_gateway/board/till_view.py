"""What the board shows of its tills: who waits, how the readers are, what is to be done now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from edge_gateway.board.words import Words
from edge_gateway.till_floor import TillFloor
from edge_gateway.wait_radar.radar import Measures
from edge_gateway.wait_radar.rules import Rule
from protocols.messages import Clock, ReaderStanding, ReaderState

Place = Callable[[Words, str | None], str]
"""Names a touchpoint."""

# By driver: an icon, and the key of its word.
_KINDS: Mapping[str, tuple[str, str]] = {
    "escpos": ("receipt", "reader_receipts"),
    "scanner": ("barcode", "reader_scanner"),
    "keypad": ("grid-dots", "reader_keypad"),
    "pad": ("hand-finger", "reader_pad"),
    "cd5220": ("device-desktop", "reader_display"),
    "em4100": ("credit-card", "reader_cards"),
    "pn532": ("credit-card", "reader_cards"),
}
_UNKNOWN = ("bolt", "reader")
# How readers say their doubts (`edge_gateway/readers/line.py`), and what all of them say while
# the settings file is wrong (`edge_gateway/readers/supervisor.py`).
_GUESSED = " would read well"
_NOT_TAKEN = "settings not taken"
# Fewer than this is nobody: the figure is an expectation.
_SOMEBODY = 0.5
_MOST_ROWS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCard:
    """What the store is told to do now, by a rule of its own."""

    instruction: str
    text: str
    why: str
    given_ms: int
    given_at: str
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderMark:
    """One reader of a till."""

    icon: str
    well: bool
    says: str
    trouble: str = ""
    """What is wrong and what to do; "" while it reads."""
    detail: str = ""
    """The same as the reader says it, for whoever mends it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TillRow:
    """One touchpoint with readers."""

    name: str
    line: str | None
    """Who waits there; None when nothing was sold for long."""
    readers: tuple[ReaderMark, ...]

    @property
    def ill(self) -> tuple[ReaderMark, ...]:
        """Return the readers that somebody must look at."""
        return tuple(one for one in self.readers if not one.well)


class TillViewer:
    """Looks at the tills for the board."""

    def __init__(self, floor: TillFloor, zone: ZoneInfo, place: Place) -> None:
        self._floor = floor
        self._zone = zone
        self._place = place

    def orders(self, words: Words) -> tuple[OrderCard, ...]:
        """Return the instructions that stand, the latest first."""
        return tuple(
            OrderCard(
                instruction=one.instruction,
                text=words.of(one.rule.text, ""),
                why=f"{self._place(words, one.touchpoint)} · {_why(words, one.rule, one.value)}",
                given_ms=one.given_ms,
                given_at=_time(one.given_ms, self._zone),
                by=one.by,
            )
            for one in self._floor.instructions.standing()
        )

    def recordings(self, words: Words, now: Clock) -> tuple[str, ...]:
        """Return where raw bytes are being recorded, and until when."""
        return tuple(
            words(
                "recording",
                reader=f"{self._place(words, one.touchpoint)} · {words(_kind(one)[1])}",
                until=_time(one.recording_until_ms, self._zone),
            )
            for one in self._floor.readers
            if one.recording_until_ms is not None and one.recording_until_ms > now.wall_ms
        )

    def settings_wrong(self) -> bool:
        """Whether changed settings were not taken, for a mistake in them."""
        return any(one.trouble.startswith(_NOT_TAKEN) for one in self._floor.readers)

    def rows(self, words: Words) -> tuple[tuple[TillRow, ...], int]:
        """Return the worst touchpoints with readers, in the order of the settings, and how many
        others there are: on a wall nobody scrolls."""
        places = dict.fromkeys(one.touchpoint or "" for one in self._floor.readers)
        worst = sorted(places, key=self._urgency)[:_MOST_ROWS]
        rows = tuple(self._row(words, place) for place in places if place in worst)
        return rows, len(places) - len(rows)

    def _row(self, words: Words, place: str) -> TillRow:
        there = (one for one in self._floor.readers if (one.touchpoint or "") == place)
        return TillRow(
            name=self._place(words, place or None),
            line=_line(words, self._floor.measures.get(place)),
            readers=tuple(_mark(words, one) for one in there),
        )

    def _urgency(self, place: str) -> tuple[bool, float]:
        measured = self._floor.measures.get(place)
        there = (one for one in self._floor.readers if (one.touchpoint or "") == place)
        return all(_well(one) for one in there), 0.0 if measured is None else -measured.wait_s


def _kind(reader: ReaderState) -> tuple[str, str]:
    return _KINDS.get(reader.driver, _UNKNOWN)


def _well(reader: ReaderState) -> bool:
    reads = reader.standing is ReaderStanding.READING
    return reads and (not reader.trouble or reader.trouble.startswith(_NOT_TAKEN))


def _mark(words: Words, reader: ReaderState) -> ReaderMark:
    icon, word = _kind(reader)
    well = _well(reader)
    state = words("reading") if well else _trouble(words, reader)
    return ReaderMark(
        icon=icon,
        well=well,
        says=words("reader_is", reader=words(word), state=state),
        trouble="" if well else state,
        detail=reader.trouble,
    )


def _trouble(words: Words, reader: ReaderState) -> str:
    if reader.standing is ReaderStanding.GONE:
        return words("reader_gone")
    kind, _, advice = reader.trouble.partition(":")
    if kind == "encoding" and advice.endswith(_GUESSED):
        return words("reader_encoding", encoding=advice.removesuffix(_GUESSED).strip())
    return words("reader_speed" if kind.startswith("speed") else "reader_suspect")


def _line(words: Words, measured: Measures | None) -> str | None:
    if measured is None:
        return None
    if measured.waiting < _SOMEBODY:
        return words("nobody_waits")
    return words("wait", n=round(measured.waiting), minutes=_minutes(measured.wait_s))


def _why(words: Words, rule: Rule, value: float) -> str:
    minutes, n = _minutes(value), round(value)
    return words(f"because_{rule.measure}", minutes=minutes, n=n)


def _minutes(seconds: float) -> int:
    return max(1, round(seconds / 60))


def _time(wall_ms: int | None, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp((wall_ms or 0) / 1000, tz=zone).strftime("%H:%M")
