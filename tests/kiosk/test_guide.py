"""The keypad and the voice: by hand, and a whole visit of the real kiosk without one touch."""

import base64
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from nacl.public import SealedBox

from kiosk.events import Event, State, StillHereTapped
from kiosk.guide import FORGET_AFTER_S, Guide, Screens
from kiosk.keypad import PadKey
from protocols.messages import Outcome
from tests.kiosk.glass import HQ_KEY, Glass, kiosk_on_glass
from tests.kiosk.test_spoken import picture

ENTER, TAB, LEFT = 13, 9, 0x40000050


class Room:
    """Screens that note what the guide does to them."""

    def __init__(self, *, speaks: bool = False) -> None:
        self.names = ["face:1", "face:2", "language", "staff"]
        self.ring: str | None = None
        self.touched: list[str] = []
        self.said: list[str] = []
        self.handled: list[Event] = []
        self.hushed = 0
        self.waits: list[tuple[Callable[[], None], float]] = []
        screens = Screens(
            names=lambda: self.names,
            words=lambda name: f"<{name}>",
            ring=self._ring,
            touch=self.touched.append,
            handle=self.handled.append,
            say=lambda words, _: self.said.append(words),
            hush=self._hush,
            later=lambda act, after: self.waits.append((act, after)),
        )
        seconds = count(1_000)
        self.step_s = 1.0  # between two looks at the clock
        self.guide = Guide(screens, speaks=lambda: speaks, now=lambda: next(seconds) * self.step_s)
        self.guide.shown(picture(State.ATTRACT))

    def _ring(self, name: str | None) -> None:
        self.ring = name

    def _hush(self) -> None:
        self.hushed += 1

    def press(self, *keys: PadKey) -> None:
        for key in keys:
            self.guide.pressed(key)


def test_first_key_shows_the_ring_and_the_store_s_name_is_passed_by() -> None:
    room = Room()
    room.press(PadKey.OK)  # nothing is touched that nobody saw
    assert (room.ring, room.touched) == ("face:1", [])
    room.press(PadKey.NEXT, PadKey.NEXT)
    assert room.ring == "language"
    room.press(PadKey.NEXT)
    assert room.ring == "face:1"
    room.press(PadKey.BACK, PadKey.OK)
    assert room.touched == ["language"]


def test_keys_are_a_sign_of_life() -> None:
    room = Room()
    room.guide.shown(picture(State.NOTE))
    room.press(PadKey.NEXT)
    assert room.handled == [StillHereTapped()]
    room.guide.shown(replace(picture(State.NOTE), warning=True))
    room.press(PadKey.MENU)
    assert room.handled == [StillHereTapped()] * 2


def test_bouncing_key_counts_once() -> None:
    room = Room()
    room.step_s = 0.001
    room.press(PadKey.NEXT, PadKey.NEXT, PadKey.NEXT)
    assert room.ring == "face:1"


def test_menu_key_gives_this_visit_a_voice_and_takes_it() -> None:
    room = Room()
    room.press(PadKey.NEXT)
    assert room.said == []
    room.press(PadKey.MENU)
    assert len(room.said) == 1  # the question
    room.press(PadKey.NEXT)
    assert room.said[1:] == ["<face:2>"]
    room.guide.shown(picture(State.REASONS))
    assert len(room.said) == 3
    room.guide.shown(replace(picture(State.REASONS), chosen=frozenset({"queue"})))
    assert len(room.said) == 3  # the same screen is not asked twice
    room.press(PadKey.MENU)
    assert (room.hushed, room.guide.speaking) == (1, False)


def test_next_shopper_has_neither_ring_nor_voice() -> None:
    room = Room()
    room.press(PadKey.MENU, PadKey.NEXT)
    room.guide.shown(picture(State.THANKS))
    room.guide.shown(picture(State.ATTRACT))
    assert (room.ring, room.guide.speaking) == (None, False)


def test_who_leaves_the_first_screen_leaves_it_silent() -> None:
    room = Room()
    room.press(PadKey.MENU)
    act, after = room.waits.pop()
    assert after == FORGET_AFTER_S
    for _ in range(100):
        act()
        if not room.waits:
            break
        act, _ = room.waits.pop()
    assert not room.guide.speaking
    assert room.hushed == 1


def test_kiosk_that_speaks_to_all_begins_with_the_question() -> None:
    assert len(Room(speaks=True).said) == 1


def test_touch_takes_the_ring_away() -> None:
    room = Room()
    room.press(PadKey.NEXT)
    room.guide.touched()
    assert room.ring is None


# --- the real kiosk ------------------------------------------------------------------------------


def press(glass: Glass, symbol: int) -> None:
    """Press a key, no sooner after the last than a hand can."""
    glass.robot.key(symbol)
    pressed = time.monotonic()
    glass.until(lambda: time.monotonic() > pressed + 0.06)


def operate(glass: Glass, *names: str) -> None:
    """Bring the ring to each thing the shorter way and press OK, by keys alone."""
    for name in names:
        glass.until(lambda name=name: name in glass.app.targets())  # type: ignore[misc]
        if glass.stage.focused is None:
            press(glass, TAB)
        shown = [one for one in glass.app.targets() if one != "staff"]
        ahead = shown.index(name) - shown.index(glass.stage.focused or "") + len(shown)
        ahead %= len(shown)
        turns = [TAB] * ahead if 2 * ahead <= len(shown) else [LEFT] * (len(shown) - ahead)
        for symbol in (*turns, ENTER):
            assert symbol != ENTER or glass.stage.focused == name
            press(glass, symbol)


@pytest.mark.screen
def test_whole_visit_by_keys_alone(tmp_path: Path) -> None:
    with kiosk_on_glass(tmp_path) as glass:
        operate(glass, "face:1", "reason:queue", "write", "phrase:1", "done")
        operate(glass, *(f"digit:{digit}" for digit in "2345678"), "consent", "submit")
        glass.until(lambda: bool(glass.thanked))
        assert glass.stage.focused is not None
        operate(glass, "finish")
        assert glass.app.flow_state == State.ATTRACT
        assert glass.stage.focused is None
        glass.until(lambda: glass.responses()[-1].final)
        last = glass.responses()[-1]
        assert (last.rating, last.outcome) == (1, Outcome.RATED)
        assert [reason.id for reason in last.reasons] == ["queue"]
        assert last.note
        assert last.contact_sealed
        sealed = base64.b64decode(last.contact_sealed)
        assert b"2345678" in SealedBox(HQ_KEY).decrypt(sealed)
