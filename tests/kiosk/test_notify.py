import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import AssetMissing
from kiosk.notify import Systemd
from kiosk.views import theme
from tests.kiosk.test_launch import CONFIG

Manager = tuple[socket.socket, str]


@pytest.fixture(params=["file", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    """A socket such as systemd's, by both kinds of name."""
    name = str(tmp_path / "notify") if request.param == "file" else f"@storeloop-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(name.replace("@", "\0"))
        listening.settimeout(20)
        yield listening, name


def test_it_says_ready_alive_and_stopping(manager: Manager) -> None:
    listening, name = manager
    systemd = Systemd({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "9000000"})
    assert systemd.watchdog_every_s == 3.0
    systemd.ready()
    systemd.alive()
    systemd.status("linked")
    systemd.stopping()
    heard = [listening.recv(1000).decode().split("\n")[0] for _ in range(4)]
    assert heard == ["READY=1", "WATCHDOG=1", "STATUS=linked", "STOPPING=1"]


def test_without_systemd_nothing_is_opened() -> None:
    systemd = Systemd({"WATCHDOG_USEC": "9000000"})
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 (iterdir opens as well)
    systemd.ready()
    systemd.alive()
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
    assert systemd.watchdog_every_s is None


@pytest.mark.parametrize(
    ("said", "process"), [("", ""), ("0", ""), ("often", ""), ("3000000", "1"), ("-5", "")]
)
def test_watchdog_that_is_not_ours_is_not_fed(said: str, process: str) -> None:
    environment = {"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": said, "WATCHDOG_PID": process}
    assert Systemd(environment).watchdog_every_s is None


def test_manager_that_is_gone_is_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    systemd = Systemd({"NOTIFY_SOCKET": str(tmp_path / "gone")})
    with caplog.at_level(logging.WARNING):
        systemd.ready()
        systemd.alive()
    assert len(caplog.records) == 1


@pytest.mark.screen
def test_frozen_kiosk_is_silent_and_told_to_end_it_ends(tmp_path: Path) -> None:
    """The real program: READY, pings, none while it is stopped, pings again, STOPPING, exit 0."""
    try:
        theme.check_assets()
    except AssetMissing as error:
        pytest.skip(str(error))
    (tmp_path / "kiosk.toml").write_text(CONFIG, "utf-8")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(30)
        process = _under_manager(tmp_path)
        try:
            assert listening.recv(1000).startswith(b"READY=1")
            _next_ping(listening)
            process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WNOWAIT)
            _empty(listening)
            listening.settimeout(1.0)  # more than three times the interval
            with pytest.raises(TimeoutError):
                listening.recv(1000)
            process.send_signal(signal.SIGCONT)
            listening.settimeout(30)
            _next_ping(listening)
            process.send_signal(signal.SIGTERM)
            while not listening.recv(1000).startswith(b"STOPPING=1"):
                pass
            assert process.wait(20) == 0
        finally:
            process.kill()
            process.wait()


def _under_manager(folder: Path) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "SDL_VIDEODRIVER": "offscreen",
        "NOTIFY_SOCKET": str(folder / "notify"),
        "WATCHDOG_USEC": "900000",
    }
    for name in ("KIVY_HOME", "KIVY_NO_ARGS", "DISPLAY"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "kiosk", "run", "--config", str(folder / "kiosk.toml")]
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


def _next_ping(listening: socket.socket) -> None:
    while listening.recv(1000) != b"WATCHDOG=1":
        pass


def _empty(listening: socket.socket) -> None:
    listening.setblocking(False)
    while True:
        try:
            listening.recv(1000)
        except BlockingIOError:
            return
