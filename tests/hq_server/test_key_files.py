"""hq_server/key_files.py: made once, for their owner alone."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from hq_server.errors import InputError
from hq_server.key_files import cookie_key, secret_file


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "x.key"
    first = secret_file(path)
    assert (len(first), secret_file(path)) == (32, first)
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_programs_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    found: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: found.append(cookie_key(tmp_path))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1


def test_a_damaged_key_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "x.key"
    path.write_bytes(b"short")
    with pytest.raises(InputError, match="32 bytes"):
        secret_file(path)
