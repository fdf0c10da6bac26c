"""A folder is made, or refused with file, key, value and why, in one line."""

import os
from pathlib import Path

import pytest

from configuration import ConfigError, make_folder

FILE = Path("it.toml")


def test_a_folder_is_made_private_and_found_again(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "data"
    for _ in range(2):
        make_folder(folder, file=FILE, key="data_dir")
    assert folder.stat().st_mode & 0o777 == 0o700


def refusal(folder: Path) -> str:
    with pytest.raises(ConfigError) as error:
        make_folder(folder, file=FILE, key="data_dir")
    (line,) = error.value.complaints
    assert line.startswith(f"it.toml: data_dir = {str(folder)!a}: ")
    assert "\n" not in line
    return line


def test_what_cannot_be_a_folder_is_said_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert refusal(tmp_path / "file").endswith("there is a file of that name")
    assert refusal(tmp_path / "file" / "data").endswith("Not a directory")
    assert "the folder cannot be made" in refusal(Path("/proc/x"))
    assert "the folder cannot be made" in refusal(tmp_path / ("x" * 300))
    assert "null" in refusal(tmp_path / "a\0b")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert refusal(tmp_path).endswith("may not read and write in it")
    tmp_path.chmod(0o700)
