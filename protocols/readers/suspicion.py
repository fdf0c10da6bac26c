"""Whether a printer port seems to be set wrongly: its speed or parity, or the till's encoding.

Korean bytes decode as plausible hanzi: that something decoded proves nothing. The words of
receipts do: a setting is right while they are read, and wrong when another one reads them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from protocols.readers.events import Doubt, Suspected
from protocols.readers.pages import decoded

ENCODINGS = ("gb18030", "big5", "cp949", "shift_jis", "utf-8", "cp437", "cp1252")
_ASCII = re.compile(r"[\x00-\x7f]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_HIGH = bytes(range(0x80, 0x100))
_SEVEN_BITS = bytes(byte & 0x7F for byte in range(256))
# Of so few bytes above 0x7F no encoding can be told.
_FEW_HIGH_BYTES = 6
# Two words more than the till's own setting reads: "合计" and "现金".
_CLEARLY = 4
# A receipt that was damaged on its way has a few odd characters; at a wrong speed it is most, and
# the paper is not cut.
_MUCH_ODD = 0.15
_MOSTLY_ODD = 0.3
_MANY_WORDS = 16
# A tenth to a third of a receipt is words that all receipts have; some stand in any noise.
_FEW_WORDS = 0.02
_CLEAN = 0.02
_COMMANDS = 0.05
_MUCH_HIGH = 0.2
_JOBS = 3
_SECONDS = 60.0
_FEW_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a job looked like."""

    text: str
    raw: bytes
    """Its text as bytes in the till's encoding."""
    text_bytes: int
    odd: int
    """Bytes and characters that mean nothing: no command, no character of the encoding."""
    command_bytes: int
    """Bytes of commands, without the data of pictures and codes."""
    cut: bool


class Suspicion:
    """Judges one port by its jobs; `known` counts the characters of a text that receipts have."""

    def __init__(self, encoding: str, known: Callable[[str], int]) -> None:
        self._encoding = encoding
        self._known = known
        self._others = tuple(one for one in ENCODINGS if one != encoding)
        self._told: Suspected | None = None
        self._bad_since: float | None = None
        self._bad_jobs = 0

    @property
    def is_noise(self) -> bool:
        """Whether the port was told to be at a wrong speed."""
        return self._told is not None and self._told.doubt is Doubt.BAUD

    def noise(self, job: Evidence) -> bool:
        """Return whether a job is none: no words, and much of it is what no till sends."""
        return self._is_noise(job, self._known(job.text))

    def judge(self, job: Evidence, t: float | None) -> tuple[bool, list[Suspected]]:
        """Return whether a job may be read, and what is to be told."""
        if not job.text_bytes + job.odd:
            return True, []
        words, own = self._words(job)
        if self._is_noise(job, words):
            return False, self._bad(job, t)
        right = words >= _needed(job.text) or (job.cut and job.odd <= _CLEAN * job.text_bytes)
        if right:
            self._bad_since, self._bad_jobs = None, 0
        if self.is_noise:
            return right, self._tell(None) if right else []
        if own:
            return True, self._tell(None)
        guess = self._better(job)
        return True, [] if guess is None else self._tell(
            Suspected(doubt=Doubt.ENCODING, guess=guess)
        )

    def _words(self, job: Evidence) -> tuple[int, bool]:
        """Return how much of a job is words, and whether the till's encoding alone reads them."""
        foreign = self._known(_ASCII.sub(" ", job.text))
        if foreign >= _needed(job.text):
            return foreign, True
        words = self._known(job.text)
        # English words say nothing about the encoding.
        return words, words > self._known(_NOT_ASCII.sub(" ", job.text)) + 1

    def _is_noise(self, job: Evidence, words: int) -> bool:
        share = job.odd / max(1, job.text_bytes + job.odd)
        # At a wrong parity commands may come through, the cut and a word or two with them.
        if share > _MOSTLY_ODD:
            return words < _MANY_WORDS and self._better(job) is None
        if words >= _needed(job.text):
            return False
        if self._parity(job, words):
            return True
        # At half the speed it may all be hanzi, but no printer's commands.
        bare = job.command_bytes < _COMMANDS * job.text_bytes
        strange = share > _MUCH_ODD or (bare and _high(job.raw) > _MUCH_HIGH * len(job.raw))
        return strange and not job.cut and self._better(job) is None

    def _bad(self, job: Evidence, t: float | None) -> list[Suspected]:
        if job.text_bytes + job.odd < _FEW_BYTES:
            return []
        self._bad_jobs += 1
        if self._bad_since is None:
            self._bad_since = t
        waited = 0.0 if t is None or self._bad_since is None else t - self._bad_since
        if self._bad_jobs < _JOBS and waited < _SECONDS:
            return []
        return self._tell(Suspected(doubt=Doubt.BAUD))

    def _tell(self, doubt: Suspected | None) -> list[Suspected]:
        if doubt == self._told:
            return []
        self._told = doubt
        return [doubt or Suspected(doubt=None)]

    def _parity(self, job: Evidence, words: int) -> bool:
        """Whether receipts' words appear without the highest bit: 7E1 read as 8N1."""
        bare = job.raw.translate(_SEVEN_BITS).decode("ascii")
        return self._known(bare) >= words + _CLEARLY

    def _better(self, job: Evidence) -> str | None:
        """Return the encoding that reads clearly more words than the till's setting."""
        if _high(job.raw) < _FEW_HIGH_BYTES:
            return None
        text = decoded(job.raw, self._encoding)
        best, score = None, self._known(text) + _needed(text) - 1
        for encoding in self._others:
            reads = self._known(decoded(job.raw, encoding))
            if reads > score:
                best, score = encoding, reads
        return best


def _needed(text: str) -> float:
    """Return how many characters of words a text of this length must have to be a receipt."""
    return max(_CLEARLY, _FEW_WORDS * len(text))


def _high(raw: bytes) -> int:
    return len(raw) - len(raw.translate(None, _HIGH))
