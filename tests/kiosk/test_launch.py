"""Real processes: what a kill leaves behind, a clean end, and words for the operator."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.errors import AssetMissing
from kiosk.views import theme
from tests.kiosk.gateway_peer import wait_for

pytestmark = pytest.mark.screen

CONFIG = """
device = "kiosk-1"
store = "s1"
touchpoint = "till-4"
token = "a-token-of-16-bytes"
data_dir = "data"
gateway_url = "ws://127.0.0.1:9"
width = 540
height = 960
"""
SHOPPER = """
import sys
from pathlib import Path
from kiosk import launch
from kiosk.settings import load
from simulator.robot import Robot

def ready(app):
    robot = Robot(app)
    app.on_thanked(lambda response, rev: print(response, rev, flush=True))
    robot.tap("face:1")
    app.later(lambda: robot.tap("skip"), 0.5)

launch.run(load(Path(sys.argv[1])), ready)
"""
Kiosk = subprocess.Popen[str]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    try:
        theme.check_assets()
    except AssetMissing as error:
        pytest.skip(str(error))
    path = tmp_path / "kiosk.toml"
    path.write_text(CONFIG, "utf-8")
    return path


@pytest.fixture
def processes() -> Iterator[list[Kiosk]]:
    started: list[Kiosk] = []
    yield started
    for process in started:
        process.kill()
        process.wait()


def begin(processes: list[Kiosk], *command: str, driver: str = "offscreen") -> Kiosk:
    environment = {**os.environ, "SDL_VIDEODRIVER": driver}
    for name in ("KIVY_HOME", "KIVY_NO_ARGS", "DISPLAY"):
        environment.pop(name, None)
    process = subprocess.Popen(
        [sys.executable, *command],
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    processes.append(process)
    return process


def test_thanked_response_survives_kill_d2(config: Path, processes: list[Kiosk]) -> None:
    process = begin(processes, "-c", SHOPPER, str(config))
    assert process.stdout is not None
    response, rev = process.stdout.readline().split()
    process.kill()
    process.wait()
    database = sqlite3.connect(config.parent / "data" / "outbox.db")
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    kept = database.execute(
        "SELECT payload ->> 'response', payload ->> 'rev' FROM events ORDER BY 2"
    ).fetchall()
    database.close()
    assert kept == [(response, 1), (response, int(rev))]


def test_told_to_end_it_ends_cleanly(config: Path, processes: list[Kiosk]) -> None:
    process = begin(processes, "-m", "kiosk", "run", "--config", str(config))
    wait_for((config.parent / "data" / "outbox.db").is_file)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors
    assert "Traceback" not in errors


def test_second_kiosk_on_the_same_outbox_is_refused(config: Path, processes: list[Kiosk]) -> None:
    begin(processes, "-m", "kiosk", "run", "--config", str(config))
    wait_for((config.parent / "data" / "outbox.db").is_file)
    second = begin(processes, "-m", "kiosk", "run", "--config", str(config))
    _, errors = second.communicate(timeout=30)
    assert second.returncode == 2, errors
    assert "is in use by storeloop-kiosk" in errors
    assert "Traceback" not in errors


def test_wrong_setting_is_one_line_and_exit_code_2(tmp_path: Path, processes: list[Kiosk]) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text(CONFIG.replace('"ws://127.0.0.1:9"', '"nowhere"'), "utf-8")
    process = begin(processes, "-m", "kiosk", "run", "--config", str(path))
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert errors.startswith(f"{path}: gateway_url = 'nowhere': should begin with ws://")
    assert errors.count("\n") == 1


def test_data_folder_that_cannot_be_is_one_line(tmp_path: Path, processes: list[Kiosk]) -> None:
    path = tmp_path / "kiosk.toml"
    path.write_text(CONFIG.replace('"data"', '"/proc/x"'), "utf-8")
    process = begin(processes, "-m", "kiosk", "run", "-c", str(path))
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert errors.startswith(f"{path}: data_dir = '/proc/x': ")
    assert errors.count("\n") == 1


def test_no_display_is_one_sentence_and_exit_code_2(config: Path, processes: list[Kiosk]) -> None:
    command = ("-m", "kiosk", "run", "--config", str(config))
    process = begin(processes, *command, driver="x11")
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 2, errors
    assert "set SDL_VIDEODRIVER=offscreen" in errors
    assert "Traceback" not in errors
