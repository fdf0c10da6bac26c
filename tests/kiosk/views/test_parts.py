import pytest

from tests.kiosk.glass import Glass

pytestmark = [
    pytest.mark.screen,
    pytest.mark.usefixtures("glass"),
]


def image_of(part: object) -> object:
    from kivy.graphics import Rectangle  # noqa: PLC0415 (needs the surface)

    return next(p for p in part.group.children if isinstance(p, Rectangle))  # type: ignore[attr-defined]


@pytest.mark.parametrize("lines", [1, 3])
def test_long_text_is_set_smaller_until_it_fits(lines: int) -> None:
    from kiosk.layout import Rect  # noqa: PLC0415
    from kiosk.views.parts import Text  # noqa: PLC0415

    text = Text(30, lines=lines)
    text.place(Rect(10, 10, 220, 60), 1.0)
    text.say("Would you like to say more?" if lines == 1 else "很抱歉，哪里没做好？" * 3)
    width, height = image_of(text).size  # type: ignore[attr-defined]
    assert 0 < width <= 220
    assert 0 < height <= 60


def test_nothing_to_say_draws_nothing() -> None:
    from kiosk.layout import Rect  # noqa: PLC0415
    from kiosk.views.parts import Text  # noqa: PLC0415

    text = Text(30)
    text.place(Rect(10, 10, 220, 60), 1.0)
    text.say("words")
    text.say("")
    assert tuple(image_of(text).size) == (0, 0)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("room", "drawn"), [(160, True), (40, False)])
def test_code_is_drawn_only_where_a_camera_can_read_it(room: int, drawn: bool) -> None:
    from kiosk.layout import Rect  # noqa: PLC0415
    from kiosk.views.parts import QrCode  # noqa: PLC0415

    code = QrCode()
    code.lead_to("https://feedback.example.com/t/ABCD-1234")
    code.place(Rect(0, 0, room, room), 1.0)
    side = image_of(code).size[0]  # type: ignore[attr-defined]
    assert (side > 0) == drawn
    assert side % 33 == 0  # version 3: 29 modules and a quiet zone of two on each side


def test_touch_area_may_be_larger_than_the_button() -> None:
    from kiosk.layout import Rect  # noqa: PLC0415
    from kiosk.views.parts import Button  # noqa: PLC0415

    button = Button("x")
    button.place(Rect(10, 10, 50, 50), 1.0)
    button.reach(Rect(0, 0, 70, 70))
    assert (button.rect.width, button.hit.width) == (50, 70)


def test_glass_is_what_it_is_drawn_on(glass: Glass) -> None:
    assert glass.stage.size == [540, 960]


def test_no_line_holds_a_question_mark_alone_and_no_word_is_broken() -> None:
    from kiosk.layout import Rect  # noqa: PLC0415
    from kiosk.views.parts import Text  # noqa: PLC0415

    asked = Text(40, align="left")
    asked.place(Rect(0, 0, 380, 140), 1.0)
    asked.say("今天的购物体验如何？")  # nine characters of ten fit into a line
    assert 200 <= asked.drawn[0] <= 260
    chip = Text(30, align="left")
    chip.place(Rect(0, 0, 160, 90), 1.0)
    chip.say("Something else")
    word = Text(30, lines=1)
    word.place(Rect(0, 0, 400, 90), 1.0)
    word.say("Something")
    assert chip.pixels == 30
    assert word.drawn[0] <= chip.drawn[0] <= 160


@pytest.mark.parametrize("lines", [1, 2])
def test_text_that_never_fits_is_cut_and_stays_within_its_rectangle(lines: int) -> None:
    from kiosk.layout import Rect  # noqa: PLC0415
    from kiosk.views.parts import Text  # noqa: PLC0415

    name = Text(18, align="left", lines=lines)
    name.place(Rect(0, 0, 200, 50), 1.0)
    name.say("Spruce Fresh Market Chain Limited, Century Avenue flagship store" * 4)
    assert 100 < name.drawn[0] <= 200
    assert 0 < name.drawn[1] <= 50
    assert name.pixels == 9
