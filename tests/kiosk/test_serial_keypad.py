import os
import pty
import tty
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest

from kiosk import serial_keypad
from kiosk.keypad import PadKey, SerialKeys
from kiosk.serial_keypad import SerialKeypad
from tests.kiosk.gateway_peer import wait_for


class Cable:
    """A port that can be plugged in and out: a link to one end of a pseudo terminal."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.plug()

    def plug(self) -> None:
        self.keys, port = pty.openpty()
        tty.setraw(port)
        self.path.symlink_to(os.ttyname(port))
        self._port = port

    def unplug(self) -> None:
        self.path.unlink()
        os.close(self._port)
        os.close(self.keys)


@pytest.fixture
def cable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cable]:
    monkeypatch.setattr(serial_keypad, "AGAIN_AFTER_S", 0.01)
    yield Cable(tmp_path / "keypad")


def heard(pressed: "Queue[PadKey]", cable: Cable, byte: bytes) -> PadKey:
    """Press until it is heard: what is sent before the port is open is dropped."""
    wait_for(lambda: os.write(cable.keys, byte) == 1 and not wait_empty(pressed))
    return pressed.get()


def wait_empty(pressed: "Queue[PadKey]") -> bool:
    return pressed.empty()


def test_keys_are_heard_again_after_the_cable_was_out(cable: Cable) -> None:
    pressed: Queue[PadKey] = Queue()
    pad = SerialKeypad(str(cable.path), 9600, SerialKeys().meanings(), pressed.put)
    pad.start()
    assert heard(pressed, cable, b"n") is PadKey.NEXT
    cable.unplug()
    cable.plug()
    wait_for(lambda: os.write(cable.keys, b"?o") == 2 and PadKey.OK in list(pressed.queue))
    pad.stop()
