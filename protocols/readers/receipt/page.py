"""A print job as lines with labels, and what its language says about dates and money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from protocols.readers.labels.finding import LANGUAGES
from protocols.readers.receipt.amounts import uses_comma
from protocols.readers.receipt.line import Line, read_line

_WORDS = {
    one.language: frozenset(label for labels in one.labels.values() for label in labels)
    for one in LANGUAGES
}


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
            for language, labels in _WORDS.items():
                if found.label in labels:
                    counts[language] += len(found.label)
    best = max(LANGUAGES, key=lambda one: counts[one.language])
    return best.language if counts[best.language] else "en"


def _script(text: str) -> str | None:
    """Return the language whose script alone tells it: kana or hangul beside a few letters."""
    kana = sum("\u3041" <= one <= "\u30fa" for one in text)
    hangul = sum("\uac00" <= one <= "\ud7a3" for one in text)
    hanzi = sum("\u4e00" <= one <= "\u9fff" for one in text)
    if hangul > max(3, hanzi, kana):
        return "ko"
    # A Chinese receipt has a kana at most in a brand (の).
    return "ja" if kana > 3 and kana * 5 > hanzi else None
