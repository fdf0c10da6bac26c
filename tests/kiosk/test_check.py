from pathlib import Path

import pytest

from kiosk import speech
from kiosk.check import findings
from kiosk.pin import hash_pin
from tests.kiosk.glass import kiosk_settings


def test_each_thing_that_can_be_mended_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no espeak-ng there
    assert speech.installed() is None
    wrong = kiosk_settings(
        tmp_path,
        speech=True,
        printer=tmp_path / "lp0",
        keypad_port=str(tmp_path / "tty"),
        backlight=tmp_path / "light",
        survey=tmp_path / "survey.json",
    )
    (tmp_path / "survey.json").write_text("{}")
    bad = [said for well, said in findings(wrong) if not well]
    assert [said.split(":")[0] for said in bad if "assets" not in said] == [
        str(tmp_path / "survey.json"),
        "no staff menu",
        "speech",
        "printer",
        "keypad",
        "backlight",
    ]
    assert "set-pin" in " ".join(bad)


def test_what_is_well_is_said_to_be(tmp_path: Path) -> None:
    for name in ("max_brightness", "brightness", "bl_power", "lp0"):
        (tmp_path / name).write_text("9")
    right = kiosk_settings(
        tmp_path,
        staff_pin_hash=hash_pin("2468"),
        printer=tmp_path / "lp0",
        backlight=tmp_path,
    )
    assert [said for well, said in findings(right) if not well and "assets" not in said] == []
    assert any("at 100 %" in said for _, said in findings(right))
