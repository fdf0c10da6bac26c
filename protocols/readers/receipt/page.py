"""A print job as lines with labels, and what its language says about dates and money."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from protocols.readers.labels.finding import LANGUAGES
from protocols.readers.receipt.amounts import uses_comma
from protocols.readers.receipt.line import Line, read_line

_KANA, _HANGUL = re.compile("[\u3041-\u30fa]"), re.compile("[\uac00-\ud7a3]")
_HANZI = re.compile("[\u4e00-\u9fff]")


def _languages() -> dict[str, list[str]]:
    """Return the languages that have a label."""
    having: dict[str, list[str]] = {}
    for one in LANGUAGES:
        for label in {label for labels in one.labels.values() for label in labels}:
            having.setdefault(label, []).append(one.language)
    return having


_LANGUAGES = _languages()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is read, line by line."""

    lines: tuple[Line, ...]
    language: str
    """zh-CN, zh-TW, en, de, ko or ja: whose words it has most."""
    comma: bool
    """Cents stand after a comma."""

    @property
    def texts(self) -> list[str]:
        """The lines as they are compared."""
        return [line.text for line in self.lines]


def read_page(raw: Sequence[str]) -> Page:
    """Return the lines of a job, ready to be looked into."""
    lines = tuple(line for line in map(read_line, raw) if line.text)
    return Page(
        lines=lines,
        language=_language(lines),
        comma=uses_comma(line.text for line in lines),
    )


def _language(lines: Sequence[Line]) -> str:
    script = _script("".join(line.text for line in lines))
    if script is not None:
        return script
    counts: Counter[str] = Counter()
    for line in lines:
        for found in line.labels:
            for language in _LANGUAGES[found.label]:
                counts[language] += len(found.label)
    best = max(LANGUAGES, key=lambda one: counts[one.language])
    return best.language if counts[best.language] else "en"


def _script(text: str) -> str | None:
    """Return the language whose script alone tells it: kana or hangul beside a few letters."""
    if text.isascii():
        return None
    kana, hangul, hanzi = (len(script.findall(text)) for script in (_KANA, _HANGUL, _HANZI))
    if hangul > max(3, hanzi, kana):
        return "ko"
    # A Chinese receipt has a kana at most in a brand (の).
    return "ja" if kana > 3 and kana * 5 > hanzi else None
