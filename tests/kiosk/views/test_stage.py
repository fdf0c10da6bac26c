"""The stage: one finger, one focus, one entrance; and what holds for every screen on it."""

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path

import pytest

from kiosk.events import LookupTapped, Saved, StaffHeld, State, StorageFailed
from kiosk.layout import Canvas, Rect
from protocols.survey import Brand
from tests.kiosk.glass import Glass, kiosk_on_glass
from tests.kiosk.views.studio import BASE, PICTURES, UNHAPPY, Studio

pytestmark = pytest.mark.screen

SIZES = [(1080, 1920), (1280, 800), (800, 480), (600, 1024)]
# On a 7 inch panel of 800x480 pixels letters of 11 pixels are 2 mm high.
LEAST_PIXELS = 11


def overlap(one: Rect, other: Rect) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.top and other.y < one.top


@pytest.mark.parametrize("size", SIZES)
def test_targets_are_large_and_apart_and_words_whole_and_legible(
    studio: Studio, size: tuple[int, int]
) -> None:
    studio.resize(*size)
    for name, language, large in product(PICTURES, ("zh-CN", "en"), (False, True)):
        studio.show(replace(PICTURES[name], language=language, large=large))
        check_targets(studio, size, f"{name}, {language}, large={large}")
        check_words(studio, f"{name}, {language}, large={large}")


def check_targets(studio: Studio, size: tuple[int, int], picture: str) -> None:
    canvas = Canvas(*size)
    touchables = studio.stage.touchables
    assert touchables, picture
    for one in touchables:
        where = (picture, one.name, one.hit)
        # Ten letters share the width of a tall window: 44 is WCAG's AAA measure.
        least = 44 if one.name.startswith("key:") else 56
        assert one.hit.width >= canvas.px(least) - 1, where
        assert one.hit.height >= canvas.px(56) - 1, where
        assert one.hit.x >= 0 and one.hit.right <= size[0], where
        assert one.hit.y >= 0 and one.hit.top <= size[1], where
    for one, other in combinations(touchables, 2):
        # Keys share a row to the last pixel; where one is rounded up the first of two is touched.
        assert not overlap(one.hit.inset(1), other.hit), (picture, one.name, other.name)


def check_words(studio: Studio, picture: str) -> None:
    from kiosk.views.parts import Text  # noqa: PLC0415 (needs the surface)

    for text in (part for part in studio.parts() if isinstance(part, Text) and part.said):
        where = (picture, text.said, text.pixels, text.drawn, text.rect)
        assert 0 < text.drawn[0] <= text.rect.width, where
        assert 0 < text.drawn[1] <= text.rect.height, where
        assert text.pixels >= LEAST_PIXELS, where


def test_faces_never_leave_and_problems_leave_from_the_last_one_on(studio: Studio) -> None:
    studio.resize(540, 960)
    names = {}
    for name in ("problems", "strips"):
        studio.show(replace(PICTURES[name], voted=frozenset()))
        names[name] = {one.name for one in studio.stage.touchables}
    faces = {f"face:{score}" for score in range(1, 6)}
    assert faces <= names["problems"] & names["strips"]
    assert {"me_too:3", "fixed_now:3"} <= names["problems"]
    assert "me_too:1" in names["strips"]
    assert "me_too:3" not in names["strips"]


def test_language_and_large_text_are_within_reach_at_the_bottom_of_a_tall_screen(
    studio: Studio,
) -> None:
    studio.resize(540, 960)
    for picture in PICTURES.values():
        studio.show(replace(picture, warning=False))
        tops = {one.name: one.hit.top for one in studio.stage.touchables}
        assert max(tops["language"], tops["large_text"]) < 960 * 0.15


def test_ring_is_drawn_around_what_has_the_focus_and_goes_with_it(studio: Studio) -> None:
    studio.resize(540, 960)
    studio.show(BASE)
    before = studio.photograph(540, 960)
    studio.stage.focus("face:3")
    [face] = [one for one in studio.stage.touchables if one.name == "face:3"]
    assert studio.stage.focused == "face:3"
    assert studio.stage._ring.rect == face.rect
    assert studio.photograph(540, 960) != before
    studio.show(replace(BASE, state=State.LOOKUP))
    studio.show(BASE)
    studio.stage.focus(None)
    assert studio.photograph(540, 960) == before


def test_ring_has_the_corners_of_what_it_is_around(studio: Studio) -> None:
    from kiosk.views import theme  # noqa: PLC0415 (imports Kivy)

    studio.resize(540, 960)
    studio.show(BASE)
    corners = {}
    for name in ("face:3", "language"):
        studio.stage.focus(name)
        corners[name] = studio.stage._ring.radius
    studio.stage.focus(None)
    assert corners == {"face:3": theme.RADIUS, "language": None}


def test_screen_that_is_rehearsed_does_not_show(studio: Studio) -> None:
    studio.resize(540, 960)
    studio.show(BASE)
    before = studio.photograph(540, 960)
    names = [one.name for one in studio.stage.touchables]
    asked = replace(UNHAPPY, state=State.REASONS)
    studio.stage.rehearse(asked)
    assert studio.photograph(540, 960) == before
    assert [one.name for one in studio.stage.touchables] == names
    studio.show(asked)
    assert "reason:queue" in [one.name for one in studio.stage.touchables]
    studio.show(BASE)


def test_touch_by_name_does_what_a_finger_does(studio: Studio) -> None:
    studio.show(BASE)
    studio.tapped.clear()
    studio.stage.touch("lookup")
    studio.stage.touch("nowhere")
    assert studio.tapped == [LookupTapped()]


def test_order_of_the_targets_is_the_order_of_reading(studio: Studio) -> None:
    studio.resize(540, 960)
    studio.show(PICTURES["problems"])
    names = [one.name for one in studio.stage.touchables]
    assert names == [
        *(f"face:{score}" for score in range(1, 6)),
        *("me_too:1", "fixed_now:1", "me_too:3", "fixed_now:3"),
        *("mailbox", "lookup", "large_text", "language", "staff"),
    ]


def test_name_held_long_enough_lets_staff_in_and_shows_how_long(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.views.stage.HOLD_S", 0.5)
    monkeypatch.setattr("kiosk.views.stage._HOLD_SHOWN_AFTER_S", 0.1)
    studio.show(BASE)
    studio.tapped.clear()
    name = studio.stage._frame.title
    finger = Finger(7, name.hit.centre)
    studio.stage.on_touch_down(finger)
    ends, most = time.monotonic() + 5, 0
    while not studio.tapped and time.monotonic() < ends:
        studio.frames(1)
        most = max(most, len(name.parts))
    studio.stage.on_touch_up(finger)
    assert studio.tapped == [StaffHeld()]
    assert (most, len(name.parts)) == (2, 1)  # the words, and the line while it was held
    assert studio.stage.at_rest


def test_name_touched_by_a_shopper_does_nothing(studio: Studio) -> None:
    studio.show(BASE)
    studio.tapped.clear()
    finger = Finger(7, studio.stage._frame.title.hit.centre)
    studio.stage.on_touch_down(finger)
    studio.frames(2)
    studio.stage.on_touch_up(finger)
    assert studio.tapped == []
    assert studio.stage.at_rest


def test_screen_comes_in_lightly_and_then_nothing_moves(studio: Studio) -> None:
    studio.show(BASE)
    assert studio.stage.at_rest
    studio.stage.show(UNHAPPY_REASONS)
    assert not studio.stage.at_rest
    assert "next" in {one.name for one in studio.stage.touchables}  # input never waits
    ends = time.monotonic() + 5
    while not studio.stage.at_rest and time.monotonic() < ends:
        studio.frames(1)
    assert studio.stage.at_rest


def test_large_text_has_no_movement(studio: Studio) -> None:
    studio.show(replace(BASE, large=True))
    studio.stage.show(replace(UNHAPPY_REASONS, large=True))
    assert studio.stage.at_rest


def test_brand_of_a_new_survey_shows_at_once(studio: Studio) -> None:
    from kiosk.views import theme  # noqa: PLC0415

    studio.show(BASE)
    plain = studio.photograph(540, 960)
    brand = Brand(name={"zh-CN": "红杉", "en": "Redwood"}, colour="#a01c3c")
    studio.show(replace(BASE, brand=brand))
    assert studio.photograph(540, 960) != plain
    assert studio.stage._frame.title.words.said.startswith("红杉 · 云杉超市")
    assert theme.look().accent == theme.rgb("a01c3c")
    studio.show(BASE)
    assert studio.photograph(540, 960) == plain


UNHAPPY_REASONS = replace(UNHAPPY, state=State.REASONS)


def press_between(glass: Glass, name: str, then: Callable[[float, float], None]) -> None:
    x, y, width, height = glass.app.targets()[name]
    glass.robot.press(x + width / 2, y + height / 2)
    glass.frames(3)
    then(x + width / 2, y + height / 2)
    glass.frames(3)


def test_touch_counts_when_the_finger_leaves(glass: Glass) -> None:
    press_between(glass, "face:2", lambda *_: None)
    assert glass.app.flow_state == State.ATTRACT
    x, y, width, height = glass.app.targets()["face:2"]
    glass.robot.release(x + width / 2, y + height / 2)
    glass.until(lambda: glass.app.flow_state == State.REASONS)
    assert glass.app.picture.rating == 2


def test_finger_that_slides_away_touches_nothing(glass: Glass) -> None:
    press_between(glass, "face:2", lambda *_: glass.robot.release(5, 5))
    glass.frames(5)
    assert glass.app.flow_state == State.ATTRACT
    glass.tap("face:3")
    assert glass.app.picture.rating == 3


class Finger:
    """A touch as Kivy hands it to a widget."""

    def __init__(self, uid: int, at: tuple[float, float], button: str = "left") -> None:
        self.uid = uid
        self.x, self.y = at
        self.button = button


def middle(glass: Glass, name: str) -> tuple[float, float]:
    return next(one.hit.centre for one in glass.stage.touchables if one.name == name)


def test_second_finger_is_ignored_while_the_first_is_down(glass: Glass) -> None:
    glass.tap("face:1")
    first = Finger(1, middle(glass, "reason:queue"))
    second = Finger(2, middle(glass, "reason:queue"))
    glass.stage.on_touch_down(first)
    glass.stage.on_touch_down(second)
    glass.stage.on_touch_up(second)
    assert glass.app.picture.chosen == frozenset()
    glass.stage.on_touch_up(first)
    assert glass.app.picture.chosen == {"queue"}


@pytest.mark.parametrize("button", ["right", "middle", "scrollup", "scrolldown"])
def test_wheel_and_other_buttons_touch_nothing(glass: Glass, button: str) -> None:
    finger = Finger(1, middle(glass, "face:1"), button)
    glass.stage.on_touch_down(finger)
    glass.stage.on_touch_up(finger)
    assert glass.app.flow_state == State.ATTRACT


def test_finger_down_while_the_screen_changes_touches_nothing(glass: Glass) -> None:
    finger = Finger(1, middle(glass, "face:1"))
    glass.stage.on_touch_down(finger)
    glass.app.handle(StorageFailed(None))
    glass.stage.on_touch_up(finger)
    assert glass.app.flow_state == State.CANNOT_ACCEPT


def test_nothing_can_be_touched_while_the_last_revision_is_saved(glass: Glass) -> None:
    glass.tap("face:5")
    before = glass.app.targets()
    finger = Finger(1, middle(glass, "next"))
    glass.stage.on_touch_down(finger)
    glass.stage.on_touch_up(finger)
    assert glass.app.flow_state == State.SAVING
    assert "next" in before
    assert glass.app.targets() == {}
    glass.app.handle(Saved("other", 1))
    glass.until(lambda: glass.app.flow_state == State.THANKS)


def test_survey_of_one_language_shows_no_switch(tmp_path: Path) -> None:
    survey = tmp_path / "mine.json"
    source = Path("kiosk/surveys/default.json").read_text("utf-8")
    survey.write_text(source.replace('["zh-CN", "en"]', '["zh-CN"]'), "utf-8")
    with kiosk_on_glass(tmp_path, survey=survey) as glass:
        assert "language" not in glass.app.targets()
