"""A real process: without a settings file it sets itself up, and goes on into the survey."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from configuration import ConfigError
from kiosk.enrolment.launch import run, unnamed
from kiosk.settings import load
from protocols.enrolment import Invitation, qr_text
from tests.kiosk.enrolment.running import CODE, desk
from tests.kiosk.gateway_peer import wait_for
from tests.kiosk.glass import open_surface

SCANNED_AT_THE_START = """
import sys
from kiosk.__main__ import main
from kiosk.enrolment import launch
from simulator.scanner import Scanner

set_up, text = launch.run, sys.argv.pop()
launch.run = lambda path: set_up(path, lambda app: Scanner(app).scan(text))
main()
"""


@pytest.mark.screen
def test_a_new_kiosk_sets_itself_up_and_asks(tmp_path: Path) -> None:
    open_surface(tmp_path)  # or skip
    path, home = tmp_path / "kiosk.toml", {"SDL_VIDEODRIVER": "offscreen"}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("KIVY")} | home
    with desk() as said:
        text = qr_text(Invitation(gateway=said.url, code=CODE))
        process = subprocess.Popen(
            [sys.executable, "-c", SCANNED_AT_THE_START, "run", "--config", str(path), text],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            outbox = tmp_path / "data" / "outbox.db"
            wait_for(outbox.is_file, within_s=30)
        finally:
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert "Traceback" not in errors
    assert (load(path).device, load(path).token) == ("kiosk-7", "a-token-of-16-bytes")
    with closing(sqlite3.connect(outbox)) as database:
        assert database.execute("SELECT device FROM identity").fetchone() == ("kiosk-7",)
    assert "a-token-of-16-bytes" not in errors, "a token is never logged"


def test_a_kiosk_that_is_set_up_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text("device = 'k'", "utf-8")
    with pytest.raises(ConfigError, match="this kiosk is set up"):
        run(tmp_path / "kiosk.toml")


def test_how_the_window_looks_comes_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STORELOOP_KIOSK_WIDTH", "800")
    monkeypatch.setenv("STORELOOP_KIOSK_LANGUAGE", "en")
    settings = unnamed(tmp_path / "kiosk.toml")
    assert (settings.width, settings.language) == (800, "en")
    assert settings.data_dir == tmp_path / "data"
    monkeypatch.setenv("STORELOOP_KIOSK_WIDTH", "wide")
    with pytest.raises(ConfigError, match="width"):
        unnamed(tmp_path / "kiosk.toml")
