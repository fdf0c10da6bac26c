import pytest

from tests.kiosk.glass import Glass

pytestmark = pytest.mark.screen


@pytest.mark.usefixtures("glass")
def test_faces_differ_by_shape_not_by_colour_alone() -> None:
    from kivy.graphics import Rectangle  # noqa: PLC0415 (needs the surface)

    from kiosk.layout import Rect  # noqa: PLC0415
    from kiosk.views.face import Face  # noqa: PLC0415

    def shapes(score: int) -> tuple[object, ...]:
        face = Face(score)
        face.place(Rect(0, 0, 200, 200), 1.0)
        drawn = [part for part in face.group.children if isinstance(part, Rectangle)]
        return tuple((id(part.texture), tuple(part.pos), tuple(part.size)) for part in drawn)

    assert len({shapes(score) for score in range(1, 6)}) == 5


def test_face_shrinks_under_the_finger(glass: Glass) -> None:
    from kiosk.layout import Rect  # noqa: PLC0415
    from kiosk.views.face import Face  # noqa: PLC0415

    assert glass.app.flow_state == "attract"
    face = Face(3)
    face.place(Rect(0, 0, 200, 200), 1.0)
    before = face.group.children[-1].size
    face.press(True)
    assert face.group.children[-1].size < before
