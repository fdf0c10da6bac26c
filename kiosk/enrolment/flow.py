"""Setting a kiosk up: what is scanned or typed, what the gateway says, what the screen shows.

It decides and does nothing: events in, commands out. A scanner is a keyboard that types a whole
QR code and Enter; what it types goes past the fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.settings import link_address
from kiosk.texts import LANGUAGES
from protocols import case_code
from protocols.case_code import ALPHABET, CaseCodeError
from protocols.enrolment import EnrolAnswer, EnrolProblem, EnrolRefused, read_qr
from protocols.errors import MessageError

MOST_CODE_CHARACTERS = 12
LONGEST_ADDRESS = 120
DEFAULT_PORT = 8081
"""Where a gateway listens unless it was told otherwise."""
_SCANNED = "storeloop:"
_LONGEST_SCAN = 500
_LOOKALIKES = {"O": "0", "I": "1", "L": "1"}


class Field(StrEnum):
    """What keys type into."""

    CODE = "code"
    GATEWAY = "gateway"


class Trouble(StrEnum):
    """Why the kiosk is not set up yet; each is the key of its text."""

    MISTYPED_CODE = "mistyped_code"
    MISTYPED_GATEWAY = "mistyped_gateway"
    UNREADABLE_SCAN = "unreadable_scan"
    UNREACHABLE = "unreachable"
    NO_GATEWAY = "no_gateway"
    """Something answers there, but no gateway that sets kiosks up."""
    WRONG_CODE = "wrong_code"
    EXPIRED = "expired"
    USED = "used"
    SLOW_DOWN = "slow_down"
    NOT_KEPT = "not_kept"
    """The settings that came are wrong, or the file cannot be written."""


_REFUSED = {
    EnrolProblem.WRONG_CODE: Trouble.WRONG_CODE,
    EnrolProblem.EXPIRED: Trouble.EXPIRED,
    EnrolProblem.USED: Trouble.USED,
    EnrolProblem.SLOW_DOWN: Trouble.SLOW_DOWN,
    EnrolProblem.UNREADABLE: Trouble.NO_GATEWAY,
}


# --- events -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Typed:
    """A character came from a keyboard or a scanner."""

    character: str


@dataclass(frozen=True, slots=True)
class KeyTapped:
    """A key on the glass was touched."""

    character: str


@dataclass(frozen=True, slots=True)
class Erased:
    """The last character goes."""


@dataclass(frozen=True, slots=True)
class FieldTapped:
    """A field was touched."""

    field: Field


@dataclass(frozen=True, slots=True)
class LanguageTapped:
    """The next language, please."""


@dataclass(frozen=True, slots=True)
class Entered:
    """Enter, the end of a scan, or the button that leads on."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The gateway has set this kiosk up."""

    answer: EnrolAnswer


@dataclass(frozen=True, slots=True)
class Refused:
    """The gateway has not, and says why."""

    refusal: EnrolRefused


@dataclass(frozen=True, slots=True)
class Failed:
    """There was no answer, or it could not be used."""

    trouble: Trouble
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """The settings are on disk."""


Event = (
    Typed
    | KeyTapped
    | Erased
    | FieldTapped
    | LanguageTapped
    | Entered
    | Answered
    | Refused
    | Failed
    | Kept
)


# --- commands -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All that the screen needs to draw itself."""

    language: str = "zh-CN"
    field: Field = Field.CODE
    code: str = ""
    """Without dashes."""
    gateway: str = ""
    busy: bool = False
    trouble: Trouble | None = None
    detail: str = ""
    """What belongs to the trouble: the reason in the machine's words, in English."""
    wait_s: int = 0
    place: Mapping[str, str] | None = None
    """The touchpoint's name by language, once the kiosk is set up."""


@dataclass(frozen=True, slots=True)
class Show:
    """Draw this."""

    picture: Picture


@dataclass(frozen=True, slots=True)
class Post:
    """Ask this gateway, then answer `Answered`, `Refused` or `Failed`."""

    gateway: str
    code: str


@dataclass(frozen=True, slots=True)
class Keep:
    """Write the settings, then answer `Kept` or `Failed`."""

    answer: EnrolAnswer
    gateway: str


@dataclass(frozen=True, slots=True)
class GoOn:
    """Start the survey once the last picture has been read."""


Command = Show | Post | Keep | GoOn


class Enrolling:
    """The state machine."""

    def __init__(self, language: str = "zh-CN") -> None:
        self.picture = Picture(language=language)
        self._asked = ""
        """The gateway that was asked last."""
        self._name: Mapping[str, str] = {}
        self._line = ""
        """What keys typed since the last Enter: a scan, perhaps."""
        self._before = self.picture
        """What stood in the fields when that line began."""

    def handle(self, event: Event) -> list[Command]:
        """Take an event; return what is to be done."""
        match event:
            case LanguageTapped():
                return self._show(language=self._next_language())
            case Answered() | Refused() | Failed() | Kept():
                return self._told(event)
        return [] if self.picture.busy else self._typed(event)

    def _told(self, event: Answered | Refused | Failed | Kept) -> list[Command]:
        match event:
            case Answered(answer):
                self._name = answer.touchpoint_name or dict.fromkeys(LANGUAGES, answer.touchpoint)
                return [Keep(answer, self._asked)]
            case Refused(refusal):
                return self._stop(_REFUSED[refusal.why], wait_s=refusal.wait_s)
            case Failed(trouble, detail):
                return self._stop(trouble, detail=detail)
            case Kept():
                return [*self._show(place=self._name), GoOn()]

    def _typed(self, event: Event) -> list[Command]:
        match event:
            case Typed(character):
                return self._take_line(character)
            case KeyTapped(character):
                return self._into_field(character)
            case Erased():
                self._line = ""
                field = self.picture.field
                return self._show(**{field: getattr(self.picture, field)[:-1]}, trouble=None)
            case FieldTapped(field):
                self._line = ""
                return self._show(field=field)
            case Entered():
                return self._enter()
        return []

    def _take_line(self, character: str) -> list[Command]:
        if not self._line:
            self._before = self.picture
        self._line = (self._line + character)[-_LONGEST_SCAN:]
        if _SCANNED in self._line.lower():  # it was never meant for a field
            self.picture = replace(self._before, trouble=None)
            return [Show(self.picture)]
        return self._into_field(character)

    def _into_field(self, character: str) -> list[Command]:
        if self.picture.field is Field.GATEWAY:
            if len(self.picture.gateway) >= LONGEST_ADDRESS or not "!" <= character <= "~":
                return []
            return self._show(gateway=self.picture.gateway + character, trouble=None)
        upper = _LOOKALIKES.get(character.upper(), character.upper())
        if upper not in ALPHABET or len(self.picture.code) >= MOST_CODE_CHARACTERS:
            return []
        return self._show(code=self.picture.code + upper, trouble=None)

    def _enter(self) -> list[Command]:
        line, self._line = self._line, ""
        start = line.lower().find(_SCANNED)
        if start >= 0:
            try:
                invitation = read_qr(line[start:])
            except MessageError:
                return self._stop(Trouble.UNREADABLE_SCAN)
            code = invitation.code.replace("-", "")
            self.picture = replace(self.picture, code=code, gateway=invitation.gateway)
        return self._ask()

    def _ask(self) -> list[Command]:
        try:
            code = case_code.parse(self.picture.code)
        except CaseCodeError:
            return self._stop(Trouble.MISTYPED_CODE, field=Field.CODE)
        if not self.picture.gateway:
            return self._show(field=Field.GATEWAY, trouble=None)
        try:
            self._asked = link_address(whole_address(self.picture.gateway))
        except ValueError:
            return self._stop(Trouble.MISTYPED_GATEWAY, field=Field.GATEWAY)
        return [*self._show(busy=True, trouble=None, detail=""), Post(self._asked, code)]

    def _stop(self, trouble: Trouble, **changes: object) -> list[Command]:
        return self._show(busy=False, trouble=trouble, **{"detail": "", "wait_s": 0, **changes})

    def _show(self, **changes: object) -> list[Command]:
        self.picture = replace(self.picture, **changes)  # type: ignore[arg-type]
        return [Show(self.picture)]

    def _next_language(self) -> str:
        known = list(LANGUAGES)
        return known[(known.index(self.picture.language) + 1) % len(known)]


def whole_address(typed: str) -> str:
    """Return a gateway's address as a kiosk connects to it, of what a person types of it."""
    for ending, scheme in (("https://", "wss"), ("http://", "ws")):
        if typed.lower().startswith(ending):
            return f"{scheme}://{typed[len(ending) :]}"
    if "://" in typed:
        return typed
    bare = typed.rstrip("/")
    has_port = ":" in bare.rpartition("]")[2]
    return f"ws://{bare}" if has_port else f"ws://{bare}:{DEFAULT_PORT}"
