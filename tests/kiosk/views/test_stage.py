from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest

from kiosk.events import LanguageTapped, Saved, State, StorageFailed
from kiosk.layout import Canvas, Rect
from tests.kiosk.glass import Glass, kiosk_on_glass

pytestmark = [pytest.mark.screen, pytest.mark.xdist_group("kivy")]

SIZES = [(540, 960), (1080, 1920), (1280, 800), (1920, 1080), (800, 480), (600, 1024)]
WAYS: dict[State, list[str]] = {
    State.ATTRACT: [],
    State.REASONS: ["face:1"],
    State.NOTE: ["face:1", "write"],
    State.CONTACT: ["face:1", "next"],
    State.THANKS: ["face:5", "next"],
}


def overlap(one: Rect, other: Rect) -> bool:
    return one.x < other.right and other.x < one.right and one.y < other.top and other.y < one.top


def go_to(glass: Glass, state: State) -> None:
    glass.tap(*WAYS[state])
    glass.until(lambda: glass.app.flow_state == state)


@pytest.mark.parametrize("state", WAYS)
def test_targets_are_large_apart_and_on_the_screen_in_every_window(
    glass: Glass, state: State
) -> None:
    go_to(glass, state)
    for size in [*SIZES, *reversed(SIZES)]:
        glass.resize(*size)
        glass.app.handle(LanguageTapped())
        canvas = Canvas(*size)
        touchables = glass.stage.touchables
        for one in touchables:
            # Ten letters share the width of a portrait window: 44 is WCAG's AAA measure.
            least = 44 if one.name.startswith("key:") else 56
            assert one.hit.width >= canvas.px(least) - 1, (size, one.name)
            assert one.hit.height >= canvas.px(56) - 1, (size, one.name)
            assert canvas.rect.x <= one.hit.x and one.hit.right <= size[0], (size, one.name)
            assert canvas.rect.y <= one.hit.y and one.hit.top <= size[1], (size, one.name)
        for one, other in combinations(touchables, 2):
            assert not overlap(one.hit, other.hit), (size, one.name, other.name)


@pytest.mark.parametrize("height", [960])
def test_language_is_within_reach_at_the_bottom_of_a_tall_screen(glass: Glass, height: int) -> None:
    _, y, _, _ = glass.app.targets()["language"]
    assert y > height * 0.85


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
