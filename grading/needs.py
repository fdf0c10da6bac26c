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
    tokens = _TOKEN.findall(pattern)
    if "|" in _outside(tokens):
        return ()
    found = [one for one in _literals(tokens) if one]
    # The rarest first: long words are rarer, few words rarer than many.
    found.sort(key=lambda one: (-min(map(len, one)), len(one), sorted(one)))
    return tuple(found[:_MOST])


def _outside(tokens: list[str]) -> list[str]:
    depth, outside = 0, []
    for token in tokens:
        if token.startswith("(") and not token.startswith("[("):
            depth += 1
        elif token == ")":
            depth -= 1
        elif depth == 0:
            outside.append(token)
    return outside


def _literals(tokens: list[str]) -> Iterator[frozenset[str]]:
    run = ""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        if _plain(token) and not _optional(following) and not following.startswith("{"):
            run += token
            at += 1
            continue
        if run:
            yield frozenset({run})
            run = ""
        if token.startswith("("):
            end = _end_of_group(tokens, at)
            after = tokens[end + 1] if end + 1 < len(tokens) else ""
            if token == "(?:" and not _optional(after):
                yield _alternatives(tokens[at + 1 : end])
            at = end
        at += 1
    if run:
        yield frozenset({run})


def _alternatives(inside: list[str]) -> frozenset[str]:
    if not all(_plain(token) or token == "|" for token in inside):
        return frozenset()
    words = "".join(inside).split("|")
    return frozenset(words) if all(words) else frozenset()


def _end_of_group(tokens: list[str], start: int) -> int:
    depth = 0
    for at in range(start, len(tokens)):
        if tokens[at].startswith("("):
            depth += 1
        elif tokens[at] == ")":
            depth -= 1
            if depth == 0:
                return at
    return len(tokens) - 1


def _plain(token: str) -> bool:
    return len(token) == 1 and token not in _SPECIAL and token not in "()"


def _optional(token: str) -> bool:
    return token == "?" or token.startswith("{0")
