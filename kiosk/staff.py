"""What happens behind the long press: the PIN, the menu, touch test and screen lock.

It decides and does nothing, as the flow does: events in, commands out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from kiosk.figures import Figures
from kiosk.preferences import STEP, Preferences

MAX_PIN_DIGITS = 12
LOCK_SECONDS = (30, 60)
GATHER_EVERY_S = 5


class Page(StrEnum):
    """What staff see."""

    PIN = "pin"
    MENU = "menu"
    TOUCH = "touch"
    LOCKED = "locked"


# --- events -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PinDigit:
    """A digit of the PIN was touched."""

    digit: str


@dataclass(frozen=True, slots=True)
class PinErased:
    """The last digit goes."""


@dataclass(frozen=True, slots=True)
class PinEntered:
    """The PIN is complete."""


@dataclass(frozen=True, slots=True)
class SecondPassed:
    """A second went by."""


@dataclass(frozen=True, slots=True)
class FiguresTold:
    """The figures are gathered."""

    figures: Figures


@dataclass(frozen=True, slots=True)
class TouchTestAsked:
    """Whoever is there wants to see whether the panel feels every finger."""


@dataclass(frozen=True, slots=True)
class LockAsked:
    """The screen is to be wiped."""

    seconds: int


@dataclass(frozen=True, slots=True)
class PrintAsked:
    """A self-test on paper, please."""


@dataclass(frozen=True, slots=True)
class Printed:
    """The printer has it; `failure` says why not."""

    failure: str


@dataclass(frozen=True, slots=True)
class VolumeTurned:
    """Louder or softer."""

    up: bool


@dataclass(frozen=True, slots=True)
class BrightnessTurned:
    """Brighter or darker."""

    up: bool


@dataclass(frozen=True, slots=True)
class SpeechSwitched:
    """Speech on, or off."""


@dataclass(frozen=True, slots=True)
class RestartAsked:
    """The program is to start anew; it takes two touches."""


@dataclass(frozen=True, slots=True)
class NotKept:
    """The disk does not take what was set."""


@dataclass(frozen=True, slots=True)
class Returned:
    """Back to the menu."""


@dataclass(frozen=True, slots=True)
class Done:
    """Back to the shoppers."""


StaffEvent = (
    PinDigit
    | PinErased
    | PinEntered
    | SecondPassed
    | FiguresTold
    | TouchTestAsked
    | LockAsked
    | PrintAsked
    | Printed
    | VolumeTurned
    | BrightnessTurned
    | SpeechSwitched
    | RestartAsked
    | NotKept
    | Returned
    | Done
)


# --- commands -----------------------------------------------------------------------------------


class StaffCommand(StrEnum):
    """What is to be done; the preferences stand in `Staff.preferences`."""

    GATHER = "gather"
    """Find out the figures, then tell `FiguresTold`."""
    APPLY = "apply"
    """Let the preferences hold, and keep them."""
    SAMPLE = "sample"
    """Let the volume be heard."""
    PRINT = "print"
    """Print the self-test, then tell `Printed`."""
    STAY = "stay"
    """Nobody touches the screen, and it must not go back to the shoppers."""
    RESTART = "restart"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What this terminal has."""

    speech: bool
    printer: bool
    backlight: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPicture:
    """All that the screens for staff show."""

    page: Page
    abilities: Abilities
    digits: int = 0
    """How many digits were typed; which, nobody sees."""
    wrong: bool = False
    wait_s: int = 0
    """How long no PIN is taken, or how long the screen stays locked."""
    figures: Figures | None = None
    preferences: Preferences
    sure: bool = False
    """One more touch restarts the program."""
    said: str = ""
    """Name of the text that says how the last order went; "" for none."""
    why: str = ""
    """What went wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Lets in who knows the PIN."""

    enter: Callable[[str], bool]
    wait_s: Callable[[], int]


class Staff:
    """The screens for staff, from the long press until they are left."""

    def __init__(self, gate: Gate, abilities: Abilities, preferences: Preferences) -> None:
        """`preferences` are whole: each has the value that holds now."""
        self.preferences = preferences
        self._gate = gate
        self._abilities = abilities
        self._figures: Figures | None = None
        self._sure = False
        self.open()

    def open(self) -> None:
        """Somebody held the store's name: ask for the PIN."""
        self._page = Page.PIN
        self._digits = ""
        self._wrong = False
        self._locked_s = self._seconds = 0
        self._quiet()

    def picture(self) -> StaffPicture:
        """Return what the screen shows now."""
        wait_s = self._gate.wait_s() if self._page is Page.PIN else self._locked_s
        return StaffPicture(
            page=self._page,
            abilities=self._abilities,
            digits=len(self._digits),
            wrong=self._wrong,
            wait_s=wait_s,
            figures=self._figures,
            preferences=self.preferences,
            sure=self._sure,
            said=self._said,
            why=self._why,
        )

    def handle(self, event: StaffEvent) -> list[StaffCommand]:
        """Take what happened and return what to do; what does not fit the page is ignored."""
        match event:
            case SecondPassed():
                return self._second()
            case FiguresTold(figures):
                self._figures = figures
            case Printed(failure):
                self._say("print_failed" if failure else "printed", failure)
            case NotKept():
                self._say("not_kept")
            case _ if self._page is not Page.LOCKED:
                return self._touched(event)
        return []

    def _touched(self, event: StaffEvent) -> list[StaffCommand]:
        if isinstance(event, Done):
            return [StaffCommand.LEAVE]
        return self._type(event) if self._page is Page.PIN else self._order(event)

    def _type(self, event: StaffEvent) -> list[StaffCommand]:
        match event:
            case PinDigit(digit):
                self._digits = (self._digits + digit)[:MAX_PIN_DIGITS]
                self._wrong = False
            case PinErased():
                self._digits = self._digits[:-1]
            case PinEntered() if self._digits:
                pin, self._digits = self._digits, ""
                if self._gate.enter(pin):
                    self._page = Page.MENU
                    return [StaffCommand.GATHER]
                self._wrong = True
        return []

    def _order(self, event: StaffEvent) -> list[StaffCommand]:
        sure = self._sure
        self._quiet()
        match event:
            case Returned():
                self._page = Page.MENU
            case TouchTestAsked():
                self._page = Page.TOUCH
            case LockAsked(seconds):
                self._page, self._locked_s = Page.LOCKED, seconds
            case PrintAsked() if self._abilities.printer:
                self._say("printing")
                return [StaffCommand.PRINT]
            case RestartAsked():
                self._sure = not sure
                return [StaffCommand.RESTART] if sure else []
            case _:
                return self._set(event)
        return []

    def _set(self, event: StaffEvent) -> list[StaffCommand]:
        now = self.preferences
        changes: dict[str, bool | int] = {}
        match event:
            case SpeechSwitched() if self._abilities.speech:
                changes = {"speech": not now.speech}
            case VolumeTurned(up) if self._abilities.speech:
                changes = {"volume": _turned(now.volume or 0, 0, up=up)}
            case BrightnessTurned(up) if self._abilities.backlight:
                changes = {"brightness": _turned(now.brightness or 100, STEP, up=up)}
        if not changes:
            return []
        self.preferences = msgspec.structs.replace(now, **changes)
        sound = [] if "brightness" in changes else [StaffCommand.SAMPLE]
        return [StaffCommand.APPLY, *sound]

    def _second(self) -> list[StaffCommand]:
        if self._page is not Page.LOCKED:
            self._seconds += 1
            due = self._page is Page.MENU and self._seconds % GATHER_EVERY_S == 0
            return [StaffCommand.GATHER] if due else []
        self._locked_s -= 1
        if self._locked_s <= 0:
            self._page = Page.MENU
        return [StaffCommand.STAY]

    def _quiet(self) -> None:
        self._sure = False
        self._say("")

    def _say(self, said: str, why: str = "") -> None:
        self._said, self._why = said, why


def _turned(level: int, least: int, *, up: bool) -> int:
    """Return the next level: a multiple of a step, so that every terminal knows the same ones."""
    step = level // STEP + 1 if up else -(-level // STEP) - 1
    return max(least, min(100, step * STEP))
