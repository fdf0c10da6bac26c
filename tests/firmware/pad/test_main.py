from __future__ import annotations

import os
import subprocess
from pathlib import Path

from firmware.pad.hardware import ASKING, DARK, FULL, THANKS, Hardware
from firmware.pad.main import Pad
from protocols.pad import frames
from simulator.pad import micropython
from tests.architecture.sources import ROOT
from tests.firmware.pad.cells import Cells

EPOCH = 0xE0C


class Desk(Hardware):
    """A pad's board in memory; each turn is a millisecond."""

    def __init__(self, flash: Cells) -> None:
        self.flash = self.cells = flash
        self.uid = b"pad-0001"
        self.ms = 0
        self.down = 0
        self.incoming: bytes | None = b""
        self.sent: list[tuple[int, tuple[int | bytes, ...]]] = []
        self.lamps: list[int] = []
        self.beeps: list[int] = []
        self.thanked: list[tuple[int, int]] = []
        self.on_flash_when_thanked: list[bool] = []
        self._ids = iter(range(EPOCH - 1, 0xFFFF))
        self._frames = frames.Frames()

    def now_ms(self) -> int:
        return self.ms

    def random(self) -> int:
        return next(self._ids)

    def keys(self) -> int:
        return self.down

    def light(self, lamp: int) -> None:
        self.lamps.append(lamp)

    def beep(self, times: int) -> None:
        self.beeps.append(times)
        self.on_flash_when_thanked.append(self.cells.changed > self._changed_before)

    def kept(self, seq: int, key: int) -> None:
        self.thanked.append((seq, key))

    def receive(self) -> bytes | None:
        received, self.incoming = self.incoming, b""
        self._changed_before = self.cells.changed
        return received

    def send(self, data: bytes) -> None:
        self.sent += self._frames.receive(data)

    def rest(self) -> None:
        self.ms += 1


def turns(pad: Pad, desk: Desk, count: int) -> None:
    for _ in range(count):
        assert pad.turn()
        desk.rest()


def tap(pad: Pad, desk: Desk, key: int, rest_ms: int = 1_600) -> None:
    desk.down = 1 << (key - 1)
    turns(pad, desk, 100)
    desk.down = 0
    turns(pad, desk, rest_ms)


def say(desk: Desk, kind: int, *fields: int) -> None:
    desk.incoming = (desk.incoming or b"") + frames.encode(kind, *fields)


def test_a_press_is_on_flash_before_the_shopper_is_thanked() -> None:  # P21
    desk = Desk(Cells())
    pad = Pad(desk)
    tap(pad, desk, 4)
    assert desk.thanked == [(1, 4)]
    assert (desk.beeps, desk.on_flash_when_thanked) == ([1], [True])
    assert desk.lamps == [DARK, THANKS, DARK]


def test_a_full_pad_is_amber_and_thanks_nobody() -> None:  # P23
    desk = Desk(Cells(sectors=3, slots=2))
    pad = Pad(desk)
    for _ in range(8):
        tap(pad, desk, 5)
    assert [seq for seq, _ in desk.thanked] == [1, 2, 3, 4, 5, 6]
    assert len(desk.beeps) == 6
    assert desk.lamps[-1] == FULL
    say(desk, frames.WELCOME, EPOCH, 6, 5, 1_500)
    turns(pad, desk, 3)
    assert desk.lamps[-1] == DARK
    beat = next(fields for kind, fields in desk.sent if kind == frames.BEAT)
    assert beat[1:4] == (6, 6, 2)


def test_an_ask_is_white_and_makes_another_shopper() -> None:  # P18, P33
    desk = Desk(Cells(sectors=4, slots=20))
    pad = Pad(desk)
    say(desk, frames.WELCOME, EPOCH, 0, 5, 100)
    for _ in range(14):
        tap(pad, desk, 3, rest_ms=700)
    say(desk, frames.ASK, 1, 60, 1)
    turns(pad, desk, 2)
    assert desk.lamps[-1] == ASKING
    tap(pad, desk, 3, rest_ms=700)
    say(desk, frames.ACK, EPOCH, 8)
    turns(pad, desk, 50)
    presses = {fields[0]: fields for kind, fields in desk.sent if kind == frames.PRESS}
    flagged = [seq for seq, fields in presses.items() if int(fields[5]) & frames.BURST]
    assert sorted(flagged) == [13, 14]
    assert [presses[seq][6] for seq in (14, 15)] == [0, 1]


def test_a_signal_lights_and_beeps_for_a_moment() -> None:  # P19
    desk = Desk(Cells())
    pad = Pad(desk)
    say(desk, frames.SIGNAL, 2, 3)
    turns(pad, desk, 700)
    assert desk.beeps == [3]
    assert desk.lamps == [2, DARK]


def test_the_end_of_the_line_ends_the_loop() -> None:
    desk = Desk(Cells())
    pad = Pad(desk)
    turns(pad, desk, 1)
    desk.incoming = None
    assert not pad.turn()


def test_micropython_compiles_all_of_it(tmp_path: Path) -> None:
    """`board.py` runs on a board only; that it is MicroPython is seen here."""
    script = tmp_path / "compile.py"
    script.write_text(
        "import sys\nfor path in sys.argv[1:]:\n    compile(open(path).read(), path, 'exec')\n"
        "    print(path)\n",
        "utf-8",
    )
    files = [str(path) for path in sorted((ROOT / "firmware" / "pad").glob("*.py"))]
    done = subprocess.run(
        [str(micropython()), str(script), *files],
        env={**os.environ, "MICROPYPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == files
    assert len(files) >= 9
