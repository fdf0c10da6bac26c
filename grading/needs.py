"""What a text must hold before a pattern can match it: a pattern is tried on no other text.

One pass over the text finds the words of all patterns at once; trying each pattern on each text
would cost ten times as much.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(r"«\w{1,30}»|\(\?:|\(\?<?[=!]|\(|\)|\[[^\]]*\]|\{[^}]*\}|\\.|.", re.DOTALL)
_SPECIAL = frozenset("|?.^$")
# Two needs are enough to rule nearly every text out.
_MOST = 2


def needs(pattern: str) -> tuple[frozenset[str], ...]:
    """Return sets of words: a text that lacks all words of one of them cannot match.

    «slots» are for the caller; what is optional, looked ahead for or one of several ways is left
    out, so the answer may be empty but never too strict.
    """
    parts = _TOKEN.findall(pattern)
    if "|" in _outside(parts):
        return ()
    found = [one for one in _literals(parts) if one]
    # The rarest first: long words are rarer, few words rarer than many.
    found.sort(key=lambda one: (-min(map(len, one)), len(one), sorted(one)))
    return tuple(found[:_MOST])


def _outside(parts: list[str]) -> list[str]:
    depth, outside = 0, []
    for part in parts:
        if part.startswith("(") and not part.startswith("[("):
            depth += 1
        elif part == ")":
            depth -= 1
        elif depth == 0:
            outside.append(part)
    return outside


def _literals(parts: list[str]) -> Iterator[frozenset[str]]:
    run = ""
    at = 0
    while at < len(parts):
        part = parts[at]
        following = parts[at + 1] if at + 1 < len(parts) else ""
        if _plain(part) and not _optional(following) and not following.startswith("{"):
            run += part
            at += 1
            continue
        if run:
            yield frozenset({run})
            run = ""
        if part.startswith("("):
            end = _end_of_group(parts, at)
            after = parts[end + 1] if end + 1 < len(parts) else ""
            if part == "(?:" and not _optional(after):
                yield _alternatives(parts[at + 1 : end])
            at = end
        at += 1
    if run:
        yield frozenset({run})


def _alternatives(inside: list[str]) -> frozenset[str]:
    if not all(_plain(part) or part == "|" for part in inside):
        return frozenset()
    words = "".join(inside).split("|")
    return frozenset(words) if all(words) else frozenset()


def _end_of_group(parts: list[str], start: int) -> int:
    depth = 0
    for at in range(start, len(parts)):
        if parts[at].startswith("("):
            depth += 1
        elif parts[at] == ")":
            depth -= 1
            if depth == 0:
                return at
    return len(parts) - 1


def _plain(part: str) -> bool:
    return len(part) == 1 and part not in _SPECIAL and part not in "()"


def _optional(part: str) -> bool:
    return part == "?" or part.startswith("{0")
