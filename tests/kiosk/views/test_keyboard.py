import time
from dataclasses import replace
from types import SimpleNamespace

import pytest

from kiosk.events import EraseTapped, KeyTapped, Picture, State
from kiosk.layout import Canvas
from tests.kiosk.views.studio import UNHAPPY, Studio

pytestmark = pytest.mark.screen

NOTE = replace(UNHAPPY, state=State.NOTE)
ENGLISH = replace(NOTE, language="en")
REASONS = replace(UNHAPPY, state=State.REASONS)


@pytest.fixture(autouse=True)
def afresh(studio: Studio) -> None:
    """Come to the note from another screen, so that nothing waits in the keyboard."""
    studio.resize(540, 960)
    studio.show(REASONS)
    studio.tapped.clear()


def touch(studio: Studio, picture: Picture, *names: str) -> str:
    """Touch keys and show what the flow would; return what was written."""
    studio.show(replace(picture, note=""))
    for name in names:
        assert name in {one.name for one in studio.stage.touchables}, name
        studio.stage.touch(name)
        studio.show(replace(picture, note=written(studio)))
    return written(studio)


def written(studio: Studio) -> str:
    note = ""
    for event in studio.tapped:
        if isinstance(event, KeyTapped):
            note += event.text
        elif isinstance(event, EraseTapped):
            note = note[:-1]
    return note


def keys(studio: Studio) -> dict[str, tuple[float, float]]:
    return {one.name: (one.hit.width, one.hit.height) for one in studio.stage.touchables}


def test_pinyin_becomes_words_by_space_and_by_touching_a_candidate(studio: Studio) -> None:
    letters = [f"key:{letter}" for letter in "fwtd"]
    assert touch(studio, NOTE, *letters, "key:space") == "服务态度"
    studio.tapped.clear()
    assert touch(studio, NOTE, *letters, "candidate:2", "candidate:1").startswith("服务")


def test_every_letter_tells_the_flow_that_somebody_is_there(studio: Studio) -> None:
    touch(studio, NOTE, "key:f")
    assert studio.tapped == [KeyTapped("")]


def test_shift_and_signs_change_the_keys(studio: Studio) -> None:
    names = ["key:a", "shift", "key:A", "shift", "symbols", "key:1", "key:。", "symbols"]
    assert touch(studio, ENGLISH, *names, "key:space", "key:b") == "aA1。 b"


def test_language_of_the_visit_brings_its_own_script(studio: Studio) -> None:
    assert touch(studio, ENGLISH, "key:o") == "o"
    studio.tapped.clear()
    assert touch(studio, NOTE, "key:o") == ""
    assert touch(studio, NOTE, "script", "key:k") == "ok"


def test_erase_takes_letters_first_and_then_text(studio: Studio) -> None:
    touch(studio, NOTE, "key:a", "erase")
    assert EraseTapped() not in studio.tapped
    touch(studio, NOTE, "erase")
    assert studio.tapped[-1] == EraseTapped()


def test_pages_of_candidates_are_turned_and_turned_back(studio: Studio) -> None:
    def shown() -> list[str]:
        named = [one for one in studio.stage.touchables if one.name.startswith("candidate:")]
        return [one.label.said for one in named]  # type: ignore[attr-defined]

    touch(studio, NOTE, *(f"key:{letter}" for letter in "shi"))
    first = shown()
    touch(studio, NOTE, "candidates:more")
    second = shown()
    assert set(first).isdisjoint(second)
    chosen = touch(studio, NOTE, "candidates:back")
    assert (shown(), chosen) == (first, "")
    assert touch(studio, NOTE, "candidates:more", "candidate:2") == second[1]


def test_nothing_that_waits_survives_leaving_the_screen(studio: Studio) -> None:
    from kiosk.views.parts import Text  # noqa: PLC0415 (needs the surface)

    touch(studio, NOTE, *(f"key:{letter}" for letter in "guomin"), "symbols")
    touch(studio, NOTE, "symbols", *(f"key:{letter}" for letter in "guomin"))
    for away in (REASONS, replace(UNHAPPY, state=State.ATTRACT, rating=None)):
        studio.show(away)
        studio.show(NOTE)
        said = {part.said for part in studio.parts() if isinstance(part, Text)}
        assert "guomin" not in said
        assert "key:q" in keys(studio)
        assert not any(name.startswith("candidate") for name in keys(studio))
        screen = studio.stage._screens[State.NOTE]
        assert not screen._keyboard.typist.composer._lattice._found  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("width", "height", "large", "least_wide"),
    [
        (540, 960, False, 47),
        (540, 960, True, 70),
        (1280, 800, False, 80),
        (800, 480, True, 80),
    ],
)
def test_keys_are_as_large_as_the_window_allows(
    studio: Studio, width: int, height: int, large: bool, least_wide: int
) -> None:
    studio.resize(width, height)
    touch(studio, replace(NOTE, large=large), "key:a")
    unit = Canvas(width, height).unit
    for name, (wide, high) in keys(studio).items():
        if name.startswith("key:") and name[4:].isalpha():
            assert wide / unit >= least_wide, name
        assert high / unit >= 55, name


def test_touch_between_two_keys_counts_for_one(studio: Studio) -> None:
    studio.show(NOTE)
    places = {one.name: one.hit for one in studio.stage.touchables}
    assert places["key:q"].right == pytest.approx(places["key:w"].x, abs=2)
    assert places["key:q"].y == pytest.approx(places["key:a"].top, abs=2)
    assert places["key:a"].x <= places["key:q"].x + 4


def test_large_letters_lie_as_in_the_alphabet(studio: Studio) -> None:
    studio.show(replace(NOTE, large=True))
    places = {one.name: one.hit for one in studio.stage.touchables}
    row = [places[f"key:{letter}"] for letter in "abcdefg"]
    assert len({place.y for place in row}) == 1
    assert [place.x for place in row] == sorted(place.x for place in row)


def test_a_panel_that_bounces_types_once(studio: Studio) -> None:
    press = studio.stage.on_touch_down, studio.stage.on_touch_up
    studio.show(ENGLISH)
    key = next(one for one in studio.stage.touchables if one.name == "key:k")
    x, y = key.hit.centre
    began = time.monotonic()
    for uid in range(2):
        for told in press:
            told(SimpleNamespace(uid=uid, x=x, y=y, button="left"))
    assert time.monotonic() - began < 0.06, "too slow a machine to bounce"
    assert studio.tapped == [KeyTapped("k")]
    while time.monotonic() < began + 0.15:  # by then a finger may touch again
        studio.frames(1)
    for told in press:
        told(SimpleNamespace(uid=2, x=x, y=y, button="left"))
    assert studio.tapped == [KeyTapped("k")] * 2
