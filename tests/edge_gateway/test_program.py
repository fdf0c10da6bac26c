import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from configuration import ConfigError
from edge_gateway.errors import PortHeldError
from edge_gateway.program import Program
from edge_gateway.settings import Settings
from outbox import OutboxHeld
from outbox.file import PAGE_BYTES
from protocols.messages import Batch, Lane, Offer, Stored, Stream
from tests.edge_gateway.running import (
    TOKEN,
    Running,
    configured,
    eventually,
    hear,
    running,
    say,
)


def test_a_second_gateway_on_the_same_outbox_is_told_who_has_it(tmp_path: Path) -> None:
    settings = configured(tmp_path)
    with running(settings), pytest.raises(OutboxHeld) as refused:
        Program(settings)
    assert f"storeloop-gateway 0.1.0 (process {os.getpid()})" in str(refused.value)


def test_a_damaged_outbox_stops_no_gateway_and_is_kept(tmp_path: Path) -> None:
    settings = configured(tmp_path)
    settings.data_dir.mkdir()
    (settings.data_dir / "outbox.db").write_bytes(b"not a database " * 500)
    with running(settings):
        [aside] = settings.data_dir.glob("outbox.db.damaged-*")
        assert aside.read_bytes().startswith(b"not a database")


def test_an_outbox_whose_alarms_cannot_be_read_is_mended_at_the_start(tmp_path: Path) -> None:
    settings = configured(tmp_path)
    with running(settings):
        pass
    zero_root_page(settings.data_dir / "outbox.db", "alarms")
    with running(settings):
        assert list(settings.data_dir.glob("outbox.db.damaged-*"))


def test_a_port_that_is_taken_is_refused_and_the_outbox_let_go(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    first.mkdir()
    second.mkdir()
    with running(configured(first)) as gateway:
        other = configured(second)
        held = other.model_copy(update={"listen": gateway.settings.listen})
        with pytest.raises(PortHeldError, match="is in use by"):
            Program(held)
    with running(other):
        pass
    assert (second / "data" / "outbox.db").is_file()


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid", "2001:db8::1", "a b"])
def test_a_host_that_is_not_ours_is_named_with_its_setting(tmp_path: Path, host: str) -> None:
    settings = configured(tmp_path)
    listen = settings.listen.model_copy(update={"host": host})
    with pytest.raises(ConfigError, match=rf"listen.host = '{host}': .*this machine"):
        Program(settings.model_copy(update={"listen": listen}))
    with running(settings):
        assert (tmp_path / "data" / "outbox.db").is_file()


def test_it_stops_soon_with_streams_open(tmp_path: Path) -> None:
    settings = configured(tmp_path)
    gateway = Running(settings)
    with gateway.device(), httpx2.stream("GET", f"{gateway.url}/board/events") as stream:
        next(stream.iter_lines())
        took = gateway.stop()
    assert took < 3


def test_sigterm_ends_the_program_with_code_0(tmp_path: Path) -> None:
    settings = configured(tmp_path)
    command = [
        sys.executable,
        "-m",
        "edge_gateway",
        "run",
        "--config",
        str(tmp_path / "gateway.toml"),
    ]
    program = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    url = f"http://127.0.0.1:{settings.listen.port}/livez"

    def alive() -> bool:
        try:
            return httpx2.get(url).status_code == 200
        except httpx2.TransportError:
            return False

    try:
        assert eventually(alive, 15)
        again = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        assert again.returncode == 1
        assert f"(process {program.pid})" in again.stderr
        assert "Traceback" not in again.stderr
        program.send_signal(signal.SIGTERM)
        assert program.wait(20) == 0
    finally:
        program.kill()
        program.communicate()


def test_an_outbox_that_breaks_under_way_is_mended_and_the_gateway_goes_on(tmp_path: Path) -> None:
    settings = configured(tmp_path)
    command = [sys.executable, "-m", "edge_gateway", "run", "-c", str(tmp_path / "gateway.toml")]
    program = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    file = settings.data_dir / "outbox.db"
    stream = Stream(device="k1", epoch="e1", lane=Lane.BULK)
    try:
        assert eventually(lambda: _answers(settings), 15)
        zero_root_page(file, "streams")
        with _linked(settings) as link:
            say(link, Offer(stream=stream, oldest=1, head=1, floor=1, known=0, nonce=1))
            assert eventually(lambda: list(tmp_path.rglob("outbox.db.damaged-*")) != [], 15)
        assert eventually(lambda: _takes(settings, stream), 15)
    finally:
        program.terminate()
        assert program.wait(10) == 0


def zero_root_page(file: Path, table: str) -> None:
    """Break a table under the feet of the program that has it open."""
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = database.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)
        ).fetchone()
    database.close()
    with file.open("r+b") as pages:
        pages.seek((root - 1) * PAGE_BYTES)
        pages.write(bytes(PAGE_BYTES))
    # The program has the page in memory: only a change by another hand makes it read it again.
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE another_hand (one INTEGER)")
    database.close()


def _answers(settings: Settings) -> bool:
    try:
        return httpx2.get(f"http://127.0.0.1:{settings.listen.port}/livez").status_code == 200
    except httpx2.TransportError:
        return False


def _takes(settings: Settings, stream: Stream) -> bool:
    try:
        with _linked(settings) as link:
            say(link, Offer(stream=stream, oldest=1, head=1, floor=1, known=0, nonce=2))
            say(link, Batch(stream=stream, first=1, floor=1, events=(b"{}",)))
            return eventually(lambda: hear(link) == Stored(stream=stream, through=1), 5)
    except (OSError, TimeoutError, WebSocketException):
        return False


def _linked(settings: Settings) -> ClientConnection:
    return connect(
        f"ws://127.0.0.1:{settings.listen.port}/devices/k1",
        additional_headers={"Authorization": f"Bearer {TOKEN}"},
    )


def test_a_data_folder_that_cannot_be_ends_with_code_2_and_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text('gateway = "g1"\nstore = "s1"\ndata_dir = "/proc/x"\n')
    command = [sys.executable, "-m", "edge_gateway", "run", "-c", str(path)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert said.returncode == 2
    assert said.stderr.startswith(f"{path}: data_dir = '/proc/x': ")
    assert said.stderr.count("\n") == 1


def test_a_wrong_setting_ends_with_code_2_and_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "gateway.toml"
    path.write_text('gateway = "g 1"\n')
    command = [sys.executable, "-m", "edge_gateway", "check", "--config", str(path)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert said.returncode == 2
    assert "gateway = 'g 1'" in said.stderr
    assert "Traceback" not in said.stderr
