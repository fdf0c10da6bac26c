"""How sending stands, for the staff menu: what waits for HQ, the link, and today's doubts."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from outbox.file import read_only
from protocols.messages import Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How sending and today's visits stand."""

    waiting: Mapping[Lane, int] = field(default_factory=dict)
    """Events of each lane that HQ has not confirmed; none: the outbox cannot be read."""
    linked: bool | None = None
    """None: nobody here knows."""
    committed_at_ms: int | None = None
    """When HQ last confirmed anything, since the start; None: not yet."""
    visits_today: int = 0
    doubted_today: int = 0
    """Visits of today, since the start, that carry a mark of misuse."""


def waiting(path: Path) -> dict[Lane, int]:
    """Return what waits in an outbox file, whoever has it open; {} when it cannot be read."""
    counts = dict.fromkeys(Lane, 0)
    try:
        with closing(read_only(path)) as database:
            rows = database.execute("SELECT lane, sum(head - committed) FROM streams GROUP BY lane")
            counts |= {Lane(lane): int(count) for lane, count in rows}
    except (sqlite3.Error, ValueError):
        return {}
    return counts
