import os
import pty
import socket
import tty
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.events import Event, Picture, StaffHeld, State
from kiosk.notify import Systemd
from kiosk.pin import hash_pin
from kiosk.screen_power import DARK_AFTER_S
from kiosk.settings import Settings
from kiosk.standing import Standing
from kiosk.upkeep import Terminal, Touchable, Upkeep
from tests.kiosk.gateway_peer import wait_for
from tests.kiosk.glass import kiosk_settings
from tests.kiosk.test_spoken import picture

TAB = 9


@dataclass
class Key:
    name: str


@dataclass
class Panel:
    """A stage without a screen: it notes what is done to it."""

    names: tuple[str, ...] = ("face:1", "face:2")
    ring: str | None = None
    touched: list[str] = field(default_factory=list)

    @property
    def touchables(self) -> Sequence[Touchable]:
        return [Key(name) for name in self.names]

    def words_of(self, name: str) -> str:
        return name

    def focus(self, name: str | None) -> None:
        self.ring = name

    def touch(self, name: str) -> None:
        self.touched.append(name)


class Program:
    """What upkeep is lent, without a window."""

    def __init__(self, settings: Settings, systemd: Systemd | None = None) -> None:
        self.stage = Panel()
        self.waits: list[tuple[Callable[[], None], float]] = []
        self.handled: list[Event] = []
        self.shown = picture(State.ATTRACT)
        terminal = Terminal(
            stage=self.stage,
            later=lambda act, after: self.waits.append((act, after)),
            soon=lambda act: act(),
            handle=self.handled.append,
            picture=lambda: self.shown,
            show=lambda: None,
            report=lambda tell: tell(Standing()),
            survey=lambda: "default 1",
            restart=lambda: None,
        )
        self.upkeep = Upkeep(settings, terminal, systemd or Systemd({}))

    def show(self, shown: Picture) -> None:
        self.shown = shown
        self.upkeep.shown(shown)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return kiosk_settings(tmp_path)


def test_watchdog_is_fed_from_the_screen_s_own_turns_only(
    tmp_path: Path, settings: Settings
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.setblocking(False)
        environment = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "6000000"}
        program = Program(settings, Systemd(environment))
        program.upkeep.start()
        assert manager.recv(100).startswith(b"READY=1")
        for _ in range(3):
            assert manager.recv(100) == b"WATCHDOG=1"
            act, after = program.waits.pop()
            assert after == 2.0
            act()
        program.upkeep.stop()
        assert manager.recv(100) == b"WATCHDOG=1"
        assert manager.recv(100).startswith(b"STOPPING=1")


def test_kiosk_that_starts_anew_is_not_said_to_stop(tmp_path: Path, settings: Settings) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.setblocking(False)
        program = Program(settings, Systemd({"NOTIFY_SOCKET": str(tmp_path / "notify")}))
        program.upkeep.stop(again=True)
        with pytest.raises(BlockingIOError):
            manager.recv(100)


def test_without_a_pin_nobody_is_staff(settings: Settings) -> None:
    assert not Program(settings).upkeep.admits(StaffHeld())
    with_pin = settings.model_copy(update={"staff_pin_hash": hash_pin("2468")})
    assert Program(with_pin).upkeep.admits(StaffHeld())


def test_keys_move_the_ring_and_touch_what_is_in_it(settings: Settings) -> None:
    program = Program(settings)
    program.show(picture(State.ATTRACT))
    assert not program.upkeep.pressed(ord("q"))
    assert program.upkeep.pressed(TAB)
    assert program.stage.ring == "face:1"
    program.upkeep.touched()
    assert program.stage.ring is None


def test_key_that_is_held_was_pressed_once(tmp_path: Path) -> None:
    program = Program(kiosk_settings(tmp_path, keypad_pause=0.0))
    program.show(picture(State.ATTRACT))
    for _ in range(5):
        assert program.upkeep.pressed(TAB)
    assert program.stage.ring == "face:1"
    program.upkeep.released(TAB)
    program.upkeep.pressed(TAB)
    assert program.stage.ring == "face:2"


def test_serial_keypad_moves_the_ring_too(tmp_path: Path) -> None:
    keys, port = pty.openpty()
    tty.setraw(port)
    program = Program(kiosk_settings(tmp_path, keypad_port=os.ttyname(port), keypad_pause=0.0))
    program.show(picture(State.ATTRACT))
    program.upkeep.start()
    wait_for(lambda: os.write(keys, b"n") == 1 and program.stage.ring is not None)
    program.upkeep.stop()
    assert program.stage.ring in program.stage.names


def test_closed_panel_goes_dark_and_a_touch_lights_it(tmp_path: Path) -> None:
    for name, value in {"max_brightness": "9", "brightness": "9", "bl_power": "0"}.items():
        (tmp_path / name).write_text(value)
    program = Program(kiosk_settings(tmp_path, backlight=tmp_path))
    program.show(picture(State.CLOSED))
    (act, after), *_ = program.waits
    assert DARK_AFTER_S - 1 < after < DARK_AFTER_S + 1
    act()  # too early, as after a touch: nothing happens
    assert (tmp_path / "bl_power").read_text() == "0"
    power = program.upkeep._power
    assert power is not None
    power.passed(power.dark_at or 0.0)
    assert (tmp_path / "bl_power").read_text() == "4"
    assert program.upkeep.touched()  # nobody sees in the dark what a touch would do
    assert (tmp_path / "bl_power").read_text() == "0"
    assert not program.upkeep.touched()
    program.upkeep.stop()
