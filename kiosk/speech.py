"""Says things aloud with espeak-ng, one at a time, and never holds the screen up."""

from __future__ import annotations

import logging
import shutil
import subprocess
from collections.abc import Sequence
from threading import Condition, Thread

logger = logging.getLogger(__name__)

PROGRAM = "espeak-ng"
_VOICES = {"zh-CN": "cmn", "en": "en"}
_WORDS_A_MINUTE = 150
# espeak-ng's own scale: 100 is how a voice was recorded, 200 is the loudest.
_LOUDEST = 200
_END_WITHIN_S = 1.0
_LOOK_EVERY_S = 0.5
"""Whether the last words are said, so that no dead process stays behind."""


def installed() -> str | None:
    """Return where espeak-ng is, or None."""
    return shutil.which(PROGRAM)


class Speech:
    """A voice; each utterance is a process of its own, ended when the next begins."""

    def __init__(self, program: str | None, loudest: int, *, options: Sequence[str] = ()) -> None:
        """`loudest` limits every volume, in per cent; without a program nothing is ever said."""
        self._program = program
        self._loudest = loudest
        self._options = tuple(options)
        self._changed = Condition()
        self._next: tuple[str, ...] | None = None
        self._ended = False
        self._thread: Thread | None = None
        self._failure_logged = False

    def say(self, words: str, language: str, volume: int) -> None:
        """Say this instead of whatever is being said; `volume` in per cent of the loudest."""
        if self._program is None or not words or volume <= 0:
            return
        amplitude = round(_LOUDEST * min(volume, 100) / 100 * self._loudest / 100)
        voice = _VOICES.get(language, language)
        rate = str(_WORDS_A_MINUTE)
        how = ("-v", voice, "-s", rate, "-a", str(amplitude), *self._options)
        self._tell((self._program, *how, "--", words))

    def hush(self) -> None:
        """Say no more of it."""
        if self._thread:
            self._tell(())

    def stop(self) -> None:
        """Fall silent for good."""
        if self._thread:
            with self._changed:
                self._ended = True
                self._changed.notify()
            self._thread.join(_END_WITHIN_S)

    def _tell(self, command: tuple[str, ...]) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._run, name="speech", daemon=True)
            self._thread.start()
        with self._changed:
            self._next = command
            self._changed.notify()

    def _run(self) -> None:
        speaking: subprocess.Popen[bytes] | None = None
        while True:
            with self._changed:
                look_s = _LOOK_EVERY_S if speaking else None
                told = self._changed.wait_for(lambda: self._next is not None or self._ended, look_s)
                command, self._next = self._next, None
            if not told:
                speaking = None if speaking and speaking.poll() is not None else speaking
                continue
            if speaking:
                speaking.kill()
                speaking.wait()
            speaking = self._started(command) if command and not self._ended else None
            if self._ended:
                return

    def _started(self, command: tuple[str, ...]) -> subprocess.Popen[bytes] | None:
        silent = subprocess.DEVNULL
        try:
            return subprocess.Popen(  # noqa: S603 (our own words, after "--")
                command, stdin=silent, stdout=silent, stderr=silent, start_new_session=True
            )
        except OSError as error:
            if not self._failure_logged:
                logger.warning("%s cannot speak: %s", self._program, error)
            self._failure_logged = True
            return None
