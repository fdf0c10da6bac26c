"""The shoppers' own list, kept outside the system: each revision that a kiosk said to have saved.

A line is written at the moment of "Saved", which is when a shopper may be thanked. The highest
revision of a response counts; HQ must have exactly that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from kiosk.visit import Visit


class SavedRevision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One revision of one response, as its shopper remembers it."""

    response: str
    rev: int
    rating: int | None = None
    note: str | None = None
    """Hash of the note: the list must not repeat a shopper's words."""
    urgent: bool = False
    """The survey marks a chosen reason as grade S."""
    final: bool = False


_decoder = msgspec.json.Decoder(SavedRevision)


def note_hash(note: str | None) -> str | None:
    """Return what the list keeps of a note; None without one."""
    return hashlib.sha256(note.encode()).hexdigest()[:16] if note else None


def remembered(visit: Visit) -> SavedRevision:
    """Return the line for a visit as it was saved."""
    return SavedRevision(
        response=visit.response,
        rev=visit.rev,
        rating=visit.rating,
        note=note_hash(visit.note),
        urgent=any(reason.urgent for reason in visit.reasons),
        final=visit.final,
    )


class SavedList:
    """The list of one kiosk; each line is one write, so that a kill tears none."""

    def __init__(self, path: Path) -> None:
        """Go on with the list at `path`, or begin it; a line torn by a kill is closed first."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lines = path.open("ab", buffering=0)
        if self._lines.tell() and path.read_bytes()[-1:] != b"\n":
            self._lines.write(b"\n")

    def add(self, visit: Visit) -> None:
        """Write down that this revision is saved."""
        self._lines.write(msgspec.json.encode(remembered(visit)) + b"\n")


def read(paths: Iterable[Path]) -> list[SavedRevision]:
    """Return every line, oldest first per file; torn ones are passed over."""
    found = []
    for path in paths:
        for line in path.read_bytes().splitlines():
            try:
                found.append(_decoder.decode(line))
            except msgspec.DecodeError:
                continue  # torn: its revision was on its way to the list, not on it
    return found


def highest(revisions: Iterable[SavedRevision]) -> dict[str, SavedRevision]:
    """Return the last revision of each response, by response id."""
    last: dict[str, SavedRevision] = {}
    for each in revisions:
        if each.response not in last or last[each.response].rev < each.rev:
            last[each.response] = each
    return last
