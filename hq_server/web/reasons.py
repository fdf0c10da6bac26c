"""Why something was refused or could not be taken in, in the words of the reader. Pure.

Ingest says it once, in English, when it happens; what is not known here is shown as it stands.
"""

from __future__ import annotations

import re

from hq_server.web.texts import Texts

_KNOWN = [
    (re.compile(pattern), f"reason.{key}")
    for pattern, key in (
        (r"not a topic of this gateway's partition", "topic"),
        (r"this gateway is not registered", "not_registered"),
        (r"sent a (?P<what>\w+) here", "misplaced"),
        (r"undecodable messages", "undecodable"),
        (r"says it is another gateway or store than registered", "another"),
        (r"brings a stream of store (?P<store>\S+)", "stream"),
        (r"event of store (?P<store>\S+), but the gateway is in (?P<own>\S+)", "store"),
        (r"this response belongs to another store", "response"),
        (r"(?P<field>\w+) = (?P<value>\S+) is out of range", "range"),
        (r"(?:event of )?major version (?P<found>\S+), this is (version )?(?P<own>\S+)", "version"),
        (r"(?:event|message) of (?P<size>\d+) bytes; at most (?P<most>\d+)( are allowed)?", "size"),
        (r"compressed message unpacks to (?P<size>-?\d+) bytes", "unpacked"),
        (r"damaged compressed message: (?P<why>.*)", "compressed"),
        (r"not an event: (?P<why>.*)", "event"),
        (r"not a hop message: (?P<why>.*)", "message"),
        (r"cannot be kept: (?P<why>\w+)", "database"),
        (r"the database never takes it", "never"),
        (r"its stream goes on elsewhere: .*", "gap"),
        (r"(?P<what>accounts|offers|batches) of too many streams", "streams"),
    )
]  # fmt: skip


def reason(texts: Texts, said: str) -> str | None:
    """Return `said` in the language of `texts`; None when it is not known."""
    for pattern, key in _KNOWN:
        found = pattern.fullmatch(said)
        if found:
            return texts(key, **found.groupdict())
    return None
