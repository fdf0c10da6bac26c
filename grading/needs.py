"""What a text must hold before a pattern can match it: a pattern is tried on no other text.

One pass over the text finds the words of all patterns at once; trying each pattern on each text
would cost ten times as much.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(r"«\w{1,30}»|\(\?:|\(\?<?[=!]|\(|\)|\[[^\]]*\]|\{[^}]*\}|\\.|.", re.DOTALL)
# A class of characters alone: no range, no escape, not the opposite of one.
_CLASS = re.compile(r"\[[^\^\\\-][^\\\-]*\]")
_SPECIAL = frozenset("|?.^$")
# Two needs are enough to rule nearly every text out.
_MOST = 2


def needs(pattern: str) -> tuple[frozenset[str], ...]:
    """Return sets of words: a text that lacks all words of one of them cannot match.

    «slots» are for the caller; what is optional or looked ahead for is left out, so the answer may
    be empty but never too strict.
    """
    parts = _TOKEN.findall(pattern)
    branches = list(_branches(parts))
    ways = _required(parts) if len(branches) == 1 else [_one_of(parts)]
    found = [one for one in dict.fromkeys(ways) if one]
    # A blank, a comma or a Latin letter is in nearly every text.
    found = [one for one in found if not any(map(_common, one))] or found
    # The rarest first: long words are rarer, few words rarer than many.
    found.sort(key=lambda one: (-min(map(len, one)), len(one), sorted(one)))
    return tuple(found[:_MOST])


def one_of(pattern: str) -> frozenset[str]:
    """Return words of which each match holds at least one; empty where none can be told."""
    return _one_of(_TOKEN.findall(pattern))


def _common(word: str) -> bool:
    return len(word) == 1 and word.isascii()


def _one_of(parts: list[str]) -> frozenset[str]:
    found: set[str] = set()
    for branch in _branches(parts):
        ways = [one for one in _required(branch) if one]
        if not ways:
            return frozenset()
        # The rarest: long words are rarer, few words rarer than many.
        found |= min(ways, key=lambda one: (-min(map(len, one)), len(one), sorted(one)))
    return frozenset(found)


def _branches(parts: list[str]) -> Iterator[list[str]]:
    depth = 0
    branch: list[str] = []
    for part in parts:
        depth += part.startswith("(") - (part == ")")
        if part == "|" and depth == 0:
            yield branch
            branch = []
        else:
            branch.append(part)
    yield branch


def _required(parts: list[str]) -> Iterator[frozenset[str]]:
    """Each of these sets has a word in a match: runs of letters, classes, groups."""
    yield from _literals(parts)
    at = 0
    while at < len(parts):
        part = parts[at]
        end = _end_of_group(parts, at) if part.startswith("(") else at
        after = parts[end + 1] if end + 1 < len(parts) else ""
        if not _optional(after):
            if part in {"(?:", "("}:
                yield _one_of(parts[at + 1 : end])
            elif part.startswith("[") and _CLASS.fullmatch(part):
                yield frozenset(part[1:-1])
        at = end + 1


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
            at = _end_of_group(parts, at)
        at += 1
    if run:
        yield frozenset({run})


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
