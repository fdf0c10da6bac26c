"""hq_server/programs.py: the real program, started and ended as an operator would."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from hq_server import programs
from hq_server.__main__ import main

COMMAND = [sys.executable, "-m", "hq_server"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer:
            return bool(answer.read() == b"ok\n")
    except OSError:
        return False


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """Run the program here, in a folder of its own, and return its exit code."""
    monkeypatch.chdir(tmp_path)

    def _run(*arguments: str) -> object:
        monkeypatch.setattr(sys, "argv", ["storeloop-hq", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code

    return _run


@pytest.mark.acceptance
def test_all_starts_both_and_a_signal_ends_them(tmp_path: Path) -> None:
    port = _free_port()
    config = tmp_path / "hq.toml"
    config.write_text(f"[listen]\nport = {port}\n[broker]\nport = {_free_port()}\n")
    process = subprocess.Popen(
        [*COMMAND, "all", "--config", str(config)], stdout=subprocess.PIPE, text=True
    )
    try:
        _until(lambda: _ready(port))
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "with password" in said
    assert not _ready(port)


def test_a_process_that_dies_is_started_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # The arguments go to `python -m hq_server`, which ends at once with a usage error.
    stop = threading.Event()

    def _watch() -> None:
        try:
            _until(lambda: caplog.text.count("wrong ended with code 2") == 2)
        finally:
            stop.set()

    watching = threading.Thread(target=_watch)
    watching.start()
    programs.supervise({"wrong": ["no-such-command", str(tmp_path)]}, stop)
    watching.join()
    assert caplog.text.count("wrong ended with code 2; starting it again") == 2


def test_a_signal_sets_the_event_and_the_old_handler_comes_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with programs.stopped_by_signal() as stop:
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.wait(5)
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_port_in_use_is_said_before_any_password(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        config = tmp_path / "hq.toml"
        config.write_text(f"[listen]\nport = {port}\n")
        for command in ("serve", "all"):
            done = subprocess.run(
                [*COMMAND, command, "--config", str(config)],
                capture_output=True,
                text=True,
                check=False,
            )
            assert (done.returncode, done.stdout) == (1, "")
            holder = f"(pid {os.getpid()})"
            assert done.stderr.endswith(f"127.0.0.1:{port} is in use by {_own_name()} {holder}\n")


def _own_name() -> str:
    return Path("/proc/self/comm").read_text("utf-8").strip()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["serve", "--config", "none.toml"], 2, "none.toml: there is no such file"),
        (["import", "none.toml"], 2, "none.toml"),
        (["gateway", "add", "g1", "--store", "s9"], 1, "no store 's9'"),
        (["store", "add", "s1", "--name", "x", "--opens", "late"], 2, "08:00"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    run: Callable[..., object], capsys: pytest.CaptureFixture[str],
    arguments: list[str], code: int, said: str,
) -> None:  # fmt: skip
    assert run(*arguments) == code
    assert said in capsys.readouterr().err


def test_what_was_registered_is_said(
    run: Callable[..., object], capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments, said in (
        (["store", "add", "s1", "--name", "金水店"], "store s1: 金水店\n"),
        (["gateway", "add", "g1", "--store", "s1"], "gateway g1: store s1\n"),
    ):
        assert (run(*arguments), capsys.readouterr().out) == (0, said)
