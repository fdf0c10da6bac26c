"""The self-test of a terminal in plain lines: for paper, and for `storeloop-kiosk self-test`."""

from __future__ import annotations

import unicodedata

from kiosk.figures import Figures
from kiosk.staff_texts import staff_text

COLUMNS = 32  # a 58 mm roll; a wider one leaves a margin


def report(figures: Figures, language: str) -> list[str]:
    """Return the lines, none wider than the narrowest paper."""
    rule = "-" * COLUMNS
    lines = [staff_text(language, "self_test"), f"{figures.at:%Y-%m-%d %H:%M:%S %z}", rule]
    for name, value in figures.rows(language):
        lines += _wrapped(f"{name}: {value}")
    lines += [rule, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", *_wrapped("排队 价签 新鲜 服务")]
    return [*lines, *_wrapped(staff_text(language, "self_test_lines"))]


def _wrapped(line: str) -> list[str]:
    """Break a line where the paper ends; a Chinese character takes two columns."""
    lines, width = [""], 0
    for character in line:
        takes = columns(character)
        if width + takes > COLUMNS:
            lines.append("  ")
            width = 2
        lines[-1] += character
        width += takes
    return lines


def columns(text: str) -> int:
    """Return how many columns a printer gives a text."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
