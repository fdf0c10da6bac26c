"""What a pattern that people write may hold, so that trying it costs little on any text.

A pattern is letters, classes, groups, «slots» and repetitions with a bound. From a place in a
text it can go on in a number of ways; that number times the length of the text bounds the work.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grading.normalise import normalise

LONGEST = 1000
"""Characters of a pattern."""
MOST_WAYS = 5000
"""Ways from one place. A text is read to 4,000 characters: 20 million steps at the worst."""
_FURTHEST = 60
_TOKEN = re.compile(
    r"(?P<slot>«\w{1,30}»)|(?P<open>\(\?:|\(\?<?[=!]|\((?!\?))|(?P<close>\))|(?P<or>\|)"
    r"|(?P<class>\[\^?(?:\\[^()]|[^\]\\\[()])+\])|(?P<times>\{\d{1,4}(?:,\d{1,4})?\}\??|\?\??)"
    r"|(?P<unbounded>[*+]|\{\d*,\})|(?P<escape>\\[^a-zA-Z0-9()]|\\[bBdDsSwW])|(?P<edge>[\^$])"
    r"|(?P<letter>[^\\(){}\[\]|?*+^$«»])",
    re.DOTALL,
)
_SLOT = re.compile("«(\\w{1,30})»")
_LOOK = {"(?=", "(?!", "(?<=", "(?<!"}
_SPECIAL = frozenset("\\.^$*+?{}[]|()")
_SPECIAL_IN_CLASS = frozenset("\\]^[")


class PatternError(ValueError):
    """A pattern is not one that grading tries on texts."""


@dataclass(frozen=True, slots=True)
class _Part:
    """In how many ways something can match from one place."""

    ways: int
    repeats: bool
    """Something in it may stand more than once, in a number that is open."""
    word: str | None = None
    """What it stands for, where it is letters alone."""


_Tokens = list[tuple[str, str]]


def spelled(pattern: str) -> str:
    """Return a pattern in the spelling that texts are compared in; signs stay what they mean."""
    return "".join(_spelled(kind, token) for kind, token in _tokens(pattern))


def check(pattern: str, slots: Mapping[str, Sequence[str]]) -> int:
    """Return in how many ways a pattern can match from one place; PatternError says what is wrong.

    `slots` are the words that each «slot» stands for.
    """
    if not pattern or len(pattern) > LONGEST:
        raise PatternError(f"pattern must have 1 to {LONGEST} characters")
    tokens = _tokens(pattern)
    found, at = _either(tokens, 0, slots)
    if at < len(tokens):
        raise PatternError("pattern closes a group that was not opened")
    if found.ways > MOST_WAYS:
        raise PatternError(f"pattern can match in {found.ways} ways, at most {MOST_WAYS}")
    try:
        compiled = re.compile(filled(pattern, slots))
    except (re.error, OverflowError) as error:
        raise PatternError(f"pattern does not compile: {error}") from error
    if compiled.match(""):
        raise PatternError("pattern has no bound below: it matches nothing at all")
    return found.ways


def filled(pattern: str, slots: Mapping[str, Sequence[str]]) -> str:
    """Return a pattern with the words of its «slots», the longest first."""
    return _SLOT.sub(lambda match: either(slots[match.group(1)]), pattern)


def either(words: Sequence[str]) -> str:
    """Return the pattern that matches one of some words, the longest first."""
    ordered = sorted(words, key=len, reverse=True)
    return f"(?:{'|'.join(re.escape(word) for word in ordered)})"


def _tokens(pattern: str) -> _Tokens:
    tokens: _Tokens = []
    at = 0
    while at < len(pattern):
        match = _TOKEN.match(pattern, at)
        if match is None:
            raise PatternError(f"pattern has what is not allowed at character {at + 1}")
        kind = str(match.lastgroup)
        if kind == "unbounded":
            raise PatternError(f"pattern has no bound: {match.group()} at character {at + 1}")
        tokens.append((kind, match.group()))
        at = match.end()
    return tokens


def _either(tokens: _Tokens, at: int, slots: Mapping[str, Sequence[str]]) -> tuple[_Part, int]:
    """Read alternatives up to the end or to the bracket that closes them."""
    ways: list[_Part] = []
    while True:
        part, at = _sequence(tokens, at, slots)
        ways.append(part)
        if at >= len(tokens) or tokens[at][0] != "or":
            return _one_of(ways), at
        at += 1


def _sequence(tokens: _Tokens, at: int, slots: Mapping[str, Sequence[str]]) -> tuple[_Part, int]:
    ways, repeats, word = 1, False, ""
    letters = True
    while at < len(tokens) and tokens[at][0] not in {"or", "close"}:
        part, at = _atom(tokens, at, slots)
        if at < len(tokens) and tokens[at][0] == "times":
            part = _times(part, tokens[at][1])
            at += 1
        ways, repeats = min(ways * part.ways, 10**9), repeats or part.repeats
        letters = letters and part.word is not None
        word += part.word or ""
    return _Part(ways, repeats, word if letters else None), at


def _atom(tokens: _Tokens, at: int, slots: Mapping[str, Sequence[str]]) -> tuple[_Part, int]:
    kind, written = tokens[at]
    if kind == "letter" and written != ".":
        return _Part(1, repeats=False, word=written), at + 1
    if kind == "slot":
        if written[1:-1] not in slots:
            raise PatternError(f"pattern names the unknown slot {written[1:-1]}")
        return _one_of([_Part(1, repeats=False, word=one) for one in slots[written[1:-1]]]), at + 1
    if kind == "times":
        raise PatternError(f"pattern repeats nothing: {written}")
    if kind != "open":
        return _Part(1, repeats=False), at + 1
    inside, at = _either(tokens, at + 1, slots)
    if at >= len(tokens):
        raise PatternError("pattern opens a group that is not closed")
    if written in _LOOK and at + 1 < len(tokens) and tokens[at + 1][0] == "times":
        raise PatternError("pattern repeats what only looks around")
    return _Part(inside.ways, inside.repeats), at + 1


def _times(part: _Part, token: str) -> _Part:
    least, most = _bounds(token)
    if not least <= most <= _FURTHEST:
        raise PatternError(f"pattern repeats more than {_FURTHEST} times: {token}")
    if part.repeats and most > 1:
        raise PatternError(f"pattern repeats a repetition: {token}")
    ways = sum(min(part.ways**times, 10**9) for times in range(least, most + 1))
    return _Part(min(max(ways, 1), 10**9), part.repeats or most > max(least, 1))


def _bounds(token: str) -> tuple[int, int]:
    if token.startswith("?"):
        return 0, 1
    least, comma, most = token.rstrip("?")[1:-1].partition(",")
    return int(least or 0), int(most if comma else least)


def _one_of(parts: Sequence[_Part]) -> _Part:
    """Alternatives that begin with different letters exclude each other."""
    repeats = any(one.repeats for one in parts)
    if len(parts) == 1:
        return parts[0]
    words = [one.word for one in parts if one.word is not None]
    open_ = sum(one.ways for one in parts if one.word is None)
    known = frozenset(words)
    chain = max(
        (sum(word[:end] in known for end in range(len(word) + 1)) for word in words), default=0
    )
    twice = max(words.count(word) for word in known) if known else 0
    return _Part(max(open_ + chain * max(twice, 1), 1), repeats)


def _spelled(kind: str, written: str) -> str:
    if kind == "letter" and written != ".":
        plain = normalise(written).text
        return "".join(f"\\{one}" if one in _SPECIAL else one for one in plain)
    if kind == "class":
        inside = "".join(
            one if one.startswith("\\") else _in_class(one)
            for one in re.findall(r"\\.|.", written[1:-1], flags=re.DOTALL)
        )
        return f"[{'^' if written.startswith('[^') else ''}{inside.removeprefix('^')}]"
    return written


def _in_class(character: str) -> str:
    plain = normalise(character).text
    return "".join(
        f"\\{one}" if one in _SPECIAL_IN_CLASS and one != character else one for one in plain
    )
