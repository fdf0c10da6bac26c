from assets import icons
from assets.__main__ import HERE
from protocols.icons import CHIP_ICONS


def test_the_kiosk_s_font_has_every_icon_of_a_chip() -> None:
    listed = icons.read_list(HERE / "icons/kiosk.txt")
    assert set(listed) >= CHIP_ICONS
