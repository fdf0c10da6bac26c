from itertools import combinations
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from kiosk.layout import Canvas
from kiosk.pin import hash_pin
from kiosk.staff import Page
from kiosk.staff_texts import all_staff_texts
from kiosk.views import theme
from tests.kiosk.glass import kiosk_on_glass
from tests.kiosk.views.staff_pictures import STAFF, staff_picture
from tests.kiosk.views.studio import Studio

pytestmark = pytest.mark.screen

SIZES = [(540, 960), (640, 400), (800, 480)]


@pytest.mark.parametrize("name", STAFF)
def test_targets_are_large_apart_and_on_the_screen_in_every_window(
    studio: Studio, name: str
) -> None:
    for size in SIZES:
        studio.resize(*size)
        canvas = Canvas(*size)
        for language in ("zh-CN", "en"):
            studio.show(staff_picture(name, language))
            found = studio.stage.touchables
            for one in found:
                assert one.hit.height >= canvas.px(50) - 1, (size, one.name)
                assert one.hit.width >= canvas.px(56) - 1, (size, one.name)
                assert canvas.rect.x <= one.hit.x and one.hit.right <= size[0], one.name
                assert canvas.rect.y <= one.hit.y and one.hit.top <= size[1], one.name
            for one, other in combinations(found, 2):
                beside = one.hit.right <= other.hit.x or other.hit.right <= one.hit.x
                above = one.hit.top <= other.hit.y or other.hit.top <= one.hit.y
                assert beside or above, (size, one.name, other.name)


def test_locked_screen_has_nothing_to_touch(studio: Studio) -> None:
    studio.resize(*SIZES[0])
    studio.show(staff_picture("locked"))
    assert studio.stage.touchables == []
    said = [getattr(part, "said", "") for part in studio.parts()]
    assert any("27" in words for words in said)


@pytest.mark.parametrize("font", [theme.REGULAR, theme.BOLD])
def test_no_text_for_staff_lacks_a_glyph(studio: Studio, font: str) -> None:
    del studio  # it skips when the fonts are not built
    known = TTFont(font, lazy=True).getBestCmap()
    assert {one for one in "•" + "".join(all_staff_texts()) if ord(one) not in known} == set()


def test_long_press_pin_and_menu_by_real_touches(tmp_path: Path) -> None:
    from kiosk.events import StaffHeld  # noqa: PLC0415

    with kiosk_on_glass(tmp_path, staff_pin_hash=hash_pin("2468")) as glass:
        glass.app.handle(StaffHeld())
        glass.tap("digit:2", "digit:4", "digit:6", "digit:8", "pin_ok", "touch")
        shown = glass.app._upkeep._room.picture()
        assert shown.page is Page.TOUCH
        assert shown.figures is None or shown.figures.device == "kiosk-1"
        glass.tap("back", "leave")
        glass.until(lambda: "face:1" in glass.app.targets())
        assert glass.responses() == []


def test_without_a_pin_the_long_press_leads_nowhere(tmp_path: Path) -> None:
    from kiosk.events import StaffHeld  # noqa: PLC0415

    with kiosk_on_glass(tmp_path) as glass:
        glass.app.handle(StaffHeld())
        glass.frames(2)
        assert "face:1" in glass.app.targets()
