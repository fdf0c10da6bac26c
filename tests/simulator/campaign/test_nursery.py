"""Programs from the nursery are processes of their own: arguments, environment, log, death."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulator.campaign.nursery import Birth, Child, Nursery
from simulator.programs import wait_until

TALKER = "import os, sys; print(sys.argv[1:], os.environ['WHO'], flush=True)\n"
SLEEPER = "import time; print('here', flush=True); time.sleep(60)\n"
FAILER = "import sys; sys.exit(3)\n"
MINTER = "import uuid_utils, random; print(uuid_utils.uuid7(), random.random(), flush=True)\n"


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    opened = Nursery()
    yield opened
    opened.close()


@pytest.fixture
def start(nursery: Nursery, tmp_path: Path) -> Callable[..., Child]:
    def _start(code: str, *arguments: str, log: str = "log") -> Child:
        (tmp_path / "program.py").write_text(code)
        return nursery.start(
            Birth(
                module="program",
                arguments=arguments,
                log=str(tmp_path / log),
                environment={**os.environ, "WHO": "me"},
                found_in=(str(tmp_path),),
                exit_file=str(tmp_path / "exit"),
            )
        )

    return _start


def test_a_program_has_its_own_arguments_environment_and_log(
    start: Callable[..., Child], tmp_path: Path
) -> None:
    start(TALKER, "a", "b").wait(20)
    assert (tmp_path / "log").read_text() == "['a', 'b'] me\n"
    assert (tmp_path / "exit").read_text() == "0"


def test_the_exit_code_is_left(start: Callable[..., Child], tmp_path: Path) -> None:
    start(FAILER).wait(20)
    assert (tmp_path / "exit").read_text() == "3"


def test_a_program_can_be_killed_at_once(start: Callable[..., Child], tmp_path: Path) -> None:
    child = start(SLEEPER)
    wait_until((tmp_path / "log").exists, "log", 20)
    assert child.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(0.05)
    began = time.monotonic()
    child.kill()
    assert child.wait(10) == 0
    assert time.monotonic() - began < 5
    child.send_signal(signal.SIGTERM)  # to the dead: nothing happens


def test_two_programs_never_draw_the_same_ids(start: Callable[..., Child], tmp_path: Path) -> None:
    for name in ("one", "two"):
        start(MINTER, log=name).wait(20)
    one, two = ((tmp_path / name).read_text().split() for name in ("one", "two"))
    assert one[0][-12:] != two[0][-12:]
    assert one[1] != two[1]
