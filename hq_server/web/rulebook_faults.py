"""What is wrong in changes of the rules, at its line, in the words of the reader. Pure.

The checks say it once, in English; what is not known here is shown as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hq_server.errors import InputError
from hq_server.rulebook.editing import line_of
from hq_server.web.texts import Texts

_LONGEST_LINE = 160
_FAULTS = [
    (re.compile(pattern), f"rulebook_fault.{key}")
    for pattern, key in (
        (r"unknown rule", "unknown_rule"),
        (r"unknown topic (?P<what>.*)", "unknown_topic"),
        (r"unknown key (?P<what>\S+); known: (?P<known>.*)", "unknown_key"),
        (r"unknown part (?P<what>\S+); known: (?P<known>.*)", "unknown_part"),
        (r"unknown section.*", "unknown_section"),
        (r"stands twice", "twice"),
        (r"is there already", "taken"),
        (r"lacks (?P<what>\w+)", "lacks"),
        (r"has neither words nor patterns", "nothing"),
        (r"has no word (?P<what>.*) to remove", "no_word"),
        (r"adds and removes (?P<what>.*)", "both"),
        (r"word (?P<what>.*) is empty", "empty"),
        (r"word (?P<what>.*) is longer than (?P<most>\d+)", "long"),
        (r"word (?P<what>.*) is a single letter or sign", "single"),
        (r"pattern has no bound below.*", "matches_nothing"),
        (r"pattern has no bound: (?P<what>\S+) at character (?P<at>\d+): (?P<one>.*)", "no_bound"),
        (r"pattern can match in (?P<count>\d+) ways, at most (?P<most>\d+).*", "ways"),
        (r"all patterns together match in more than (?P<most>\d+) ways", "ways_together"),
        (r"pattern names the unknown slot (?P<what>.*)", "slot"),
        (r"pattern has what is not allowed at character (?P<what>.*)", "not_allowed"),
        (r"pattern does not compile: (?P<what>.*)", "compile"),
        (r"pattern (?:opens|closes) a group.*", "group"),
        (r"pattern repeats a repetition: (?P<what>.*)", "repeats_again"),
        (r"pattern repeats more than (?P<most>\d+) times: (?P<what>.*)", "repeats_far"),
        (r"pattern repeats (?P<what>.*)", "repeats"),
        (r"pattern must have 1 to (?P<most>\d+) characters.*", "pattern_long"),
        (r"not TOML: (?P<what>.*)", "toml"),
        (r"(?P<field>\w+): Expected `str` matching regex '\^own.*", "own_id"),
        (r"(?:(?P<field>\w+): )?Invalid enum value (?P<what>.*)", "choice"),
        (r"Expected `(?:float|int)`, got `(?P<found>\S+)`.*", "number"),
        (r"(?P<field>\w+): Expected `(?P<wanted>\w+)`, got `(?P<found>\w+)`.*", "type_of"),
        (r"Expected `(?P<wanted>\w+)`, got `(?P<found>\w+)`.*", "type"),
        (r"must be a table", "table"),
        (r"must be written as (?P<what>\S+)", "rows"),
        (r"(?P<what>\w+) names no category, touchpoint or store", "nowhere"),
        (r"unknown touchpoint (?P<what>.*)", "unknown_touchpoint"),
        (r"Expected `(?:float|int)` (?P<sign>[<>]=?) (?P<bound>\S+).*", "range"),
        (r"(?P<count>\d+) bytes[;,] at most (?P<most>\d+).*", "size"),
        (r"(?P<count>\d+) of them, at most (?P<most>\d+)", "many"),
        (r"say why.*", "note"),
        (r"at most (?P<most>\d+) characters are allowed", "note_long"),
        (r"these rules are in force already", "in_force"),
    )
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong."""

    place: str
    """"rule own.zh.x", "policy.grade"."""
    said: str
    line: int | None = None
    excerpt: str = ""
    """What stands in that line."""
    field: str = ""
    """The threshold that is at fault, "grade.urgent_from"."""


def shown_faults(texts: Texts, toml: str, problems: Sequence[str]) -> list[Fault]:
    """Return what is wrong in some changes, in order of their lines."""
    lines = toml.splitlines()
    found = [_fault(texts, toml, lines, problem) for problem in problems]
    return sorted(found, key=lambda fault: fault.line or 0)


def _fault(texts: Texts, toml: str, lines: Sequence[str], problem: str) -> Fault:
    place, _, said = problem.partition(": ")
    number = line_of(toml, problem)
    excerpt = lines[number - 1][:_LONGEST_LINE] if number and number <= len(lines) else ""
    return Fault(
        place=place,
        said=fault_text(texts, f"not TOML: {said}" if place == "TOML" else said),
        line=number,
        excerpt=excerpt.strip(),
        field=_field(place),
    )


def _field(place: str) -> str:
    part, _, rest = place.partition(".")
    return rest if part == "policy" else ""


_OF_GATEWAY = re.compile(r"revision \d+ of the rules: (?P<problems>.*)", re.DOTALL)


def rules_fault(texts: Texts, said: str) -> str:
    """Return why a gateway could not use a revision, as far as that is known."""
    found = _OF_GATEWAY.fullmatch(said)
    if found is None:
        return said
    parts = (problem.partition(": ") for problem in found["problems"].split("; "))
    return "; ".join(f"{place}: {fault_text(texts, why)}" for place, _, why in parts)


def refusal(texts: Texts, wrong: Exception | None) -> str:
    """Return why a form about rules was refused for one of its fields; "": for no field."""
    return fault_text(texts, wrong.allowed) if isinstance(wrong, InputError) else ""


def fault_text(texts: Texts, said: str) -> str:
    """Return a fault in the language of `texts`."""
    for pattern, key in _FAULTS:
        found = pattern.fullmatch(said)
        if found:
            return texts(key, **found.groupdict())
    return said
