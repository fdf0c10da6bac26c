"""Programs are started, watched and ended, whatever happens to us."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from simulator.programs import Program, ProgramError, wait_until

SLEEPER = [sys.executable, "-c", "print('awake', flush=True); import time; time.sleep(60)"]


def test_a_program_runs_logs_and_ends(tmp_path: Path) -> None:
    program = Program("sleeper", SLEEPER, tmp_path / "logs" / "s.log", {})
    assert not program.running
    assert program.stop() is None
    program.start()
    wait_until(lambda: "awake" in program.last_words(), "sleeper", 20)
    assert program.running
    assert program.stop() == -signal.SIGTERM
    with pytest.raises(ProgramError, match="sleeper is not running"):
        _ = program.pid


def test_kill_is_at_once(tmp_path: Path) -> None:
    program = Program("sleeper", SLEEPER, tmp_path / "s.log", {})
    program.start()
    program.kill()
    assert not program.running


def test_what_never_gets_ready_is_named() -> None:
    with pytest.raises(ProgramError, match="the broker not ready"):
        wait_until(lambda: False, "the broker", 0.2)


def test_programs_end_with_the_simulation_even_by_kill_9(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from simulator.programs import Program\n"
        f"p = Program('s', {SLEEPER!r}, Path(sys.argv[1]), {{}})\n"
        "p.start(); print(p.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "s.log")], stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    wait_until(lambda: (tmp_path / "s.log").read_text() != "", "child", 20)
    parent.kill()
    parent.wait()
    wait_until(lambda: _gone(child), "the end of the child", 10)
    assert _gone(child)


def _gone(pid: int) -> bool:
    time.sleep(0.05)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
