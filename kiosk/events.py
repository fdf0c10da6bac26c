"""What the flow is told (events), what it answers (commands), and what a screen shows (picture)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.visit import Visit
from protocols.messages import Alarm, Instruction


class State(StrEnum):
    """Where a visit stands; SAVING lasts for the commit of the last revision."""

    ATTRACT = "attract"
    REASONS = "reasons"
    NOTE = "note"
    CONTACT = "contact"
    SAVING = "saving"
    THANKS = "thanks"
    CANNOT_ACCEPT = "cannot_accept"


# --- events -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rated:
    """A face was touched, 1 to 5."""

    score: int


@dataclass(frozen=True, slots=True)
class ReasonTapped:
    """A reason chip was touched: chosen, or taken back."""

    reason: str


@dataclass(frozen=True, slots=True)
class NextTapped:
    """The shopper has chosen the reasons."""


@dataclass(frozen=True, slots=True)
class SkipTapped:
    """The shopper wants to say no more."""


@dataclass(frozen=True, slots=True)
class WriteTapped:
    """The shopper wants to write a note."""


@dataclass(frozen=True, slots=True)
class BackTapped:
    """Back from the note to the reasons; the draft stays."""


@dataclass(frozen=True, slots=True)
class KeyTapped:
    """A key of the keyboard, or a phrase, was touched."""

    text: str


@dataclass(frozen=True, slots=True)
class EraseTapped:
    """The last character, or digit, goes."""


@dataclass(frozen=True, slots=True)
class DoneTapped:
    """The note is written."""


@dataclass(frozen=True, slots=True)
class DigitTapped:
    """A digit of the telephone keypad was touched."""

    digit: str


@dataclass(frozen=True, slots=True)
class ConsentTapped:
    """The consent box was touched."""


@dataclass(frozen=True, slots=True)
class SubmitTapped:
    """The shopper asks to be called."""


@dataclass(frozen=True, slots=True)
class NoContactTapped:
    """The shopper leaves no number."""


@dataclass(frozen=True, slots=True)
class FinishTapped:
    """The shopper has read the thanks."""


@dataclass(frozen=True, slots=True)
class LanguageTapped:
    """The next language, please."""


@dataclass(frozen=True, slots=True)
class IdlePassed:
    """Nobody touched the screen for as long as `Arm` said."""


@dataclass(frozen=True, slots=True)
class Saved:
    """This revision is on disk (D2)."""

    response: str
    rev: int


@dataclass(frozen=True, slots=True)
class StorageFailed:
    """The outbox takes nothing: full, or damaged; `visit` is what it did not take."""

    visit: Visit | None


@dataclass(frozen=True, slots=True)
class StorageWell:
    """The outbox works again and holds all that it had not taken."""


@dataclass(frozen=True, slots=True)
class GatewayLinked:
    """The link stands anew: the gateway now says again which alarms and instructions stand."""


@dataclass(frozen=True, slots=True)
class AlarmHeard:
    """The gateway says that an alarm stands, or that somebody took charge of it."""

    alarm: Alarm


@dataclass(frozen=True, slots=True)
class Instructed:
    """The store is told what to do now."""

    instruction: Instruction


@dataclass(frozen=True, slots=True)
class InstructionEnded:
    """The time of an instruction is over."""

    instruction: str


Event = (
    Rated
    | ReasonTapped
    | NextTapped
    | SkipTapped
    | WriteTapped
    | BackTapped
    | KeyTapped
    | EraseTapped
    | DoneTapped
    | DigitTapped
    | ConsentTapped
    | SubmitTapped
    | NoContactTapped
    | FinishTapped
    | LanguageTapped
    | IdlePassed
    | Saved
    | StorageFailed
    | StorageWell
    | GatewayLinked
    | AlarmHeard
    | Instructed
    | InstructionEnded
)


# --- commands -----------------------------------------------------------------------------------


class Promise(StrEnum):
    """What the thanks screen promises."""

    URGENT = "urgent"
    CONTACT = "contact"
    UNHAPPY = "unhappy"
    NEUTRAL = "neutral"
    HAPPY = "happy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All that a screen needs to draw itself."""

    state: State
    language: str
    rating: int | None = None
    chosen: frozenset[str] = frozenset()
    note: str = ""
    digits: str = ""
    consent: bool = False
    may_submit: bool = False
    code: str = ""
    promise: Promise = Promise.NEUTRAL
    alarm: Alarm | None = None
    alarms: int = 0
    instruction: Instruction | None = None


@dataclass(frozen=True, slots=True)
class Save:
    """Commit this revision, then answer `Saved` or `StorageFailed`."""

    visit: Visit


@dataclass(frozen=True, slots=True)
class Recover:
    """Open the outbox again if need be, commit these, then answer `StorageWell` or fail."""

    visits: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class Show:
    """Draw this."""

    picture: Picture


@dataclass(frozen=True, slots=True)
class Arm:
    """Answer `IdlePassed` after that long without another Arm; None: never."""

    after_seconds: float | None


@dataclass(frozen=True, slots=True)
class EndAt:
    """Answer `InstructionEnded` at that time."""

    instruction: str
    until_ms: int


Command = Save | Recover | Show | Arm | EndAt
