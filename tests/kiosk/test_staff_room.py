from collections.abc import Callable
from pathlib import Path
from queue import Queue

import pytest

from kiosk import preferences
from kiosk.pin import hash_pin
from kiosk.preferences import Preferences
from kiosk.settings import Settings
from kiosk.staff import (
    BrightnessTurned,
    Done,
    Page,
    PinDigit,
    PinEntered,
    PrintAsked,
    RestartAsked,
    SpeechSwitched,
    StaffEvent,
    VolumeTurned,
)
from kiosk.staff_room import StaffRoom, Surroundings
from kiosk.standing import Standing
from protocols.messages import Lane
from tests.kiosk.glass import kiosk_settings

HASH = hash_pin("2468")


class House:
    """What a staff room reaches: it notes what happens, and calls back when a test says so."""

    def __init__(self, settings: Settings) -> None:
        self.done: list[str] = []
        self.waits: list[Callable[[], None]] = []
        self.soon: Queue[Callable[[], None]] = Queue()
        around = Surroundings(
            report=lambda tell: tell(Standing(waiting={Lane.URGENT: 2, Lane.BULK: 3}, linked=True)),
            soon=self.soon.put,
            later=lambda act, _: self.waits.append(act),
            show=lambda: None,
            stay=lambda: self.done.append("stay"),
            leave=lambda: self.done.append("leave"),
            restart=lambda: self.done.append("restart"),
            sample=lambda language: self.done.append(f"sample {language}"),
            survey=lambda: "default 3",
            language=lambda: "en",
        )
        self.room = StaffRoom(settings, around, speech=True)

    def enter(self) -> None:
        assert self.room.picture().page is Page.PIN
        self.tell(*(PinDigit(digit) for digit in "2468"), PinEntered())
        self.soon.get(timeout=10)()  # the figures
        assert self.room.picture().page is Page.MENU

    def tell(self, *events: StaffEvent) -> None:
        for event in events:
            self.room.handle(event)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return kiosk_settings(tmp_path, staff_pin_hash=HASH, printer=tmp_path / "lp0")


def test_without_a_pin_there_is_no_door(tmp_path: Path, settings: Settings) -> None:
    assert House(settings).room.has_door
    assert not House(kiosk_settings(tmp_path)).room.has_door


def test_menu_has_the_figures_of_this_terminal(settings: Settings) -> None:
    house = House(settings)
    house.enter()
    figures = house.room.picture().figures
    assert figures is not None
    assert (figures.device, figures.store, figures.survey) == ("kiosk-1", "s1", "default 3")
    assert figures.standing.waiting == {Lane.URGENT: 2, Lane.BULK: 3}
    assert (figures.free_bytes or 0) > 0


def test_every_touch_keeps_staff_there_and_the_next_who_comes_needs_the_pin(
    settings: Settings,
) -> None:
    house = House(settings)
    house.enter()
    assert house.done == ["stay"] * 5
    house.tell(Done())
    assert house.done[-1] == "leave"
    house.room.shut()
    assert house.room.picture().page is Page.PIN


def test_seconds_are_counted_while_the_door_is_open(settings: Settings) -> None:
    house = House(settings)
    house.enter()
    house.waits.pop()()
    assert len(house.waits) == 1
    house.room.shut()
    house.waits.pop()()
    assert house.waits == []


def test_what_staff_set_holds_after_a_restart(tmp_path: Path, settings: Settings) -> None:
    house = House(settings)
    assert house.room.preferences == Preferences(speech=False, volume=100, brightness=100)
    house.enter()
    house.tell(SpeechSwitched(), VolumeTurned(up=False))
    assert house.done[-1] == "sample en"
    again = House(settings).room
    assert again.preferences == Preferences(speech=True, volume=90, brightness=100)
    assert preferences.load(tmp_path / "staff.json").volume == 90


def test_light_is_dimmed_and_dimmed_again_at_the_start(tmp_path: Path) -> None:
    light = tmp_path / "light"
    light.mkdir()
    for name, value in {"max_brightness": "200", "brightness": "200", "bl_power": "0"}.items():
        (light / name).write_text(value)
    settings = kiosk_settings(tmp_path, staff_pin_hash=HASH, backlight=light)
    house = House(settings)
    house.enter()
    house.tell(BrightnessTurned(up=False))
    assert (light / "brightness").read_text() == "180"
    (light / "brightness").write_text("200")  # as after a cold start
    House(settings)
    assert (light / "brightness").read_text() == "180"


def test_disk_that_takes_nothing_is_said(tmp_path: Path, settings: Settings) -> None:
    house = House(settings)
    house.enter()
    (tmp_path / "staff.json").mkdir()
    (tmp_path / "staff.json" / "x").touch()
    house.tell(VolumeTurned(up=False))
    assert house.room.picture().said == "not_kept"


def test_self_test_is_printed_or_it_is_said_why_not(tmp_path: Path, settings: Settings) -> None:
    house = House(settings)
    house.enter()
    house.tell(PrintAsked())
    house.soon.get(timeout=10)()
    assert house.room.picture().said == "print_failed"
    assert "No such file" in house.room.picture().why
    (tmp_path / "lp0").touch()
    house.tell(PrintAsked())
    house.soon.get(timeout=10)()
    assert house.room.picture().said == "printed"
    assert b"Self-test" in (tmp_path / "lp0").read_bytes()


def test_second_touch_restarts(settings: Settings) -> None:
    house = House(settings)
    house.enter()
    house.tell(RestartAsked(), RestartAsked())
    assert house.done[-1] == "restart"
