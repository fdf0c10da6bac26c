"""Built files are built again when an input changes or an output is gone, and only then."""

from pathlib import Path

import pytest

from assets.stamps import Stamp


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "input").write_text("a")
    (tmp_path / "output").write_text("A")
    stamp(tmp_path).write([tmp_path / "output"])
    return tmp_path


def stamp(place: Path, version: str = "1") -> Stamp:
    return Stamp(place / "build" / "stamp.json", inputs=[place / "input"], versions=[version])


def test_nothing_changed_holds(place: Path) -> None:
    assert stamp(place).holds()


def test_a_changed_input_or_version_does_not(place: Path) -> None:
    assert not stamp(place, version="2").holds()
    (place / "input").write_text("b")
    assert not stamp(place).holds()


def test_a_missing_or_cut_output_does_not(place: Path) -> None:
    (place / "output").write_text("")
    assert not stamp(place).holds()
    (place / "output").unlink()
    assert not stamp(place).holds()


@pytest.mark.parametrize("noted", ["", "[]", "{}", '{"inputs": 1, "outputs": 2}', "\x00"])
def test_a_damaged_note_does_not(place: Path, noted: str) -> None:
    (place / "build" / "stamp.json").write_text(noted)
    assert not stamp(place).holds()
