import os
import sys
import threading
import wave
from pathlib import Path

import pytest

from kiosk import speech
from kiosk.speech import Speech
from tests.kiosk.gateway_peer import wait_for

SPEAKER = """#!{python}
import json, os, sys, time
with open({log!r}, "a") as log:
    log.write(json.dumps([os.getpid(), sys.argv[1:]]) + "\\n")
time.sleep(60)
"""


class Voice:
    """A program that notes what it is told to say and takes its time over it."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "said"
        self.program = folder / "voice"
        self.program.write_text(SPEAKER.format(python=sys.executable, log=str(self._log)))
        self.program.chmod(0o755)

    def said(self) -> list[tuple[int, list[str]]]:
        import json  # noqa: PLC0415

        lines = self._log.read_text().splitlines() if self._log.exists() else []
        return [(pid, said) for pid, said in map(json.loads, lines)]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_next_words_end_the_last_ones_and_the_end_ends_all(tmp_path: Path) -> None:
    voice = Voice(tmp_path)
    speaking = Speech(str(voice.program), loudest=50)
    speaking.say("排队", "zh-CN", 100)
    wait_for(lambda: len(voice.said()) == 1)
    speaking.say("Thank you", "en", 40)
    wait_for(lambda: len(voice.said()) == 2)
    (first, chinese), (second, english) = voice.said()
    wait_for(lambda: not alive(first))
    assert chinese == ["-v", "cmn", "-s", "150", "-a", "100", "--", "排队"]
    assert english == ["-v", "en", "-s", "150", "-a", "40", "--", "Thank you"]
    speaking.hush()
    wait_for(lambda: not alive(second))
    speaking.say("-x", "en", 40)
    wait_for(lambda: len(voice.said()) == 3)
    speaking.stop()
    wait_for(lambda: not alive(voice.said()[2][0]))


def test_voice_that_is_done_leaves_no_dead_process(tmp_path: Path) -> None:
    program = tmp_path / "voice"
    program.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\n")
    program.chmod(0o755)
    speaking = Speech(str(program), loudest=100)
    speaking.say("hello", "en", 100)
    wait_for(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != "")
    pid = int((tmp_path / "pid").read_text())
    wait_for(lambda: not Path(f"/proc/{pid}").exists())
    speaking.stop()
    assert not alive(pid)


@pytest.mark.parametrize(("words", "volume"), [("", 50), ("hello", 0)])
def test_nothing_to_say_starts_nothing(tmp_path: Path, words: str, volume: int) -> None:
    voice = Voice(tmp_path)
    speaking = Speech(str(voice.program), loudest=100)
    speaking.say(words, "en", volume)
    speaking.stop()
    assert voice.said() == []


def test_without_a_voice_nothing_is_said_and_nothing_breaks() -> None:
    speaking = Speech(None, loudest=100)
    speaking.say("hello", "en", 100)
    speaking.hush()
    speaking.stop()
    assert "speech" not in [thread.name for thread in threading.enumerate()]


def test_voice_that_cannot_start_is_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    speaking = Speech(str(tmp_path / "gone"), loudest=100)
    speaking.say("hello", "en", 100)
    wait_for(lambda: len(caplog.records) == 1)
    speaking.say("hello", "en", 100)
    speaking.stop()
    assert len(caplog.records) == 1


@pytest.mark.parametrize(("language", "words"), [("zh-CN", "您的体验如何？"), ("en", "Thank you.")])
def test_espeak_ng_speaks_both_languages(tmp_path: Path, language: str, words: str) -> None:
    program = speech.installed()
    if program is None:
        pytest.skip("apt-get install espeak-ng")
    path = tmp_path / "said.wav"
    speaking = Speech(program, loudest=80, options=("-w", str(path)))
    speaking.say(words, language, 100)
    wait_for(lambda: path.exists() and path.stat().st_size > 20_000)
    speaking.stop()
    with wave.open(str(path)) as said:
        assert said.getframerate() >= 16_000
