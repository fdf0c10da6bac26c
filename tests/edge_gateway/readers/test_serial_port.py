import asyncio
import fcntl
import os
import subprocess
import sys
import termios
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from edge_gateway.readers.serial_port import (
    MAX_UNSENT_BYTES,
    NoPort,
    Plugged,
    SerialPort,
    Wire,
    fitting,
    node,
    opened,
    plugged,
    sentence,
)
from tests.edge_gateway.readers.cable import Cable, until

# <asm-generic/ioctls.h>: whether TIOCEXCL was set; root opens such a port all the same.
TIOCGEXCL = 0x80045440


def reading(
    path: Path,
    then: Callable[[SerialPort, bytearray, list[bool]], Awaitable[None]],
    *,
    talks: bool = False,
) -> None:
    """Run a port, and then what a test does with it."""

    async def run() -> None:
        got, changes = bytearray(), list[bool]()
        port = SerialPort(
            Wire(port=str(path)),
            received=got.extend,
            changed=lambda: changes.append(port.open),
            talks=talks,
        )
        task = asyncio.create_task(port.run())
        try:
            await then(port, got, changes)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())


def test_bytes_arrive_as_they_were_sent(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")
    sent = bytes(range(256)) * 20

    async def then(port: SerialPort, got: bytearray, _changes: list[bool]) -> None:
        await until(lambda: port.open)
        for start in range(0, len(sent), 512):
            os.write(cable.far, sent[start : start + 512])
            await asyncio.sleep(0)
        await until(lambda: len(got) >= len(sent))
        assert bytes(got) == sent

    reading(cable.link, then)


def test_a_pulled_cable_is_noticed_at_once_and_a_new_one_is_used(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")

    async def then(port: SerialPort, got: bytearray, changes: list[bool]) -> None:
        await until(lambda: port.open)
        cable.unplug()
        await until(lambda: changes == [True, False], 0.5)
        assert not port.open
        cable.plug()
        await until(lambda: port.open)
        os.write(cable.far, b"again")
        await until(lambda: bytes(got) == b"again")

    reading(cable.link, then)


def test_a_port_that_is_not_there_is_waited_for(tmp_path: Path) -> None:
    link = tmp_path / "till"

    async def then(port: SerialPort, _got: bytearray, _changes: list[bool]) -> None:
        await until(lambda: port.trouble is not None)
        assert port.trouble == f"{link}: there is no such port"
        Cable(link)
        await until(lambda: port.open)

    reading(link, then)


@pytest.mark.parametrize("path", ["/dev/null", "/"])
def test_what_is_no_serial_port_is_called_so(path: str) -> None:
    with pytest.raises(OSError, match="o") as raised:
        opened(path, Wire(port=path))
    assert sentence(path, raised.value).startswith(f"{path} is no serial port")


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

        async def then(port: SerialPort, _got: bytearray, _changes: list[bool]) -> None:
            await until(lambda: port.trouble is not None)
            assert port.trouble is not None
            assert "is in use by" in port.trouble
            assert f"(pid {other.pid})" in port.trouble

        reading(cable.link, then)
        other.communicate()


def test_a_port_that_two_readers_name_differently_is_said_to_be_anothers(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")

    async def then(port: SerialPort, _got: bytearray, _changes: list[bool]) -> None:
        await until(lambda: port.open)
        alias = str(cable.link.readlink())
        with pytest.raises(OSError, match=r"lock|busy") as raised:
            opened(alias, Wire(port=alias))
        assert sentence(alias, raised.value) == f"{alias} is in use by another reader"

    reading(cable.link, then)


def test_while_it_is_open_the_port_is_ours(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")

    async def then(port: SerialPort, _got: bytearray, _changes: list[bool]) -> None:
        await until(lambda: port.open)
        with cable.link.open("rb+", buffering=0) as second:
            try:
                fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
                locked = True
            except BlockingIOError:
                locked = False
        assert not locked

    reading(cable.link, then)


def test_what_only_listens_never_writes_a_byte(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")

    async def then(port: SerialPort, _got: bytearray, _changes: list[bool]) -> None:
        await until(lambda: port.open)
        port.send(b"hello")
        await asyncio.sleep(0.05)
        assert cable.written() == b""

    reading(cable.link, then)


def test_what_talks_writes_and_a_device_that_takes_nothing_costs_no_memory(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "keypad")

    async def then(port: SerialPort, _got: bytearray, _changes: list[bool]) -> None:
        port.send(b"too early")
        await until(lambda: port.open)
        port.send(b"hello")
        written = bytearray()
        await until(lambda: written.__iadd__(cable.written()) == b"hello")
        for _ in range(100):
            port.send(bytes(16_384))
        await asyncio.sleep(0.01)
        assert len(port._unsent) <= MAX_UNSENT_BYTES
        began = len(port._unsent)

        def taken() -> bool:  # the kernel may hand over what was written a moment later
            cable.written()
            return len(port._unsent) < began

        await until(taken)

    reading(cable.link, then, talks=True)


def test_an_unplugged_port_is_looked_for_without_spinning(tmp_path: Path) -> None:
    cable = Cable(tmp_path / "till")

    async def then(port: SerialPort, _got: bytearray, _changes: list[bool]) -> None:
        await until(lambda: port.open)
        cable.unplug()
        await until(lambda: port.trouble is not None)
        before = time.process_time()
        await asyncio.sleep(1.0)
        # What spins uses all it can get; the figure itself is a benchmark's.
        assert time.process_time() - before < 0.3
        cable.plug()
        await until(lambda: port.open, 3.0)
        assert port.openings == 2

    reading(cable.link, then)


@pytest.mark.parametrize("bits", ["7E1", "8N2", "8O1"])
def test_bits_parity_and_stop_are_what_the_settings_say(tmp_path: Path, bits: str) -> None:
    cable = Cable(tmp_path / "till")
    port = opened(str(cable.link), Wire(port=str(cable.link), baud=19_200, bits=bits))
    try:
        assert (port.bytesize, port.parity, port.stopbits) == (int(bits[0]), bits[1], int(bits[2]))
        flags = termios.tcgetattr(port.fileno())
        assert flags[4] == termios.B19200
        assert not flags[2] & termios.HUPCL, "closing would pull DTR down"
        exclusive = fcntl.ioctl(port.fileno(), TIOCGEXCL, bytes(4))
        assert any(exclusive), "programs that ask for no lock would steal bytes"
    finally:
        port.close()


def test_a_usb_port_is_found_by_what_it_says_of_itself() -> None:
    with pytest.raises(NoPort, match="usb:ffff:fffe: there is no such port"):
        node("usb:ffff:fffe")
    assert Plugged(device="/dev/ttyUSB0", vid=0x403, pid=0x6001, serial_number="A5").usb == (
        "usb:0403:6001:A5"
    )
    assert Plugged(device="/dev/ttyS0").usb == ""
    assert all(one.device.startswith("/dev/") for one in plugged())


def test_two_adapters_that_look_alike_are_told_apart_by_serial_number_or_not_at_all() -> None:
    first = Plugged(device="/dev/ttyUSB0", vid=0x0403, pid=0x6001, serial_number="A5:1")
    second = Plugged(device="/dev/ttyUSB1", vid=0x0403, pid=0x6001, serial_number="B6")
    other = Plugged(device="/dev/ttyACM0", vid=0x2E8A, pid=0x0005)
    found = [first, second, other]
    assert fitting("usb:0403:6001:a5:1", found) == "/dev/ttyUSB0"
    assert fitting("usb:0403:6001:B6", found) == "/dev/ttyUSB1"
    assert fitting("usb:2E8A:0005", found) == "/dev/ttyACM0"
    with pytest.raises(NoPort, match="fits /dev/ttyUSB0 and /dev/ttyUSB1: add the serial number"):
        fitting("usb:0403:6001", found)
    with pytest.raises(NoPort, match="there is no such port"):
        fitting("usb:0403:6001:C7", found)
