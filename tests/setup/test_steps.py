"""A failed step shows the end of what the tool said and what to do; two set-ups never overlap."""

import subprocess
import sys
from pathlib import Path

import pytest

from setup.steps import ROOT, SetupFailed, Steps, one_sentence_on_failure, only_one


def test_output_goes_to_the_log_only(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    steps = Steps(tmp_path / "build" / "log")
    steps.say("making it")
    steps.run([sys.executable, "-c", "print('chatter')"], what="making")
    assert capfd.readouterr().out == "  making it\n"
    log = (tmp_path / "build" / "log").read_text("utf-8")
    assert "making it" in log
    assert "chatter" in log


def test_a_failure_shows_the_tail_and_the_advice(tmp_path: Path) -> None:
    steps = Steps(tmp_path / "log")
    script = "print('\\n'.join(f'line {n}' for n in range(90))); raise SystemExit(3)"
    with pytest.raises(SetupFailed) as failure:
        steps.run([sys.executable, "-c", script], what="making", advice="Try tea.")
    said = str(failure.value)
    assert said.startswith("making failed:")
    assert "line 89" in said
    assert "line 20" not in said
    assert str(tmp_path / "log") in said
    assert said.endswith("Try tea.")


def test_a_failure_ends_with_a_sentence_and_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended, one_sentence_on_failure():
        raise SetupFailed("no paper")
    assert ended.value.code == 1
    assert "no paper" in capsys.readouterr().err


def test_a_second_run_waits_for_the_first(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from setup.steps import only_one\n"
        "with only_one(Path(sys.argv[1])): print('in', flush=True)"
    )
    lock = tmp_path / "lock"
    with only_one(lock):
        second = subprocess.Popen(
            [sys.executable, "-c", script, str(lock)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert second.stdout is not None
        assert "waiting" in second.stdout.readline()
    assert second.communicate(timeout=20)[0] == "in\n"
    assert second.returncode == 0
