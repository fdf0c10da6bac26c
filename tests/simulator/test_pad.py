from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from protocols.pad import frames
from simulator.pad import Noise, NoisyWire, SimulatedPad


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[NoisyWire]:
    made = NoisyWire(tmp_path / "pad", Noise(), seed=1)
    yield made
    made.close()


class Far:
    """The gateway's end, as a test reads and writes it."""

    def __init__(self, wire: NoisyWire) -> None:
        os.set_blocking(wire.gateway_end, False)
        self._end = wire.gateway_end
        self._frames = frames.Frames()

    def say(self, kind: int, *fields: int) -> None:
        os.write(self._end, frames.encode(kind, *fields))

    def hear(self, kind: int, within_s: float = 5.0) -> tuple[int | bytes, ...]:
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            try:
                received = os.read(self._end, 4096)
            except BlockingIOError:
                time.sleep(0.002)
                continue
            for heard, fields in self._frames.receive(received):
                if heard == kind:
                    return fields
        raise AssertionError(f"no frame of kind {kind:#x}")


def test_noise_is_as_it_is_told_and_the_same_with_the_same_seed() -> None:
    noise, sent = Noise(flipped=0.1, dropped=0.05), bytes(range(256)) * 40
    arrived = noise.on(sent, Random(3))
    assert arrived == noise.on(sent, Random(3))
    assert 0.04 < 1 - len(arrived) / len(sent) < 0.06
    assert Noise().on(sent, Random(3)) is sent


def test_the_firmware_greets_keeps_and_hands_over(wire: NoisyWire, tmp_path: Path) -> None:
    far = Far(wire)
    with SimulatedPad(wire, tmp_path / "flash") as pad:
        pad.start()
        epoch = far.hear(frames.HELLO)[1]
        pad.press(4)
        pad.press(2)
        assert pad.wait_for(2)
        far.say(frames.WELCOME, int(epoch), 0, 5, 0)
        assert far.hear(frames.PRESS)[:1] == (1,)
        pad.kill()
        assert not pad.running
        pad.start()
        hello = far.hear(frames.HELLO)
        assert hello[1] == epoch, "the flash stayed"
        assert hello[4] == 2
    assert pad.kept == {1: 4, 2: 2}


def test_fingers_press_as_shoppers_do(wire: NoisyWire, tmp_path: Path) -> None:
    with SimulatedPad(wire, tmp_path / "flash", debounce_ms=20) as pad:
        pad.start()
        for key in (5, 4, 1):
            pad.press(key, hold_ms=40)
        pad.press(2)  # too short for a finger
        pad.press(3, hold_ms=40)
        assert pad.wait_for(4)
    assert list(pad.kept.values()) == [5, 4, 1, 3]


def test_its_power_goes_in_the_midst_of_a_press(wire: NoisyWire, tmp_path: Path) -> None:
    far = Far(wire)
    with SimulatedPad(wire, tmp_path / "flash") as pad:
        pad.start()
        pad.press(4)
        assert pad.wait_for(1)
        pad.cut(20)
        pad.press(2)
        assert pad.wait_for_end() != 0
        pad.start()
        while True:
            hello = far.hear(frames.HELLO)
            if hello[4] == 2:  # of this start
                break
        far.say(frames.WELCOME, int(hello[1]), 1, 5, 0)
        press = far.hear(frames.PRESS)
        assert (press[0], press[5]) == (2, frames.UNREADABLE)
    assert pad.kept == {1: 4}


def test_a_line_that_ends_ends_the_pad_instead_of_spinning(tmp_path: Path) -> None:
    wire = NoisyWire(tmp_path / "pad", Noise(), seed=1)
    with SimulatedPad(wire, tmp_path / "flash") as pad:
        pad.start()
        Far(wire).hear(frames.HELLO)
        wire.close()
        assert pad.wait_for_end(5) == 0
