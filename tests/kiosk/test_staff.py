from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.figures import Figures
from kiosk.preferences import Preferences
from kiosk.staff import (
    GATHER_EVERY_S,
    LOCK_SECONDS,
    MAX_PIN_DIGITS,
    Abilities,
    BrightnessTurned,
    Done,
    FiguresTold,
    Gate,
    LockAsked,
    NotKept,
    Page,
    PinDigit,
    PinEntered,
    PinErased,
    PrintAsked,
    Printed,
    RestartAsked,
    Returned,
    SecondPassed,
    SpeechSwitched,
    Staff,
    StaffCommand,
    StaffEvent,
    TouchTestAsked,
    VolumeTurned,
)
from kiosk.standing import Standing

ALL = Abilities(speech=True, printer=True, backlight=True)
NONE = Abilities(speech=False, printer=False, backlight=False)
SET = Preferences(speech=False, volume=50, brightness=100)
FIGURES = Figures(
    program="p",
    device="d",
    store="s",
    touchpoint="t",
    survey="x 1",
    standing=Standing(),
    addresses=(),
    free_bytes=None,
    at=datetime(2026, 11, 22, tzinfo=UTC),
)


class Door:
    """Knows one PIN, and can be locked."""

    def __init__(self) -> None:
        self.tried: list[str] = []
        self.locked_s = 0

    def enter(self, pin: str) -> bool:
        self.tried.append(pin)
        return pin == "2468" and not self.locked_s

    def wait_s(self) -> int:
        return self.locked_s


def staff(door: Door | None = None, abilities: Abilities = ALL) -> Staff:
    door = door or Door()
    return Staff(Gate(enter=door.enter, wait_s=door.wait_s), abilities, SET)


def at_menu(abilities: Abilities = ALL) -> Staff:
    machine = staff(abilities=abilities)
    for digit in "2468":
        assert machine.handle(PinDigit(digit)) == []
    assert machine.handle(PinEntered()) == [StaffCommand.GATHER]
    return machine


def test_pin_opens_the_menu_and_is_never_in_the_picture() -> None:
    door = Door()
    machine = staff(door)
    for digit in "2469":
        machine.handle(PinDigit(digit))
    assert machine.picture().digits == 4
    machine.handle(PinErased())
    machine.handle(PinDigit("8"))
    assert "2468" not in repr(machine.picture())
    machine.handle(PinEntered())
    assert machine.picture().page is Page.MENU
    assert door.tried == ["2468"]


def test_wrong_pin_is_said_until_the_next_digit() -> None:
    machine = staff()
    machine.handle(PinDigit("1"))
    machine.handle(PinEntered())
    assert (machine.picture().page, machine.picture().wrong) == (Page.PIN, True)
    assert machine.picture().digits == 0
    machine.handle(PinDigit("2"))
    assert not machine.picture().wrong


def test_nothing_typed_is_no_try_and_a_pin_has_an_end() -> None:
    door = Door()
    machine = staff(door)
    machine.handle(PinEntered())
    assert door.tried == []
    for _ in range(20):
        machine.handle(PinDigit("1"))
    assert machine.picture().digits == MAX_PIN_DIGITS


def test_closed_door_says_for_how_long() -> None:
    door = Door()
    door.locked_s = 299
    assert staff(door).picture().wait_s == 299


@pytest.mark.parametrize(
    "order", [TouchTestAsked(), LockAsked(30), PrintAsked(), RestartAsked(), SpeechSwitched()]
)
def test_without_the_pin_no_order_is_taken(order: StaffEvent) -> None:
    machine = staff()
    assert machine.handle(order) == []
    assert machine.picture().page is Page.PIN
    assert machine.preferences == SET


def test_figures_come_at_once_and_then_every_few_seconds() -> None:
    machine = at_menu()
    commands = [machine.handle(SecondPassed()) for _ in range(2 * GATHER_EVERY_S)]
    assert commands.count([StaffCommand.GATHER]) == 2
    machine.handle(FiguresTold(FIGURES))
    assert machine.picture().figures == FIGURES


@pytest.mark.parametrize("seconds", LOCK_SECONDS)
def test_locked_screen_ignores_everything_and_ends_by_itself(seconds: int) -> None:
    machine = at_menu()
    machine.handle(LockAsked(seconds))
    for left in range(seconds, 0, -1):
        assert machine.picture().wait_s == left
        assert machine.handle(Done()) == machine.handle(Returned()) == []
        assert machine.picture().page is Page.LOCKED
        assert machine.handle(SecondPassed()) == [StaffCommand.STAY]
    assert machine.picture().page is Page.MENU


def test_touch_test_leads_back_to_the_menu_or_out() -> None:
    machine = at_menu()
    machine.handle(TouchTestAsked())
    assert machine.picture().page is Page.TOUCH
    machine.handle(Returned())
    assert machine.picture().page is Page.MENU
    assert machine.handle(Done()) == [StaffCommand.LEAVE]


def test_printing_says_how_it_went() -> None:
    machine = at_menu()
    assert machine.handle(PrintAsked()) == [StaffCommand.PRINT]
    assert machine.picture().said == "printing"
    machine.handle(Printed("no paper"))
    assert (machine.picture().said, machine.picture().why) == ("print_failed", "no paper")
    machine.handle(PrintAsked())
    machine.handle(Printed(""))
    assert (machine.picture().said, machine.picture().why) == ("printed", "")


def test_restart_takes_two_touches_with_nothing_between() -> None:
    machine = at_menu()
    assert machine.handle(RestartAsked()) == []
    assert machine.picture().sure
    machine.handle(VolumeTurned(up=True))
    assert not machine.picture().sure
    machine.handle(RestartAsked())
    assert machine.handle(RestartAsked()) == [StaffCommand.RESTART]


def test_sound_and_light_are_applied_kept_and_heard() -> None:
    machine = at_menu()
    heard = [StaffCommand.APPLY, StaffCommand.SAMPLE]
    assert machine.handle(SpeechSwitched()) == heard
    assert machine.handle(VolumeTurned(up=True)) == heard
    assert machine.handle(BrightnessTurned(up=False)) == [StaffCommand.APPLY]
    assert machine.preferences == Preferences(speech=True, volume=60, brightness=90)
    machine.handle(NotKept())
    assert machine.picture().said == "not_kept"


def test_what_the_terminal_lacks_cannot_be_set() -> None:
    machine = at_menu(NONE)
    for order in (SpeechSwitched(), VolumeTurned(up=True), BrightnessTurned(up=True), PrintAsked()):
        assert machine.handle(order) == []
    assert machine.preferences == SET


@given(st.lists(st.booleans(), max_size=40))
def test_no_turn_leaves_the_range_or_goes_dark(turns: list[bool]) -> None:
    machine = at_menu()
    for up in turns:
        machine.handle(VolumeTurned(up))
        machine.handle(BrightnessTurned(up))
        assert 0 <= (machine.preferences.volume or 0) <= 100
        assert 10 <= (machine.preferences.brightness or 0) <= 100


ANY = st.sampled_from(
    [
        *(PinDigit("2"), PinDigit("4"), PinErased(), PinEntered(), SecondPassed()),
        *(FiguresTold(FIGURES), TouchTestAsked(), LockAsked(30), PrintAsked(), Printed("")),
        *(Printed("x"), VolumeTurned(up=True), BrightnessTurned(up=False), SpeechSwitched()),
        *(RestartAsked(), NotKept(), Returned(), Done()),
    ]
)


@given(st.lists(ANY, max_size=60))
def test_no_way_leads_past_the_pin(events: list[StaffEvent]) -> None:
    door = Door()
    door.locked_s = 1  # no PIN is the right one
    machine = staff(door)
    for event in events:
        commands = machine.handle(event)
        assert machine.picture().page is Page.PIN
        assert set(commands) <= {StaffCommand.LEAVE}


def test_opened_again_it_asks_for_the_pin_again() -> None:
    machine = at_menu()
    machine.open()
    assert machine.picture().page is Page.PIN
    assert machine.handle(RestartAsked()) == []
