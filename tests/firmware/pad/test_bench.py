from __future__ import annotations

from pathlib import Path

import pytest

from firmware.pad.bench import FileFlash, PowerCut


def test_programming_clears_bits_and_only_an_erase_sets_them(tmp_path: Path) -> None:
    flash = FileFlash(str(tmp_path / "flash"), sectors=2)
    flash.program(4096, b"\x0f\xf0")
    flash.program(4096, b"\xf1\xff")
    assert flash.read(4095, 4) == b"\xff\x01\xf0\xff"
    assert FileFlash(str(tmp_path / "flash"), sectors=2).read(4096, 2) == b"\x01\xf0"
    flash.erase(1)
    assert flash.read(4096, 2) == b"\xff\xff"


def test_the_power_goes_at_the_byte_it_is_told(tmp_path: Path) -> None:
    flash = FileFlash(str(tmp_path / "flash"), sectors=1)
    flash.left = 6
    flash.program(0, b"abcd")
    with pytest.raises(PowerCut):
        flash.program(4, b"efgh")
    assert FileFlash(str(tmp_path / "flash"), sectors=1).read(0, 8) == b"abcdef\xff\xff"
