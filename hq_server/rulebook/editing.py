"""The common acts on a text of changes: words in and out, a rule off, a new one, thresholds. Pure.

What people wrote themselves, their comments and the order of it stay as they are. The one module
that knows tomlkit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array, InlineTable

from grading.normalise import normalise
from hq_server.errors import FaultyRulesError
from hq_server.rulebook.catalogue import OWN

_BETWEEN = re.compile(r"[\n\r,，、;；]+")
# A head right below another row; a comment above one belongs to it.
_HEAD = re.compile(r"(?<=[\]'\x22\w])\n(?=\[{1,2}[A-Za-z_.]+\]{1,2}[ \t]*$)", re.MULTILINE)
_NUMBER = re.compile(r"[+-]?\d{1,9}(?:\.\d{1,9})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsOf:
    """What is to become of one rule's words."""

    rule: str
    add: Sequence[str] = ()
    take_out: Sequence[str] = ()
    put_back: Sequence[str] = ()
    off: bool = False


def words_in(typed: str, whole: Iterable[str] = ()) -> list[str]:
    """Return the words that somebody typed, one a line or with commas between them.

    A line that says one of the words in `whole` is that word, whatever commas stand in it.
    """
    known = {_as_line(word): word for word in whole}
    found: list[str] = []
    for line in typed.splitlines():
        word = known.get(_as_line(line))
        parts = (part.strip() for part in _BETWEEN.split(line))
        found += [word] if word is not None else parts
    return list(dict.fromkeys(word for word in found if word.strip()))


def words_of(toml: str, id_: str) -> list[str]:
    """Return the words of a rule of the chain's own as they are written; [] when there is none."""
    row = _row(_parsed(toml), "rule", "id", id_)
    words = row.get("words", ()) if row is not None else ()
    return [str(word) for word in words if isinstance(word, str)]


def change_words(toml: str, wanted: WordsOf) -> str:
    """Return the changes with a rule's words, and whether it is used, as wanted."""
    document = _parsed(toml)
    if wanted.rule.startswith(OWN):
        row = _row(document, "rule", "id", wanted.rule)
        if row is not None:
            _put(row, "words", [*_less(row.get("words", ()), wanted.take_out), *wanted.add])
        return _written(document)
    row = _row(document, "change", "rule", wanted.rule)
    if row is None:
        row = tomlkit.table()
        row["rule"] = wanted.rule
        _rows(document, "change").append(row)
        row = _row(document, "change", "rule", wanted.rule)
    assert row is not None  # noqa: S101 - it was just added
    before = (list(row.get("add", ())), list(row.get("remove", ())))
    taken = _less(wanted.take_out, before[0])
    _put(row, "add", _less([*before[0], *_less(wanted.add, before[1])], wanted.take_out))
    _put(row, "remove", [*_less(before[1], [*wanted.put_back, *wanted.add]), *taken])
    if wanted.off:
        row["off"] = True
    else:
        row.pop("off", None)
    if set(row) <= {"rule"}:
        _drop(document, "change", "rule", wanted.rule)
    return _written(document)


def put_rule(toml: str, rule: Mapping[str, Any]) -> str:
    """Return the changes with a rule of the chain's own, in place of the one with its id."""
    document = _parsed(toml)
    row = _row(document, "rule", "id", rule["id"])
    if row is None:
        row = tomlkit.table()
        _rows(document, "rule").append(row)
        row = _rows(document, "rule")[-1]
    for key, value in rule.items():
        if value in ("", [], False, None):
            row.pop(key, None)
        else:
            _put(row, key, value)
    return _written(document)


def set_thresholds(toml: str, values: Mapping[str, str]) -> str:
    """Return the changes with thresholds, by place ("grade.urgent_from"); "": the built-in one."""
    document = _parsed(toml)
    policy = document.setdefault("policy", tomlkit.table(is_super_table=True))
    for place, typed in values.items():
        section, _, key = place.partition(".")
        if typed.strip():
            if section not in policy:
                policy[section] = tomlkit.table()
            policy[section][key] = _number(typed.strip())
        elif section in policy:
            policy[section].pop(key, None)
    _prune(document)
    return _written(document)


def undo(toml: str, name: str) -> str:
    """Return the changes without those of one rule or threshold, as `Difference.name` has it."""
    document = _parsed(toml)
    _drop(document, "change", "rule", name)
    _drop(document, "rule", "id", name)
    section, _, key = name.partition(".")
    if section in document.get("policy", {}):
        document["policy"][section].pop(key, None)
    _prune(document)
    return _written(document)


def line_of(toml: str, problem: str) -> int | None:
    """Return the line that a fault is about, from 1; None when that cannot be told."""
    at = re.search(r"at line (\d{1,9})", problem)
    if at:
        return int(at[1])
    place = re.match(r"(?:change|rule) (\S+): |policy\.(\w+)(?:\.(\w+))?", problem)
    if place is None:
        return None
    rule, section, key = place.groups()
    lines = list(enumerate(toml.splitlines(), 1))
    head = _first(lines, f'"{rule}"' if rule else f"policy.{section}")
    if head is None or key is None:
        return head
    return _first(lines[head:], key) or head


def _first(lines: Sequence[tuple[int, str]], sought: str) -> int | None:
    return next((number for number, line in lines if sought in line), None)


def _parsed(toml: str) -> Any:
    try:
        document = tomlkit.parse(toml)
    except (TOMLKitError, ValueError, RecursionError) as error:
        raise FaultyRulesError((f"TOML: {error}",)) from error
    # Written in braces, they take no tables: then they are written out.
    for part in ("change", "rule"):
        if isinstance(document.get(part), Array):
            rows = document.pop(part).unwrap()
            document.append(part, tomlkit.aot())
            for row in rows:
                document[part].append(tomlkit.item(row))
    policy = document.get("policy", {})
    if any(isinstance(each, InlineTable) for each in (policy, *policy.values())):
        sections = document.pop("policy").unwrap()
        document["policy"] = tomlkit.table(is_super_table=True)
        for name, section in sections.items():
            document["policy"][name] = tomlkit.item(section)
    return document


def _written(document: Any) -> str:
    text = _HEAD.sub("\n\n", tomlkit.dumps(document)).rstrip()
    return f"{text}\n" if text else ""


def _rows(document: Any, part: str) -> Any:
    if part not in document:
        document.append(part, tomlkit.aot())
    return document[part]


def _row(document: Any, part: str, key: str, name: str) -> Any:
    return next((row for row in document.get(part, ()) if row.get(key) == name), None)


def _drop(document: Any, part: str, key: str, name: str) -> None:
    rows = document.get(part, ())
    for number in reversed(range(len(rows))):
        if rows[number].get(key) == name:
            del rows[number]
    if part in document and not rows:
        del document[part]


def _prune(document: Any) -> None:
    """Take away what says nothing any more."""
    policy = document.get("policy")
    for section in [name for name, values in (policy or {}).items() if not values]:
        del policy[section]
    if policy is not None and not policy:
        del document["policy"]


def _put(row: Any, key: str, value: Any) -> None:
    if isinstance(value, list):
        words = tomlkit.array()
        words.extend(dict.fromkeys(value))
        row[key] = words
        if not value:
            del row[key]
        return
    row[key] = value


def _less(words: Iterable[str], others: Iterable[str]) -> list[str]:
    gone = {_plain(word) for word in others}
    return [word for word in words if _plain(word) not in gone]


def _plain(word: str) -> str:
    """Return a word as texts are compared with it: "ＡＢ" and "ab" are one."""
    return normalise(word.strip()).text.strip()


def _as_line(word: str) -> str:
    """Return a word as it stands in a line of a form: one that has line breaks in it too."""
    return " ".join(_plain(word).split())


def _number(typed: str) -> float | int | str:
    """Return a number; what is none stays as it was typed, for the check to complain of."""
    if not _NUMBER.fullmatch(typed):
        return typed
    return float(typed) if "." in typed else int(typed)
