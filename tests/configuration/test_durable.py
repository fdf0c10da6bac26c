import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from configuration import write_durably

WRITER = """
import sys
from itertools import count
from pathlib import Path
from configuration import write_durably

print("ready", flush=True)
for number in count():
    write_durably(Path(sys.argv[1]), (b"%d " % (number % 10)) * 50_000)
"""


def test_new_content_stands_in_place_of_the_old(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    write_durably(path, b"one")
    write_durably(path, b"two", mode=0o640)
    assert path.read_bytes() == b"two"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in tmp_path.iterdir()] == ["kept.json"]


def test_failure_leaves_the_old_file_and_no_litter(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "inside").touch()
    with pytest.raises(OSError):
        write_durably(tmp_path / "kept", b"a folder is in the way")
    assert [one.name for one in tmp_path.iterdir()] == ["kept"]


def test_killed_in_the_middle_it_leaves_a_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    for _ in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        while not path.exists():
            pass
        os.kill(writer.pid, signal.SIGKILL)
        writer.communicate()
        content = path.read_bytes()
        assert len(content) == 100_000
        assert len(set(content.split())) == 1
        path.unlink()
