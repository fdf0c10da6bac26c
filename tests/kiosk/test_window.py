import os
from pathlib import Path

import pytest

from tests.kiosk.glass import open_surface

pytestmark = pytest.mark.screen


def test_touches_come_in_by_one_path_only(tmp_path: Path) -> None:
    open_surface(tmp_path)
    from kivy.config import Config  # noqa: PLC0415 (Kivy was not set up before)

    assert Config.items("input") == [("mouse", "mouse,disable_multitouch")]


def test_kivy_keeps_its_files_in_the_data_folder(tmp_path: Path) -> None:
    open_surface(tmp_path)
    assert Path(os.environ["KIVY_HOME"]).name == "kivy"
    assert os.environ["KIVY_LOG_MODE"] == "PYTHON"
