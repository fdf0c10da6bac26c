"""Why a survey is not fit to be shown, in the words of the reader. Pure.

The checks say it once, in English; what is not known here is shown as it stands.
"""

from __future__ import annotations

import re

from hq_server.errors import InputError
from hq_server.web.texts import Texts

_KNOWN = [
    (re.compile(pattern), f"survey_error.{key}")
    for pattern, key in (
        (r"(?P<what>.*?) ?has no text in (?P<language>\S+)", "no_text"),
        (r"(?P<count>\d+) characters; at most (?P<most>\d+)", "long"),
        (r"'(?P<what>.*)' is there (?P<count>\d+) times", "twice"),
        (r"(?P<needed>\d+) labels are needed for scale \S+, not (?P<count>\d+)", "faces"),
        (r"day (?P<day>\d) overlaps other hours", "overlap"),
        (r"opens and closes at .*", "never"),
        (r"'(?P<topic>.*)' is no topic of feedback", "topic"),
        (r"Object missing required field `(?P<name>.*)`", "missing"),
        (r"Expected `str` of length >= 1", "empty"),
        (r"Expected `array` of length >= (?P<least>\d+)", "none"),
        (r"Expected `(?P<kind>array|str)` of length <= (?P<most>\d+)", "many"),
        (r"Expected `(?:float|int)` (?P<sign>[<>]=) (?P<bound>\S+)", "range"),
        (r"Expected `(?P<kind>\S+)`, got `(?P<found>\S+)`", "kind"),
        (r"Expected `str` matching regex .*", "pattern"),
        (r"Invalid enum value '(?P<value>.*)'", "choice"),
        (r"(?P<size>\d+) bytes; at most (?P<most>\d+)( are allowed)?", "size"),
        (r"it is not Base64|.*PNG.*", "logo"),
        (r"it holds characters that cannot be shown", "unshowable"),
        (r"at most (?P<most>\d+) characters are allowed", "note"),
    )
]  # fmt: skip

_KINDS = {
    "float": "number", "int": "number", "str": "text", "array": "list", "object": "object",
    "null": "nothing", "bool": "yes_or_no",
}  # fmt: skip


def survey_error(texts: Texts, error: InputError) -> str:
    """Return what is wrong, in the language of `texts`."""
    for pattern, key in _KNOWN:
        found = pattern.fullmatch(error.allowed)
        if found:
            named = {name: _named(texts, name, said) for name, said in found.groupdict().items()}
            return texts(key, **named)
    return error.allowed


def _named(texts: Texts, name: str, said: str) -> str:
    """Return what a check calls "float" as people call it."""
    kinds = _KINDS if name in ("kind", "found") else {}
    return texts(f"survey_error.kind_{kinds[said]}") if said in kinds else said
