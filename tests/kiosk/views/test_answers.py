from dataclasses import replace

import pytest

from kiosk.events import Rated
from tests.kiosk.views.studio import BASE, FOUR_FACES, ZERO_TO_TEN, Studio

pytestmark = pytest.mark.screen


def faces(studio: Studio) -> list[tuple[str, int, int]]:
    found = studio.stage.touchables
    return [(one.name, one.hit.x, one.hit.y) for one in found if one.name.startswith("face")]


@pytest.mark.parametrize("size", [(540, 960), (1280, 800)])
def test_faces_stand_in_a_row_from_bad_to_good(studio: Studio, size: tuple[int, int]) -> None:
    studio.resize(*size)
    studio.show(BASE)
    row = faces(studio)
    assert [name for name, _, _ in row] == [f"face:{score}" for score in range(1, 6)]
    assert [x for _, x, _ in row] == sorted(x for _, x, _ in row)
    assert len({y for _, _, y in row}) == 1


@pytest.mark.parametrize("size", [(540, 960), (1280, 800)])
def test_large_text_lists_them_from_good_to_bad(studio: Studio, size: tuple[int, int]) -> None:
    studio.resize(*size)
    studio.show(replace(BASE, large=True))
    column = faces(studio)
    assert [name for name, _, _ in column] == [f"face:{score}" for score in range(5, 0, -1)]
    assert [y for _, _, y in column] == sorted((y for _, _, y in column), reverse=True)
    assert len({x for _, x, _ in column}) == 1


def test_four_faces_leave_out_the_middle(studio: Studio) -> None:
    studio.show(replace(BASE, asked=FOUR_FACES))
    assert [name for name, _, _ in faces(studio)] == ["face:1", "face:2", "face:4", "face:5"]


def test_numbers_go_from_0_to_10_and_rate(studio: Studio) -> None:
    studio.resize(1280, 800)
    studio.show(replace(BASE, asked=ZERO_TO_TEN))
    keys = [one for one in studio.stage.touchables if one.name.startswith("score:")]
    assert [one.event for one in keys] == [Rated(score) for score in range(11)]
    assert len({one.hit.y for one in keys}) == 1


def test_words_below_a_face_are_part_of_its_target(studio: Studio) -> None:
    from kiosk.views.parts import Text  # noqa: PLC0415 (needs the surface)

    studio.resize(540, 960)
    studio.show(BASE)
    words = {text.said: text.rect.centre for text in studio.parts() if isinstance(text, Text)}
    for score, label in enumerate(BASE.asked.faces, start=1):
        [face] = [one for one in studio.stage.touchables if one.name == f"face:{score}"]
        assert face.hit.holds(*words[label["zh-CN"]])
