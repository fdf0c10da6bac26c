"""A second program is refused, and told who was first."""

import os
from pathlib import Path

import pytest

from outbox.errors import OutboxHeld
from outbox.hold import Hold


def test_a_second_holder_is_told_who_was_first(tmp_path: Path) -> None:
    first = Hold(tmp_path / "o", "storeloop-kiosk")
    with pytest.raises(OutboxHeld, match=rf"storeloop-kiosk \(process {os.getpid()}\)"):
        Hold(tmp_path / "o", "storeloop-gateway")
    first.release()
    Hold(tmp_path / "o", "storeloop-gateway").release()


def test_what_an_earlier_and_longer_named_holder_wrote_is_gone(tmp_path: Path) -> None:
    Hold(tmp_path / "o", "a program with a very long name").release()
    hold = Hold(tmp_path / "o", "b")
    assert (tmp_path / "o.lock").read_text().startswith("b (process")
    hold.release()
