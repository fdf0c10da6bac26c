import asyncio
import os
import threading
import time
from base64 import b64decode
from pathlib import Path

import pytest
from typer.testing import CliRunner

from configuration.holders import open_in
from edge_gateway.__main__ import command_line
from edge_gateway.errors import GatewayError
from edge_gateway.port_tools import PortLine, looks, ports, record
from edge_gateway.readers import recording
from edge_gateway.readers.sealing import seal, unseal
from edge_gateway.settings import Driver, Reader
from tests.edge_gateway.readers.cable import Cable
from tests.edge_gateway.readers.station import RECEIPT
from tests.edge_gateway.running import configured


def test_ports_of_the_settings_are_shown_with_their_readers(tmp_path: Path) -> None:
    till, printer = Cable(tmp_path / "till"), Cable(tmp_path / "printer")
    readers = [
        Reader(port=str(till.link), pass_to=str(printer.link), till="4"),
        Reader(port="/dev/nowhere", till="5", driver=Driver.SCANNER, enabled=False),
        Reader(port="usb:ffff:0001", till="6", name="pad-6", driver=Driver.PAD),
    ]
    found = {line.device: "\n".join(line.lines()) for line in ports(readers)}
    assert "reader 4 (escpos)" in found[os.path.realpath(till.link)]
    assert "reader 4 passes on to it" in found[os.path.realpath(printer.link)]
    assert found["/dev/nowhere"].splitlines() == [
        "/dev/nowhere",
        "  reader 5 (scanner), disabled",
        "  there is no such port",
    ]
    assert "reader pad-6 (pad)" in found["usb:ffff:0001"]


def test_who_holds_a_port_is_named_and_it_is_not_listened_to(tmp_path: Path) -> None:
    assert open_in(str(tmp_path)) is None
    held = PortLine(device="/dev/ttyS0", held_by="cat (pid 7)")
    assert list(held.lines()) == ["/dev/ttyS0", "  in use by cat (pid 7)"]
    assert asyncio.run(looks([held], 0.01)) == {}


def test_a_free_port_is_listened_to_and_nothing_is_written(tmp_path: Path) -> None:
    till, silent = Cable(tmp_path / "till"), Cable(tmp_path / "silent")
    found = [PortLine(device=str(one.link)) for one in (till, silent)]

    def print_receipts() -> None:
        time.sleep(0.2)
        os.write(till.far, RECEIPT * 3)

    printing = threading.Thread(target=print_receipts)
    printing.start()
    said = asyncio.run(looks(found, 0.6))
    printing.join()
    assert 'encoding = "gb18030", at 9600 baud' in said[str(till.link)]
    assert said[str(silent.link)].startswith("silent")
    assert till.written() == b""


def test_a_recording_is_asked_for_with_a_key_that_stays_here(tmp_path: Path) -> None:
    settings = configured(tmp_path, '[[readers]]\nport = "/dev/x"\ntill = "4"\n')
    settings.data_dir.mkdir()
    begun = record(settings, "4", 30)
    [wish] = recording.wishes(settings.data_dir)
    assert wish.until_ms - wish.begun_ms == 30 * 60_000
    assert unseal(begun.private_key, seal(wish.public_key, b"x")) == b"x"
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert begun.private_key.encode() not in kept
    with pytest.raises(GatewayError, match="no reader 5: there are 4"):
        record(settings, "5", 30)


def test_the_commands_say_what_they_did(tmp_path: Path) -> None:
    configured(tmp_path, '[[readers]]\nport = "/dev/nowhere"\ntill = "4"\n').data_dir.mkdir()
    config = str(tmp_path / "gateway.toml")

    def said(*arguments: str) -> str:
        return CliRunner().invoke(command_line, [*arguments, "--config", config]).output

    assert "reader 4 (escpos)\n  there is no such port" in said("ports")
    shown = said("record", "--reader", "4", "--minutes", "2")
    assert len(b64decode(shown.splitlines()[0])) == 32
    assert "reader 4: 2 minutes, into" in shown
    assert "No gateway answers" in shown
    assert "--reader says whose bytes" in said("record")
    assert said("record", "--stop") == "reader 4: recording is stopped\n"
    assert said("record", "--stop") == "nothing was to be recorded\n"
