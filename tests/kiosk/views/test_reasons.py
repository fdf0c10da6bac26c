from dataclasses import replace

import pytest

from kiosk.settings import DEFAULT_SURVEY
from tests.kiosk.glass import Glass
from tests.kiosk.views.studio import PICTURES, Studio

pytestmark = pytest.mark.screen


def shown(glass: Glass) -> set[str]:
    return {name[7:] for name in glass.app.targets() if name.startswith("reason:")}


@pytest.mark.parametrize("score", [3, 4])
def test_chips_fit_the_rating(glass: Glass, score: int) -> None:
    glass.tap(f"face:{score}")
    expected = DEFAULT_SURVEY.happy if score >= 4 else DEFAULT_SURVEY.unhappy
    assert shown(glass) == {chip.id for chip in expected}


def test_several_chips_can_be_chosen_and_taken_back(glass: Glass) -> None:
    glass.tap("face:2", "reason:queue", "reason:price", "reason:queue")
    assert glass.app.picture.chosen == {"price"}


def test_chips_change_between_two_visits(glass: Glass) -> None:
    glass.tap("face:1", "skip", "finish", "face:5")
    assert shown(glass) == {chip.id for chip in DEFAULT_SURVEY.happy}


@pytest.mark.parametrize(
    ("size", "large", "across"),
    [
        ((540, 960), False, 2),
        ((540, 960), True, 1),
        ((1280, 800), False, 4),
        ((1280, 800), True, 3),
    ],
)
def test_large_text_has_fewer_chips_in_a_row(
    studio: Studio, size: tuple[int, int], large: bool, across: int
) -> None:
    studio.resize(*size)
    studio.show(replace(PICTURES["reasons"], large=large))
    chips = [one for one in studio.stage.touchables if one.name.startswith("reason:")]
    assert len({one.hit.x for one in chips}) == across


def test_chips_stand_in_the_order_of_the_picture(studio: Studio) -> None:
    picture = PICTURES["reasons"]
    studio.show(replace(picture, choices=picture.choices[::-1]))
    names = [one.name for one in studio.stage.touchables if one.name.startswith("reason:")]
    assert names == [f"reason:{choice.id}" for choice in picture.choices[::-1]]
