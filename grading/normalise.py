"""One spelling for many: width, case and common traditional characters, with the way back.

Reading is bounded: of a longer text only the first MAX_READ characters are looked at.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from importlib import resources

import msgspec

MAX_READ = 4000
_LONGEST_RUN = 3


def _pairs() -> dict[str, str]:
    """Return the simplified character of each traditional one that feedback is written with.

    The facts are those of Unicode's table of variants; a converter that also looks at the words
    around (OpenCC) costs 31 MB of memory, half of what a gateway may use in all.
    """
    written = (resources.files("grading") / "simplified.txt").read_text("utf-8").split()
    return {
        traditional: simplified
        for line in written
        for traditional, simplified in zip(line[::2], line[1::2], strict=True)
    }


_SIMPLER = _pairs()
_HANZI = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_LATIN = re.compile("[a-z]")
_DROPPED = {"Cc", "Cf", "Mn", "Cs", "Co"}
# Stands for a character whose spelling is not one character; no spelling has it.
_ODD = "\0"
# Of digits, too: then it is looked at more closely.
_LONG_RUN = re.compile(r"(.)\1\1\1", re.DOTALL)
# Stands where something could not be kept: HQ has it for a NUL, which a store still sees.
_LOST = "\ufffd"
_MOST_KEPT = 20_000
_PLAIN_LETTER = re.compile("[a-z\u4e00-\u9fef]")
# Whatever is not in the scripts that `_letter` knows.
_STRANGE = re.compile("[^\0-\u024f\u3400-\u9fff\uf900-\ufaff\U00020000-\U0010ffff]")


class Script(StrEnum):
    """How far a text is in letters that the lexicon knows."""

    KNOWN = "known"
    FOREIGN = "foreign"
    NONE = "none"


class Normalised(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A text in one spelling, and where each of its characters came from."""

    text: str
    origin: Sequence[int]
    script: Script
    hanzi: bool
    latin: bool
    truncated: bool

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the original text of `text[start:end]`."""
        return self.origin[start], self.origin[end - 1] + 1


def normalise(text: str) -> Normalised:
    """Return `text` in the lexicon's spelling."""
    read = text[:MAX_READ]
    plain, origin, unfolded = _spelled(read)
    return Normalised(
        text=plain,
        origin=origin,
        script=_script(plain),
        hanzi=_HANZI.search(plain) is not None,
        latin=_LATIN.search(plain) is not None,
        truncated=unfolded or len(text) > MAX_READ,
    )


def spelled(word: str) -> str:
    """Return a word, or a few, in the lexicon's spelling."""
    return _spelled(word[:MAX_READ])[0]


def _spelled(text: str) -> tuple[str, Sequence[int], bool]:
    """Return the spelling, where each character came from, and whether more came out than fits."""
    plain = text.translate(_SPELLING)
    if _ODD in plain or _LONG_RUN.search(plain):
        return _one_by_one(text)
    return plain, range(len(plain)), False


def _one_by_one(text: str) -> tuple[str, Sequence[int], bool]:
    out: list[str] = []
    origin: list[int] = []
    run = 0
    for index, character in enumerate(text):
        for one in _spelling(character):
            run = run + 1 if out and out[-1] == one and not one.isdigit() else 1
            if run <= _LONGEST_RUN:
                out.append(one)
                origin.append(index)
    # A ligature can unfold into eighteen characters; the bound holds for what comes out too.
    return "".join(out[:MAX_READ]), tuple(origin[:MAX_READ]), len(out) > MAX_READ


@lru_cache(maxsize=8192)
def _spelling(character: str) -> str:
    if character in "\n\r\t":
        return "\n" if character != "\t" else " "
    if character == _LOST:
        return ""
    unfolded = unicodedata.normalize("NFKC", character).lower()
    kept = (one for one in unfolded if unicodedata.category(one) not in _DROPPED)
    return "".join(_SIMPLER.get(one, one) for one in kept).replace("’", "'")


class _Spelling(dict[int, str]):
    """The spelling of each character that was met; bounded, as there are a million of them."""

    def __missing__(self, code: int) -> str:
        spelled = _spelling(chr(code))
        if len(spelled) != 1:
            spelled = _ODD
        if len(self) < _MOST_KEPT:
            self[code] = spelled
        return spelled


_SPELLING = _Spelling()


def _script(text: str) -> Script:
    # Nearly every text has a letter that the lexicon knows and none that it does not.
    if _PLAIN_LETTER.search(text) and not any(map(str.isalpha, _STRANGE.findall(text))):
        return Script.KNOWN
    counts = Counter(map(_letter, text))
    known, foreign = counts["known"], counts["foreign"]
    if foreign > known:
        return Script.FOREIGN
    return Script.KNOWN if known else Script.NONE


@lru_cache(maxsize=8192)
def _letter(character: str) -> str:
    if not character.isalpha():
        return ""
    hanzi = "㐀" <= character <= "鿿" or "豈" <= character <= "﫿" or character >= "\U00020000"
    return "known" if hanzi or character <= "ɏ" else "foreign"
