"""A feedback pad on a wire: its real firmware under MicroPython, and a line with noise between.

The firmware is a process of its own that can be killed, whose power can be cut at any byte that
it writes to flash, and whose fingers are lines on a pipe. Chance is an argument.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import sys
import threading
import tty
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import TracebackType

ROOT = Path(__file__).resolve().parents[1]
FIRMWARE = ROOT / "firmware" / "pad" / "main.py"
_CHUNK_BYTES = 4096


def micropython() -> Path:
    """Return MicroPython's unix port, which pip puts beside the interpreter."""
    return Path(sys.executable).with_name("micropython")


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """What a line does to each byte, as shares of all bytes."""

    flipped: float = 0.0
    """One bit is wrong."""
    dropped: float = 0.0

    def on(self, data: bytes, random: Random) -> bytes:
        """Return what arrives of `data`."""
        if not self.flipped and not self.dropped:
            return data
        arrived = bytearray()
        for byte in data:
            chance = random.random()
            if chance < self.flipped:
                arrived.append(byte ^ 1 << random.randrange(8))
            elif chance >= self.flipped + self.dropped:
                arrived.append(byte)
        return bytes(arrived)


class NoisyWire:
    """Carries bytes between two ends of ptys, with noise, in a thread of its own."""

    def __init__(self, port: Path, noise: Noise, *, seed: int) -> None:
        """`port` becomes a link to the end that a gateway opens; `pad_end` is the pad's."""
        self.noise = noise
        self._random = Random(seed)
        self._near, self.gateway_end = os.openpty()
        self._far, self.pad_end = os.openpty()
        for end in (self.gateway_end, self.pad_end):
            tty.setraw(end)
        for end in (self._near, self._far, self.pad_end):
            os.set_blocking(end, False)
        port.parent.mkdir(parents=True, exist_ok=True)
        port.unlink(missing_ok=True)
        port.symlink_to(os.ttyname(self.gateway_end))
        self.carried_bytes = 0
        self._waking, self._wake = os.pipe()
        self._thread = threading.Thread(target=self._carry, name="pad wire", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Pull the wire at both ends."""
        os.write(self._wake, b"\x00")
        self._thread.join()
        for end in (self._near, self.gateway_end, self._far, self.pad_end):
            os.close(end)
        os.close(self._waking)
        os.close(self._wake)

    def _carry(self) -> None:
        ends = selectors.DefaultSelector()
        ends.register(self._near, selectors.EVENT_READ, self._far)
        ends.register(self._far, selectors.EVENT_READ, self._near)
        ends.register(self._waking, selectors.EVENT_READ, None)
        while True:
            for key, _ in ends.select():
                if key.data is None:
                    ends.close()
                    return
                with contextlib.suppress(BlockingIOError):  # a full line loses bytes, as all do
                    data = os.read(key.fd, _CHUNK_BYTES)
                    self.carried_bytes += len(data)
                    os.write(key.data, self.noise.on(data, self._random))


class SimulatedPad:
    """The firmware on its wire."""

    def __init__(
        self, wire: NoisyWire, flash: Path, *, debounce_ms: int = 0, lockout_ms: int = 0
    ) -> None:
        """`flash` is the file that stays when the power goes; fingers come as fast as they like."""
        self.kept: dict[int, int] = {}
        """Key by number, of every press that was confirmed to the shopper."""
        self.lamp = 0
        self.starts = 0
        self.said: list[str] = []
        """What it printed besides: a traceback, when its power is cut."""
        self._wire = wire
        self._flash = flash
        self._patience = (str(debounce_ms), str(lockout_ms))
        self._process: subprocess.Popen[bytes] | None = None
        self._listening: threading.Thread | None = None
        self._news = threading.Condition()

    @property
    def running(self) -> bool:
        """Whether it has power."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Give it power."""
        read_end, self._fingers = os.pipe()
        self._process = subprocess.Popen(
            [
                *(str(micropython()), str(FIRMWARE)),
                *(str(self._flash), f"/dev/fd/{read_end}", *self._patience),
            ],
            stdin=self._wire.pad_end,
            stdout=self._wire.pad_end,
            stderr=subprocess.PIPE,
            pass_fds=(read_end,),
            env={**os.environ, "MICROPYPATH": str(ROOT)},
        )
        os.close(read_end)
        self.starts += 1
        self._listening = threading.Thread(target=self._listen, args=(self._process,), daemon=True)
        self._listening.start()

    def press(self, key: int, hold_ms: int = 0) -> None:
        """Put a finger on a key; whether it was confirmed is told by `kept`."""
        self._order(f"press {key} {hold_ms}")

    def cut(self, after_bytes: int) -> None:
        """Take its power away when so many more bytes of flash were written."""
        self._order(f"cut {after_bytes}")

    def wait_for(self, count: int, within_seconds: float = 10.0) -> bool:
        """Wait until so many presses were confirmed, or it is dead; return whether they were."""
        with self._news:
            self._news.wait_for(
                lambda: len(self.kept) >= count or not self.running, timeout=within_seconds
            )
            return len(self.kept) >= count

    def kill(self) -> None:
        """Take its power away at once."""
        if self._process is not None:
            self._process.kill()
            self._end()

    def wait_for_end(self, within_seconds: float = 10.0) -> int:
        """Wait until it ends by itself; return its exit code."""
        assert self._process is not None  # noqa: S101 (started by whoever waits)
        code = self._process.wait(within_seconds)
        self._end()
        return code

    def _end(self) -> None:
        if self._process is None or self._listening is None:
            return
        self._process.wait()
        self._listening.join()
        os.close(self._fingers)
        self._process = None

    def _order(self, line: str) -> None:
        with contextlib.suppress(BrokenPipeError):  # it is dead already
            os.write(self._fingers, f"{line}\n".encode())

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stderr is not None  # noqa: S101 (asked for)
        with process.stderr:
            for line in process.stderr:
                words = line.split()
                with self._news:
                    if words[:1] == [b"kept"]:
                        self.kept[int(words[1])] = int(words[2])
                    elif words[:1] == [b"lamp"]:
                        self.lamp = int(words[1])
                    else:
                        self.said.append(line.decode(errors="replace"))
                    self._news.notify_all()
        process.wait()
        with self._news:
            self._news.notify_all()

    def __enter__(self) -> SimulatedPad:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
