"""simulator/keypad_line.py: each press is a byte that the profile reads as a score."""

from __future__ import annotations

import os
from pathlib import Path

from protocols.readers.events import KeyPressed
from protocols.readers.keypad import KeypadReader
from protocols.readers.keypad_profiles import KEYPADS
from simulator.keypad_line import PROFILE, KeypadLine


def test_every_press_arrives_as_a_score(tmp_path: Path) -> None:
    line = KeypadLine(tmp_path / "keys.tty", seed=3, between_s=(0.01, 0.02))
    port = os.open(tmp_path / "keys.tty", os.O_RDONLY | os.O_NOCTTY)
    try:
        line.open()
        sent = b""
        while len(sent) < 8:
            sent += os.read(port, 64)
        line.rest()
        os.set_blocking(port, False)
        while len(sent) < line.pressed:
            sent += os.read(port, 64)
    finally:
        os.close(port)
        line.close()
    reader = KeypadReader(profile=KEYPADS[PROFILE])
    events = [event for at, byte in enumerate(sent) for event in reader.feed(bytes([byte]), at * 9)]
    assert len(events) == line.pressed
    assert all(isinstance(event, KeyPressed) and event.score for event in events)
    assert not (tmp_path / "keys.tty").exists()
