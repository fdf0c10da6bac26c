import tomllib
from pathlib import Path

import pytest

from configuration import ConfigError
from kiosk.pin import fits
from kiosk.pin_setting import set_pin

FILE = """# The kiosk at till 4.
device = "kiosk-1"

[keypad]
ok = ["enter"]
"""


def test_pin_is_set_and_set_again_and_every_other_line_stays(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text(FILE, "utf-8")
    path.chmod(0o640)
    for pin in ("2468", "135790"):
        set_pin(path, pin)
        settings = tomllib.loads(path.read_text("utf-8"))
        assert fits(pin, settings["staff_pin_hash"])
        assert settings["keypad"] == {"ok": ["enter"]}
    kept = [line for line in path.read_text("utf-8").splitlines() if "staff_pin" not in line]
    assert kept == FILE.splitlines()
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("pin", ["", "123", "1234567890123", "12a4", "１２３４"])
def test_what_the_keypad_cannot_type_is_no_pin(tmp_path: Path, pin: str) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text(FILE, "utf-8")
    with pytest.raises(ConfigError, match="4 to 12 digits"):
        set_pin(path, pin)
    assert path.read_text("utf-8") == FILE


def test_file_that_is_not_there_or_no_toml_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        set_pin(tmp_path / "gone.toml", "2468")
    (tmp_path / "kiosk.toml").write_text("device = ", "utf-8")
    with pytest.raises(ConfigError, match="not TOML"):
        set_pin(tmp_path / "kiosk.toml", "2468")
