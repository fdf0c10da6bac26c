import logging
from pathlib import Path

import pytest

from kiosk.backlight import Backlight


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files such as the kernel's."""
    for name, value in {"max_brightness": "31", "brightness": "31", "bl_power": "0"}.items():
        (tmp_path / name).write_text(value + "\n")
    return tmp_path


def test_level_is_in_per_cent_and_never_dark(folder: Path) -> None:
    light = Backlight(folder)
    assert light.level() == 100
    light.set(50)
    assert light.level() == 52  # 16 of 31
    light.set(0)
    assert (folder / "brightness").read_text() == "1"


def test_switching_off_keeps_the_brightness(folder: Path) -> None:
    light = Backlight(folder)
    light.switch(False)
    assert (folder / "bl_power").read_text() == "4"
    assert light.level() == 100
    light.switch(True)
    assert (folder / "bl_power").read_text() == "0"


def test_light_that_is_gone_is_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    light = Backlight(tmp_path / "gone")
    with caplog.at_level(logging.WARNING):
        assert light.level() is None
        light.set(50)
        light.switch(False)
    assert len(caplog.records) == 1
