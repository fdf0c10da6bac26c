import pytest

from kiosk.events import AlarmHeard, Instructed
from protocols.messages import Alarm, Instruction
from tests.kiosk.glass import Glass

pytestmark = [pytest.mark.screen, pytest.mark.xdist_group("kivy")]


@pytest.mark.parametrize("score", [1, 2, 3, 4, 5])
def test_words_below_a_face_are_part_of_its_target(glass: Glass, score: int) -> None:
    x, y, width, height = glass.app.targets()[f"face:{score}"]
    glass.robot.press(x + width / 2, y + height - 6)
    glass.robot.release(x + width / 2, y + height - 6)
    glass.until(lambda: glass.app.picture.rating == score)
    assert glass.app.flow_state == "reasons"


def test_five_faces_stand_in_a_row_from_bad_to_good(glass: Glass) -> None:
    boxes = [glass.app.targets()[f"face:{score}"] for score in range(1, 6)]
    assert [box[0] for box in boxes] == sorted(box[0] for box in boxes)
    assert len({box[1] for box in boxes}) == 1


def test_strip_says_where_what_and_which_case_but_no_words(glass: Glass) -> None:
    from kiosk.views.attract import Attract  # noqa: PLC0415 (needs the surface)

    alarm = Alarm(
        alarm="a", response="r", touchpoint="till-4", reasons=("allergy",), code="ABCD-1234"
    )
    glass.app.handle(AlarmHeard(alarm))
    [screen] = [one for one in glass.stage._screens.values() if isinstance(one, Attract)]
    said = screen._alarm_words(alarm, 2, "en")
    assert said == "Staff · Till 4 · Allergy · ABCD-1234 · 2 in all"


def test_strips_make_room_and_go_again(glass: Glass) -> None:
    free = glass.app.targets()
    glass.app.handle(Instructed(Instruction(instruction="i", text={"en": "Open till 5"})))
    alarm = Alarm(alarm="a", response="r", touchpoint=None)
    glass.app.handle(AlarmHeard(alarm))
    glass.frames(2)
    assert glass.app.targets() != free
    glass.app.handle(AlarmHeard(Alarm(alarm="a", response="r", touchpoint=None, acknowledged=True)))
    glass.app.handle(Instructed(Instruction(instruction="i", text={"en": "x"}, until_ms=1)))
    glass.until(lambda: glass.app.targets() == free)
