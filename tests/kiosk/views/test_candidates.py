from dataclasses import replace
from itertools import pairwise

import pytest

from kiosk.events import State
from kiosk.layout import Canvas
from tests.kiosk.views.studio import UNHAPPY, Studio

pytestmark = pytest.mark.screen

NOTE = replace(UNHAPPY, state=State.NOTE)


def type_letters(studio: Studio, letters: str, note: str = "") -> None:
    picture = replace(NOTE, note=note)
    studio.show(replace(UNHAPPY, state=State.REASONS))
    studio.show(picture)
    for letter in letters:
        studio.stage.touch(f"key:{letter}")
    studio.show(picture)


def candidates(studio: Studio) -> dict[str, object]:
    screen = studio.stage._screens[State.NOTE]
    bar = screen._keyboard.candidates  # type: ignore[attr-defined]
    return {one.label.said: one for one in bar._words[: bar._shown]}


@pytest.mark.parametrize(("width", "height"), [(540, 960), (600, 1024), (1280, 800), (800, 480)])
def test_candidates_stand_apart_within_the_window_and_can_be_hit(
    studio: Studio, width: int, height: int
) -> None:
    studio.resize(width, height)
    type_letters(studio, "shoushi")
    places = [one.rect for one in candidates(studio).values()]  # type: ignore[attr-defined]
    assert len(places) >= 3
    assert (places[0].x < 60) == (height > width)  # below the letters, or beside them
    assert all(one.right < other.x for one, other in pairwise(places))
    assert all(one.x >= 0 and one.right <= width for one in places)
    assert all(one.height >= 55 * Canvas(width, height).unit for one in places)


def test_long_sentence_is_offered_alone_and_whole(studio: Studio) -> None:
    studio.resize(540, 960)
    type_letters(studio, "zizhujiezhangjisaobuchulaitiaomaqingpaiyigerenlai")
    [(sentence, button), *_] = candidates(studio).items()
    assert sentence.startswith("自助结账机扫不出来条码")
    assert button.rect.right <= 540  # type: ignore[attr-defined]


def test_letters_that_wait_are_shown_and_of_many_the_last(studio: Studio) -> None:
    from kiosk.views.parts import Text  # noqa: PLC0415 (needs the surface)

    def said() -> set[str]:
        return {part.said for part in studio.parts() if isinstance(part, Text)}

    studio.resize(540, 960)
    type_letters(studio, "fuwu")
    assert "fuwu" in said()
    type_letters(studio, "womendengleershifenzhongmeiyouren")
    [shown] = [words for words in said() if words.startswith("…")]
    assert shown.endswith("meiyouren")


def test_candidate_longer_than_the_room_left_cannot_be_touched(studio: Studio) -> None:
    type_letters(studio, "fuwutaidu", note="好" * 138)
    found = candidates(studio)
    assert not found["服务态度"].enabled  # type: ignore[attr-defined]
    assert found["服务"].enabled  # type: ignore[attr-defined]
    names = {one.name for one in studio.stage.touchables}
    assert "done" not in names
    assert "candidate:1" not in names
