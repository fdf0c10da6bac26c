"""What the flow is told (events), what it answers (commands), and what a screen shows (picture)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.questions import Asked, Mood
from kiosk.texts import text
from kiosk.visit import Visit
from protocols.briefs import Problem, Problems, Promises
from protocols.messages import Alarm, CaseTold, Instruction, Vote
from protocols.survey import Brand, Mailbox, ReasonChoice, Survey

if TYPE_CHECKING:
    from kiosk.staff import StaffPicture


class State(StrEnum):
    """Where a visit stands; SAVING lasts for the commit of the last revision."""

    ATTRACT = "attract"
    REASONS = "reasons"
    NOTE = "note"
    CONTACT = "contact"
    SAVING = "saving"
    THANKS = "thanks"
    CANNOT_ACCEPT = "cannot_accept"
    CLOSED = "closed"
    """Out of hours: no rating is taken."""
    LOOKUP = "lookup"
    """A case code is being typed."""
    CASE = "case"
    """How a case stands."""
    RECEIPT = "receipt"
    """The last digits of the receipt's number are being typed."""
    STAFF = "staff"
    """Everything behind the long press; what it holds is `staff.py`'s matter."""


# --- events -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rated:
    """A face or a number was touched: 1 to 5 (1, 2, 4, 5 with four faces), 0 to 10 with NPS."""

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
    """Back from the note to the reasons; the draft stays. In the mailbox: as CloseTapped."""


@dataclass(frozen=True, slots=True)
class KeyTapped:
    """A key of the keyboard, or a phrase, was touched."""

    text: str


@dataclass(frozen=True, slots=True)
class EraseTapped:
    """The last character, or digit, of note, number or code goes."""


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
class LargeTextTapped:
    """Large text, and time to read it; or back to normal."""


@dataclass(frozen=True, slots=True)
class MailboxTapped:
    """The shopper wants to write to the experience officers."""


@dataclass(frozen=True, slots=True)
class VoteTapped:
    """The keys "me too" or "fixed now" beside a problem: one was touched."""

    problem: str
    vote: Vote


@dataclass(frozen=True, slots=True)
class LookupTapped:
    """The shopper wants to see how a case stands."""


@dataclass(frozen=True, slots=True)
class CodeKeyTapped:
    """A key of the case code's keyboard was touched."""

    character: str


@dataclass(frozen=True, slots=True)
class AskTapped:
    """The case code is typed."""


@dataclass(frozen=True, slots=True)
class CaseAnswered:
    """The gateway said how a case stands, or why it cannot."""

    told: CaseTold


@dataclass(frozen=True, slots=True)
class CloseTapped:
    """The shopper leaves look-up, case or mailbox."""


@dataclass(frozen=True, slots=True)
class ReceiptTapped:
    """The shopper wants to say which receipt it is about."""


@dataclass(frozen=True, slots=True)
class ReceiptScanned:
    """The scanner read what may be a receipt's code."""

    text: str


@dataclass(frozen=True, slots=True)
class StillHereTapped:
    """The shopper wants more time."""


@dataclass(frozen=True, slots=True)
class IdleNear:
    """`IdlePassed` comes in as many seconds as `Arm` said in `warn_seconds`."""


@dataclass(frozen=True, slots=True)
class IdlePassed:
    """Nobody touched the screen for as long as `Arm` said."""


@dataclass(frozen=True, slots=True)
class StaffHeld:
    """Somebody held the store's name for five seconds."""


@dataclass(frozen=True, slots=True)
class StaffTouched:
    """Something behind the long press was touched: whoever is there stays there."""


@dataclass(frozen=True, slots=True)
class StaffLeft:
    """Whoever was behind the long press is done."""


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
class Broken:
    """The program failed at what it was told: the visit under way cannot go on."""


@dataclass(frozen=True, slots=True)
class SurveyArrived:
    """HQ has another survey; it has been checked."""

    survey: Survey


@dataclass(frozen=True, slots=True)
class ProblemsArrived:
    """HQ says which problems of the store are open."""

    problems: Problems


@dataclass(frozen=True, slots=True)
class PromisesArrived:
    """HQ says within what time answers are promised."""

    promises: Promises


@dataclass(frozen=True, slots=True)
class HoursChanged:
    """The kiosk's hours began or ended; `opens_at` is aware, in the store's own time."""

    open: bool
    opens_at: datetime | None


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
class SaleChanged:
    """The till here has begun a sale, or the sale is over for long enough."""

    open: bool


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
    | LargeTextTapped
    | MailboxTapped
    | VoteTapped
    | LookupTapped
    | CodeKeyTapped
    | AskTapped
    | CaseAnswered
    | CloseTapped
    | ReceiptTapped
    | ReceiptScanned
    | StillHereTapped
    | IdleNear
    | IdlePassed
    | StaffHeld
    | StaffTouched
    | StaffLeft
    | Saved
    | StorageFailed
    | StorageWell
    | Broken
    | SurveyArrived
    | ProblemsArrived
    | PromisesArrived
    | HoursChanged
    | GatewayLinked
    | AlarmHeard
    | Instructed
    | SaleChanged
    | InstructionEnded
)


# --- commands -----------------------------------------------------------------------------------


class Promise(StrEnum):
    """What the thanks screen promises; each is the key of its text."""

    URGENT = "promise_urgent"
    CONTACT = "promise_contact"
    UNHAPPY = "promise_unhappy"
    NEUTRAL = "promise_neutral"
    HAPPY = "promise_happy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All that a screen needs to draw itself."""

    state: State
    language: str
    languages: tuple[str, ...]
    """Those of the survey; a key for the next one is shown when there are several."""
    asked: Asked
    brand: Brand
    texts: Mapping[str, Mapping[str, str]]
    """The survey's own words for screen texts; use `say`."""
    large: bool = False
    warning: bool = False
    """Nobody has touched for a while: "still there?"."""

    response: str = ""
    """The id of the visit, for the page on the shopper's own phone; "" before there is one."""
    rating: int | None = None
    """The score that was touched, on the scale of `asked`; None in the mailbox."""
    mood: Mood = Mood.UNHAPPY
    choices: tuple[ReasonChoice, ...] = ()
    """The chips of this score, in order."""
    chosen: frozenset[str] = frozenset()
    note: str = ""
    digits: str = ""
    consent: bool = False
    may_submit: bool = False
    code: str = ""
    """The case code; "" when nothing was said that is answered."""
    promise: Promise = Promise.NEUTRAL
    promised: str = ""
    """By when an answer is promised: "15:12", "明天 10:12"; "" when nothing can be promised."""

    mailbox: Mailbox | None = None
    """What the survey says of it, on any screen; None: this kiosk has none."""
    problems: tuple[Problem, ...] = ()
    voted: frozenset[str] = frozenset()
    """Problems to which this shopper has said something."""

    code_typed: str = ""
    """Up to 12 characters, without dashes."""
    zone: tzinfo = UTC
    """Of the store: what the times of a case are shown in."""
    asking: bool = False
    case: CaseTold | None = None
    """In CASE what was found; in LOOKUP why nothing was (also for a mistyped code)."""

    receipt: str = ""
    """The last characters of the receipt that this visit is about; "" when nobody showed one."""
    receipt_typed: str = ""
    receipt_may_be_typed: bool = False
    """Whether the kiosk offers to type the number of a receipt."""
    selling: bool = False
    """A sale is under way at the till here: the shopper stands before the kiosk."""

    opens_at: str = ""
    """When a closed kiosk opens: "8:00", "明天 8:00"; "" when that is unknown."""
    staff: StaffPicture | None = None
    alarm: Alarm | None = None
    alarms: int = 0
    instruction: Instruction | None = None

    @property
    def in_mailbox(self) -> bool:
        """Return whether the note is one to the experience officers."""
        return self.state is State.NOTE and self.rating is None

    def say(self, key: str, **facts: object) -> str:
        """Return a text of the screens, with `facts` in their places; KeyError if unknown."""
        return text(self.language, key, self.texts).format(**facts)


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
    """Answer `IdlePassed` after that long without another Arm; None: never.

    `IdleNear` comes `warn_seconds` before it; None: no warning.
    """

    after_seconds: float | None
    warn_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class AskCase:
    """Ask the gateway how a case stands, then answer `CaseAnswered` with this nonce."""

    code: str
    nonce: int


@dataclass(frozen=True, slots=True)
class CastVote:
    """Commit what a shopper says of a problem; nothing is answered."""

    problem: Problem
    vote: Vote


@dataclass(frozen=True, slots=True)
class EndAt:
    """Answer `InstructionEnded` at that time."""

    instruction: str
    until_ms: int


Command = Save | Recover | Show | Arm | EndAt | AskCase | CastVote
