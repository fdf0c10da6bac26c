from dataclasses import replace

import pytest

from kiosk.events import Picture
from kiosk.layout import Rect
from tests.kiosk.views.studio import ALARM, BASE, ORDER, PICTURES, PROBLEMS, ZERO_TO_TEN, Studio

pytestmark = pytest.mark.screen


@pytest.fixture(autouse=True)
def tall(studio: Studio) -> None:
    """Each test begins in a tall window."""
    studio.resize(540, 960)


def targets(studio: Studio) -> dict[str, Rect]:
    return {one.name: one.hit for one in studio.stage.touchables}


def test_strips_make_room_and_go_again(studio: Studio) -> None:
    studio.show(BASE)
    free = targets(studio)
    studio.show(replace(BASE, alarm=ALARM, instruction=ORDER))
    assert targets(studio)["face:1"] != free["face:1"]
    studio.show(BASE)
    assert targets(studio) == free


@pytest.mark.parametrize("size", [(540, 960), (800, 480)])
def test_problems_leave_from_the_last_one_on_and_faces_never(
    studio: Studio, size: tuple[int, int]
) -> None:
    studio.resize(*size)
    names = {}
    for name in ("problems", "strips"):
        studio.show(replace(PICTURES[name], voted=frozenset()))
        names[name] = set(targets(studio))
    faces = {f"face:{score}" for score in range(1, 6)}
    assert faces <= names["problems"] & names["strips"]
    assert {"me_too:3", "fixed_now:3"} <= names["problems"]
    assert "me_too:1" in names["strips"]
    assert "me_too:3" not in names["strips"]


def test_problem_that_has_a_vote_has_no_keys_any_more(studio: Studio) -> None:
    studio.show(replace(BASE, problems=PROBLEMS, voted=frozenset({"p2"})))
    assert {"me_too:1", "me_too:3"} <= set(targets(studio))
    assert not {"me_too:2", "fixed_now:2"} & set(targets(studio))


@pytest.mark.parametrize("size", [(540, 960), (1280, 800)])
def test_large_text_asks_about_one_problem(studio: Studio, size: tuple[int, int]) -> None:
    studio.resize(*size)
    studio.show(replace(BASE, problems=PROBLEMS, large=True))
    shown = {name for name in targets(studio) if name.startswith("me_too")}
    assert shown == {"me_too:1"}


def test_kiosk_without_a_mailbox_shows_no_key_for_it(studio: Studio) -> None:
    studio.show(BASE)
    assert {"mailbox", "lookup"} <= set(targets(studio))
    studio.show(replace(BASE, mailbox=None))
    assert "mailbox" not in targets(studio)


def test_another_question_changes_the_answers_at_once(studio: Studio) -> None:
    studio.show(BASE)
    studio.show(replace(BASE, asked=ZERO_TO_TEN))
    assert {f"score:{score}" for score in range(11)} <= set(targets(studio))
    assert not {name for name in targets(studio) if name.startswith("face")}


@pytest.mark.parametrize(
    ("said", "picture"),
    [
        ("selling", replace(BASE, selling=True)),
        ("receipt_read", replace(BASE, selling=True, receipt="0387")),
        ("hint", BASE),
        ("hint_scale", replace(BASE, asked=ZERO_TO_TEN)),
    ],
)
def test_the_line_below_the_question_fits_the_moment(
    studio: Studio, said: str, picture: Picture
) -> None:
    from kiosk.views.parts import Text  # noqa: PLC0415 (needs the surface)

    studio.show(picture)
    words = {part.said for part in studio.parts() if isinstance(part, Text)}
    assert picture.say(said, last="0387") in words
