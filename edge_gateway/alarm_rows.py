"""The gateway's own tables beside its outbox: alarms, and what the board shows of the day."""

from __future__ import annotations

import sqlite3
from typing import Any

import msgspec

from edge_gateway.alarms import StandingAlarm
from edge_gateway.today import Day, decode_day
from outbox.migration import bring_up_to_date

# Alarms that were taken charge of this long ago are HQ's memory only: a resent response is days
# old at most, a device keeps what is unsent for as long as it takes and alarms stand until then.
KEEP_TAKEN_MS = 400 * 24 * 3600 * 1000

OWNER = "edge_gateway"


def alarms_and_days(database: sqlite3.Connection) -> None:
    """One row per alarm, one per day."""
    database.execute("""
        CREATE TABLE alarms (
            response TEXT PRIMARY KEY,
            alarm TEXT NOT NULL UNIQUE,
            touchpoint TEXT,
            topics TEXT NOT NULL,
            evidence TEXT NOT NULL,
            code TEXT,
            raised_ms INTEGER NOT NULL,
            acknowledged_by TEXT,
            acknowledged_ms INTEGER
        )""")
    database.execute("CREATE TABLE days (day TEXT PRIMARY KEY, payload BLOB NOT NULL)")


STEPS = (alarms_and_days,)


def set_up(database: sqlite3.Connection, now_ms: int) -> None:
    """Bring the tables up to date and drop what nobody needs."""
    bring_up_to_date(database, OWNER, STEPS)
    database.execute(
        "DELETE FROM alarms WHERE acknowledged_ms IS NOT NULL AND raised_ms < ?",
        (now_ms - KEEP_TAKEN_MS,),
    )


def save_alarm(database: sqlite3.Connection, alarm: StandingAlarm) -> None:
    """Keep an alarm, or add to it: a write that is tried again may be older than what is there."""
    database.execute(
        "INSERT INTO alarms VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (response) DO UPDATE SET"
        # Topics only ever grow.
        " topics = iif(length(excluded.topics) > length(topics), excluded.topics, topics),"
        " code = coalesce(excluded.code, code),"
        " acknowledged_by = coalesce(acknowledged_by, excluded.acknowledged_by),"
        " acknowledged_ms = coalesce(acknowledged_ms, excluded.acknowledged_ms)",
        (
            alarm.response,
            alarm.alarm,
            alarm.touchpoint,
            _list(alarm.topics),
            _list(alarm.evidence),
            alarm.code,
            alarm.raised_ms,
            alarm.acknowledged_by,
            alarm.acknowledged_ms,
        ),
    )


def load_alarms(database: sqlite3.Connection) -> list[StandingAlarm]:
    """Return every kept alarm, oldest first."""
    rows = database.cursor()
    rows.row_factory = sqlite3.Row
    rows.execute("SELECT * FROM alarms ORDER BY raised_ms, alarm")
    return [_alarm(dict(row)) for row in rows]


def save_day(database: sqlite3.Connection, day: str, payload: bytes) -> None:
    """Keep the counts of a day, and of no other."""
    database.execute("DELETE FROM days WHERE day <> ?", (day,))
    database.execute("INSERT OR REPLACE INTO days VALUES (?, ?)", (day, payload))


def load_day(database: sqlite3.Connection, day: str) -> Day:
    """Return the counts of a day as far as they were kept."""
    row = database.execute("SELECT payload FROM days WHERE day = ?", (day,)).fetchone()
    kept = decode_day(row[0]) if row else None
    return kept or Day(day=day)


def _list(values: tuple[str, ...]) -> str:
    return msgspec.json.encode(values).decode()


def _alarm(row: dict[str, Any]) -> StandingAlarm:
    topics = msgspec.json.decode(row.pop("topics"), type=tuple[str, ...])
    evidence = msgspec.json.decode(row.pop("evidence"), type=tuple[str, ...])
    return StandingAlarm(**row, topics=topics, evidence=evidence)
