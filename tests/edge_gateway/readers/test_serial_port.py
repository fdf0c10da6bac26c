import asyncio
import fcntl
import os
import pty
import subprocess
import sys
import tty
from collections.abc import Awaitable, Callable
from pathlib import Path

from edge_gateway.readers.serial_port import SerialPort

# A pty carries bytes and hang-ups as a serial port does; speed, parity and break it does not.


class Cable:
    """A pty whose near end has a fixed name, as udev gives a port."""

    def __init__(self, link: Path) -> None:
        self.link = link
        self.plug()

    def plug(self) -> None:
        self.far, self._near = pty.openpty()
        tty.setraw(self._near)
        self.link.unlink(missing_ok=True)
        self.link.symlink_to(os.ttyname(self._near))
        os.close(self._near)

    def unplug(self) -> None:
        os.close(self.far)


async def until(holds: Callable[[], bool], within_s: float = 5.0) -> None:
    async with asyncio.timeout(within_s):
        while not holds():
            await asyncio.sleep(0.01)


def reading(
    path: Path, then: Callable[[SerialPort, bytearray, list[str]], Awaitable[None]]
) -> None:
    """Run a port, and then what a test does with it."""

    async def run() -> None:
        got, closes = bytearray(), list[str]()
        port = SerialPort(
            str(path), 9600, received=got.extend, closed=lambda: closes.append("closed")
        )
        task = asyncio.create_task(port.run())
        try:
            await then(port, got, closes)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())


def test_bytes_arrive_as_they_were_sent(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")
    sent = bytes(range(256)) * 20

    async def then(port: SerialPort, got: bytearray, _closes: list[str]) -> None:
        await until(lambda: port.open)
        for start in range(0, len(sent), 512):
            os.write(cable.far, sent[start : start + 512])
            await asyncio.sleep(0)
        await until(lambda: len(got) >= len(sent))
        assert bytes(got) == sent

    reading(cable.link, then)


def test_a_pulled_cable_is_noticed_at_once_and_a_new_one_is_used(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")

    async def then(port: SerialPort, got: bytearray, closes: list[str]) -> None:
        await until(lambda: port.open)
        cable.unplug()
        await until(lambda: closes == ["closed"], 0.5)
        assert not port.open
        cable.plug()
        await until(lambda: port.open)
        os.write(cable.far, b"again")
        await until(lambda: bytes(got) == b"again")

    reading(cable.link, then)


def test_a_port_that_is_not_there_is_waited_for(tmp_path: Path) -> None:
    link = tmp_path / "till"

    async def then(port: SerialPort, _got: bytearray, _closes: list[str]) -> None:
        await until(lambda: port.trouble is not None)
        assert port.trouble == f"{link}: there is no such port"
        Cable(link)
        await until(lambda: port.open)

    reading(link, then)


def test_a_port_of_another_program_is_left_to_it_by_name(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")
    code = (
        "import fcntl, sys; port = open(sys.argv[1], 'rb+', buffering=0);"
        "fcntl.flock(port, fcntl.LOCK_EX); print('.', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(cable.link)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()

        async def then(port: SerialPort, _got: bytearray, _closes: list[str]) -> None:
            await until(lambda: port.trouble is not None)
            assert port.trouble is not None
            assert "is in use by" in port.trouble
            assert f"(pid {other.pid})" in port.trouble

        reading(cable.link, then)
        other.communicate()


def test_while_it_is_open_the_port_is_ours(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")

    async def then(port: SerialPort, _got: bytearray, _closes: list[str]) -> None:
        await until(lambda: port.open)
        with cable.link.open("rb+", buffering=0) as second:
            try:
                fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
                locked = True
            except BlockingIOError:
                locked = False
        assert not locked

    reading(cable.link, then)
